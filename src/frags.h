/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A written frame in pieces, one for each segment of the writer's memory: IFF_NAPI_FRAGS.
 */
#ifndef TUN_ALT_FRAGS_H
#define TUN_ALT_FRAGS_H

#include <linux/types.h>

struct iov_iter;
struct sk_buff;
struct tun_alt_refusal;

int tun_alt_frags_check(const struct iov_iter *from, bool pieces, struct tun_alt_refusal *why);
size_t tun_alt_frags_first(const struct iov_iter *from);
int tun_alt_frags_fill(struct sk_buff *skb, struct iov_iter *from);

#endif /* TUN_ALT_FRAGS_H */
