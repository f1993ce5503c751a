/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue: one open file, its place in a device, and the packets that wait for its program.
 *
 * Lock order, outermost first:
 *
 *	RTNL > flow table's lock (BH) > fifo.consumer_lock > fifo.producer_lock
 *	the device's redirect_lock (BH) > fifo.producer_lock
 *
 * refused.lock, holder.lock, pool.lock and the lock of sk_write_queue are leaves. No user memory is
 * touched under any of them.
 *
 * Letters as in device.h, and
 *
 * C:  fifo.consumer_lock for consumers, fifo.producer_lock for producers.
 */
#ifndef TUN_ALT_QUEUE_H
#define TUN_ALT_QUEUE_H

#include <linux/bits.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <linux/spinlock.h>
#include <net/sock.h>

#include "bql.h"
#include "count.h"
#include "fifo.h"
#include "holder.h"
#include "napi.h"
#include "pool.h"
#include "refused.h"
#include "teardown.h"

/* Of &struct tun_alt_queue.burst: calls of that direction are refused, since there is a ring. */
#define TUN_ALT_QUEUE_READ_RING		BIT(12)
#define TUN_ALT_QUEUE_WRITE_RING	BIT(13)
#define TUN_ALT_QUEUE_RINGS		(TUN_ALT_QUEUE_READ_RING | TUN_ALT_QUEUE_WRITE_RING)

struct tun_alt_dev;
struct tun_alt_read_ring;
struct tun_alt_write_ring;

/**
 * enum tun_alt_queue_state - where a queue stands; changed under RTNL by queue.c alone
 * @TUN_ALT_QUEUE_UNATTACHED: it has no device: just opened, or its device went. Becomes ATTACHED.
 * @TUN_ALT_QUEUE_ATTACHED: it is in its device's array and gets packets. Becomes DISABLED or
 *	UNATTACHED.
 * @TUN_ALT_QUEUE_DISABLED: TUNSETQUEUE parked it: it has a device and a place in no array,
 *	may write, and gets nothing to read. Becomes ATTACHED or UNATTACHED.
 */
enum tun_alt_queue_state {
	TUN_ALT_QUEUE_UNATTACHED,
	TUN_ALT_QUEUE_ATTACHED,
	TUN_ALT_QUEUE_DISABLED,
};

/**
 * struct tun_alt_queue - one open file of the node
 * @sk: the socket that written packets are charged to and that programs sleep on; first,
 *	since sk_alloc() allocates the whole. One reference for the file, one for the device. Its
 *	sk_write_queue has written packets that the stack is yet to get, under its own lock
 * @socket: what @sk believes to belong to; its wait queue is the one of poll and blocking writes
 * @tun: the device, NULL while unattached; RR, with a grace period before the device is freed
 * @attachment: counts connections to a device and their ends, so that it is odd while connected and
 *	a call knows whether its queue still belongs where it did; RTNL for writes, acquire or
 *	READ_ONCE() for reads
 * @state: RO
 * @index: place in the device's array while ATTACHED; RO
 * @filtered: whether the device has a classic filter that holds here: not if TUNSETIFF said so, nor
 *	if it came while the queue was DISABLED; RO
 * @merges: whether it has a NAPI to merge what is written in bursts; R
 * @delivery: how written packets get to the stack; changes while UNATTACHED alone; RO
 * @burst: what SET_BURST said, and which rings there are, as burst.h packs it; RO
 * @options: TUN_ALT_OPTION_x; RO
 * @read_ring: where xmitted packets go instead of @fifo, or NULL; RR, and it appears under
 *	fifo.producer_lock, under which xmit looks once more
 * @write_ring: where written packets come from, or NULL; RR
 * @netpoll: what keeps netpoll from @napi while packets are merged; whose @napi is
 * @traffic: what it has carried, of @counts; I
 * @fifo: packets between xmit and read; C. It lives as long as the file, with room for
 *	nothing while UNATTACHED
 * @consumed: packets read since the subqueue above @fifo was found stopped; C
 * @bql: what of @fifo is charged to that subqueue; C
 * @unmerged: packets of bursts since two of them went up as one; any writer, both ONCE
 * @readers: where blocking reads sleep, who are not woken for each packet as those are who poll
 * @owes: whether a packet is in @fifo of which @readers were not told; fifo.producer_lock for
 *	writes, READ_ONCE() for reads
 * @napi: what delivers written packets unless @delivery is AT_ONCE; enabled while ATTACHED; R, and
 *	its own rules
 * @pool: memory for large written frames; its own lock
 * @room: memory for one write of a burst, NULL while it is in use or was never needed; A
 * @counts: what else it counts; I
 * @fasync: who gets SIGIO; RCU inside
 * @parked: in the device's list of disabled queues, or in the list of a device's end; R
 * @teardown: what is left to do of the device that went; R, and its own rules
 * @wanted_ifindex: index that the next device gets, 0 for any; R
 * @wanted_queues: the most that the next multi-queue device has, 0 for as many as there can be; R
 * @refused: the last refused call on this descriptor; its own lock
 * @holder: who holds it; its own lock
 */
struct tun_alt_queue {
	struct sock sk;
	struct socket socket;

	/* To @traffic: what each packet asks for, in the cache line before that of @fifo. */
	struct tun_alt_dev __rcu *tun;
	u32 attachment;
	enum tun_alt_queue_state state;
	u16 index;
	bool filtered;
	bool merges;
	enum tun_alt_delivery delivery;
	u32 burst;
	u32 options;
	struct tun_alt_read_ring __rcu *read_ring;
	struct tun_alt_write_ring __rcu *write_ring;
	void *netpoll;
	struct tun_alt_traffic __percpu *traffic;

	struct ptr_ring fifo;
	u32 consumed;
	struct tun_alt_bql bql;
	u32 unmerged;
	wait_queue_head_t readers;
	bool owes;
	struct napi_struct napi;
	struct tun_alt_pool pool;
	void *room;
	struct tun_alt_counts *counts;
	struct fasync_struct *fasync;

	struct list_head parked;
	struct tun_alt_teardown teardown;
	int wanted_ifindex;
	u32 wanted_queues;
	struct tun_alt_refused refused;
	struct tun_alt_holder holder;
};

/**
 * tun_alt_queue_wait() - where programs sleep for this queue, but those that read
 * @q: the queue
 *
 * Context: Any.
 * Return: the wait queue of poll and of blocking writes.
 */
static inline struct wait_queue_head *tun_alt_queue_wait(struct tun_alt_queue *q)
{
	return &q->socket.wq.wait;
}

/**
 * tun_alt_queue_remember() - keep a refusal on the descriptor that it was given to
 * @q: the queue
 * @why: the refusal
 *
 * Context: Process context.
 * Return: the refusal's errno.
 */
static inline int tun_alt_queue_remember(struct tun_alt_queue *q, const struct tun_alt_refusal *why)
{
	return tun_alt_refused_keep(&q->refused, why);
}

/**
 * tun_alt_queue_is_limited() - whether written packets are counted against a limit
 * @q: the queue
 *
 * Context: Any.
 * Return: whether TUNSETSNDBUF has set one.
 */
static inline bool tun_alt_queue_is_limited(const struct tun_alt_queue *q)
{
	return READ_ONCE(q->sk.sk_sndbuf) != INT_MAX;
}

/**
 * tun_alt_queue_still() - whether a queue belongs where it did when a call began
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 *
 * Context: Any.
 * Return: whether it does.
 */
static inline bool tun_alt_queue_still(const struct tun_alt_queue *q, u32 attachment)
{
	return READ_ONCE(q->attachment) == attachment;
}

/**
 * tun_alt_queue_drops() - where a call counts what died of its device's packets
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 *
 * The queue begins at zero with its next device, after a grace period.
 *
 * Context: RCU read-side section, to which the answer belongs.
 * Return: the counters, or NULL if that device has gone: nobody can ask.
 */
static inline struct tun_alt_drops *tun_alt_queue_drops(struct tun_alt_queue *q, u32 attachment)
{
	return tun_alt_queue_still(q, attachment) ? &q->counts->drops : NULL;
}

/**
 * tun_alt_queue_count_drop() - count a packet that is lost in part, or whose memory is the caller's
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 * @reason: why
 *
 * Context: Any.
 */
static inline void tun_alt_queue_count_drop(struct tun_alt_queue *q, u32 attachment,
					    enum tun_alt_drop reason)
{
	rcu_read_lock();
	tun_alt_drop_count(tun_alt_queue_drops(q, attachment), reason);
	rcu_read_unlock();
}

/**
 * tun_alt_queue_attachment() - the number of a queue's attachment
 * @q: the queue
 *
 * Pairs with the release in tun_alt_queue_connect(): who sees the number sees the device.
 *
 * Context: Any; in the RCU read-side section in which the device is asked for.
 * Return: an odd number, or an even one while there is no device.
 */
static inline u32 tun_alt_queue_attachment(const struct tun_alt_queue *q)
{
	/* Pairs with the release in tun_alt_queue_connect(). */
	return smp_load_acquire(&q->attachment);
}

/**
 * tun_alt_queue_dev() - the device of a queue, if it is the one that the call began with
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 *
 * The end of an attachment waits for a grace period before the next begins, so that a number that
 * is right when the pointer is read names that pointer for the whole section.
 *
 * Context: RCU read-side section, in which the device stays.
 * Return: the device, or NULL if the queue was unattached then or is now.
 */
static inline struct tun_alt_dev *tun_alt_queue_dev(struct tun_alt_queue *q, u32 attachment)
{
	if (!(attachment & 1) || !tun_alt_queue_still(q, attachment))
		return NULL;
	return rcu_dereference_check(q->tun, rcu_read_lock_any_held());
}

/**
 * tun_alt_queue_record() - tell the stack by which queue a packet came
 * @q: the queue
 * @skb: the packet, about to be delivered
 *
 * A disabled queue has no number.
 *
 * Context: RCU read-side section that lasts until the stack has looked, or GRO taken the packet: a
 * detach that changes the number waits for it before there are fewer queues, and with a NAPI there
 * never are.
 */
static inline void tun_alt_queue_record(const struct tun_alt_queue *q, struct sk_buff *skb)
{
	if (READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED)
		skb_record_rx_queue(skb, READ_ONCE(q->index));
}

/**
 * tun_alt_bql_is_charged() - whether a packet that leaves a ring is to be told of
 * @q: the queue of the ring
 * @entry: the packet
 *
 * Context: The ring's consumer lock is held.
 * Return: whether it was charged, and counts.
 */
static inline bool tun_alt_bql_is_charged(const struct tun_alt_queue *q, void *entry)
{
	return !tun_alt_fifo_frame(entry) && tun_alt_bql_mark(entry)->epoch == q->bql.epoch;
}

u32 tun_alt_queue_changes(void);
int tun_alt_queue_prepare(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  struct tun_alt_refusal *why);
void tun_alt_queue_publish(struct tun_alt_queue *q, struct tun_alt_dev *tun);
void tun_alt_queue_connect(struct tun_alt_queue *q, struct tun_alt_dev *tun);
void tun_alt_queue_merge(struct tun_alt_queue *q);
int tun_alt_queue_enable(struct tun_alt_queue *q, struct tun_alt_refusal *why);
int tun_alt_queue_disable(struct tun_alt_queue *q, struct tun_alt_refusal *why);
void tun_alt_queue_release(struct tun_alt_queue *q);
void tun_alt_queue_detach_all(struct tun_alt_dev *tun);
int tun_alt_queue_resize_all(struct tun_alt_dev *tun, unsigned int size);

#endif /* TUN_ALT_QUEUE_H */
