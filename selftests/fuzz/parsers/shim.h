/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as src/vnet.c, src/gso.c and src/refusal.c use, in user space: every kernel
 * header that they include is this file. Memory of an skb is as long as it says, so that the
 * address sanitizer sees a read beside it; the linear part grows as the kernel's does, by a move.
 */
#ifndef FUZZ_SHIM_H
#define FUZZ_SHIM_H

#include <arpa/inet.h>
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <linux/virtio_net.h>

/* What compat.h says of the newest kernel */
#define TUN_ALT_COMPAT_H
#define TUN_ALT_CARRIES_TUNNELS true

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef unsigned long long u64;

#define __user
#define U16_MAX ((u16)~0U)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))
#define min(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define cpu_to_le16(x) htole16(x)
#define le16_to_cpu(x) le16toh(x)

#define VLAN_HLEN 4
#define TCP_MIN_GSO_SIZE 8
#define GSO_BY_FRAGS 0xffff

enum { CHECKSUM_NONE, CHECKSUM_UNNECESSARY, CHECKSUM_COMPLETE, CHECKSUM_PARTIAL };

enum {
	SKB_GSO_TCPV4 = 1,
	SKB_GSO_DODGY = 2,
	SKB_GSO_TCP_ECN = 4,
	SKB_GSO_TCPV6 = 16,
	SKB_GSO_UDP_TUNNEL = 512,
	SKB_GSO_UDP_TUNNEL_CSUM = 1024,
	SKB_GSO_UDP = 65536,
	SKB_GSO_UDP_L4 = 131072,
};

struct net;

/* The kernel's says more. */
struct netlink_ext_ack {
	const char *_msg;
};

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct skb_shared_info {
	unsigned int gso_type;
	u16 gso_size;
	u16 gso_segs;
};

/* What is not linear is @rest, and nobody may look at it but by the functions below. */
struct sk_buff {
	u8 *data;
	unsigned int len;
	unsigned int headlen;
	unsigned int headroom;
	const u8 *rest;
	__be16 protocol;
	u8 ip_summed;
	bool encapsulation;
	bool tagged;
	bool shared_frag;
	u16 csum_start;
	u16 csum_offset;
	int transport;
	int inner_transport;
	int inner_network;
	int inner_mac;
	__be16 inner_protocol;
	struct skb_shared_info shared;
};

/* Of the kind that is not the one buffer of a program: @ubuf and @iov_offset are of no matter. */
struct iov_iter {
	const u8 *from;
	u8 *to;
	size_t count;
	u8 *ubuf;
	size_t iov_offset;
};

struct flow_keys_basic {
	struct {
		u16 thoff;
	} control;
	struct {
		__be16 n_proto;
		u8 ip_proto;
	} basic;
};

#define skb_shinfo(skb) (&((struct sk_buff *)(skb))->shared)

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

#define iter_is_ubuf(i) ((void)(i), false)
#define _copy_from_user(to, from, n) ((void)(to), (void)(from), abort(), (n))
#define _copy_to_user(to, from, n) _copy_from_user(to, from, n)

static inline size_t _copy_from_iter(void *to, size_t n, struct iov_iter *i)
{
	if (n > i->count)
		return 0;
	memcpy(to, i->from, n);
	i->from += n;
	i->count -= n;
	return n;
}

static inline void iov_iter_advance(struct iov_iter *i, size_t n)
{
	assert(n <= i->count);
	i->from += n;
	i->count -= n;
}

static inline size_t _copy_to_iter(const void *from, size_t n, struct iov_iter *i)
{
	n = min(n, i->count);
	memcpy(i->to, from, n);
	i->to += n;
	i->count -= n;
	return n;
}

/* In a file of its own there, for how it is compiled */
static inline bool tun_alt_ring_copy_iter(void *to, size_t length, struct iov_iter *from)
{
	return _copy_from_iter(to, length, from) == length;
}

static inline size_t iov_iter_zero(size_t n, struct iov_iter *i)
{
	n = min(n, i->count);
	memset(i->to, 0, n);
	i->to += n;
	i->count -= n;
	return n;
}

static inline u16 __virtio16_to_cpu(bool little_endian, __virtio16 x)
{
	return little_endian ? le16toh(x) : be16toh(x);
}

static inline __virtio16 __cpu_to_virtio16(bool little_endian, u16 x)
{
	return little_endian ? htole16(x) : htobe16(x);
}

static inline bool eth_type_vlan(__be16 type)
{
	return type == htons(ETH_P_8021Q) || type == htons(ETH_P_8021AD);
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->headlen;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->headroom;
}

static inline bool skb_has_shared_frag(const struct sk_buff *skb)
{
	return skb->shared_frag;
}

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb->shared.gso_size;
}

static inline bool skb_vlan_tag_present(const struct sk_buff *skb)
{
	return skb->tagged;
}

static inline int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	if (offset < 0 || offset + len > (int)skb->len)
		return -EFAULT;
	for (int i = 0; i < len; i++) {
		int at = offset + i - (int)skb->headlen;

		((u8 *)to)[i] = at < 0 ? skb->data[offset + i] : skb->rest[at];
	}
	return 0;
}

static inline const void *skb_header_pointer(const struct sk_buff *skb, int offset, int len,
					     void *room)
{
	if (offset + len <= (int)skb->headlen)
		return skb->data + offset;
	return skb_copy_bits(skb, offset, room, len) ? NULL : room;
}

/* Wherever the linear part was, it is not there any more. */
static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	u8 *data;

	if (len <= skb->headlen)
		return true;
	if (len > skb->len)
		return false;
	data = malloc(len);
	assert(data && !skb_copy_bits(skb, 0, data, len));
	skb->rest += len - skb->headlen;
	skb->headlen = len;
	free(skb->data);
	skb->data = data;
	return true;
}

/* The kernel keeps the place in 16 bits, counted from the start of the headroom. */
static inline bool skb_partial_csum_set(struct sk_buff *skb, u16 start, u16 offset)
{
	u32 end = (u32)start + offset + 2;

	if (end > skb->headlen || start + skb->headroom >= U16_MAX)
		return false;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb->headroom + start;
	skb->csum_offset = offset;
	skb->transport = start;
	return true;
}

static inline int skb_checksum_start_offset(const struct sk_buff *skb)
{
	return skb->csum_start - skb->headroom;
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return skb->transport;
}

static inline int skb_inner_network_offset(const struct sk_buff *skb)
{
	return skb->inner_network;
}

#define skb_set_transport_header(skb, at)	((skb)->transport = (at))
#define skb_set_inner_transport_header(skb, at)	((skb)->inner_transport = (at))
#define skb_set_inner_network_header(skb, at)	((skb)->inner_network = (at))
#define skb_set_inner_mac_header(skb, at)	((skb)->inner_mac = (at))
#define skb_set_inner_protocol(skb, proto)	((skb)->inner_protocol = (proto))

/* The dissector is not ours: it may find anything, so the input of the fuzzer says what. */
bool skb_flow_dissect_flow_keys_basic(const struct net *net, const struct sk_buff *skb,
				      struct flow_keys_basic *keys, const void *data, __be16 proto,
				      int nhoff, int hlen, unsigned int flags);

#endif /* FUZZ_SHIM_H */
