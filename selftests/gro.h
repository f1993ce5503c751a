/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments of a TCP connection, and a packet socket with PACKET_VNET_HDR that sees which of them
 * went up as one packet.
 */
#ifndef SELFTESTS_GRO_H
#define SELFTESTS_GRO_H

#include "napi.h"

#define GRO_MSS 500
#define GRO_TCP_LEN 20
#define GRO_SEED 5

/**
 * struct gro_test - the device under test
 * @t: itself
 * @hdr_len: bytes of headers of the last segment that was made
 */
struct gro_test {
	struct napi_test t;
	size_t hdr_len;
};

/* 0 or -errno */
static inline int gro_test_setup(struct gro_test *g, int flags)
{
	int ret = napi_test_setup(&g->t, flags | IFF_NO_PI);
	int on = 1;

	if (ret)
		return ret;
	return setsockopt(g->t.sock, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ? -errno : 0;
}

/* Segment @i of the flow from @sport, @len bytes of payload that begin where the last one ended */
static inline void gro_segment(struct gro_test *g, int family, __u16 sport, int i, size_t len)
{
	struct packet_flow flow = family == AF_INET ?
		packet_flow("10.9.0.2", "10.9.0.1", sport, 2000) :
		packet_flow("fd09::2", "fd09::1", sport, 2000);
	struct packet *p = &g->t.packet;
	unsigned char *ip, *tcp;
	__u32 sum;

	packet_reset(p);
	if (g->t.flags & IFF_TAP) {
		packet_mac(p, (const unsigned char *)"\2\0\0\0\0\1",
			   (const unsigned char *)"\2\0\0\0\0\2");
		packet_type(p, family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	}
	ip = p->data + p->len;
	packet_ip(p, &flow, IPPROTO_TCP, GRO_TCP_LEN + len);
	if (family == AF_INET) {
		/* each packet of a sender has the next number */
		packet_put16(ip + 4, i + 1);
		packet_put16(ip + 10, 0);
		packet_put16(ip + 10, packet_fold(packet_sum(ip, PACKET_IPV4_LEN, 0)));
	}
	tcp = packet_room(p, GRO_TCP_LEN);
	packet_put16(tcp, sport);
	packet_put16(tcp + 2, 2000);
	packet_put16(tcp + 6, 1 + i * GRO_MSS);
	packet_put16(tcp + 10, 1);
	tcp[12] = GRO_TCP_LEN / 4 << 4;
	tcp[13] = 0x10;		/* ACK */
	packet_put16(tcp + 14, 500);
	g->hdr_len = p->len;
	for (size_t at = 0; at < len; at++)
		*packet_room(p, 1) = packet_byte(i * GRO_MSS + at, GRO_SEED);
	sum = packet_pseudo(flow.src, flow.dst, packet_addr_len(family), IPPROTO_TCP,
			    GRO_TCP_LEN + len);
	packet_put16(tcp + 16, packet_fold(packet_sum(tcp, GRO_TCP_LEN + len, sum)));
}

/*
 * The next packet is segments merged, the first of which is number @first: its payload's length,
 * or -errno
 */
static inline ssize_t gro_merged(struct gro_test *g, int family, int first)
{
	struct virtio_net_hdr hdr;
	ssize_t len = napi_received(&g->t);
	size_t hdr_len = sizeof(hdr) + g->hdr_len;

	if (len < (ssize_t)hdr_len)
		return len < 0 ? len : -EMSGSIZE;
	len -= hdr_len;
	memcpy(&hdr, g->t.room, sizeof(hdr));
	for (ssize_t at = 0; at < len; at++)
		if (g->t.room[hdr_len + at] != packet_byte(first * GRO_MSS + at, GRO_SEED))
			return -EBADMSG;
	if (len <= GRO_MSS)
		return hdr.gso_type == VIRTIO_NET_HDR_GSO_NONE ? len : -EPROTO;
	if (hdr.gso_type != (family == AF_INET ? VIRTIO_NET_HDR_GSO_TCPV4 :
						VIRTIO_NET_HDR_GSO_TCPV6))
		return -EPROTO;
	return hdr.gso_size == GRO_MSS ? len : -EPROTO;
}

/* Whether the stack received @n segments, as one packet and no other */
static inline bool gro_all_merged(struct gro_test *g, int family, int n)
{
	return gro_merged(g, family, 0) == n * GRO_MSS && napi_nothing_received(&g->t) &&
	       napi_stat(&g->t, NET_RECEIVED_PACKETS) == n &&
	       napi_stat(&g->t, NET_RECEIVED_BYTES) == n * ((long long)g->hdr_len + GRO_MSS);
}

#endif /* SELFTESTS_GRO_H */
