// SPDX-License-Identifier: GPL-2.0
/*
 * IFF_BACKPRESSURE: xmit stops the subqueue when it has filled the ring, a reader wakes it when
 * half of the ring is free again. Only where a queueing discipline holds packets meanwhile: without
 * one there is nobody to stop, and a full ring is a drop.
 *
 * Xmit stores "stopped" and then looks for room; a reader makes room and then looks for "stopped".
 * Each has a full barrier between its two, (A) and (B): at least one of them sees the other.
 *
 * Below the flag, byte queue limits (bql.c) keep the ring from being filled as far as that, unless
 * it is read in bursts that are as large.
 *
 * Whoever changes the ring, or which subqueue stands above it, settles afterwards under both locks
 * of the ring, where neither of the two is under way.
 */
#include "backpressure.h"

#include <linux/netdevice.h>
#include <net/sch_generic.h>

#include "device.h"
#include "fifo.h"
#include "queue.h"
#include "ring_hold.h"
#include "rings.h"
#include "socket.h"

static bool backpressure_wanted(const struct tun_alt_dev *tun)
{
	return READ_ONCE(tun->flags) & TUN_ALT_IFF_BACKPRESSURE;
}

/* noqueue is a discipline that cannot take a packet in. */
static bool backpressure_has_discipline(const struct netdev_queue *txq)
{
	return READ_ONCE(rcu_dereference_bh(txq->qdisc)->enqueue);
}

/* Not the active one: a device that comes up settles before that is in place. */
static bool backpressure_will_have_discipline(const struct netdev_queue *txq)
{
	return READ_ONCE(rtnl_dereference(txq->qdisc_sleeping)->enqueue);
}

/**
 * tun_alt_backpressure_note() - count a subqueue that was stopped, or that goes on
 * @q: the queue that it is above
 * @txq: the subqueue, of which something may have changed
 *
 * By whatever holds it: a full ring or byte queue limits.
 *
 * Context: Any but hard interrupts.
 */
void tun_alt_backpressure_note(struct tun_alt_queue *q, const struct netdev_queue *txq)
{
	struct tun_alt_counts *counts = q->counts;
	int stopped;

	/* Who changes it meanwhile may have looked before we say what it was. */
	while ((stopped = netif_xmit_stopped(txq)) != READ_ONCE(counts->stopped))
		if (xchg(&counts->stopped, stopped) != stopped)
			atomic_long_inc(stopped ? &counts->stops : &counts->wakes);
}

/**
 * tun_alt_backpressure_holds() - whether there is somebody above a ring who can be stopped
 * @tun: the device
 * @txq: the subqueue that a packet comes by
 *
 * Context: Softirqs off, RCU read-side section.
 * Return: whether so.
 */
bool tun_alt_backpressure_holds(const struct tun_alt_dev *tun, const struct netdev_queue *txq)
{
	return backpressure_wanted(tun) && netif_running(tun->dev) &&
	       backpressure_has_discipline(txq);
}

/**
 * tun_alt_backpressure_charge() - a packet is about to enter a ring, if there is a place
 * @q: the queue of the ring
 * @txq: the subqueue that the packet came by, which can be stopped
 * @index: its index
 * @skb: the packet
 *
 * Context: Softirqs off, RCU read-side section, the ring's producer lock is held until it is there.
 */
void tun_alt_backpressure_charge(struct tun_alt_queue *q, struct netdev_queue *txq, u16 index,
				 struct sk_buff *skb)
{
	if (q->fifo.size && !__ptr_ring_full(&q->fifo))
		tun_alt_bql_charge(q, txq, index, skb);
}

/**
 * tun_alt_backpressure_produced() - xmit put a packet into a ring, or found no place for it
 * @q: the queue of the ring
 * @txq: the subqueue that the packet came by, which can be stopped
 *
 * Context: Softirqs off, RCU read-side section, the ring's producer lock is held.
 */
void tun_alt_backpressure_produced(struct tun_alt_queue *q, struct netdev_queue *txq)
{
	if (tun_alt_fifo_full(&q->fifo)) {
		netif_tx_stop_queue(txq);
		/* (A) stopped, then room; pairs with (B) in tun_alt_backpressure_consumed(). */
		smp_mb__after_atomic();
		if (!tun_alt_fifo_full(&q->fifo))
			netif_tx_wake_queue(txq);
	}
	tun_alt_backpressure_note(q, txq);
}

/*
 * Half of the ring at a time, so that xmit and the reader do not take turns packet by packet. Who
 * left the array, or is moving in it, has no subqueue to wake: its detach settles that.
 */
static void backpressure_count(struct tun_alt_dev *tun, struct tun_alt_queue *q, unsigned int nr)
{
	u16 index = READ_ONCE(q->index);
	struct netdev_queue *txq;

	if (!netif_running(tun->dev) || rcu_access_pointer(tun->queues[index]) != q)
		return;
	txq = netdev_get_tx_queue(tun->dev, index);
	/* (B) room, then stopped; pairs with (A) in tun_alt_backpressure_produced(). */
	smp_mb();
	if (netif_tx_queue_stopped(txq)) {
		q->consumed += nr;
		if (q->consumed < q->fifo.size / 2 && !__ptr_ring_empty(&q->fifo))
			return;
		q->consumed = 0;
		netif_tx_wake_queue(txq);
	}
	tun_alt_backpressure_note(q, txq);
}

/* A packet that is put back was not charged. */
static unsigned int backpressure_uncharge(const struct tun_alt_queue *q, void *entry)
{
	if (!tun_alt_bql_is_charged(q, entry))
		return 0;
	tun_alt_bql_mark(entry)->epoch = 0;
	return tun_alt_bql_mark(entry)->bytes;
}

/**
 * tun_alt_backpressure_consumed() - a reader took packets out of a ring
 * @q: the queue of the ring
 * @attachment: &struct tun_alt_config.attachment of the call
 * @entry: the packets
 * @nr: how many
 *
 * Context: Process context, the ring's consumer lock is held; softirqs are off if what this makes
 * room for is to come at once.
 */
void tun_alt_backpressure_consumed(struct tun_alt_queue *q, u32 attachment, void **entry,
				   unsigned int nr)
{
	unsigned int i, length, packets = 0, bytes = 0;
	struct tun_alt_dev *tun;

	lockdep_assert_held(&q->fifo.consumer_lock);
	for (i = 0; i < nr; i++) {
		length = backpressure_uncharge(q, entry[i]);
		packets += !!length;
		bytes += length;
	}
	rcu_read_lock();
	tun = tun_alt_queue_dev(q, attachment);
	if (tun && packets)
		tun_alt_bql_complete(q, tun, packets, bytes);
	if (tun)
		backpressure_count(tun, q, nr);
	rcu_read_unlock();
}

/**
 * tun_alt_backpressure_returned() - a reader put packets back into a ring
 * @q: the queue of the ring
 * @attachment: &struct tun_alt_config.attachment of the call
 *
 * Context: Softirqs off, the ring's consumer lock is held; takes its producer lock.
 */
void tun_alt_backpressure_returned(struct tun_alt_queue *q, u32 attachment)
{
	u16 index = READ_ONCE(q->index);
	struct netdev_queue *txq;
	struct tun_alt_dev *tun;

	rcu_read_lock();
	tun = tun_alt_queue_dev(q, attachment);
	if (tun && rcu_access_pointer(tun->queues[index]) == q) {
		txq = netdev_get_tx_queue(tun->dev, index);
		spin_lock(&q->fifo.producer_lock);
		if (tun_alt_backpressure_holds(tun, txq))
			tun_alt_backpressure_produced(q, txq);
		spin_unlock(&q->fifo.producer_lock);
	}
	rcu_read_unlock();
}

/**
 * tun_alt_backpressure_settle() - bring a subqueue in step with the ring below it
 * @tun: the device
 * @q: the queue whose ring that is, or is about to be
 * @index: the subqueue's index
 *
 * Stopped if the ring is full and woken otherwise, whatever either was before. While the device is
 * down there is nothing to do, since it settles when it comes up.
 *
 * Context: Process context, RTNL held; takes the ring's locks.
 */
void tun_alt_backpressure_settle(struct tun_alt_dev *tun, struct tun_alt_queue *q, u16 index)
{
	struct tun_alt_read_ring *ring = rtnl_dereference(q->read_ring);
	struct netdev_queue *txq = netdev_get_tx_queue(tun->dev, index);
	bool owes;

	spin_lock_bh(&q->fifo.consumer_lock);
	spin_lock(&q->fifo.producer_lock);
	q->consumed = 0;
	/* Whoever xmits may be stopped here, or finds the queue no more, amid a train. */
	owes = READ_ONCE(q->owes);
	WRITE_ONCE(q->owes, false);
	tun_alt_bql_open(q, tun, index);
	if (!netif_running(tun->dev))
		goto unlock;
	if (backpressure_wanted(tun) && backpressure_will_have_discipline(txq) &&
	    (ring ? tun_alt_ring_hold_is_full(ring) : tun_alt_fifo_full(&q->fifo)))
		netif_tx_stop_queue(txq);
	else
		netif_tx_wake_queue(txq);
	if (ring)
		tun_alt_ring_hold_settle(q, tun, ring, txq);
	tun_alt_backpressure_note(q, txq);
	/* It may have been stopped by what was charged, which nobody would tell it of. */
	netif_schedule_queue(txq);
unlock:
	spin_unlock(&q->fifo.producer_lock);
	spin_unlock_bh(&q->fifo.consumer_lock);
	if (owes)
		tun_alt_socket_wake_readers(q);
	if (ring) {
		local_bh_disable();
		tun_alt_rings_show(q, ring);
		local_bh_enable();
	}
}

/**
 * tun_alt_backpressure_settle_all() - the same for all enabled queues of a device
 * @tun: the device
 *
 * Context: as tun_alt_backpressure_settle().
 */
void tun_alt_backpressure_settle_all(struct tun_alt_dev *tun)
{
	unsigned int i;

	for (i = 0; i < tun->nr_queues; i++)
		tun_alt_backpressure_settle(tun, rtnl_dereference(tun->queues[i]), i);
}

/**
 * tun_alt_backpressure_vacate() - nobody reads from a subqueue any more
 * @tun: the device
 * @index: the subqueue's index; a grace period has passed since it had a queue
 *
 * What its discipline holds is dropped, not kept for a reader who may never come.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_backpressure_vacate(struct tun_alt_dev *tun, u16 index)
{
	struct netdev_queue *txq = netdev_get_tx_queue(tun->dev, index);

	netdev_tx_reset_queue(txq);
	if (!netif_running(tun->dev))
		return;
	netif_tx_wake_queue(txq);
	netif_schedule_queue(txq);
}
