// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, stack to program: a packet enters a queue's ring and the program is woken.
 */
#include "xmit.h"

#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "device.h"
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
	q->sk.sk_data_ready(&q->sk);
	kill_fasync(&q->fasync, SIGIO, POLL_IN);
unlock:
	rcu_read_unlock();
	return ret;
}
