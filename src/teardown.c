// SPDX-License-Identifier: GPL-2.0
/*
 * A thousand devices that go by one request share one grace period: what each of their queues waits
 * for is done by a work, and the device waits for that as for everybody else who holds it.
 */
#include "teardown.h"

#include <linux/skbuff.h>

#include "drop.h"
#include "fifo.h"
#include "queue.h"
#include "rings.h"

static struct workqueue_struct *teardown_works;

/**
 * tun_alt_teardown_written() - drop what was written and the stack never got
 * @q: the queue, to which nobody writes any more
 *
 * And what the stack had to say of others.
 *
 * Context: Process context.
 */
void tun_alt_teardown_written(struct tun_alt_queue *q)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&q->sk.sk_write_queue)))
		tun_alt_drop_skb(&q->counts->drops, skb, TUN_ALT_DROP_WRITE_QUEUE_GONE);
	skb_queue_purge(&q->sk.sk_error_queue);
}

/**
 * tun_alt_teardown_ring() - leave a queue with a ring that holds nothing
 * @q: the queue, to which nobody xmits any more
 *
 * That takes no memory and cannot fail. A reader may be between its look at the device and the
 * ring, so the ring itself stays.
 *
 * Context: Process context.
 */
void tun_alt_teardown_ring(struct tun_alt_queue *q)
{
	tun_alt_rings_end(q);
	tun_alt_fifo_resize(&q->fifo, 0, &q->counts->drops, TUN_ALT_DROP_READ_QUEUE_GONE);
}

static void teardown_run(struct work_struct *work)
{
	struct tun_alt_queue *q = container_of(to_rcu_work(work), struct tun_alt_queue,
					       teardown.work);

	tun_alt_teardown_written(q);
	tun_alt_teardown_ring(q);
	netdev_put(q->teardown.dev, &q->teardown.tracker);
	sock_put(&q->sk);
}

/**
 * tun_alt_teardown_setup() - before a new queue can have an end
 * @q: the queue
 *
 * Context: Any.
 */
void tun_alt_teardown_setup(struct tun_alt_queue *q)
{
	INIT_RCU_WORK(&q->teardown.work, teardown_run);
}

/**
 * tun_alt_teardown_begin() - have the rest done after a grace period
 * @q: a queue without a NAPI, which nobody finds any more; its device's reference goes to the work
 * @dev: its device, which is being unregistered
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_teardown_begin(struct tun_alt_queue *q, struct net_device *dev)
{
	q->teardown.dev = dev;
	netdev_hold(dev, &q->teardown.tracker, GFP_KERNEL);
	queue_rcu_work(teardown_works, &q->teardown.work);
}

/**
 * tun_alt_teardown_wait() - see that a queue is done with the device that it had
 * @q: the queue, unattached
 *
 * Context: Process context; sleeps, for a grace period at most.
 */
void tun_alt_teardown_wait(struct tun_alt_queue *q)
{
	flush_rcu_work(&q->teardown.work);
}

/**
 * tun_alt_teardown_init() - before there are queues
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOMEM.
 */
int tun_alt_teardown_init(void)
{
	teardown_works = alloc_workqueue("tun_alt", WQ_UNBOUND, 0);
	return teardown_works ? 0 : -ENOMEM;
}

/**
 * tun_alt_teardown_exit() - after the last queue
 *
 * Context: Process context, sleeps.
 */
void tun_alt_teardown_exit(void)
{
	destroy_workqueue(teardown_works);
}
