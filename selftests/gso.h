/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames as a sender with offloads makes them, one transport header and up to 64 KiB behind
 * it, and the check of the segments that the stack cut out of one. With and without a UDP
 * tunnel around it.
 */
#ifndef SELFTESTS_GSO_H
#define SELFTESTS_GSO_H

#include <stdbool.h>

#include "packet.h"

#define GSO_SEED 9
#define GSO_SEQ 0x01020304
#define GSO_SPORT 1000
#define GSO_DPORT 2000
#define GSO_TCP_LEN 32		/* with timestamps, as a TCP has them these days */

#define GSO_FIN 0x01
#define GSO_PSH 0x08
#define GSO_ACK 0x10
#define GSO_CWR 0x80

#define GSO_VXLAN 4789
#define GSO_GENEVE 6081

/**
 * struct gso_tunnel - a UDP tunnel around a frame
 * @family: of the outer IP header, 0 for no tunnel
 * @port: GSO_VXLAN, or GSO_GENEVE: without an inner MAC header, the other one has one
 * @summed: whether the outer UDP header has a checksum
 */
struct gso_tunnel {
	int family;
	int port;
	bool summed;
};

/**
 * struct gso_frame - what to build, and the frame
 * @mac: where the frame goes on a TAP, NULL on a TUN
 * @tags: VLAN tags behind the MAC header
 * @tunnel: what is around it
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @flags: of TCP, beside ACK
 * @payload: its length
 * @summed: whether the checksum is right; else it is left for the stack to fill in
 * @packet: the frame
 * @l3: where the IP header is; of a tunnel the inner one
 * @l4: where the transport header is, the inner one too
 * @hdr_len: length of all headers
 * @outer_l4: where a tunnel's UDP header is
 */
struct gso_frame {
	const unsigned char *mac;
	int tags;
	struct gso_tunnel tunnel;
	int family;
	int proto;
	int flags;
	size_t payload;
	bool summed;
	struct packet packet;
	size_t l3;
	size_t l4;
	size_t hdr_len;
	size_t outer_l4;
};

static inline struct packet_flow gso_flow(int family)
{
	if (family == AF_INET)
		return packet_flow("10.1.0.2", "10.2.0.2", GSO_SPORT, GSO_DPORT);
	return packet_flow("fd00:1::2", "fd00:2::2", GSO_SPORT, GSO_DPORT);
}

static inline int gso_type(int family)
{
	return family == AF_INET ? ETH_P_IP : ETH_P_IPV6;
}

static inline size_t gso_ip_len(int family)
{
	return family == AF_INET ? PACKET_IPV4_LEN : PACKET_IPV6_LEN;
}

static inline size_t gso_l4_len(int proto)
{
	return proto == IPPROTO_TCP ? GSO_TCP_LEN : PACKET_UDP_LEN;
}

/* Where the checksum is in its transport header */
static inline size_t gso_csum_offset(int proto)
{
	return proto == IPPROTO_TCP ? 16 : 6;
}

static inline void gso_put_mac(struct gso_frame *frame, int type)
{
	static const unsigned char src[] = { 2, 0, 0, 0, 0, 2 };
	struct packet *p = &frame->packet;

	packet_mac(p, frame->mac, src);
	for (int i = 0; i < frame->tags; i++)
		packet_tag(p, i + 1 < frame->tags ? ETH_P_8021AD : ETH_P_8021Q, 5 + i);
	packet_type(p, type);
}

/* Outer IP, UDP and tunnel header, @len bytes in it; the outer checksum is for the stack */
static inline void gso_put_tunnel(struct gso_frame *frame, size_t len)
{
	struct packet_flow flow = gso_flow(frame->tunnel.family);
	bool vxlan = frame->tunnel.port == GSO_VXLAN;
	struct packet *p = &frame->packet;
	unsigned char *udp, *at;
	__u32 sum;

	len += PACKET_UDP_LEN + 8 + (vxlan ? ETH_HLEN : 0);
	packet_ip(p, &flow, IPPROTO_UDP, len);
	frame->outer_l4 = p->len;
	udp = packet_room(p, PACKET_UDP_LEN);
	packet_put16(udp, GSO_SPORT);
	packet_put16(udp + 2, frame->tunnel.port);
	packet_put16(udp + 4, len);
	sum = packet_pseudo(flow.src, flow.dst, packet_addr_len(flow.family), IPPROTO_UDP, len);
	if (frame->tunnel.summed)
		packet_put16(udp + 6, sum);
	at = packet_room(p, 8);
	if (vxlan) {
		at[0] = 8;
		packet_mac(p, (const unsigned char *)"\2\0\0\0\0\3",
			   (const unsigned char *)"\2\0\0\0\0\4");
		packet_type(p, gso_type(frame->family));
	} else {
		packet_put16(at + 2, gso_type(frame->family));
	}
}

static inline void gso_put_tcp(struct packet *p, int flags)
{
	unsigned char *at = packet_room(p, GSO_TCP_LEN);

	packet_put16(at, GSO_SPORT);
	packet_put16(at + 2, GSO_DPORT);
	packet_put16(at + 4, GSO_SEQ >> 16);
	packet_put16(at + 6, GSO_SEQ & 0xffff);
	packet_put16(at + 10, 77);
	at[12] = GSO_TCP_LEN / 4 << 4;
	at[13] = GSO_ACK | flags;
	packet_put16(at + 14, 500);
	memcpy(at + 20, "\1\1\x08\x0a\0\0\0\1\0\0\0\2", 12);
}

static inline void gso_put_udp(struct packet *p, size_t len)
{
	unsigned char *at = packet_room(p, PACKET_UDP_LEN);

	packet_put16(at, GSO_SPORT);
	packet_put16(at + 2, GSO_DPORT);
	packet_put16(at + 4, len);
}

/* Builds what the first fields of @frame say */
static inline void gso_build(struct gso_frame *frame)
{
	size_t len = gso_l4_len(frame->proto) + frame->payload;
	struct packet_flow flow = gso_flow(frame->family);
	int outer = frame->tunnel.family;
	struct packet *p = &frame->packet;
	unsigned char *csum;
	__u32 sum;

	packet_reset(p);
	if (frame->mac)
		gso_put_mac(frame, gso_type(outer ? outer : frame->family));
	if (outer)
		gso_put_tunnel(frame, gso_ip_len(frame->family) + len);
	frame->l3 = p->len;
	packet_ip(p, &flow, frame->proto, len);
	frame->l4 = p->len;
	if (frame->proto == IPPROTO_TCP)
		gso_put_tcp(p, frame->flags);
	else
		gso_put_udp(p, len);
	frame->hdr_len = p->len;
	packet_fill(p, frame->payload, GSO_SEED);
	sum = packet_pseudo(flow.src, flow.dst, packet_addr_len(flow.family), frame->proto, len);
	if (frame->summed)
		sum = packet_fold(packet_sum(p->data + frame->l4, len, sum));
	csum = p->data + frame->l4 + gso_csum_offset(frame->proto);
	packet_put16(csum, sum);
}

/**
 * struct gso_segment - a packet that came out, from its IP header on
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_*
 * @src: source and destination address, @addr_len bytes each
 * @addr_len: 4 or 16
 * @l4: the transport header
 * @l4_len: its length with all behind it
 */
struct gso_segment {
	int family;
	int proto;
	const unsigned char *src;
	size_t addr_len;
	const unsigned char *l4;
	size_t l4_len;
};

/* The IP header of @len bytes at @at; false when its lengths or its checksum are wrong */
static inline bool gso_parse(struct gso_segment *seg, const unsigned char *at, size_t len)
{
	bool v4 = len >= PACKET_IPV4_LEN && at[0] == 0x45;
	size_t ip_len = v4 ? PACKET_IPV4_LEN : PACKET_IPV6_LEN;

	if (len < ip_len || (!v4 && at[0] >> 4 != 6))
		return false;
	if (packet_get16(at + (v4 ? 2 : 4)) != (v4 ? len : len - ip_len))
		return false;
	if (v4 && packet_fold(packet_sum(at, ip_len, 0)))
		return false;
	seg->family = v4 ? AF_INET : AF_INET6;
	seg->proto = at[v4 ? 9 : 6];
	seg->src = at + (v4 ? 12 : 8);
	seg->addr_len = v4 ? 4 : 16;
	seg->l4 = at + ip_len;
	seg->l4_len = len - ip_len;
	return true;
}

static inline bool gso_sum_is_right(const struct gso_segment *seg)
{
	__u32 sum = packet_pseudo(seg->src, seg->src + seg->addr_len, seg->addr_len, seg->proto,
				  seg->l4_len);

	return !packet_fold(packet_sum(seg->l4, seg->l4_len, sum));
}

/* Takes the tunnel off the packet; false when something of it is not as it was sent */
static inline bool gso_parse_tunnel(const struct gso_frame *frame, struct gso_segment *seg)
{
	size_t skip = PACKET_UDP_LEN + 8 + (frame->tunnel.port == GSO_VXLAN ? ETH_HLEN : 0);
	const unsigned char *l4 = seg->l4;

	if (seg->family != frame->tunnel.family || seg->proto != IPPROTO_UDP)
		return false;
	if (seg->l4_len < skip || packet_get16(l4 + 2) != frame->tunnel.port)
		return false;
	if (packet_get16(l4 + 4) != seg->l4_len)
		return false;
	if (frame->tunnel.summed ? !gso_sum_is_right(seg) : packet_get16(l4 + 6))
		return false;
	if (memcmp(l4 + 8, frame->packet.data + frame->outer_l4 + 8, skip - 8))
		return false;
	return gso_parse(seg, l4 + skip, seg->l4_len - skip);
}

/* TCP's own of segment that begins at @at of the payload */
static inline bool gso_tcp_is_right(const struct gso_frame *frame, const struct gso_segment *seg,
				    size_t at, bool last)
{
	__u32 seq = (__u32)packet_get16(seg->l4 + 4) << 16 | packet_get16(seg->l4 + 6);
	int flags = GSO_ACK | frame->flags;

	if (at)
		flags &= ~GSO_CWR;
	if (!last)
		flags &= ~(GSO_FIN | GSO_PSH);
	return seq == GSO_SEQ + at && seg->l4[13] == flags &&
	       !memcmp(seg->l4 + 20, frame->packet.data + frame->l4 + 20, 12);
}

/*
 * Whether @data is the segment of @frame whose payload begins at @at: all its headers and
 * checksums right. Its payload's length, or -1.
 */
static inline ssize_t gso_check(const struct gso_frame *frame, const unsigned char *data,
				size_t len, size_t at)
{
	size_t header = gso_l4_len(frame->proto);
	struct gso_segment seg;
	ssize_t payload;
	bool last;

	if (!gso_parse(&seg, data, len))
		return -1;
	if (frame->tunnel.family && !gso_parse_tunnel(frame, &seg))
		return -1;
	if (seg.family != frame->family || seg.proto != frame->proto || seg.l4_len < header)
		return -1;
	payload = seg.l4_len - header;
	last = at + payload == frame->payload;
	if (packet_get16(seg.l4 + 2) != GSO_DPORT || !gso_sum_is_right(&seg))
		return -1;
	if (frame->proto == IPPROTO_UDP && packet_get16(seg.l4 + 4) != seg.l4_len)
		return -1;
	if (frame->proto == IPPROTO_TCP && !gso_tcp_is_right(frame, &seg, at, last))
		return -1;
	for (ssize_t i = 0; i < payload; i++)
		if (seg.l4[header + i] != packet_byte(at + i, GSO_SEED))
			return -1;
	return payload;
}

#endif
