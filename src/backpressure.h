/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A full ring stops the queueing discipline above it instead of losing packets.
 */
#ifndef TUN_ALT_BACKPRESSURE_H
#define TUN_ALT_BACKPRESSURE_H

#include <linux/types.h>

struct netdev_queue;
struct sk_buff;
struct tun_alt_dev;
struct tun_alt_queue;

void tun_alt_backpressure_note(struct tun_alt_queue *q, const struct netdev_queue *txq);
bool tun_alt_backpressure_holds(const struct tun_alt_dev *tun, const struct netdev_queue *txq);
void tun_alt_backpressure_charge(struct tun_alt_queue *q, struct netdev_queue *txq, u16 index,
				 struct sk_buff *skb);
void tun_alt_backpressure_produced(struct tun_alt_queue *q, struct netdev_queue *txq);
void tun_alt_backpressure_consumed(struct tun_alt_queue *q, u32 attachment, void **entry,
				   unsigned int nr);
void tun_alt_backpressure_returned(struct tun_alt_queue *q, u32 attachment);
void tun_alt_backpressure_settle(struct tun_alt_dev *tun, struct tun_alt_queue *q, u16 index);
void tun_alt_backpressure_settle_all(struct tun_alt_dev *tun);
void tun_alt_backpressure_vacate(struct tun_alt_dev *tun, u16 index);

#endif /* TUN_ALT_BACKPRESSURE_H */
