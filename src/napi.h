/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Written packets reach the stack by NAPI, which merges segments on the way (GRO).
 */
#ifndef TUN_ALT_NAPI_H
#define TUN_ALT_NAPI_H

#include <linux/types.h>

struct net_device;
struct sk_buff;
struct tun_alt_queue;

/**
 * enum tun_alt_delivery - how written packets get to the stack: what the descriptor asked for
 * @TUN_ALT_DELIVER_AT_ONCE: by the writer itself, one at a time or in batches
 * @TUN_ALT_DELIVER_NAPI: IFF_NAPI: by a poll, which merges segments
 * @TUN_ALT_DELIVER_FRAGS: IFF_NAPI_FRAGS as well: as a driver does whose frames come in pieces of
 *	memory
 */
enum tun_alt_delivery {
	TUN_ALT_DELIVER_AT_ONCE,
	TUN_ALT_DELIVER_NAPI,
	TUN_ALT_DELIVER_FRAGS,
};

bool tun_alt_napi_has(const struct tun_alt_queue *q);
void tun_alt_napi_add(struct tun_alt_queue *q, struct net_device *dev);
void tun_alt_napi_enable(struct tun_alt_queue *q);
void tun_alt_napi_disable(struct tun_alt_queue *q);
void tun_alt_napi_del(struct tun_alt_queue *q);
void tun_alt_napi_schedule(struct tun_alt_queue *q);
bool tun_alt_napi_merge_begin(struct tun_alt_queue *q, unsigned int nr, bool polled);
bool tun_alt_napi_merge(struct tun_alt_queue *q, struct sk_buff *skb);
void tun_alt_napi_merge_end(struct tun_alt_queue *q, unsigned int nr, bool merged, bool polled);
bool tun_alt_napi_wake(struct tun_alt_queue *q);
void tun_alt_napi_queue(struct tun_alt_queue *q, struct sk_buff *skb, bool more);

#endif /* TUN_ALT_NAPI_H */
