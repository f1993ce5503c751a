// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, stack to program: a packet passes the filters, enters a queue's ring, and the program
 * is woken.
 */
#include "xmit.h"

#include <linux/filter.h>
#include <linux/netfilter.h>
#include <linux/poll.h>
#include <linux/skbuff.h>

#include "backpressure.h"
#include "burst.h"
#include "device.h"
#include "fifo.h"
#include "filter.h"
#include "ip.h"
#include "program.h"
#include "queue.h"
#include "ring_read.h"
#include "rings.h"

/**
 * tun_alt_xmit_drop() - the end of a packet that was sent and that nobody gets
 * @drops: the counters of the queue, or of the device
 * @skb: the packet, consumed
 * @reason: why
 *
 * Context: Softirqs off.
 * Return: NET_XMIT_DROP.
 */
netdev_tx_t tun_alt_xmit_drop(struct tun_alt_drops *drops, struct sk_buff *skb,
			      enum tun_alt_drop reason)
{
	skb_tx_error(skb);
	tun_alt_drop_skb(drops, skb, reason);
	return NET_XMIT_DROP;
}

/* Drops a packet for which a filter says 0, and cuts one to the length that it says else. */
static int xmit_run(const struct tun_alt_program *program, struct sk_buff *skb)
{
	u32 length = tun_alt_program_run(program, skb);

	if (!length)
		return -EPERM;
	return pskb_trim(skb, length);
}

/*
 * sk_filter() of a socket without a filter of its own asks those who have a say where a socket is
 * filtered: security modules, and the rule that memory kept for emergencies is not for sockets.
 */
static int xmit_run_classic(const struct tun_alt_program *program, struct tun_alt_queue *q,
			    struct sk_buff *skb)
{
	int err = sk_filter(&q->sk, skb);

	return err ? err : xmit_run(program, skb);
}

/**
 * tun_alt_xmit_filter() - whether the filters of a device let a packet pass
 * @tun: the device
 * @q: the queue that it is for
 * @skb: the packet
 * @reason: gets which one does not
 *
 * In in-tree's order: by address, by classic and by extended BPF, which may each cut the packet.
 *
 * Context: Softirqs off, RCU read-side section.
 * Return: 0, or an error.
 */
int tun_alt_xmit_filter(struct tun_alt_dev *tun, struct tun_alt_queue *q, struct sk_buff *skb,
			enum tun_alt_drop *reason)
{
	const struct tun_alt_filter *filter = rcu_dereference(tun->filter);
	const struct tun_alt_program *classic = rcu_dereference(tun->classic);
	const struct tun_alt_program *ebpf = rcu_dereference(tun->ebpf);
	int err = 0;

	*reason = TUN_ALT_DROP_TXFILTER;
	if (filter && !tun_alt_filter_passes(filter, skb))
		return -EPERM;
	*reason = TUN_ALT_DROP_SOCKET_FILTER;
	if (classic && READ_ONCE(q->filtered))
		err = xmit_run_classic(classic, q, skb);
	if (!err && ebpf) {
		*reason = TUN_ALT_DROP_EBPF_FILTER;
		err = xmit_run(ebpf, skb);
	}
	if (err == -ENOMEM)
		*reason = TUN_ALT_DROP_XMIT_NO_MEMORY;
	return err;
}

/* From here on the packet may wait for ever: it must not hold anything of whoever sent it. */
static int xmit_disown(struct sk_buff *skb)
{
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC))
		return -EFAULT;
	skb_tx_timestamp(skb);
	skb_orphan(skb);
	nf_reset_ct(skb);
	return 0;
}

/*
 * Who polls, or asked for SIGIO, is told of each packet, as programs may count on, unless they read
 * in bursts; who sleeps in a read is told when there are no more to come.
 */
static void xmit_wake(struct tun_alt_queue *q, bool last)
{
	const __poll_t events = EPOLLIN | EPOLLPRI | EPOLLRDNORM | EPOLLRDBAND;

	if (!last && READ_ONCE(q->burst) & TUN_ALT_BURST_READ)
		return;
	/* Who waits says so and then looks for a packet: pairs with set_current_state() there. */
	smp_mb();
	/* Behind the barrier above */
	if (last && waitqueue_active(&q->readers))
		wake_up_interruptible_sync_poll(&q->readers, events);
	/* Behind the barrier above */
	if (waitqueue_active(tun_alt_queue_wait(q)))
		wake_up_interruptible_sync_poll(tun_alt_queue_wait(q), events);
	if (READ_ONCE(q->fasync))
		kill_fasync(&q->fasync, SIGIO, POLL_IN);
}

/* The last packet of some is lost: those before it were not told of. */
static void xmit_wake_owed(struct tun_alt_queue *q)
{
	bool owes;

	if (!READ_ONCE(q->owes))
		return;
	spin_lock(&q->fifo.producer_lock);
	owes = q->owes;
	WRITE_ONCE(q->owes, false);
	spin_unlock(&q->fifo.producer_lock);
	if (owes)
		xmit_wake(q, true);
}

/* More are to come only if nobody stops them. */
static int xmit_produce(struct tun_alt_dev *tun, struct tun_alt_queue *q, struct netdev_queue *txq,
			struct sk_buff *skb, bool *last)
{
	bool held = tun_alt_backpressure_holds(tun, txq);
	int err;

	tun_alt_bql_mark(skb)->epoch = 0;
	spin_lock(&q->fifo.producer_lock);
	if (unlikely(rcu_access_pointer(q->read_ring))) {
		spin_unlock(&q->fifo.producer_lock);
		return -EBUSY;
	}
	if (held)
		tun_alt_backpressure_charge(q, txq, skb->queue_mapping, skb);
	err = __ptr_ring_produce(&q->fifo, skb);
	if (held)
		tun_alt_backpressure_produced(q, txq);
	if (!err) {
		*last = !netdev_xmit_more() || netif_tx_queue_stopped(txq);
		WRITE_ONCE(q->owes, !*last);
	}
	spin_unlock(&q->fifo.producer_lock);
	return err;
}

static netdev_tx_t xmit_to_queue(struct tun_alt_dev *tun, struct tun_alt_queue *q,
				 struct sk_buff *skb)
{
	struct netdev_queue *txq = netdev_get_tx_queue(tun->dev, skb->queue_mapping);
	struct tun_alt_read_ring *ring;
	enum tun_alt_drop reason;
	bool last;
	int err;

	if (tun_alt_xmit_is_filtered(tun) && tun_alt_xmit_filter(tun, q, skb, &reason))
		return tun_alt_xmit_drop(&q->counts->drops, skb, reason);
	if (xmit_disown(skb))
		return tun_alt_xmit_drop(&q->counts->drops, skb, TUN_ALT_DROP_XMIT_FAULT);
	/* The program has set a ring up just now, and may have detached it again. */
	while (unlikely((err = xmit_produce(tun, q, txq, skb, &last)) == -EBUSY)) {
		ring = rcu_dereference(q->read_ring);
		if (ring)
			return tun_alt_ring_read_xmit(tun, q, ring, skb);
	}
	if (err)
		return tun_alt_xmit_drop(&q->counts->drops, skb, TUN_ALT_DROP_RING_FULL);
	/*
	 * Nobody keeps this for a driver without a transmit lock; bonding's ARP monitor reads it.
	 */
	txq_trans_cond_update(txq);
	xmit_wake(q, last);
	return NETDEV_TX_OK;
}

/* A queue that is read by calls, or none; apart, so that the way to a ring is short. */
static noinline netdev_tx_t xmit_without_ring(struct tun_alt_dev *tun, struct tun_alt_queue *q,
					      struct sk_buff *skb)
{
	netdev_tx_t ret;

	rcu_read_lock();
	if (!q) {
		ret = tun_alt_xmit_drop(&tun->account.drops, skb, TUN_ALT_DROP_NO_READER);
	} else {
		ret = xmit_to_queue(tun, q, skb);
		if (ret != NETDEV_TX_OK)
			xmit_wake_owed(q);
	}
	rcu_read_unlock();
	return ret;
}

/**
 * tun_alt_xmit() - ndo_start_xmit
 * @skb: the packet, consumed whatever becomes of it
 * @dev: the device
 *
 * Context: Softirqs off, RCU read-side section, no transmit lock (LLTX): several at a time.
 * Return: NETDEV_TX_OK, or NET_XMIT_DROP for a packet that was counted and freed; never busy.
 */
netdev_tx_t tun_alt_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	u16 index = skb->queue_mapping;
	struct tun_alt_read_ring *ring;
	struct tun_alt_queue *q = NULL;

	if (index < READ_ONCE(tun->nr_queues))
		q = rcu_dereference_bh(tun->queues[index]);
	ring = q ? rcu_dereference_bh(q->read_ring) : NULL;
	if (!ring)
		return xmit_without_ring(tun, q, skb);
	return tun_alt_ring_read_xmit(tun, q, ring, skb);
}

/* Into the fifo or the ring, of which the program is told later. */
static int xmit_entry(struct tun_alt_queue *q, void *entry)
{
	struct tun_alt_read_ring *ring;
	int ret;

	spin_lock(&q->fifo.producer_lock);
	ring = rcu_dereference(q->read_ring);
	ret = ring ? tun_alt_ring_read_entry(q, ring, entry) : __ptr_ring_produce(&q->fifo, entry);
	spin_unlock(&q->fifo.producer_lock);
	if (ret > 0)
		tun_alt_count_read(q->traffic, 1, ret);
	return min(ret, 0);
}

static void xmit_entries_done(struct tun_alt_queue *q)
{
	struct tun_alt_read_ring *ring = rcu_dereference(q->read_ring);

	if (ring)
		tun_alt_rings_show(q, ring);
	else
		xmit_wake(q, true);
}

/* An L3 device takes IP packets; its program would not know what else it reads. */
static bool xmit_frame_fits(const struct tun_alt_dev *tun, struct xdp_frame *frame)
{
	if (xdp_frame_has_frags(frame))
		return false;
	return !(READ_ONCE(tun->flags) & IFF_TUN) ||
	       tun_alt_ip_protocol(tun_alt_ip_first(frame->data, frame->len));
}

/* What cannot be read is ours to free: whoever sent it takes back only what comes after. */
static int xmit_frame(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct xdp_frame *frame)
{
	void *entry = tun_alt_fifo_from_frame(frame);

	if (!xmit_frame_fits(tun, frame)) {
		tun_alt_fifo_drop(&q->counts->drops, entry, TUN_ALT_DROP_XMIT_BAD_FRAME);
		return 0;
	}
	if (xmit_entry(q, entry)) {
		tun_alt_drop_count(&q->counts->drops, TUN_ALT_DROP_RING_FULL);
		return -ENOSPC;
	}
	return 0;
}

/**
 * tun_alt_xmit_frames() - ndo_xdp_xmit
 * @dev: the device
 * @n: how many frames
 * @frames: the frames; those that were taken are consumed
 * @flags: %XDP_XMIT_FLUSH, which changes nothing
 *
 * The processor chooses the queue: there is no skb to take a hash of. Its reader is woken at once:
 * the flush that is to follow may find another queue, or no frame that is left for us.
 *
 * Context: Softirqs off, RCU read-side section, several at a time.
 * Return: how many were taken, from the first; -EINVAL for unknown flags; -ENXIO without a queue.
 */
int tun_alt_xmit_frames(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	struct tun_alt_queue *q = NULL;
	unsigned int nr_queues;
	int taken = 0;

	if (flags & ~XDP_XMIT_FLAGS_MASK)
		return -EINVAL;
	rcu_read_lock();
	nr_queues = READ_ONCE(tun->nr_queues);
	if (nr_queues)
		q = rcu_dereference(tun->queues[smp_processor_id() % nr_queues]);
	if (!q) {
		rcu_read_unlock();
		return -ENXIO;
	}
	while (taken < n && !xmit_frame(q, tun, frames[taken]))
		taken++;
	if (taken)
		xmit_entries_done(q);
	rcu_read_unlock();
	return taken;
}

/**
 * tun_alt_xmit_back() - give a written frame back to its program
 * @q: the queue that it was written to
 * @tun: its device
 * @entry: the frame, an entry of the ring; consumed unless it is refused
 *
 * As in-tree, one that finds the ring full was received and then sent: it is a dropped xmit.
 *
 * Context: Softirqs off, RCU read-side section.
 * Return: 0, or -ENXIO if the queue is disabled.
 */
int tun_alt_xmit_back(struct tun_alt_queue *q, struct tun_alt_dev *tun, void *entry)
{
	if (READ_ONCE(q->state) != TUN_ALT_QUEUE_ATTACHED)
		return -ENXIO;
	if (!tun_alt_fifo_frame(entry))
		tun_alt_bql_mark(entry)->epoch = 0;
	if (xmit_entry(q, entry))
		tun_alt_fifo_drop(&q->counts->drops, entry, TUN_ALT_DROP_RING_FULL);
	else
		xmit_entries_done(q);
	return 0;
}
