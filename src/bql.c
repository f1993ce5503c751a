// SPDX-License-Identifier: GPL-2.0
/*
 * The core trusts a driver to complete no more than it was told of, and dies if it does. So each
 * packet says itself whether, and when, it was charged; whatever makes the account uncertain begins
 * another one: what the packets of the old one say counts no more.
 *
 * Sent is told under the ring's producer lock, completed under its consumer lock, and an account
 * begins under both: the core wants each serialised, and has no lock here that would do so.
 */
#include "bql.h"

#include <linux/netdevice.h>

#include "device.h"
#include "queue.h"

/**
 * tun_alt_bql_charge() - a packet is about to enter a ring
 * @q: the queue of the ring, which has a place for it
 * @txq: the subqueue that it came by
 * @index: its index
 * @skb: the packet
 *
 * Before it can be read, since it may be at once. Who is about to change places charges nothing.
 *
 * Context: Softirqs off, the ring's producer lock is held.
 */
void tun_alt_bql_charge(struct tun_alt_queue *q, struct netdev_queue *txq, u16 index,
			struct sk_buff *skb)
{
	struct tun_alt_bql_mark *mark = tun_alt_bql_mark(skb);

	lockdep_assert_held(&q->fifo.producer_lock);
	if (!q->bql.open || q->bql.index != index)
		return;
	mark->epoch = q->bql.epoch;
	mark->bytes = skb->len;
	netdev_tx_sent_queue(txq, skb->len);
}

/**
 * tun_alt_bql_complete() - packets that were charged have left a ring
 * @q: the queue of the ring
 * @tun: its device
 * @packets: how many
 * @bytes: what they were charged
 *
 * Context: RCU read-side section, the ring's consumer lock is held since they left.
 */
void tun_alt_bql_complete(const struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  unsigned int packets, unsigned int bytes)
{
	lockdep_assert_held(&q->fifo.consumer_lock);
	/* Who sees a packet in the ring sees that it was charged: pairs with the one of produce. */
	smp_rmb();
	netdev_tx_completed_queue(netdev_get_tx_queue(tun->dev, q->bql.index), packets, bytes);
}

/* What was charged so far counts no more. */
static void bql_begin(struct tun_alt_queue *q)
{
	q->bql.epoch = q->bql.epoch + 1 ? : 1;
}

/**
 * tun_alt_bql_open() - begin an account
 * @q: the queue
 * @tun: the device; while it is down nothing is charged
 * @index: the subqueue that it is to charge; nobody else does any more
 *
 * Context: RTNL and both locks of the ring are held.
 */
void tun_alt_bql_open(struct tun_alt_queue *q, struct tun_alt_dev *tun, u16 index)
{
	lockdep_assert_held(&q->fifo.consumer_lock);
	lockdep_assert_held(&q->fifo.producer_lock);
	bql_begin(q);
	q->bql.index = index;
	q->bql.open = netif_running(tun->dev);
	netdev_tx_reset_queue(netdev_get_tx_queue(tun->dev, index));
}

/**
 * tun_alt_bql_close() - charge nothing, and complete nothing that was charged
 * @q: the queue
 *
 * Context: RTNL is held; takes both locks of the ring.
 */
void tun_alt_bql_close(struct tun_alt_queue *q)
{
	spin_lock_bh(&q->fifo.consumer_lock);
	spin_lock(&q->fifo.producer_lock);
	bql_begin(q);
	q->bql.open = false;
	spin_unlock(&q->fifo.producer_lock);
	spin_unlock_bh(&q->fifo.consumer_lock);
}
