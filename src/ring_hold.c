// SPDX-License-Identifier: GPL-2.0
/*
 * IFF_BACKPRESSURE where the program reads a ring: what it has read is known by its index alone. It
 * is asked to kick when that goes beyond a place, since nobody else would notice.
 *
 * Byte queue limits are told of a ring's bytes, heads and padding included, so that the difference
 * of two indexes is what was completed. The kernel keeps a record of its own which of them it has
 * told of: one piece of the ring. What comes behind a packet that was not told of is not either,
 * until all of the piece is completed. The core dies of a byte too many.
 */
#include "ring_hold.h"

#include <linux/netdevice.h>

#include "backpressure.h"
#include "device.h"
#include "queue.h"
#include "rings.h"

static u32 hold_room(const struct tun_alt_read_ring *ring)
{
	const struct tun_alt_ring_view *view = &ring->ring.view;

	return view->bytes - (view->tail - view->head);
}

/* Half of the ring at a time, so that sender and reader do not take turns packet by packet. */
static u32 hold_enough(const struct tun_alt_read_ring *ring)
{
	return max_t(u32, ring->ring.view.bytes / 2, TUN_ALT_RING_SLACK);
}

/**
 * tun_alt_ring_hold_is_full() - whether the longest record may find no room
 * @ring: the ring
 *
 * Context: fifo.producer_lock is held.
 * Return: whether so, as far as the kernel has looked.
 */
bool tun_alt_ring_hold_is_full(const struct tun_alt_read_ring *ring)
{
	return hold_room(ring) < TUN_ALT_RING_SLACK;
}

static void hold_charge(struct tun_alt_queue *q, struct tun_alt_read_ring *ring,
			struct netdev_queue *txq, u16 index, u32 place)
{
	struct tun_alt_ring_hold *hold = &ring->hold;
	u32 tail = ring->ring.view.tail;

	if (!q->bql.open || q->bql.index != index)
		return;
	if (hold->epoch != q->bql.epoch || hold->from == hold->end) {
		hold->epoch = q->bql.epoch;
		hold->from = place;
		hold->end = place;
	}
	if (hold->end != place)
		return;
	hold->end = tail;
	netdev_tx_sent_queue(txq, tail - place);
}

static void hold_complete(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  struct tun_alt_read_ring *ring)
{
	struct tun_alt_ring_hold *hold = &ring->hold;
	s32 passed = ring->ring.view.head - hold->from;
	u32 done;

	if (hold->epoch != q->bql.epoch || !q->bql.open || passed <= 0)
		return;
	done = min_t(u32, passed, hold->end - hold->from);
	if (!done)
		return;
	hold->from += done;
	netdev_tx_completed_queue(netdev_get_tx_queue(tun->dev, q->bql.index), 1, done);
}

/* Where the program has to come to before there is anything to do. */
static u32 hold_place(const struct tun_alt_read_ring *ring, bool full)
{
	const struct tun_alt_ring_view *view = &ring->ring.view;

	if (full)
		return view->tail + hold_enough(ring) - view->bytes - TUN_ALT_RECORD_ALIGN;
	return view->head + (view->tail - view->head) / 2;
}

/**
 * tun_alt_ring_hold_settle() - a subqueue may be stopped: see to it that it does not stay so
 * @q: the queue
 * @tun: its device
 * @ring: the ring
 * @txq: the subqueue
 *
 * As long as it is stopped: looks how far the program is, and asks it to kick when it is farther.
 * Each round has seen it come beyond where it was asked to.
 *
 * Context: Softirqs off, RCU read-side section or RTNL; fifo.producer_lock is held.
 */
void tun_alt_ring_hold_settle(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			      struct tun_alt_read_ring *ring, struct netdev_queue *txq)
{
	struct tun_alt_ring_view *view = &ring->ring.view;
	u32 place;

	while (!ring->ring.broken && netif_xmit_stopped(txq)) {
		if (netif_tx_queue_stopped(txq) && hold_room(ring) >= hold_enough(ring)) {
			netif_tx_wake_queue(txq);
			continue;
		}
		place = hold_place(ring, netif_tx_queue_stopped(txq));
		if (!tun_alt_ring_want_room(view, place)) {
			tun_alt_rings_break(q, &ring->ring);
			break;
		}
		hold_complete(q, tun, ring);
		if ((s32)(view->head - place) <= 0)
			break;
	}
	/* Nobody will ever kick: what comes is dropped, and counted. */
	if (ring->ring.broken) {
		netdev_tx_reset_queue(txq);
		netif_tx_wake_queue(txq);
	}
	tun_alt_backpressure_note(q, txq);
}

/**
 * tun_alt_ring_hold_produced() - a packet of a queueing discipline was put into a ring
 * @q: the queue
 * @tun: its device
 * @ring: the ring
 * @index: of the subqueue that the packet came by
 * @place: where it is; @tail of the ring's view is behind it
 *
 * Context: Softirqs off, RCU read-side section, fifo.producer_lock is held.
 */
void tun_alt_ring_hold_produced(struct tun_alt_queue *q, struct tun_alt_dev *tun,
				struct tun_alt_read_ring *ring, u16 index, u32 place)
{
	struct netdev_queue *txq = netdev_get_tx_queue(tun->dev, index);

	hold_charge(q, ring, txq, index, place);
	if (tun_alt_ring_hold_is_full(ring))
		netif_tx_stop_queue(txq);
	if (netif_xmit_stopped(txq))
		tun_alt_ring_hold_settle(q, tun, ring, txq);
}

/**
 * tun_alt_ring_hold_look() - see what the program has read meanwhile
 * @q: the queue
 * @tun: its device
 * @ring: the ring
 *
 * Context: Softirqs off, RCU read-side section; takes fifo.producer_lock.
 */
void tun_alt_ring_hold_look(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			    struct tun_alt_read_ring *ring)
{
	u16 index = READ_ONCE(q->index);
	struct netdev_queue *txq;

	spin_lock(&q->fifo.producer_lock);
	if (ring->ring.broken || !netif_running(tun->dev) ||
	    rcu_access_pointer(tun->queues[index]) != q)
		goto unlock;
	txq = netdev_get_tx_queue(tun->dev, index);
	if (tun_alt_ring_look(&ring->ring.view))
		hold_complete(q, tun, ring);
	else
		tun_alt_rings_break(q, &ring->ring);
	tun_alt_ring_hold_settle(q, tun, ring, txq);
unlock:
	spin_unlock(&q->fifo.producer_lock);
}
