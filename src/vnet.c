// SPDX-License-Identifier: GPL-2.0
/*
 * Parser and builder of the virtio-net header.
 *
 * The kernel's own helpers judge untrusted headers differently from release to release. These
 * rules are those of Linux 7.3, and one that came later: a checksum starts behind the network
 * header, wherever that is. The layout is that of the virtio specification, 5.1.6.
 */
#include "vnet.h"

#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/uio.h>
#include <linux/virtio_byteorder.h>
#include <net/flow_dissector.h>
#include <net/tcp.h>

#include "compat.h"
#include "ip.h"
#include "refusal.h"

/* As many tags as the core goes through. */
#define VNET_MOST_TAGS	8

/* As many datagrams as the core cuts one packet into. */
#define VNET_MOST_DATAGRAMS	128

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

static u8 vnet_tunnel(u8 gso_type)
{
	return gso_type & TUN_ALT_VNET_GSO_TUNNEL;
}

static void vnet_decode(const struct vnet_wire *wire, bool little_endian,
			struct tun_alt_vnet *vnet)
{
	/* Tunnels came with a version of virtio that has one byte order. */
	if (vnet_tunnel(wire->gso_type))
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
	if (!copy_from_iter_full(&wire, parsed, from))
		return tun_alt_refuse(why, -EFAULT, TUN_ALT_REFUSED_FAULT);
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

/**
 * tun_alt_vnet_find_tap() - find the network header of an Ethernet frame
 * @skb: the frame, from its Ethernet header, of ETH_HLEN bytes at least
 * @frame: gets it
 *
 * Context: Any.
 */
void tun_alt_vnet_find_tap(const struct sk_buff *skb, struct tun_alt_vnet_frame *frame)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr room;
	int tags = 0;

	skb_copy_bits(skb, offsetof(struct ethhdr, h_proto), &frame->l3_protocol,
		      sizeof(frame->l3_protocol));
	frame->l3_offset = ETH_HLEN;
	while (eth_type_vlan(frame->l3_protocol) && tags++ < VNET_MOST_TAGS) {
		tag = skb_header_pointer(skb, frame->l3_offset, sizeof(room), &room);
		if (!tag)
			return;
		frame->l3_protocol = tag->h_vlan_encapsulated_proto;
		frame->l3_offset += sizeof(room);
	}
}

/**
 * tun_alt_vnet_find_tun() - say where an L3 packet's network header is: in front
 * @skb: the packet, its protocol set or 0
 * @frame: gets it
 *
 * Context: Any.
 */
void tun_alt_vnet_find_tun(const struct sk_buff *skb, struct tun_alt_vnet_frame *frame)
{
	u8 first;

	frame->l3_offset = 0;
	frame->l3_protocol = skb->protocol;
	if (!frame->l3_protocol && !skb_copy_bits(skb, 0, &first, sizeof(first)))
		frame->l3_protocol = tun_alt_ip_protocol(first);
}

/**
 * struct vnet_gso - what a type of segments stands for
 * @type: SKB_GSO_x
 * @ip_proto: the transport protocol
 * @transport: least length of its header
 */
struct vnet_gso {
	unsigned int type;
	u8 ip_proto;
	u8 transport;
};

static bool vnet_gso_of(u8 gso_type, struct vnet_gso *gso)
{
	static const struct vnet_gso types[] = {
		[VIRTIO_NET_HDR_GSO_TCPV4] = { SKB_GSO_TCPV4, IPPROTO_TCP, sizeof(struct tcphdr) },
		[VIRTIO_NET_HDR_GSO_TCPV6] = { SKB_GSO_TCPV6, IPPROTO_TCP, sizeof(struct tcphdr) },
		[VIRTIO_NET_HDR_GSO_UDP] = { SKB_GSO_UDP, IPPROTO_UDP, sizeof(struct udphdr) },
		[TUN_ALT_VNET_GSO_UDP_L4] = { SKB_GSO_UDP_L4, IPPROTO_UDP, sizeof(struct udphdr) },
	};
	u8 row = gso_type & ~VIRTIO_NET_HDR_GSO_ECN;

	if (row >= ARRAY_SIZE(types) || !types[row].type)
		return false;
	*gso = types[row];
	if (gso_type & VIRTIO_NET_HDR_GSO_ECN)
		gso->type |= SKB_GSO_TCP_ECN;
	return true;
}

static unsigned int vnet_least_l3(bool ipv6)
{
	return ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
}

/*
 * The transport header begins where the checksum does. The stack takes it for granted that a
 * network header is in front of it.
 */
static int vnet_set_csum(const struct tun_alt_vnet *vnet, const struct tun_alt_vnet_frame *frame,
			 const struct vnet_gso *gso, struct sk_buff *skb)
{
	u32 start = vnet->csum_start, offset = vnet->csum_offset;
	u32 needed = start + max_t(u32, gso->transport, offset + sizeof(__sum16));
	bool ipv6 = gso->type & SKB_GSO_TCPV6;
	u32 before = 0;

	if (frame->l3_protocol == htons(ETH_P_IP) || frame->l3_protocol == htons(ETH_P_IPV6))
		before = frame->l3_offset;
	if (frame->l3_protocol == htons(ETH_P_IPV6))
		ipv6 = true;
	if (start < before + vnet_least_l3(ipv6))
		return -EINVAL;
	if (!pskb_may_pull(skb, needed) || !skb_partial_csum_set(skb, start, offset))
		return -EINVAL;
	return 0;
}

static bool vnet_network_fits(__be16 protocol, unsigned int type)
{
	if (type & SKB_GSO_TCPV4)
		return protocol == htons(ETH_P_IP);
	if (type & SKB_GSO_TCPV6)
		return protocol == htons(ETH_P_IPV6);
	return protocol == htons(ETH_P_IP) || protocol == htons(ETH_P_IPV6);
}

/*
 * Segments without a checksum to fill in: the header does not say where the transport header is,
 * the frame must. An skb keeps that place in 16 bits, as skb_partial_csum_set() knows.
 */
static int vnet_find_transport(const struct tun_alt_vnet_frame *frame, const struct vnet_gso *gso,
			       struct sk_buff *skb)
{
	struct flow_keys_basic keys;

	if (!skb_flow_dissect_flow_keys_basic(frame->net, skb, &keys, skb->data,
					      frame->l3_protocol, frame->l3_offset,
					      skb_headlen(skb), 0))
		return -EINVAL;
	if (keys.basic.ip_proto != gso->ip_proto ||
	    !vnet_network_fits(keys.basic.n_proto, gso->type) ||
	    skb_headroom(skb) + keys.control.thoff >= U16_MAX ||
	    !pskb_may_pull(skb, keys.control.thoff + gso->transport))
		return -EINVAL;
	skb_set_transport_header(skb, keys.control.thoff);
	return 0;
}

static int vnet_set_gso(const struct tun_alt_vnet *vnet, const struct vnet_gso *gso,
			struct sk_buff *skb)
{
	unsigned int headers = skb_transport_offset(skb) + gso->transport;
	bool partial = skb->ip_summed == CHECKSUM_PARTIAL;
	struct skb_shared_info *shared = skb_shinfo(skb);
	unsigned int size = vnet->gso_size;

	switch (gso->type & ~SKB_GSO_TCP_ECN) {
	case SKB_GSO_UDP:
		/* Fragments of one datagram: its header is part of what is cut. */
		headers -= gso->transport;
		break;
	case SKB_GSO_UDP_L4:
		if (!partial || skb->csum_offset != offsetof(struct udphdr, check) ||
		    gso->type & SKB_GSO_TCP_ECN ||
		    skb->len - headers > size * VNET_MOST_DATAGRAMS)
			return -EINVAL;
		break;
	default:
		if (partial && skb->csum_offset != offsetof(struct tcphdr, check))
			return -EINVAL;
		size = max_t(unsigned int, size, TCP_MIN_GSO_SIZE);
	}
	if (size == GSO_BY_FRAGS)
		return -EINVAL;
	/* One segment's worth is a packet like any other. */
	if (skb->len - headers > size) {
		shared->gso_size = size;
		/* The core looks at the headers again and counts the segments. */
		shared->gso_type = gso->type | SKB_GSO_DODGY;
		shared->gso_segs = 0;
	}
	return 0;
}

static int vnet_apply_plain(const struct tun_alt_vnet *vnet, u8 gso_type,
			    const struct tun_alt_vnet_frame *frame, struct sk_buff *skb)
{
	struct vnet_gso gso = { };
	int err = 0;

	if (gso_type && (!vnet_gso_of(gso_type, &gso) || !vnet->gso_size))
		return -EINVAL;
	if (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		err = vnet_set_csum(vnet, frame, &gso, skb);
	else if (gso_type)
		err = vnet_find_transport(frame, &gso, skb);
	if (!err && gso_type)
		err = vnet_set_gso(vnet, &gso, skb);
	return err;
}

static bool vnet_tunnel_fits(const struct tun_alt_vnet *vnet,
			     const struct tun_alt_vnet_frame *frame, u8 inner)
{
	bool outer_ipv6 = vnet_tunnel(vnet->gso_type) == TUN_ALT_VNET_GSO_TUNNEL_IPV6;
	bool inner_ipv6 = inner == VIRTIO_NET_HDR_GSO_TCPV6;

	return TUN_ALT_CARRIES_TUNNELS && frame->tunnels &&
	       vnet_tunnel(vnet->gso_type) != TUN_ALT_VNET_GSO_TUNNEL &&
	       inner && inner != VIRTIO_NET_HDR_GSO_UDP &&
	       vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	       vnet->outer_transport >= frame->l3_offset + vnet_least_l3(outer_ipv6) &&
	       vnet->inner_network >= vnet->outer_transport + sizeof(struct udphdr) &&
	       vnet->csum_start >= vnet->inner_network + vnet_least_l3(inner_ipv6);
}

/*
 * A packet with segments inside a UDP tunnel. All offsets lie below the checksum's, whose bytes
 * are linear by then.
 */
static int vnet_apply_tunnel(const struct tun_alt_vnet *vnet,
			     const struct tun_alt_vnet_frame *frame, struct sk_buff *skb)
{
	u8 plain = vnet->gso_type & ~TUN_ALT_VNET_GSO_TUNNEL;
	u8 inner = plain & ~VIRTIO_NET_HDR_GSO_ECN;
	bool ipv6 = inner == VIRTIO_NET_HDR_GSO_TCPV6;
	int err;

	if (!vnet_tunnel_fits(vnet, frame, inner))
		return -EINVAL;
	err = vnet_apply_plain(vnet, plain, frame, skb);
	if (err)
		return err;
	/* Datagrams come over either version. */
	if (inner == TUN_ALT_VNET_GSO_UDP_L4)
		ipv6 = skb->data[vnet->inner_network] >> 4 == 6;
	if (vnet->csum_start < vnet->inner_network + vnet_least_l3(ipv6))
		return -EINVAL;

	skb_set_inner_protocol(skb, ipv6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP));
	if (vnet->flags & TUN_ALT_VNET_F_TUNNEL_CSUM)
		skb_shinfo(skb)->gso_type |= SKB_GSO_UDP_TUNNEL_CSUM;
	else
		skb_shinfo(skb)->gso_type |= SKB_GSO_UDP_TUNNEL;
	skb_set_inner_transport_header(skb, vnet->csum_start);
	skb_set_inner_network_header(skb, vnet->inner_network);
	skb_set_inner_mac_header(skb, vnet->inner_network);
	skb_set_transport_header(skb, vnet->outer_transport);
	skb->encapsulation = 1;
	return 0;
}

/**
 * tun_alt_vnet_apply() - make an skb what its header says that it is
 * @vnet: the header
 * @frame: where the frame's network header is
 * @skb: the frame, from its first byte; headers that are needed become linear
 * @why: gets the reason of a refusal
 *
 * Whatever the header says, what the stack gets is consistent: checksum and segments lie in the
 * frame, behind a network header.
 *
 * Context: Any.
 * Return: 0; -EINVAL for a header that does not describe the frame.
 */
int tun_alt_vnet_apply(const struct tun_alt_vnet *vnet, const struct tun_alt_vnet_frame *frame,
		       struct sk_buff *skb, struct tun_alt_refusal *why)
{
	int err;

	if (vnet_tunnel(vnet->gso_type))
		err = vnet_apply_tunnel(vnet, frame, skb);
	else
		err = vnet_apply_plain(vnet, vnet->gso_type, frame, skb);
	return err ? tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_VNET_HEADER,
					   vnet->flags, vnet->gso_type) : 0;
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
		if (vnet_tunnel(wire->gso_type)) {
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
	} else if (skb->ip_summed == CHECKSUM_UNNECESSARY && !vnet_tunnel(wire->gso_type)) {
		wire->flags |= VIRTIO_NET_HDR_F_DATA_VALID;
	}
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
	size_t said = min_t(size_t, shape.size, sizeof(wire));

	if (skb)
		vnet_encode(skb, shape.little_endian, &wire);
	if (copy_to_iter(&wire, said, to) != said ||
	    iov_iter_zero(shape.size - said, to) != shape.size - said)
		return -EFAULT;
	return 0;
}
