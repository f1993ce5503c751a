// SPDX-License-Identifier: GPL-2.0
/*
 * Plumbing between a queue and the socket layer. The socket is there because skbs are charged to a
 * struct sock, because security modules label one, and for message.c.
 */
#include "socket.h"

#include <linux/cred.h>
#include <linux/module.h>
#include <linux/poll.h>

#include "device.h"
#include "queue.h"
#include "rings.h"

/* The owner keeps the module in memory as long as a packet is charged to one of its sockets. */
static struct proto tun_alt_proto = {
	.name		= "tun_alt",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct tun_alt_queue),
};

/* There is room to write: tell who asked for it. */
static void socket_tell_room(struct tun_alt_queue *q)
{
	bool wanted;

	wanted = test_and_clear_bit(SOCKWQ_ASYNC_NOSPACE, &q->socket.flags);
	wanted |= test_and_clear_bit(SOCK_NOSPACE, &q->socket.flags);
	if (!wanted)
		return;
	wake_up_interruptible_sync_poll(tun_alt_queue_wait(q),
					EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND);
	kill_fasync(&q->fasync, SIGIO, POLL_OUT);
}

/*
 * No packet is charged. The last one keeps a byte while it tells of the room that it leaves, and no
 * packet is charged as little: whatever the limit is, one may be written.
 */
static bool socket_idle(struct tun_alt_queue *q)
{
	return sk_wmem_alloc_get(&q->sk) <= 1;
}

/**
 * tun_alt_socket_has_room() - whether a writer need not wait
 * @q: the queue
 *
 * Context: Any.
 * Return: whether what was written is less than the limit.
 */
bool tun_alt_socket_has_room(struct tun_alt_queue *q)
{
	return socket_idle(q) || sk_wmem_alloc_get(&q->sk) < READ_ONCE(q->sk.sk_sndbuf);
}

/**
 * tun_alt_socket_half_free() - whether whoever waits for room is to be told
 * @q: the queue
 *
 * Context: Any.
 * Return: whether what was written is less than half of the limit, so that writers come in turns.
 */
bool tun_alt_socket_half_free(struct tun_alt_queue *q)
{
	return socket_idle(q) || sock_writeable(&q->sk);
}

/*
 * A packet that was charged to the socket is gone. May run after close(), when the last such packet
 * dies: it touches nothing but the queue's own memory, which the packet holds.
 */
static void socket_write_space(struct sock *sk)
{
	struct tun_alt_queue *q = container_of(sk, struct tun_alt_queue, sk);

	if (tun_alt_socket_half_free(q))
		socket_tell_room(q);
}

/**
 * tun_alt_socket_limit_moved() - the send buffer may be larger than it was
 * @q: the queue
 *
 * A packet that goes only wakes when half of the buffer is free, so that writers come in turns. A
 * limit that moved may be the last that happens: any room will do.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_socket_limit_moved(struct tun_alt_queue *q)
{
	if (tun_alt_socket_has_room(q))
		socket_tell_room(q);
}

/**
 * tun_alt_socket_alloc() - make the queue of a new open file
 * @net: namespace of the opener, held as long as the file is open
 *
 * Context: Process context, may sleep.
 * Return: an unattached queue with one reference, or NULL without memory.
 */
struct tun_alt_queue *tun_alt_socket_alloc(struct net *net)
{
	struct tun_alt_queue *q;
	struct sock *sk;

	sk = sk_alloc(net, AF_UNSPEC, GFP_KERNEL, &tun_alt_proto, 0);
	if (!sk)
		return NULL;
	q = container_of(sk, struct tun_alt_queue, sk);
	q->counts = tun_alt_counts_alloc();
	if (!q->counts)
		goto err_free_sk;
	q->traffic = q->counts->traffic;
	if (ptr_ring_init(&q->fifo, 0, GFP_KERNEL))
		goto err_free_counts;

	init_waitqueue_head(tun_alt_queue_wait(q));
	init_waitqueue_head(&q->readers);
	/* No socket.file: a packet, and who looks at its socket, may outlive the file. */
	sock_init_data_uid(&q->socket, sk, current_fsuid());
	sk->sk_write_space = socket_write_space;
	sk->sk_sndbuf = INT_MAX;
	/* Tells who sends through the socket that memory may be lent to it. */
	sock_set_flag(sk, SOCK_ZEROCOPY);

	RCU_INIT_POINTER(q->tun, NULL);
	q->state = TUN_ALT_QUEUE_UNATTACHED;
	INIT_LIST_HEAD(&q->parked);
	tun_alt_teardown_setup(q);
	spin_lock_init(&q->refused.lock);
	spin_lock_init(&q->holder.lock);
	spin_lock_init(&q->pool.lock);
	return q;

err_free_counts:
	tun_alt_counts_free(q->counts);
err_free_sk:
	sk_free(sk);
	return NULL;
}

/**
 * tun_alt_socket_own() - name a written packet's socket
 * @q: the queue that it was written to
 * @skb: the packet
 * @burst: whether it is one of many
 *
 * Whoever has set a limit has the packet charged, which makes it tell of its end. Else it holds the
 * socket, so that filters see it, unless it is one of a burst. GRO takes every other owner from a
 * packet than one that it is charged to.
 *
 * Context: Any.
 */
void tun_alt_socket_own(struct tun_alt_queue *q, struct sk_buff *skb, bool burst)
{
	if (tun_alt_queue_is_limited(q) ||
	    (!burst && READ_ONCE(q->delivery) != TUN_ALT_DELIVER_AT_ONCE)) {
		skb_set_owner_w(skb, &q->sk);
		return;
	}
	if (burst)
		return;
	sock_hold(&q->sk);
	skb->sk = &q->sk;
	skb->destructor = sock_efree;
}

/**
 * tun_alt_socket_ask_for_room() - be woken when packets that were written are gone
 * @q: the queue; look for room after the call, not before
 *
 * Context: Any.
 */
void tun_alt_socket_ask_for_room(struct tun_alt_queue *q)
{
	set_bit(SOCKWQ_ASYNC_NOSPACE, &q->socket.flags);
	/* Pairs with the full barrier of test_and_clear_bit() in socket_tell_room(). */
	smp_mb__after_atomic();
}

/**
 * tun_alt_socket_wake_readers() - packets are there of which nobody was told
 * @q: the queue
 *
 * Context: Process context.
 */
void tun_alt_socket_wake_readers(struct tun_alt_queue *q)
{
	wake_up_interruptible_poll(tun_alt_queue_wait(q), EPOLLIN | EPOLLRDNORM);
	wake_up_interruptible_all(&q->readers);
}

/**
 * tun_alt_socket_wake_all() - the device went: wake all who wait for it
 * @q: a queue, disconnected already
 *
 * Context: Process context.
 */
void tun_alt_socket_wake_all(struct tun_alt_queue *q)
{
	wake_up_interruptible_poll(tun_alt_queue_wait(q),
				   EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM | EPOLLERR);
	wake_up_interruptible_all(&q->readers);
}

/**
 * tun_alt_socket_set_sndbuf() - TUNSETSNDBUF
 * @tun: the device
 * @sndbuf: bytes that written packets may hold at a time, per queue
 *
 * Queues that attach, or are enabled, later get the same.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_socket_set_sndbuf(struct tun_alt_dev *tun, int sndbuf)
{
	struct tun_alt_queue *q;
	bool rings = false;
	unsigned int i;

	tun->sndbuf = sndbuf;
	for (i = 0; i < tun->nr_queues; i++) {
		q = rtnl_dereference(tun->queues[i]);
		rings |= !!rcu_access_pointer(q->write_ring);
		WRITE_ONCE(q->sk.sk_sndbuf, sndbuf);
		tun_alt_socket_limit_moved(q);
	}
	if (!rings)
		return;
	/* Who has kicked before that is not to be stopped where he does not hear of it. */
	synchronize_net();
	for (i = 0; i < tun->nr_queues; i++)
		tun_alt_rings_settle(rtnl_dereference(tun->queues[i]));
}

/**
 * tun_alt_socket_wake_writers() - the device came up: tell who waits to write
 * @tun: the device
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_socket_wake_writers(struct tun_alt_dev *tun)
{
	struct tun_alt_queue *q;
	unsigned int i;

	for (i = 0; i < tun->nr_queues; i++) {
		q = rtnl_dereference(tun->queues[i]);
		q->sk.sk_write_space(&q->sk);
	}
	list_for_each_entry(q, &tun->disabled, parked)
		q->sk.sk_write_space(&q->sk);
}
