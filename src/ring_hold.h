/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backpressure of a read ring: who sends is stopped when it is full, and as byte queue limits say.
 */
#ifndef TUN_ALT_RING_HOLD_H
#define TUN_ALT_RING_HOLD_H

#include <linux/types.h>

struct netdev_queue;
struct tun_alt_dev;
struct tun_alt_queue;
struct tun_alt_read_ring;

/**
 * struct tun_alt_ring_hold - of which of a ring's bytes the subqueue above it was told
 * @epoch: &struct tun_alt_bql.epoch in which it was; in another one it counts no more
 * @from: the first of those that are not completed; fifo.producer_lock, as the next
 * @end: behind the last; none if it is @from
 */
struct tun_alt_ring_hold {
	u32 epoch;
	u32 from;
	u32 end;
};

bool tun_alt_ring_hold_is_full(const struct tun_alt_read_ring *ring);
void tun_alt_ring_hold_produced(struct tun_alt_queue *q, struct tun_alt_dev *tun,
				struct tun_alt_read_ring *ring, u16 index, u32 place);
void tun_alt_ring_hold_settle(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			      struct tun_alt_read_ring *ring, struct netdev_queue *txq);
void tun_alt_ring_hold_look(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			    struct tun_alt_read_ring *ring);

#endif /* TUN_ALT_RING_HOLD_H */
