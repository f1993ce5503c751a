/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Byte queue limits: how much of a ring a queueing discipline may fill, so that packets wait where
 * that is managed and not in the ring.
 */
#ifndef TUN_ALT_BQL_H
#define TUN_ALT_BQL_H

#include <linux/skbuff.h>

struct netdev_queue;
struct tun_alt_dev;
struct tun_alt_queue;

/**
 * struct tun_alt_bql - what a queue has to know of the subqueue that it charges
 * @epoch: changes whenever what was charged so far counts no more; never 0
 * @index: of the subqueue
 * @open: whether packets are charged at all
 *
 * Written under both locks of the queue's ring, read under either.
 */
struct tun_alt_bql {
	u32 epoch;
	u16 index;
	bool open;
};

/**
 * struct tun_alt_bql_mark - what a packet in a ring remembers, in its control block
 * @epoch: &struct tun_alt_bql.epoch that it was charged in, 0 if it was not
 * @bytes: and how much
 */
struct tun_alt_bql_mark {
	u32 epoch;
	u32 bytes;
};

/**
 * tun_alt_bql_mark() - what a packet remembers
 * @skb: the packet, on its way into a ring or in it
 *
 * Context: Any.
 * Return: that.
 */
static inline struct tun_alt_bql_mark *tun_alt_bql_mark(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct tun_alt_bql_mark) > sizeof(skb->cb));
	return (struct tun_alt_bql_mark *)skb->cb;
}

void tun_alt_bql_charge(struct tun_alt_queue *q, struct netdev_queue *txq, u16 index,
			struct sk_buff *skb);
void tun_alt_bql_complete(const struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  unsigned int packets, unsigned int bytes);
void tun_alt_bql_open(struct tun_alt_queue *q, struct tun_alt_dev *tun, u16 index);
void tun_alt_bql_close(struct tun_alt_queue *q);

#endif /* TUN_ALT_BQL_H */
