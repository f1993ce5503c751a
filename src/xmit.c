// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, stack to program: a packet enters a queue's ring and the program is woken.
 */
#include "xmit.h"

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "device.h"
#include "fifo.h"
#include "ip.h"
#include "queue.h"

static netdev_tx_t xmit_drop(struct net_device *dev, struct tun_alt_drops *drops,
			     struct sk_buff *skb, enum tun_alt_drop reason)
{
	dev_core_stats_tx_dropped_inc(dev);
	skb_tx_error(skb);
	tun_alt_drop_skb(drops, skb, reason);
	return NET_XMIT_DROP;
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

static void xmit_wake(struct tun_alt_queue *q)
{
	q->sk.sk_data_ready(&q->sk);
	kill_fasync(&q->fasync, SIGIO, POLL_IN);
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
	struct tun_alt_queue *q = NULL;
	netdev_tx_t ret = NETDEV_TX_OK;

	rcu_read_lock();
	if (index < READ_ONCE(tun->nr_queues))
		q = rcu_dereference(tun->queues[index]);
	if (!q) {
		ret = xmit_drop(dev, &tun->drops, skb, TUN_ALT_DROP_NO_QUEUE);
		goto unlock;
	}
	if (xmit_disown(skb)) {
		ret = xmit_drop(dev, &q->drops, skb, TUN_ALT_DROP_FAULT);
		goto unlock;
	}
	if (ptr_ring_produce(&q->fifo, skb)) {
		ret = xmit_drop(dev, &q->drops, skb, TUN_ALT_DROP_RING_FULL);
		goto unlock;
	}
	/*
	 * Nobody keeps this for a driver without a transmit lock; bonding's ARP monitor reads it.
	 */
	txq_trans_cond_update(netdev_get_tx_queue(dev, index));
	xmit_wake(q);
unlock:
	rcu_read_unlock();
	return ret;
}

/* An L3 device takes IP packets; its program would not know what else it reads. */
static bool xmit_frame_fits(const struct tun_alt_dev *tun, struct xdp_frame *frame)
{
	if (xdp_frame_has_frags(frame))
		return false;
	return !(READ_ONCE(tun->flags) & IFF_TUN) || tun_alt_ip_protocol(*(u8 *)frame->data);
}

/* What cannot be read is ours to free: whoever sent it takes back only what comes after. */
static int xmit_frame(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct xdp_frame *frame)
{
	void *entry = tun_alt_fifo_from_frame(frame);

	if (!xmit_frame_fits(tun, frame)) {
		dev_core_stats_tx_dropped_inc(tun->dev);
		tun_alt_drop_count(&q->drops, TUN_ALT_DROP_BAD_FRAME);
		xdp_return_frame_rx_napi(frame);
		return 0;
	}
	if (ptr_ring_produce(&q->fifo, entry)) {
		dev_core_stats_tx_dropped_inc(tun->dev);
		tun_alt_drop_count(&q->drops, TUN_ALT_DROP_RING_FULL);
		return -ENOSPC;
	}
	return 0;
}

/**
 * tun_alt_xmit_frames() - ndo_xdp_xmit
 * @dev: the device
 * @n: how many frames
 * @frames: the frames; those that were taken are consumed
 * @flags: %XDP_XMIT_FLUSH
 *
 * The processor chooses the queue: there is no skb to take a hash of.
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
	if (flags & XDP_XMIT_FLUSH)
		xmit_wake(q);
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
	if (ptr_ring_produce(&q->fifo, entry)) {
		dev_core_stats_tx_dropped_inc(tun->dev);
		tun_alt_fifo_drop(&q->drops, entry, TUN_ALT_DROP_RING_FULL);
		return 0;
	}
	xmit_wake(q);
	return 0;
}
