/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a virtio-net header says of a frame becomes what its skb says: a checksum to fill in, and
 * segments to cut.
 */
#ifndef TUN_ALT_GSO_H
#define TUN_ALT_GSO_H

#include <linux/types.h>

/* Ethernet with its tags, IP and TCP with all their options, and then some: headers looked for */
#define TUN_ALT_GSO_MOST_HEADERS	256

struct net;
struct sk_buff;
struct tun_alt_refusal;
struct tun_alt_vnet;

/**
 * struct tun_alt_gso_frame - where a written frame stands, for tun_alt_gso_apply()
 * @net: the device's network namespace
 * @tunnels: whether its headers are long enough to describe a UDP tunnel
 * @l3_offset: offset of the network header in the frame
 * @l3_protocol: its EtherType, 0 if that is not known
 */
struct tun_alt_gso_frame {
	const struct net *net;
	bool tunnels;
	u16 l3_offset;
	__be16 l3_protocol;
};

void tun_alt_gso_find_tap(const struct sk_buff *skb, struct tun_alt_gso_frame *frame);
void tun_alt_gso_find_tun(const struct sk_buff *skb, struct tun_alt_gso_frame *frame);
int tun_alt_gso_apply(const struct tun_alt_vnet *vnet, const struct tun_alt_gso_frame *frame,
		      struct sk_buff *skb, struct tun_alt_refusal *why);
bool tun_alt_gso_holds(const struct sk_buff *skb, const struct tun_alt_gso_frame *frame);

#endif /* TUN_ALT_GSO_H */
