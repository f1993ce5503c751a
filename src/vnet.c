// SPDX-License-Identifier: GPL-2.0
/*
 * Parser and builder of the virtio-net header. The layout is that of the virtio specification,
 * 5.1.6.
 */
#include "vnet.h"

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <linux/virtio_byteorder.h>
#include <uapi/linux/virtio_net.h>

#include "refusal.h"
#include "user.h"

/**
 * struct vnet_wire - the header as it is read and written
 * @flags: as in struct tun_alt_vnet, as the next five
 * @gso_type: likewise
 * @header_length: likewise
 * @gso_size: likewise
 * @csum_start: likewise
 * @csum_offset: likewise
 * @unused: buffers to merge, hash and its type: nothing that this driver has
 * @outer_transport: offset of a tunnel's UDP header, little endian always, as the next
 * @inner_network: offset of the IP header in the tunnel
 */
struct vnet_wire {
	u8 flags;
	u8 gso_type;
	__virtio16 header_length;
	__virtio16 gso_size;
	__virtio16 csum_start;
	__virtio16 csum_offset;
	u8 unused[10];
	__le16 outer_transport;
	__le16 inner_network;
};

static_assert(offsetof(struct vnet_wire, unused) == TUN_ALT_VNET_LEAST);
static_assert(sizeof(struct vnet_wire) == TUN_ALT_VNET_TUNNEL);

static void vnet_decode(const struct vnet_wire *wire, bool little_endian,
			struct tun_alt_vnet *vnet)
{
	/* Tunnels came with a version of virtio that has one byte order. */
	if (tun_alt_vnet_tunnel(wire->gso_type))
		little_endian = true;
	vnet->flags = wire->flags;
	vnet->gso_type = wire->gso_type;
	vnet->header_length = __virtio16_to_cpu(little_endian, wire->header_length);
	vnet->gso_size = __virtio16_to_cpu(little_endian, wire->gso_size);
	vnet->csum_start = __virtio16_to_cpu(little_endian, wire->csum_start);
	vnet->csum_offset = __virtio16_to_cpu(little_endian, wire->csum_offset);
	vnet->outer_transport = le16_to_cpu(wire->outer_transport);
	vnet->inner_network = le16_to_cpu(wire->inner_network);
}

/**
 * tun_alt_vnet_take() - take the header off a frame that is being written
 * @shape: what it looks like
 * @from: the frame, header first; left behind the header
 * @vnet: gets what it says, and zeros if the device has no headers
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep.
 * Return: 0; -EINVAL if the frame is shorter than the header, or than the header says that its own
 * headers are; -EFAULT.
 */
int tun_alt_vnet_take(struct tun_alt_vnet_shape shape, struct iov_iter *from,
		      struct tun_alt_vnet *vnet, struct tun_alt_refusal *why)
{
	size_t parsed = shape.size < TUN_ALT_VNET_TUNNEL ? TUN_ALT_VNET_LEAST : TUN_ALT_VNET_TUNNEL;
	struct vnet_wire wire = { };
	unsigned int linear;

	memset(vnet, 0, sizeof(*vnet));
	if (!shape.size)
		return 0;
	if (iov_iter_count(from) < shape.size)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER,
					     iov_iter_count(from), shape.size);
	if (!tun_alt_user_take(&wire, parsed, from))
		return tun_alt_refuse(why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	if (shape.size > parsed)
		iov_iter_advance(from, shape.size - parsed);

	vnet_decode(&wire, shape.little_endian, vnet);
	linear = vnet->header_length;
	if (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		linear = max_t(unsigned int, linear,
			       vnet->csum_start + vnet->csum_offset + sizeof(__sum16));
	if (linear > iov_iter_count(from))
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_VNET_LENGTH,
					     linear, iov_iter_count(from));
	vnet->header_length = min_t(unsigned int, linear, U16_MAX);
	return 0;
}

static u8 vnet_type_of(const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	u8 gso_type = TUN_ALT_VNET_GSO_UDP_L4;

	if (type & SKB_GSO_TCPV4)
		gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	else if (type & SKB_GSO_TCPV6)
		gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
	if (type & SKB_GSO_TCP_ECN)
		gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	if (type & (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM))
		gso_type |= skb->protocol == htons(ETH_P_IPV6) ? TUN_ALT_VNET_GSO_TUNNEL_IPV6 :
								 TUN_ALT_VNET_GSO_TUNNEL_IPV4;
	return gso_type;
}

/* What is not said is zero. The tag that travels beside a frame will stand in it. */
static void vnet_encode(const struct sk_buff *skb, bool little_endian, struct vnet_wire *wire)
{
	unsigned int tag = skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;

	if (skb_is_gso(skb)) {
		wire->gso_type = vnet_type_of(skb);
		if (tun_alt_vnet_tunnel(wire->gso_type)) {
			little_endian = true;
			wire->outer_transport = cpu_to_le16(skb_transport_offset(skb) + tag);
			wire->inner_network = cpu_to_le16(skb_inner_network_offset(skb) + tag);
		}
		if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM)
			wire->flags |= TUN_ALT_VNET_F_TUNNEL_CSUM;
		wire->header_length =
			__cpu_to_virtio16(little_endian, min(skb_headlen(skb), U16_MAX));
		wire->gso_size = __cpu_to_virtio16(little_endian, skb_shinfo(skb)->gso_size);
	}
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		wire->flags |= VIRTIO_NET_HDR_F_NEEDS_CSUM;
		wire->csum_start = __cpu_to_virtio16(little_endian,
						     skb_checksum_start_offset(skb) + tag);
		wire->csum_offset = __cpu_to_virtio16(little_endian, skb->csum_offset);
	} else if (skb->ip_summed == CHECKSUM_UNNECESSARY && !tun_alt_vnet_tunnel(wire->gso_type)) {
		wire->flags |= VIRTIO_NET_HDR_F_DATA_VALID;
	}
}

/* What the program wants to have behind the header is zero. */
static int vnet_put_wire(struct tun_alt_vnet_shape shape, const struct vnet_wire *wire,
			 struct iov_iter *to)
{
	size_t said = min_t(size_t, shape.size, sizeof(*wire));

	if (!tun_alt_user_put(wire, said, to))
		return -EFAULT;
	said = shape.size - said;
	return !said || iov_iter_zero(said, to) == said ? 0 : -EFAULT;
}

/**
 * tun_alt_vnet_put() - write the header of a packet that is being read
 * @shape: what it looks like, of a size that is not 0
 * @skb: the packet, which tun_alt_offload_fit() found to be one that a header can describe, or NULL
 *	for one of which there is nothing to say
 * @to: where it goes, with room for it
 *
 * Context: Process context, may sleep.
 * Return: 0 or -EFAULT.
 */
int tun_alt_vnet_put(struct tun_alt_vnet_shape shape, const struct sk_buff *skb,
		     struct iov_iter *to)
{
	struct vnet_wire wire = { };

	if (skb)
		vnet_encode(skb, shape.little_endian, &wire);
	return vnet_put_wire(shape, &wire, to);
}

/**
 * tun_alt_vnet_build() - the header of a packet, in memory of the kernel's
 * @shape: as for tun_alt_vnet_put()
 * @skb: likewise
 * @to: where it goes: as many bytes as @shape says
 *
 * Context: Any.
 */
void tun_alt_vnet_build(struct tun_alt_vnet_shape shape, const struct sk_buff *skb, void *to)
{
	size_t said = min_t(size_t, shape.size, sizeof(struct vnet_wire));
	struct vnet_wire wire = { };

	if (skb)
		vnet_encode(skb, shape.little_endian, &wire);
	memcpy(to, &wire, said);
	memset(to + said, 0, shape.size - said);
}

/**
 * tun_alt_vnet_put_said() - write a header that describes no skb
 * @shape: what it looks like, of a size that is not 0
 * @vnet: what it says; nothing of a tunnel
 * @to: where it goes, with room for it
 *
 * Context: Process context, may sleep.
 * Return: 0 or -EFAULT.
 */
int tun_alt_vnet_put_said(struct tun_alt_vnet_shape shape, const struct tun_alt_vnet *vnet,
			  struct iov_iter *to)
{
	bool little_endian = shape.little_endian;
	const struct vnet_wire wire = {
		.flags = vnet->flags,
		.gso_type = vnet->gso_type,
		.header_length = __cpu_to_virtio16(little_endian, vnet->header_length),
		.gso_size = __cpu_to_virtio16(little_endian, vnet->gso_size),
		.csum_start = __cpu_to_virtio16(little_endian, vnet->csum_start),
		.csum_offset = __cpu_to_virtio16(little_endian, vnet->csum_offset),
	};

	return vnet_put_wire(shape, &wire, to);
}
