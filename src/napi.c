// SPDX-License-Identifier: GPL-2.0
/*
 * The NAPI of a queue whose descriptor asked for one: its life, and how packets go through it.
 *
 * It lives from attach to detach and is enabled while the queue is. Nobody hands it a packet once a
 * grace period has passed since the queue left ATTACHED: only then is it disabled.
 */
#include "napi.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>
#include <net/sock.h>

#include "queue.h"

/* Packets that poll left are older than any that came meanwhile. */
static void napi_put_back(struct sk_buff_head *waiting, struct sk_buff_head *rest)
{
	spin_lock(&waiting->lock);
	skb_queue_splice(rest, waiting);
	spin_unlock(&waiting->lock);
}

static void napi_deliver(struct napi_struct *napi, struct sk_buff *skb)
{
	skb_prepare_for_gro(skb);
	napi_gro_receive(napi, skb);
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

/* A packet that comes after the last look schedules again: napi_complete_done() notices. */
static int napi_poll(struct napi_struct *napi, int budget)
{
	int done;

	/* netpoll, which sends, in any context: there is nothing of it here. */
	if (!budget)
		return 0;
	done = napi_poll_waiting(container_of(napi, struct tun_alt_queue, napi), budget);
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
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
	if (q->delivery != TUN_ALT_DELIVER_AT_ONCE)
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
	if (q->delivery != TUN_ALT_DELIVER_AT_ONCE)
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
	if (q->delivery != TUN_ALT_DELIVER_AT_ONCE)
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
	if (q->delivery != TUN_ALT_DELIVER_AT_ONCE)
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
