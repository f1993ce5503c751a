// SPDX-License-Identifier: GPL-2.0
/*
 * Queues come, go, park and change size here. The only writer of tun->queues[], tun->nr_queues,
 * q->tun, q->attachment, q->state and q->index.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "queue.h"

#include <linux/netdevice.h>
#include <linux/security.h>

#include "backpressure.h"
#include "device.h"
#include "fifo.h"
#include "flow.h"
#include "offload.h"
#include "rings.h"
#include "socket.h"
#include "teardown.h"

static struct tun_alt_queue *queue_at(struct tun_alt_dev *tun, unsigned int index)
{
	return rtnl_dereference(tun->queues[index]);
}

static u32 queue_changes;

/* Each that changes its place changes its state, or moves into the place of one that does. */
static void queue_set_state(struct tun_alt_queue *q, enum tun_alt_queue_state state)
{
	ASSERT_RTNL();
	queue_changes++;
	WRITE_ONCE(q->state, state);
}

/**
 * tun_alt_queue_changes() - how often queues have come, gone or moved
 *
 * Context: Process context, RTNL held.
 * Return: a number that is another one if any has since.
 */
u32 tun_alt_queue_changes(void)
{
	ASSERT_RTNL();
	return queue_changes;
}

/*
 * At least one of each: a device without them is one that the core does not know. GRO may hold a
 * packet with the number of a queue that has left, and hand it up whenever it likes; that number
 * has to be one that the core knows.
 */
static int queue_set_real_num(struct tun_alt_dev *tun, unsigned int nr)
{
	int err;

	nr = max(nr, 1U);
	err = netif_set_real_num_tx_queues(tun->dev, nr);
	if (err || (tun->napi && nr < tun->dev->real_num_rx_queues))
		return err;
	return netif_set_real_num_rx_queues(tun->dev, nr);
}

/* A disabled queue keeps its ring. */
static void queue_unprepare(struct tun_alt_queue *q)
{
	if (q->state == TUN_ALT_QUEUE_UNATTACHED)
		tun_alt_teardown_ring(q);
}

/**
 * tun_alt_queue_prepare() - do all of an attach that can fail
 * @q: a queue that is unattached, or a disabled one of @tun
 * @tun: the device, registered or about to be
 * @why: gets the reason of a refusal
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0, after which tun_alt_queue_publish() cannot fail and is due; -EBUSY, -E2BIG, -ENOMEM,
 * or what a security module says.
 */
int tun_alt_queue_prepare(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  struct tun_alt_refusal *why)
{
	bool parked = q->state == TUN_ALT_QUEUE_DISABLED;
	int err;

	ASSERT_RTNL();
	tun_alt_teardown_wait(q);
	err = security_tun_dev_attach(&q->sk, tun->security);
	if (err)
		return tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_BY_LSM, -err, 0);
	if (!(tun->flags & IFF_MULTI_QUEUE) && tun->nr_queues) {
		tun_alt_refused_held(&q->refused, &queue_at(tun, 0)->holder);
		return tun_alt_refuse(why, -EBUSY, TUN_ALT_REFUSED_HELD);
	}
	if (!parked && tun->nr_queues + tun->nr_disabled >= tun->max_queues)
		return tun_alt_refuse_values(why, -E2BIG, TUN_ALT_REFUSED_QUEUE_COUNT,
					     tun->max_queues, 0);
	if (!parked && tun_alt_fifo_resize(&q->fifo, tun->dev->tx_queue_len, &q->counts->drops,
					   TUN_ALT_DROP_READ_QUEUE_GONE))
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	if (queue_set_real_num(tun, tun->nr_queues + 1)) {
		queue_set_real_num(tun, tun->nr_queues);
		queue_unprepare(q);
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	return 0;
}

/**
 * tun_alt_queue_publish() - put a prepared queue at the end of its device's array
 * @q: the queue
 * @tun: its device, registered or about to be; if that fails tun_alt_queue_detach_all() is due
 *
 * Everything that xmit reads of a queue is set before the slot is. The count comes last; an xmit
 * that sees it before the slot finds no queue, as if it had come earlier. Whoever had the slot
 * before may have left its subqueue stopped.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_queue_publish(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	ASSERT_RTNL();
	WRITE_ONCE(q->sk.sk_sndbuf, tun->sndbuf);
	WRITE_ONCE(q->index, tun->nr_queues);
	if (q->state == TUN_ALT_QUEUE_DISABLED) {
		list_del_init(&q->parked);
		WRITE_ONCE(tun->nr_disabled, tun->nr_disabled - 1);
	} else {
		sock_hold(&q->sk);
		tun_alt_counts_enter(q->counts, &tun->account);
		tun_alt_napi_add(q, tun->dev);
	}
	if (tun_alt_napi_has(q))
		tun->napi = true;
	tun_alt_napi_enable(q);
	queue_set_state(q, TUN_ALT_QUEUE_ATTACHED);
	tun_alt_backpressure_settle(tun, q, q->index);
	tun_alt_rings_park(q, false);
	rcu_assign_pointer(tun->queues[q->index], q);
	WRITE_ONCE(tun->nr_queues, tun->nr_queues + 1);
}

/**
 * tun_alt_queue_merge() - let what is written in bursts be merged
 * @q: the queue
 *
 * That takes a NAPI, which stays as long as the queue has its device, and comes back with the next.
 *
 * Context: Process context, RTNL held; may take the device's own lock.
 */
void tun_alt_queue_merge(struct tun_alt_queue *q)
{
	struct tun_alt_dev *tun = rtnl_dereference(q->tun);
	bool has = tun_alt_napi_has(q);

	ASSERT_RTNL();
	WRITE_ONCE(q->merges, true);
	if (!tun || has)
		return;
	tun_alt_napi_add(q, tun->dev);
	tun->napi = true;
	if (q->state == TUN_ALT_QUEUE_ATTACHED)
		tun_alt_napi_enable(q);
}

/**
 * tun_alt_queue_connect() - let the program use the device of a published queue
 * @q: the queue, not connected
 * @tun: its device, registered
 *
 * Who waits for a device to write to has one if it is up.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_queue_connect(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	ASSERT_RTNL();
	rcu_assign_pointer(q->tun, tun);
	/* Pairs with the acquire in tun_alt_queue_attachment(). */
	smp_store_release(&q->attachment, q->attachment + 1);
	if (tun->dev->flags & IFF_UP)
		q->sk.sk_write_space(&q->sk);
}

/**
 * tun_alt_queue_enable() - TUNSETQUEUE with IFF_ATTACH_QUEUE
 * @q: the queue
 * @why: gets the reason of a refusal
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0; -EINVAL unless the queue is a disabled one; what tun_alt_queue_prepare() says.
 */
int tun_alt_queue_enable(struct tun_alt_queue *q, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun = rtnl_dereference(q->tun);
	int err;

	if (q->state != TUN_ALT_QUEUE_DISABLED)
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NOT_DISABLED);
	err = security_tun_dev_attach_queue(tun->security);
	if (err < 0)
		return tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_BY_LSM, -err, 0);
	err = tun_alt_queue_prepare(q, tun, why);
	if (err)
		return err;
	WRITE_ONCE(q->filtered, rcu_access_pointer(tun->classic));
	tun_alt_queue_publish(q, tun);
	tun_alt_socket_limit_moved(q);
	return 0;
}

/*
 * Step 2 of every detach: nobody finds the queue in the array any more. The last queue moves into
 * the hole and its flows with it: if its ring is full the subqueue is stopped before it gets there.
 * A writer that saw the queue enabled may learn a flow for the hole, but none once the hole is the
 * mover's. Xmit may still hold @q until a grace period has passed.
 */
static void queue_unpublish(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	u16 hole = q->index, last = tun->nr_queues - 1;
	struct tun_alt_queue *mover = queue_at(tun, last);

	tun_alt_bql_close(q);
	if (mover != q) {
		synchronize_net();
		tun_alt_backpressure_settle(tun, mover, hole);
	}
	rcu_assign_pointer(tun->queues[hole], mover);
	WRITE_ONCE(mover->index, hole);
	WRITE_ONCE(tun->nr_queues, last);
	RCU_INIT_POINTER(tun->queues[last], NULL);
	tun_alt_flow_queue_gone(tun->flows, hole, last);
}

/*
 * Steps 3 and 4: nobody is left in xmit or receive with this queue; what waited in it dies. A
 * reader of the queue that moved may have looked at the subqueue that it had before. The detached
 * queue's number is that of the hole until it is attached again.
 */
static void queue_quiesce(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	synchronize_net();
	tun_alt_rings_settle(q);
	tun_alt_napi_disable(q);
	tun_alt_teardown_written(q);
	tun_alt_flow_queue_gone(tun->flows, tun->nr_queues, tun->nr_queues);
	/* Nobody produces any more: unpublished, and a grace period has passed. */
	tun_alt_fifo_drain(&q->fifo, &q->counts->drops, TUN_ALT_DROP_READ_QUEUE_GONE);
	if (q->index < tun->nr_queues)
		tun_alt_backpressure_settle(tun, queue_at(tun, q->index), q->index);
	tun_alt_backpressure_vacate(tun, tun->nr_queues);
	/* Fewer queues than before: cannot fail, there is nothing to allocate. */
	queue_set_real_num(tun, tun->nr_queues);
}

/**
 * tun_alt_queue_disable() - TUNSETQUEUE with IFF_DETACH_QUEUE
 * @q: the queue
 * @why: gets the reason of a refusal
 *
 * What waited to be read is dropped. A reader that sleeps goes on sleeping.
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0; -EINVAL unless the queue is an enabled one of a multi-queue device.
 */
int tun_alt_queue_disable(struct tun_alt_queue *q, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun = rtnl_dereference(q->tun);

	if (q->state != TUN_ALT_QUEUE_ATTACHED || !(tun->flags & IFF_MULTI_QUEUE))
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NOT_ENABLED);
	queue_set_state(q, TUN_ALT_QUEUE_DISABLED);
	queue_unpublish(q, tun);
	list_add_tail(&q->parked, &tun->disabled);
	WRITE_ONCE(tun->nr_disabled, tun->nr_disabled + 1);
	queue_quiesce(q, tun);
	tun_alt_rings_park(q, true);
	return 0;
}

/* Step 5: the ring's memory and the device's reference. */
static void queue_forget_dev(struct tun_alt_queue *q)
{
	tun_alt_teardown_written(q);
	tun_alt_napi_del(q);
	tun_alt_teardown_ring(q);
	sock_put(&q->sk);
}

/* Step 1: calls find the device no more. A queue whose device was refused never did. */
static void queue_disconnect(struct tun_alt_queue *q)
{
	if (!rtnl_dereference(q->tun))
		return;
	WRITE_ONCE(q->attachment, q->attachment + 1);
	RCU_INIT_POINTER(q->tun, NULL);
	WRITE_ONCE(q->burst, q->burst & ~TUN_ALT_QUEUE_RINGS);
}

static void queue_detach(struct tun_alt_queue *q, struct tun_alt_dev *tun)
{
	bool parked = q->state == TUN_ALT_QUEUE_DISABLED;

	queue_disconnect(q);
	queue_set_state(q, TUN_ALT_QUEUE_UNATTACHED);
	if (parked) {
		list_del_init(&q->parked);
		WRITE_ONCE(tun->nr_disabled, tun->nr_disabled - 1);
	} else {
		queue_unpublish(q, tun);
		queue_quiesce(q, tun);
	}
	queue_forget_dev(q);
	tun_alt_counts_leave(q->counts, &tun->account);
}

/**
 * tun_alt_queue_release() - the last close of the file
 * @q: the queue, gone on return but for packets that are still charged to it
 *
 * Context: Process context, takes RTNL, may sleep.
 */
void tun_alt_queue_release(struct tun_alt_queue *q)
{
	struct tun_alt_dev *tun;

	rtnl_lock();
	tun = rtnl_dereference(q->tun);
	if (tun) {
		tun_alt_rings_settle(q);
		queue_detach(q, tun);
		if (!tun->nr_queues && !tun->nr_disabled)
			tun_alt_dev_no_queue_left(tun);
		netdev_state_change(tun->dev);
	}
	rtnl_unlock();
	tun_alt_teardown_wait(q);
	tun_alt_pool_free(&q->pool);
	kfree(q->room);
	tun_alt_counts_free(q->counts);
	tun_alt_refused_end(&q->refused);
	tun_alt_holder_end(&q->holder);
	sock_put(&q->sk);
}

/* Step 1 and 2 of all. */
static void queue_collect(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct list_head *going)
{
	tun_alt_bql_close(q);
	queue_disconnect(q);
	tun_alt_counts_leave(q->counts, &tun->account);
	queue_set_state(q, TUN_ALT_QUEUE_UNATTACHED);
	list_move_tail(&q->parked, going);
	tun_alt_socket_wake_all(q);
}

/* A NAPI has to be disabled, and leave its device, before that is gone on with. */
static void queue_end_napi(struct list_head *enabled, struct list_head *parked)
{
	struct tun_alt_queue *q, *next;

	synchronize_net();
	list_for_each_entry(q, enabled, parked)
		tun_alt_napi_disable(q);
	list_splice(parked, enabled);
	list_for_each_entry_safe(q, next, enabled, parked) {
		list_del_init(&q->parked);
		queue_forget_dev(q);
	}
}

static void queue_end(struct list_head *going, struct net_device *dev)
{
	struct tun_alt_queue *q, *next;

	list_for_each_entry_safe(q, next, going, parked) {
		list_del_init(&q->parked);
		tun_alt_teardown_begin(q, dev);
	}
}

/**
 * tun_alt_queue_detach_all() - the device goes: part with all of its queues
 * @tun: the device, which gets no packets any more; it may have no queues
 *
 * The files stay open and may attach to another device. Who sleeps in one is woken. A device that
 * was never registered is not held by anybody.
 *
 * Context: Process context, RTNL held, may sleep.
 */
void tun_alt_queue_detach_all(struct tun_alt_dev *tun)
{
	struct tun_alt_queue *q, *next;
	LIST_HEAD(enabled);
	LIST_HEAD(parked);
	unsigned int i, nr = tun->nr_queues;

	WRITE_ONCE(tun->nr_queues, 0);
	for (i = 0; i < nr; i++) {
		queue_collect(queue_at(tun, i), tun, &enabled);
		RCU_INIT_POINTER(tun->queues[i], NULL);
	}
	list_for_each_entry_safe(q, next, &tun->disabled, parked)
		queue_collect(q, tun, &parked);
	WRITE_ONCE(tun->nr_disabled, 0);
	if (list_empty(&enabled) && list_empty(&parked))
		return;
	if (tun->napi || tun->dev->reg_state != NETREG_UNREGISTERING) {
		queue_end_napi(&enabled, &parked);
		return;
	}
	queue_end(&enabled, tun->dev);
	queue_end(&parked, tun->dev);
}

/**
 * tun_alt_queue_resize_all() - give each queue of a device a ring of another size
 * @tun: the device
 * @size: packets, 0 for a ring that holds none
 *
 * All queues change or none does. Packets stay in order; the newest go where the size shrinks.
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0, or -ENOMEM.
 */
int tun_alt_queue_resize_all(struct tun_alt_dev *tun, unsigned int size)
{
	unsigned int i, n = 0, total = tun->nr_queues + tun->nr_disabled;
	struct ptr_ring *spare;
	struct tun_alt_queue *q;

	if (!total)
		return 0;
	spare = tun_alt_fifo_spares(total, size);
	if (!spare)
		return -ENOMEM;
	for (i = 0; i < tun->nr_queues; i++) {
		q = queue_at(tun, i);
		tun_alt_fifo_adopt(&q->fifo, &spare[n++], &q->counts->drops, TUN_ALT_DROP_RESIZE);
	}
	list_for_each_entry(q, &tun->disabled, parked)
		tun_alt_fifo_adopt(&q->fifo, &spare[n++], &q->counts->drops, TUN_ALT_DROP_RESIZE);
	kvfree(spare);
	tun_alt_backpressure_settle_all(tun);
	return 0;
}
