/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack takes a packet.
 */
#ifndef TUN_ALT_RECEIVE_H
#define TUN_ALT_RECEIVE_H

#include "drop.h"

struct tun_alt_config;
struct tun_alt_queue;
struct tun_alt_refusal;

int tun_alt_receive_skb(struct tun_alt_queue *q, const struct tun_alt_config *config,
			struct sk_buff *skb, struct tun_alt_refusal *why);
void tun_alt_receive_drop(struct tun_alt_queue *q, u32 attachment, struct sk_buff *skb,
			  enum tun_alt_drop reason);

#endif /* TUN_ALT_RECEIVE_H */
