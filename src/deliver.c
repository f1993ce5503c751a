// SPDX-License-Identifier: GPL-2.0
/*
 * Last step of a written packet: into the stack.
 */
#include "deliver.h"

#include <linux/if_tun_alt.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/busy_poll.h>

#include "config.h"
#include "device.h"
#include "flow.h"
#include "napi.h"
#include "queue.h"
#include "receive.h"
#include "socket.h"

/*
 * The queue's state and index are read and used in one RCU section: who changes the state, or gives
 * the queue another index, waits for that section before the index is another queue's. A steering
 * program asks no flows.
 */
static void deliver_learn(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct sk_buff *skb)
{
	if (READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED && READ_ONCE(tun->nr_queues) > 1 &&
	    !rcu_access_pointer(tun->steering))
		tun_alt_flow_learn(tun->flows, __skb_get_hash_symmetric(skb), READ_ONCE(q->index));
}

static int deliver_one(struct tun_alt_queue *q, struct sk_buff *skb)
{
	tun_alt_queue_record(q, skb);
	return netif_receive_skb(skb);
}

/*
 * Packets that are followed by more wait for them, up to the number that ethtool -C rx-frames sets;
 * the one above it takes all along. Without a packet those go up that wait.
 */
static void deliver_in_batches(struct tun_alt_queue *q, struct sk_buff *skb, bool more, u32 most)
{
	struct sk_buff_head *waiting = &q->sk.sk_write_queue, batch;

	__skb_queue_head_init(&batch);
	spin_lock(&waiting->lock);
	if (skb)
		__skb_queue_tail(waiting, skb);
	if (!more || skb_queue_len(waiting) > most)
		skb_queue_splice_tail_init(waiting, &batch);
	spin_unlock(&waiting->lock);
	while ((skb = __skb_dequeue(&batch)))
		deliver_one(q, skb);
}

static int deliver_at_once(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct sk_buff *skb,
			   bool more)
{
	u32 most = READ_ONCE(tun->rx_frames);

	if ((more && most) || !skb_queue_empty_lockless(&q->sk.sk_write_queue)) {
		deliver_in_batches(q, skb, more, most);
		return NET_RX_SUCCESS;
	}
	return deliver_one(q, skb);
}

/* Nobody writes more before there is room to. */
static bool deliver_more_follows(struct tun_alt_queue *q, const struct tun_alt_packet *packet)
{
	return packet->more && tun_alt_socket_has_room(q);
}

/*
 * The stack says no more than that it dropped the packet in this very call: its queue for another
 * processor or the next device's is full, or nobody wanted the packet.
 */
static noinline int deliver_dropped(const struct tun_alt_queue *q)
{
	return READ_ONCE(q->options) & TUN_ALT_OPTION_CONGESTION ? -ENOBUFS : 0;
}

/**
 * tun_alt_deliver() - a packet goes up
 * @q: the queue that it was written to
 * @tun: the device, up
 * @config: its settings, as the call read them
 * @packet: the packet, as the stack takes it; its skb consumed
 *
 * Context: RCU read-side section, softirqs off.
 * Return: 0, or -ENOBUFS if the stack dropped it and the program wants to know.
 */
int tun_alt_deliver(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		    const struct tun_alt_config *config, struct tun_alt_packet *packet)
{
	bool more = deliver_more_follows(q, packet);
	struct sk_buff *skb = packet->skb;
	int ret = NET_RX_SUCCESS;

	deliver_learn(q, tun, skb);
	if (packet->marked)
		skb_mark_napi_id(skb, &q->napi);
	switch (config->delivery) {
	case TUN_ALT_DELIVER_AT_ONCE:
		if (packet->merge)
			packet->merged = tun_alt_napi_merge(q, skb);
		else
			ret = deliver_at_once(q, tun, skb, more && !packet->burst);
		break;
	case TUN_ALT_DELIVER_NAPI:
		tun_alt_napi_queue(q, skb, more);
		break;
	case TUN_ALT_DELIVER_FRAGS:
		tun_alt_napi_queue(q, skb, false);
		break;
	}
	return ret == NET_RX_DROP ? deliver_dropped(q) : 0;
}

/**
 * tun_alt_deliver_waiting() - have those go up that wait for more
 * @q: the queue
 * @tun: its device
 * @config: its settings, as the call read them
 *
 * An XDP program took the last of some packets, and its sender hears of no refusal; or there is no
 * last one.
 *
 * Context: As tun_alt_deliver().
 */
void tun_alt_deliver_waiting(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			     const struct tun_alt_config *config)
{
	if (skb_queue_empty_lockless(&q->sk.sk_write_queue) ||
	    !(READ_ONCE(tun->dev->flags) & IFF_UP))
		return;
	if (config->delivery == TUN_ALT_DELIVER_AT_ONCE)
		deliver_in_batches(q, NULL, false, 0);
	else if (READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED)
		tun_alt_napi_schedule(q);
}

/**
 * tun_alt_deliver_merge_begin() - begin to merge the packets of a burst, if that is of use
 * @q: the queue
 * @config: its device's settings, as the call read them
 * @packets: the packets, each of which is told
 * @nr: how many
 *
 * Context: As tun_alt_deliver(), all of which have to come before the end.
 * Return: whether tun_alt_deliver_merge_end() is due.
 */
bool tun_alt_deliver_merge_begin(struct tun_alt_queue *q, const struct tun_alt_config *config,
				 struct tun_alt_packet *packets, unsigned int nr)
{
	bool merge = config->delivery == TUN_ALT_DELIVER_AT_ONCE &&
		     tun_alt_napi_merge_begin(q, nr, packets->polled);
	unsigned int i;

	for (i = 0; i < nr; i++)
		packets[i].merge = merge;
	return merge;
}

/**
 * tun_alt_deliver_merge_end() - what was merged goes up
 * @q: the queue
 * @packets: the packets
 * @nr: how many were delivered
 *
 * Context: As tun_alt_deliver().
 */
void tun_alt_deliver_merge_end(struct tun_alt_queue *q, const struct tun_alt_packet *packets,
			       unsigned int nr)
{
	bool merged = false;
	unsigned int i;

	for (i = 0; i < nr; i++)
		merged |= packets[i].merged;
	tun_alt_napi_merge_end(q, nr, merged, packets->polled);
}
