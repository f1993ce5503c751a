// SPDX-License-Identifier: GPL-2.0
/*
 * Checksum and segments of a written frame.
 *
 * The kernel's own helpers judge untrusted headers differently from release to release. These
 * rules are those of Linux 7.3, and one that came later: a checksum starts behind the network
 * header, wherever that is.
 */
#include "gso.h"

#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/flow_dissector.h>
#include <net/tcp.h>

#include "compat.h"
#include "ip.h"
#include "refusal.h"
#include "vnet.h"

/* As many tags as the core goes through. */
#define GSO_MOST_TAGS	8

/* As many datagrams as the core cuts one packet into. */
#define GSO_MOST_DATAGRAMS	128

/**
 * tun_alt_gso_find_tap() - find the network header of an Ethernet frame
 * @skb: the frame, from its Ethernet header, of ETH_HLEN bytes at least
 * @frame: gets it
 *
 * Context: Any.
 */
void tun_alt_gso_find_tap(const struct sk_buff *skb, struct tun_alt_gso_frame *frame)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr room;
	int tags = 0;

	skb_copy_bits(skb, offsetof(struct ethhdr, h_proto), &frame->l3_protocol,
		      sizeof(frame->l3_protocol));
	frame->l3_offset = ETH_HLEN;
	while (eth_type_vlan(frame->l3_protocol) && tags++ < GSO_MOST_TAGS) {
		tag = skb_header_pointer(skb, frame->l3_offset, sizeof(room), &room);
		if (!tag)
			return;
		frame->l3_protocol = tag->h_vlan_encapsulated_proto;
		frame->l3_offset += sizeof(room);
	}
}

/**
 * tun_alt_gso_find_tun() - say where an L3 packet's network header is: in front
 * @skb: the packet, its protocol set or 0
 * @frame: gets it
 *
 * Context: Any.
 */
void tun_alt_gso_find_tun(const struct sk_buff *skb, struct tun_alt_gso_frame *frame)
{
	u8 first;

	frame->l3_offset = 0;
	frame->l3_protocol = skb->protocol;
	if (!frame->l3_protocol && !skb_copy_bits(skb, 0, &first, sizeof(first)))
		frame->l3_protocol = tun_alt_ip_protocol(first);
}

/**
 * struct gso_kind - what a type of segments stands for
 * @type: SKB_GSO_x
 * @ip_proto: the transport protocol
 * @transport: least length of its header
 */
struct gso_kind {
	unsigned int type;
	u8 ip_proto;
	u8 transport;
};

static bool gso_kind_of(u8 gso_type, struct gso_kind *gso)
{
	static const struct gso_kind types[] = {
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

static unsigned int gso_least_l3(bool ipv6)
{
	return ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
}

/* Where a transport header can begin at the earliest. */
static unsigned int gso_least_transport(const struct tun_alt_gso_frame *frame, bool ipv6)
{
	bool ipv4 = frame->l3_protocol == htons(ETH_P_IP);

	if (frame->l3_protocol == htons(ETH_P_IPV6))
		ipv6 = true;
	else if (!ipv4)
		return gso_least_l3(ipv6);
	return frame->l3_offset + gso_least_l3(ipv6);
}

/*
 * The transport header begins where the checksum does. The stack takes it for granted that a
 * network header is in front of it.
 */
static int gso_set_csum(const struct tun_alt_vnet *vnet, const struct tun_alt_gso_frame *frame,
			const struct gso_kind *gso, struct sk_buff *skb)
{
	u32 start = vnet->csum_start, offset = vnet->csum_offset;
	u32 needed = start + max_t(u32, gso->transport, offset + sizeof(__sum16));

	if (start < gso_least_transport(frame, gso->type & SKB_GSO_TCPV6))
		return -EINVAL;
	if (!pskb_may_pull(skb, needed) || !skb_partial_csum_set(skb, start, offset))
		return -EINVAL;
	return 0;
}

static bool gso_network_fits(__be16 protocol, unsigned int type)
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
static int gso_find_transport(const struct tun_alt_gso_frame *frame, const struct gso_kind *gso,
			      struct sk_buff *skb)
{
	/*
	 * Dissectors before 6.1.190 cut a place off at the frame's length, of which they took 16
	 * bits. Without the frame they cut it off at the linear part: the headers go there first,
	 * and no more of it is told of than 16 bits can say. And so they do where the program could
	 * change what was looked at.
	 */
	const struct sk_buff *whole = skb->len > U16_MAX || skb_has_shared_frag(skb) ? NULL : skb;
	struct flow_keys_basic keys;

	if ((!whole && !pskb_may_pull(skb, min_t(u32, skb->len, TUN_ALT_GSO_MOST_HEADERS))) ||
	    !skb_flow_dissect_flow_keys_basic(frame->net, whole, &keys, skb->data,
					      frame->l3_protocol, frame->l3_offset,
					      min_t(int, skb_headlen(skb), U16_MAX), 0))
		return -EINVAL;
	if (keys.basic.ip_proto != gso->ip_proto ||
	    !gso_network_fits(keys.basic.n_proto, gso->type) ||
	    keys.control.thoff < frame->l3_offset +
				 gso_least_l3(keys.basic.n_proto == htons(ETH_P_IPV6)) ||
	    skb_headroom(skb) + keys.control.thoff >= U16_MAX ||
	    !pskb_may_pull(skb, keys.control.thoff + gso->transport))
		return -EINVAL;
	skb_set_transport_header(skb, keys.control.thoff);
	return 0;
}

static int gso_set_segments(const struct tun_alt_vnet *vnet, const struct gso_kind *gso,
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
		    skb->len - headers > size * GSO_MOST_DATAGRAMS)
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

static int gso_apply_plain(const struct tun_alt_vnet *vnet, u8 gso_type,
			   const struct tun_alt_gso_frame *frame, struct sk_buff *skb)
{
	struct gso_kind gso = { };
	int err = 0;

	if (gso_type && (!gso_kind_of(gso_type, &gso) || !vnet->gso_size))
		return -EINVAL;
	if (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		err = gso_set_csum(vnet, frame, &gso, skb);
	else if (gso_type)
		err = gso_find_transport(frame, &gso, skb);
	if (!err && gso_type)
		err = gso_set_segments(vnet, &gso, skb);
	return err;
}

static bool gso_tunnel_fits(const struct tun_alt_vnet *vnet,
			    const struct tun_alt_gso_frame *frame, u8 inner)
{
	bool outer_ipv6, inner_ipv6;

	if (!TUN_ALT_CARRIES_TUNNELS || !frame->tunnels)
		return false;
	outer_ipv6 = tun_alt_vnet_tunnel(vnet->gso_type) == TUN_ALT_VNET_GSO_TUNNEL_IPV6;
	inner_ipv6 = inner == VIRTIO_NET_HDR_GSO_TCPV6;
	return tun_alt_vnet_tunnel(vnet->gso_type) != TUN_ALT_VNET_GSO_TUNNEL &&
	       inner && inner != VIRTIO_NET_HDR_GSO_UDP &&
	       vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	       vnet->outer_transport >= frame->l3_offset + gso_least_l3(outer_ipv6) &&
	       vnet->inner_network >= vnet->outer_transport + sizeof(struct udphdr) &&
	       vnet->csum_start >= vnet->inner_network + gso_least_l3(inner_ipv6);
}

/*
 * A packet with segments inside a UDP tunnel. All offsets lie below the checksum's, whose bytes
 * are linear by then.
 */
static int gso_apply_tunnel(const struct tun_alt_vnet *vnet,
			    const struct tun_alt_gso_frame *frame, struct sk_buff *skb)
{
	u8 plain = vnet->gso_type & ~TUN_ALT_VNET_GSO_TUNNEL;
	u8 inner = plain & ~VIRTIO_NET_HDR_GSO_ECN;
	bool ipv6 = inner == VIRTIO_NET_HDR_GSO_TCPV6;
	int err;

	if (!gso_tunnel_fits(vnet, frame, inner))
		return -EINVAL;
	err = gso_apply_plain(vnet, plain, frame, skb);
	if (err)
		return err;
	/* Datagrams come over either version. */
	if (inner == TUN_ALT_VNET_GSO_UDP_L4)
		ipv6 = skb->data[vnet->inner_network] >> 4 == 6;
	if (vnet->csum_start < vnet->inner_network + gso_least_l3(ipv6))
		return -EINVAL;
	/* One segment's worth needs no tunnel to be cut in. */
	if (!skb_is_gso(skb))
		return 0;

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
 * tun_alt_gso_apply() - make an skb what its header says that it is
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
int tun_alt_gso_apply(const struct tun_alt_vnet *vnet, const struct tun_alt_gso_frame *frame,
		      struct sk_buff *skb, struct tun_alt_refusal *why)
{
	int err;

	if (tun_alt_vnet_tunnel(vnet->gso_type))
		err = gso_apply_tunnel(vnet, frame, skb);
	else
		err = gso_apply_plain(vnet, vnet->gso_type, frame, skb);
	return err ? tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_VNET_HEADER,
					   vnet->flags, vnet->gso_type) : 0;
}

/**
 * tun_alt_gso_holds() - whether what an skb was made still describes it
 * @skb: a frame that tun_alt_gso_apply() has seen and that was changed since, from its first byte
 * @frame: where its network header is now
 *
 * Context: Any.
 * Return: whether checksum and segments still lie in the frame, behind a network header.
 */
bool tun_alt_gso_holds(const struct sk_buff *skb, const struct tun_alt_gso_frame *frame)
{
	int least = gso_least_transport(frame, false);
	int start = skb_checksum_start_offset(skb);

	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    (start < least || start + skb->csum_offset + sizeof(__sum16) > skb->len))
		return false;
	return !skb_is_gso(skb) || skb_transport_offset(skb) >= least;
}
