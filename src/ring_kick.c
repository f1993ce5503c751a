// SPDX-License-Identifier: GPL-2.0
/*
 * Who drains a write ring: whoever kicks does, in the call; where the administrator has switched
 * the device's NAPI to threads the queue's thread does, and a socket that polls busily has its
 * packets brought as well.
 */
#include "ring_kick.h"

#include <linux/poll.h>
#include <linux/sched/signal.h>

#include "burst.h"
#include "napi.h"
#include "queue.h"
#include "ring_hold.h"
#include "ring_write.h"
#include "rings.h"

/*
 * Until there is nothing left, up to @most; or a signal comes, and then the program will kick for
 * what comes.
 */
static int ring_kick_all(struct tun_alt_ring_write *call, unsigned int most)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	unsigned int batch;
	bool stop;
	int ret;

	while (!call->ring->ring.broken && tun_alt_ring_write_config(call)) {
		batch = min(tun_alt_burst_batch(call->q), most - call->taken);
		ret = tun_alt_ring_write_some(call, batch);
		stop = ret > 0 && call->taken && call->interruptible && signal_pending(current);
		if (!ret || stop)
			ret = tun_alt_ring_want_records(view);
		if (ret < 0 && ret != -EAGAIN) {
			tun_alt_rings_break(call->q, &call->ring->ring);
			return -EIO;
		}
		if (ret <= 0 || stop || call->taken >= most)
			return ret;
		if (!call->polled)
			cond_resched();
	}
	if (call->ring->ring.broken)
		return -EIO;
	return tun_alt_refuse(call->why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
}

/* With the ring locked */
static int ring_kick_locked(struct tun_alt_ring_write *call, unsigned int most)
{
	int ret;

	call->room = tun_alt_burst_room_get(call->q, call->pool ? GFP_ATOMIC : GFP_KERNEL);
	if (!call->room)
		return tun_alt_refuse(call->why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	ret = ring_kick_all(call, most);
	/* Whoever has left some for others has not been stopped by it. */
	if (ret <= 0)
		WRITE_ONCE(call->ring->stopped, ret == -EAGAIN);
	if (call->spare)
		page_frag_free(call->spare);
	tun_alt_burst_room_put(call->q, call->room);
	return ret;
}

/*
 * A poll that finds the ring locked says so, and looks once more; whoever unlocks it looks whether
 * one did: one of them sees the other.
 */
static void ring_kick_unlock(struct tun_alt_queue *q, struct tun_alt_write_ring *ring)
{
	up(&ring->lock);
	/* (M) pairs with ring_kick_trylock(). */
	smp_mb();
	if (!READ_ONCE(ring->missed))
		return;
	WRITE_ONCE(ring->missed, false);
	tun_alt_napi_wake(q);
}

static bool ring_kick_trylock(struct tun_alt_write_ring *ring)
{
	if (!down_trylock(&ring->lock))
		return true;
	WRITE_ONCE(ring->missed, true);
	/* (M) pairs with ring_kick_unlock(). */
	smp_mb();
	return !down_trylock(&ring->lock);
}

static int ring_kick_drain(struct tun_alt_queue *q, struct tun_alt_write_ring *ring,
			   struct tun_alt_refusal *why)
{
	struct tun_alt_ring_write call = {
		.q = q, .ring = ring, .merge = ring->merge, .interruptible = true, .why = why,
	};
	int ret;

	if (down_interruptible(&ring->lock))
		return -ERESTARTSYS;
	ret = ring_kick_locked(&call, UINT_MAX);
	ring_kick_unlock(q, ring);
	if (ret == -EIO)
		tun_alt_refuse(why, ret, TUN_ALT_REFUSED_RING_BROKEN);
	return ret < 0 && !call.taken ? ret : call.taken;
}

static bool ring_kick_has_thread(struct tun_alt_queue *q)
{
	return test_bit(NAPI_STATE_THREADED, &q->napi.state);
}

/*
 * Who polls busily beside those that kick brings packets past GRO: what it held they would
 * overtake. Where there is a thread all packets come by the NAPI.
 */
static int ring_kick_poll(struct tun_alt_queue *q, struct tun_alt_write_ring *ring, int budget)
{
	struct tun_alt_refusal why = {};
	struct tun_alt_ring_write call = {
		.q = q, .ring = ring, .merge = ring->merge && ring_kick_has_thread(q),
		.polled = true, .pool = &ring->ring.pool, .why = &why,
	};
	int ret;

	if (READ_ONCE(q->delivery) != TUN_ALT_DELIVER_AT_ONCE || tun_alt_queue_is_limited(q) ||
	    !ring_kick_trylock(ring))
		return 0;
	ret = ring_kick_locked(&call, budget);
	ring_kick_unlock(q, ring);
	/* Without memory for any of them nobody has said that a kick is wanted again. */
	return ret == -ENOMEM ? budget : call.taken;
}

/*
 * What the thread was to take. Whoever else has the ring takes what there is himself, but a poll
 * under way, which is soon over. No more is taken than there is room for: a program could go on for
 * ever.
 */
static void ring_kick_settle(struct tun_alt_queue *q, struct tun_alt_write_ring *ring)
{
	struct tun_alt_refusal why = {};
	struct tun_alt_ring_write call = {
		.q = q, .ring = ring, .why = &why,
	};

	if (!ring_kick_has_thread(q) || down_timeout(&ring->lock, HZ / 10))
		return;
	ring_kick_locked(&call, ring->ring.view.bytes / TUN_ALT_RECORD_ALIGN);
	ring_kick_unlock(q, ring);
}

const struct tun_alt_write_ring_ops tun_alt_ring_kick_ops = {
	.poll = ring_kick_poll,
	.settle = ring_kick_settle,
};

/*
 * Whether the queue's thread will take the records, if the administrator has given it one. A
 * descriptor that asked for IFF_NAPI has its packets go through the NAPI anyway, and who has a
 * limit is to hear that he is stopped.
 */
static bool ring_kick_wake_thread(struct tun_alt_queue *q)
{
	bool will;

	/* Who sets a limit waits for this section, and takes then what was left to the thread. */
	rcu_read_lock();
	will = ring_kick_has_thread(q) && !tun_alt_queue_is_limited(q) &&
	       READ_ONCE(q->delivery) == TUN_ALT_DELIVER_AT_ONCE && tun_alt_napi_wake(q);
	rcu_read_unlock();
	return will;
}

/* Whether there is a read ring; the program may have made room in it for who is stopped. */
static bool ring_kick_look(struct tun_alt_queue *q)
{
	struct tun_alt_read_ring *ring;
	struct tun_alt_dev *tun;

	rcu_read_lock_bh();
	ring = rcu_dereference_bh(q->read_ring);
	tun = tun_alt_queue_dev(q, tun_alt_queue_attachment(q));
	if (ring && tun)
		tun_alt_ring_hold_look(q, tun, ring);
	rcu_read_unlock_bh();
	return ring;
}

/**
 * tun_alt_ring_kick() - TUN_ALT_RING_KICK
 * @q: the queue
 * @why: gets the reason of a refusal, also of a record that was one of many
 *
 * Context: Process context, may sleep.
 * Return: records that were taken, 0 if a thread was woken that takes them; if there is none,
 * -EINVAL without a ring, -EIO if the write ring is broken, -EAGAIN while TUNSETSNDBUF leaves no
 * room, -EBADFD without a device, -ENOMEM or -ERESTARTSYS.
 */
int tun_alt_ring_kick(struct tun_alt_queue *q, struct tun_alt_refusal *why)
{
	struct tun_alt_write_ring *ring = tun_alt_rings_get_write(q);
	int ret = 0;

	if (!ring_kick_look(q) && !ring)
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NO_RING);
	if (!ring)
		return 0;
	if (READ_ONCE(ring->ring.broken) || !ring_kick_wake_thread(q))
		ret = ring_kick_drain(q, ring, why);
	tun_alt_rings_put(&ring->ring);
	return ret;
}
