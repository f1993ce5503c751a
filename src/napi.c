// SPDX-License-Identifier: GPL-2.0
/*
 * The NAPI of a queue whose descriptor asked for one, or has a write ring: its life, and how
 * packets go through it.
 *
 * It lives from attach to detach and is enabled while the queue is. Nobody hands it a packet once a
 * grace period has passed since the queue left ATTACHED: only then is it disabled.
 */
#include "napi.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/sock.h>

#include "queue.h"
#include "rings.h"

/* Packets that poll left are older than any that came meanwhile. */
static void napi_put_back(struct sk_buff_head *waiting, struct sk_buff_head *rest)
{
	spin_lock(&waiting->lock);
	skb_queue_splice(rest, waiting);
	spin_unlock(&waiting->lock);
}

static gro_result_t napi_deliver(struct napi_struct *napi, struct sk_buff *skb)
{
	skb_prepare_for_gro(skb);
	return napi_gro_receive(napi, skb);
}

/*
 * IFF_NAPI_FRAGS: the skb goes in by the other door of GRO, napi_gro_frags(), which takes it from
 * the NAPI, from its Ethernet header, and may leave it there for another use that we do not make of
 * it. That door knows no owners, and whoever allocates what it takes marks it with the NAPI's id.
 *
 * A BPF flow dissector gets to see the header without an skb around it, as in-tree: that is what
 * the flag is for.
 */
static void napi_deliver_frags(struct napi_struct *napi, struct sk_buff *skb)
{
	skb_push(skb, ETH_HLEN);
	eth_get_headlen(skb->dev, skb->data, skb_headlen(skb));
	skb_orphan(skb);
	skb_mark_napi_id(skb, napi);
	napi->skb = skb;
	napi_gro_frags(napi);
	napi_free_frags(napi);
}

static int napi_poll_waiting(struct tun_alt_queue *q, int budget)
{
	struct sk_buff_head *waiting = &q->sk.sk_write_queue, taken;
	struct sk_buff *skb;
	int done = 0;

	__skb_queue_head_init(&taken);
	spin_lock(&waiting->lock);
	skb_queue_splice_tail_init(waiting, &taken);
	spin_unlock(&waiting->lock);

	rcu_read_lock();
	while (done < budget && (skb = __skb_dequeue(&taken))) {
		tun_alt_queue_record(q, skb);
		if (q->delivery == TUN_ALT_DELIVER_FRAGS)
			napi_deliver_frags(&q->napi, skb);
		else
			napi_deliver(&q->napi, skb);
		done++;
	}
	rcu_read_unlock();
	if (!skb_queue_empty(&taken))
		napi_put_back(waiting, &taken);
	return done;
}

/* What is in the write ring, if nobody else takes it */
static int napi_poll_ring(struct tun_alt_queue *q, int budget)
{
	struct tun_alt_write_ring *ring;
	int done = 0;

	rcu_read_lock();
	ring = rcu_dereference(q->write_ring);
	if (ring && budget)
		done = ring->ops->poll(q, ring, budget);
	rcu_read_unlock();
	return done;
}

/* A packet that comes after the last look schedules again: napi_complete_done() notices. */
static int napi_poll(struct napi_struct *napi, int budget)
{
	struct tun_alt_queue *q = container_of(napi, struct tun_alt_queue, napi);
	int done;

	/* netpoll, which sends, in any context: there is nothing of it here. */
	if (!budget)
		return 0;
	done = napi_poll_waiting(q, budget);
	done += napi_poll_ring(q, budget - done);
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

/**
 * tun_alt_napi_has() - whether a queue has a NAPI, or is to have one once it is attached
 * @q: the queue
 *
 * Context: Process context, RTNL held.
 * Return: whether it has.
 */
bool tun_alt_napi_has(const struct tun_alt_queue *q)
{
	return q->delivery != TUN_ALT_DELIVER_AT_ONCE || q->merges;
}

/**
 * tun_alt_napi_add() - give a queue its NAPI, if it is to have one
 * @q: the queue, about to be attached
 * @dev: its device, registered or about to be
 *
 * Sockets can poll it busily: it has an id.
 *
 * Context: Process context, RTNL held; may take the device's own lock.
 */
void tun_alt_napi_add(struct tun_alt_queue *q, struct net_device *dev)
{
	if (tun_alt_napi_has(q))
		netif_napi_add(dev, &q->napi, napi_poll);
}

/**
 * tun_alt_napi_enable() - the queue is about to be enabled
 * @q: the queue
 *
 * Context: Process context, RTNL held; may take the device's own lock.
 */
void tun_alt_napi_enable(struct tun_alt_queue *q)
{
	if (tun_alt_napi_has(q))
		napi_enable(&q->napi);
}

/**
 * tun_alt_napi_disable() - the queue is no longer enabled
 * @q: the queue; a grace period ago it left ATTACHED
 *
 * Packets that still wait are the caller's to drop.
 *
 * Context: Process context, RTNL held, sleeps until a poll under way has ended.
 */
void tun_alt_napi_disable(struct tun_alt_queue *q)
{
	if (tun_alt_napi_has(q))
		napi_disable(&q->napi);
}

/**
 * tun_alt_napi_del() - the queue parts with its device
 * @q: the queue, disabled
 *
 * Context: Process context, RTNL held, sleeps for a grace period.
 */
void tun_alt_napi_del(struct tun_alt_queue *q)
{
	if (tun_alt_napi_has(q))
		netif_napi_del(&q->napi);
}

/**
 * tun_alt_napi_schedule() - have the packets delivered that wait
 * @q: an ATTACHED queue
 *
 * Context: RCU read-side section in which the queue was seen ATTACHED, softirqs off.
 */
void tun_alt_napi_schedule(struct tun_alt_queue *q)
{
	napi_schedule(&q->napi);
}

/**
 * tun_alt_napi_wake() - have the NAPI look at the write ring
 * @q: the queue
 *
 * Context: Any but hard interrupts.
 * Return: whether it will: not if the queue is not enabled.
 */
bool tun_alt_napi_wake(struct tun_alt_queue *q)
{
	bool will;

	rcu_read_lock_bh();
	will = READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED && READ_ONCE(q->merges);
	if (will)
		napi_schedule(&q->napi);
	rcu_read_unlock_bh();
	return will;
}

/**
 * tun_alt_napi_queue() - have a packet delivered by a poll
 * @q: an ATTACHED queue
 * @skb: the packet, as the stack takes it
 * @more: whether the sender is about to send more: a poll may then wait for those
 *
 * Context: RCU read-side section in which the queue was seen ATTACHED, softirqs off.
 */
void tun_alt_napi_queue(struct tun_alt_queue *q, struct sk_buff *skb, bool more)
{
	struct sk_buff_head *waiting = &q->sk.sk_write_queue;
	unsigned int nr;

	spin_lock(&waiting->lock);
	__skb_queue_tail(waiting, skb);
	nr = skb_queue_len(waiting);
	spin_unlock(&waiting->lock);
	if (!more || nr > NAPI_POLL_WEIGHT)
		napi_schedule(&q->napi);
}

/* Of so many packets that were not merged it is concluded that the next will not be either. */
#define NAPI_TRY	64
/* And after so many more it is tried again. */
#define NAPI_TRY_AGAIN	1024

/**
 * tun_alt_napi_merge_begin() - have the packets of a burst merged, if that is of use
 * @q: the queue
 * @nr: how many there are
 * @polled: whether it is the NAPI's poll that asks: then always, since GRO may still hold what the
 *	poll before has brought
 *
 * To look for what belongs together costs more than it saves where nothing does.
 *
 * Context: RCU read-side section, softirqs off until tun_alt_napi_merge_end().
 * Return: whether to merge them: not if nothing was merged lately, nor if somebody else has the
 * NAPI, nor if the queue is disabled.
 */
bool tun_alt_napi_merge_begin(struct tun_alt_queue *q, unsigned int nr, bool polled)
{
	u32 unmerged = READ_ONCE(q->unmerged);

	if (polled)
		return true;
	if (unmerged >= NAPI_TRY) {
		unmerged += nr;
		if (unmerged >= NAPI_TRY + NAPI_TRY_AGAIN)
			unmerged = 0;
		WRITE_ONCE(q->unmerged, unmerged);
	}
	if (unmerged >= NAPI_TRY || READ_ONCE(q->state) != TUN_ALT_QUEUE_ATTACHED ||
	    !napi_schedule_prep(&q->napi))
		return false;
	/* Whoever has a NAPI keeps netpoll from it: the core counts on that. */
	q->netpoll = netpoll_poll_lock(&q->napi);
	return true;
}

/**
 * tun_alt_napi_merge() - hand a packet to the stack, as part of another one if it belongs to it
 * @q: the queue
 * @skb: the packet, as the stack takes it
 *
 * Context: Between tun_alt_napi_merge_begin() and tun_alt_napi_merge_end().
 * Return: whether it has become part of another one.
 */
bool tun_alt_napi_merge(struct tun_alt_queue *q, struct sk_buff *skb)
{
	gro_result_t result;

	tun_alt_queue_record(q, skb);
	result = napi_deliver(&q->napi, skb);
	return result == GRO_MERGED || result == GRO_MERGED_FREE;
}

/**
 * tun_alt_napi_merge_end() - what was merged goes up
 * @q: the queue
 * @nr: how many packets were handed over
 * @merged: whether one of them became part of another
 * @polled: as for tun_alt_napi_merge_begin(): they go up when the poll ends
 *
 * Context: As tun_alt_napi_merge().
 */
void tun_alt_napi_merge_end(struct tun_alt_queue *q, unsigned int nr, bool merged, bool polled)
{
	void *have;

	if (polled)
		return;
	WRITE_ONCE(q->unmerged, merged ? 0 : READ_ONCE(q->unmerged) + nr);
	have = q->netpoll;
	/*
	 * None, it says, so that gro_flush_timeout holds nothing back: what comes next may go up
	 * beside GRO.
	 */
	napi_complete_done(&q->napi, 0);
	netpoll_poll_unlock(have);
}
