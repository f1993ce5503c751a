/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for the data path tests: builders that append to a packet from the
 * outside in (MAC, VLAN, type, IP, UDP), and the check of what came out at the
 * other end. Nothing here knows about tun.
 */
#ifndef SELFTESTS_PACKET_H
#define SELFTESTS_PACKET_H

#include <arpa/inet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/types.h>

#define PACKET_MAX 66000
#define PACKET_IPV4_LEN 20
#define PACKET_IPV6_LEN 40
#define PACKET_UDP_LEN 8
#define PACKET_TTL 64

/**
 * struct packet - one packet and its length
 * @len: bytes in @data
 * @data: the packet
 */
struct packet {
	size_t len;
	unsigned char data[PACKET_MAX];
};

/**
 * struct packet_flow - the addresses of a UDP or ICMP packet
 * @family: AF_INET or AF_INET6
 * @src: source address, 4 or 16 bytes of it
 * @dst: destination address
 * @sport: source port, host order (ICMP: identifier)
 * @dport: destination port, host order (ICMP: sequence number)
 */
struct packet_flow {
	int family;
	unsigned char src[16];
	unsigned char dst[16];
	__u16 sport;
	__u16 dport;
};

/**
 * struct packet_view - where things are in a packet that packet_parse() took
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_UDP, IPPROTO_ICMP, ...
 * @payload: what follows the UDP or ICMP header
 * @payload_len: its length
 * @sport: UDP source port, host order
 * @dport: UDP destination port, host order
 */
struct packet_view {
	int family;
	int proto;
	const unsigned char *payload;
	size_t payload_len;
	__u16 sport;
	__u16 dport;
};

static inline void packet_put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static inline unsigned int packet_get16(const unsigned char *at)
{
	return at[0] << 8 | at[1];
}

static inline __u32 packet_sum(const void *data, size_t len, __u32 sum)
{
	const unsigned char *at = data;

	for (; len > 1; len -= 2, at += 2) {
		sum += packet_get16(at);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (len)
		sum += *at << 8;
	return (sum & 0xffff) + (sum >> 16);
}

static inline unsigned int packet_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
}

/* The byte at @at of the pattern @seed; period 251 so that no power of 2 hides a shift */
static inline unsigned char packet_byte(size_t at, unsigned int seed)
{
	return (at + seed) % 251;
}

static inline void packet_reset(struct packet *p)
{
	p->len = 0;
}

static inline unsigned char *packet_room(struct packet *p, size_t len)
{
	unsigned char *at = p->data + p->len;

	if (p->len + len > sizeof(p->data))
		__builtin_trap();
	p->len += len;
	memset(at, 0, len);
	return at;
}

static inline void packet_append(struct packet *p, const void *data, size_t len)
{
	memcpy(packet_room(p, len), data, len);
}

static inline void packet_fill(struct packet *p, size_t len, unsigned int seed)
{
	unsigned char *at = packet_room(p, len);

	for (size_t i = 0; i < len; i++)
		at[i] = packet_byte(i, seed);
}

/* The number of bytes that are the pattern @seed, @len when all are */
static inline size_t packet_match(const unsigned char *at, size_t len, unsigned int seed)
{
	size_t i = 0;

	while (i < len && at[i] == packet_byte(i, seed))
		i++;
	return i;
}

/* struct tun_pi: flags in host order, protocol in network order */
static inline void packet_pi(struct packet *p, __u16 flags, __u16 proto)
{
	unsigned char *at = packet_room(p, 4);

	memcpy(at, &flags, sizeof(flags));
	packet_put16(at + 2, proto);
}

static inline void packet_mac(struct packet *p, const unsigned char *dst, const unsigned char *src)
{
	packet_append(p, dst, ETH_ALEN);
	packet_append(p, src, ETH_ALEN);
}

static inline void packet_tag(struct packet *p, __u16 tpid, __u16 tci)
{
	unsigned char *at = packet_room(p, 4);

	packet_put16(at, tpid);
	packet_put16(at + 2, tci);
}

static inline void packet_type(struct packet *p, __u16 proto)
{
	packet_put16(packet_room(p, 2), proto);
}

static inline void packet_arp(struct packet *p, __u16 op, const unsigned char *sha,
			      const unsigned char *spa, const unsigned char *tha,
			      const unsigned char *tpa)
{
	unsigned char *at = packet_room(p, 8);

	packet_put16(at, ARPHRD_ETHER);
	packet_put16(at + 2, ETH_P_IP);
	at[4] = ETH_ALEN;
	at[5] = 4;
	packet_put16(at + 6, op);
	packet_append(p, sha, ETH_ALEN);
	packet_append(p, spa, 4);
	packet_append(p, tha, ETH_ALEN);
	packet_append(p, tpa, 4);
}

static inline size_t packet_addr_len(int family)
{
	return family == AF_INET ? 4 : 16;
}

static inline void packet_ipv4(struct packet *p, const struct packet_flow *flow, int proto,
			       size_t len)
{
	unsigned char *at = packet_room(p, PACKET_IPV4_LEN);

	at[0] = 0x45;
	packet_put16(at + 2, PACKET_IPV4_LEN + len);
	packet_put16(at + 4, 1);
	at[8] = PACKET_TTL;
	at[9] = proto;
	memcpy(at + 12, flow->src, 4);
	memcpy(at + 16, flow->dst, 4);
	packet_put16(at + 10, packet_fold(packet_sum(at, PACKET_IPV4_LEN, 0)));
}

static inline void packet_ipv6(struct packet *p, const struct packet_flow *flow, int proto,
			       size_t len)
{
	unsigned char *at = packet_room(p, PACKET_IPV6_LEN);

	at[0] = 0x60;
	packet_put16(at + 4, len);
	at[6] = proto;
	at[7] = PACKET_TTL;
	memcpy(at + 8, flow->src, 16);
	memcpy(at + 24, flow->dst, 16);
}

static inline void packet_ip(struct packet *p, const struct packet_flow *flow, int proto,
			     size_t len)
{
	if (flow->family == AF_INET)
		packet_ipv4(p, flow, proto, len);
	else
		packet_ipv6(p, flow, proto, len);
}

/* The sum over the pseudo header, to go on from over the transport header and payload */
static inline __u32 packet_pseudo(const unsigned char *src, const unsigned char *dst,
				  size_t addr_len, int proto, size_t len)
{
	unsigned char tail[4] = { 0, 0, 0, proto };
	__u32 sum;

	sum = packet_sum(src, addr_len, 0);
	sum = packet_sum(dst, addr_len, sum);
	packet_put16(tail, len);
	return packet_sum(tail, sizeof(tail), sum);
}

/* IP and UDP with @len bytes of the pattern @seed, both checksums right */
static inline void packet_udp(struct packet *p, const struct packet_flow *flow, size_t len,
			      unsigned int seed)
{
	size_t addr_len = packet_addr_len(flow->family);
	size_t udp_len = PACKET_UDP_LEN + len;
	unsigned int csum;
	unsigned char *at;
	__u32 sum;

	packet_ip(p, flow, IPPROTO_UDP, udp_len);
	at = packet_room(p, PACKET_UDP_LEN);
	packet_put16(at, flow->sport);
	packet_put16(at + 2, flow->dport);
	packet_put16(at + 4, udp_len);
	packet_fill(p, len, seed);
	sum = packet_pseudo(flow->src, flow->dst, addr_len, IPPROTO_UDP, udp_len);
	csum = packet_fold(packet_sum(at, udp_len, sum));
	packet_put16(at + 6, csum ? csum : 0xffff);
}

/* An echo request (type 8 or 128) with @len bytes of the pattern @seed */
static inline void packet_echo(struct packet *p, const struct packet_flow *flow, size_t len,
			       unsigned int seed)
{
	int proto = flow->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	size_t icmp_len = 8 + len;
	unsigned char *at;
	__u32 sum = 0;

	packet_ip(p, flow, proto, icmp_len);
	at = packet_room(p, 8);
	at[0] = flow->family == AF_INET ? 8 : 128;
	packet_put16(at + 4, flow->sport);
	packet_put16(at + 6, flow->dport);
	packet_fill(p, len, seed);
	if (flow->family == AF_INET6)
		sum = packet_pseudo(flow->src, flow->dst, 16, proto, icmp_len);
	packet_put16(at + 2, packet_fold(packet_sum(at, icmp_len, sum)));
}

/* Transport header at @at; false when it is too short or its checksum is wrong */
static inline int packet_parse_l4(struct packet_view *view, const unsigned char *at, size_t len,
				  __u32 pseudo)
{
	if (len < PACKET_UDP_LEN)
		return 0;
	if (view->proto == IPPROTO_ICMP)
		pseudo = 0;
	if (view->proto == IPPROTO_UDP && packet_get16(at + 4) != len)
		return 0;
	if (packet_fold(packet_sum(at, len, pseudo)))
		return 0;
	view->sport = packet_get16(at);
	view->dport = packet_get16(at + 2);
	view->payload = at + PACKET_UDP_LEN;
	view->payload_len = len - PACKET_UDP_LEN;
	return 1;
}

/* True when @at is one whole IPv4 or IPv6 packet with UDP or ICMP and all its checksums hold */
static inline int packet_parse(struct packet_view *view, const unsigned char *at, size_t len)
{
	size_t l4;

	memset(view, 0, sizeof(*view));
	if (len >= PACKET_IPV4_LEN && at[0] == 0x45) {
		if (packet_get16(at + 2) != len || packet_fold(packet_sum(at, PACKET_IPV4_LEN, 0)))
			return 0;
		view->family = AF_INET;
		view->proto = at[9];
		l4 = len - PACKET_IPV4_LEN;
		return packet_parse_l4(view, at + PACKET_IPV4_LEN, l4,
				       packet_pseudo(at + 12, at + 16, 4, view->proto, l4));
	}
	if (len >= PACKET_IPV6_LEN && at[0] >> 4 == 6) {
		l4 = len - PACKET_IPV6_LEN;
		if (packet_get16(at + 4) != l4)
			return 0;
		view->family = AF_INET6;
		view->proto = at[6];
		return packet_parse_l4(view, at + PACKET_IPV6_LEN, l4,
				       packet_pseudo(at + 8, at + 24, 16, view->proto, l4));
	}
	return 0;
}

/* A flow between two addresses of text */
static inline struct packet_flow packet_flow(const char *src, const char *dst, __u16 sport,
					     __u16 dport)
{
	struct packet_flow flow = { .sport = sport, .dport = dport };

	flow.family = strchr(src, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(flow.family, src, flow.src) != 1)
		__builtin_trap();
	if (inet_pton(flow.family, dst, flow.dst) != 1)
		__builtin_trap();
	return flow;
}

#endif
