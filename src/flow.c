// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: symmetric hash of a packet -> index of a queue.
 *
 * Learnt on write, looked up on xmit, forgotten after FLOW_AGE without a write. Sizes and age are
 * those of in-tree tun, whose users know the behaviour.
 */
#include "flow.h"

#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "compat.h"

#define FLOW_BUCKETS	1024
#define FLOW_MAX	4096
#define FLOW_AGE	(3 * HZ)

/**
 * struct tun_alt_flow - one flow
 * @node: in its bucket; table->lock for writers, RCU for readers
 * @rcu: to be freed by
 * @hash: symmetric hash of the packets; I
 * @queue: index of the queue; written by any writer and by a queue that leaves, both ONCE
 * @stack_hash: the stack's own hash of the flow's packets on their way to the program, 0 if it has
 *	none; written by any transmitter, read by any writer, both ONCE
 * @used: jiffies of the last write; written by any writer, read by the timer, both ONCE
 */
struct tun_alt_flow {
	struct hlist_node node;
	struct rcu_head rcu;
	u32 hash;
	u16 queue;
	u32 stack_hash;
	unsigned long used;
};

/**
 * struct tun_alt_flow_table - the flows of one multi-queue device
 * @lock: taken with softirqs off by whoever changes a bucket; a leaf
 * @count: how many flows there are; lock
 * @ageing: runs while there are flows
 * @bucket: lists of flows; lock for writers, RCU for readers
 */
struct tun_alt_flow_table {
	spinlock_t lock; /* buckets and count; BH off, a leaf */
	unsigned int count;
	struct timer_list ageing;
	struct hlist_head bucket[FLOW_BUCKETS];
};

static struct hlist_head *flow_bucket(struct tun_alt_flow_table *table, u32 hash)
{
	return &table->bucket[hash & (FLOW_BUCKETS - 1)];
}

static struct tun_alt_flow *flow_lookup(struct tun_alt_flow_table *table, u32 hash)
{
	struct tun_alt_flow *flow;

	hlist_for_each_entry_rcu(flow, flow_bucket(table, hash), node,
				 lockdep_is_held(&table->lock)) {
		if (flow->hash == hash)
			return flow;
	}
	return NULL;
}

static void flow_delete(struct tun_alt_flow_table *table, struct tun_alt_flow *flow)
{
	lockdep_assert_held(&table->lock);
	hlist_del_rcu(&flow->node);
	table->count--;
	kfree_rcu(flow, rcu);
}

static void flow_age(struct timer_list *timer)
{
	struct tun_alt_flow_table *table = container_of(timer, struct tun_alt_flow_table, ageing);
	unsigned long next = jiffies + FLOW_AGE;
	struct tun_alt_flow *flow;
	struct hlist_node *safe;
	unsigned int i;

	spin_lock(&table->lock);
	for (i = 0; i < FLOW_BUCKETS; i++) {
		hlist_for_each_entry_safe(flow, safe, &table->bucket[i], node) {
			unsigned long end = READ_ONCE(flow->used) + FLOW_AGE;

			if (time_after_eq(jiffies, end))
				flow_delete(table, flow);
			else if (time_before(end, next))
				next = end;
		}
	}
	if (table->count)
		mod_timer(&table->ageing, round_jiffies_up(next));
	spin_unlock(&table->lock);
}

/**
 * tun_alt_flow_table_alloc() - make an empty flow table
 *
 * Context: Process context, may sleep.
 * Return: the table, or NULL without memory.
 */
struct tun_alt_flow_table *tun_alt_flow_table_alloc(void)
{
	struct tun_alt_flow_table *table;

	table = kvzalloc_obj(*table, GFP_KERNEL);
	if (!table)
		return NULL;
	spin_lock_init(&table->lock);
	timer_setup(&table->ageing, flow_age, 0);
	return table;
}

/**
 * tun_alt_flow_table_free() - free a flow table and its flows
 * @table: the table, or NULL; nobody can reach it any more
 *
 * Context: Process context, may sleep.
 */
void tun_alt_flow_table_free(struct tun_alt_flow_table *table)
{
	struct tun_alt_flow *flow;
	struct hlist_node *safe;
	unsigned int i;

	if (!table)
		return;
	timer_delete_sync(&table->ageing);
	spin_lock_bh(&table->lock);
	for (i = 0; i < FLOW_BUCKETS; i++)
		hlist_for_each_entry_safe(flow, safe, &table->bucket[i], node)
			flow_delete(table, flow);
	spin_unlock_bh(&table->lock);
	kvfree(table);
}

/**
 * tun_alt_flow_find() - the queue of a flow
 * @table: the table
 * @hash: symmetric hash of a packet
 * @stack_hash: &struct sk_buff.hash of it: what the stack spreads packets over processors by (RPS),
 *	0 if it did not
 *
 * Context: RCU read-side section.
 * Return: the queue's index, or -1 for a flow that nobody wrote lately.
 */
int tun_alt_flow_find(struct tun_alt_flow_table *table, u32 hash, u32 stack_hash)
{
	struct tun_alt_flow *flow = flow_lookup(table, hash);

	if (!flow)
		return -1;
	if (stack_hash && READ_ONCE(flow->stack_hash) != stack_hash)
		WRITE_ONCE(flow->stack_hash, stack_hash);
	return READ_ONCE(flow->queue);
}

/*
 * Receive flow steering: packets for the program are best handled where it runs, which is here. A
 * socket of the stack says so when its program reads; a tunnel's has only us.
 */
static void flow_steer_here(const struct tun_alt_flow *flow)
{
	u32 stack_hash = READ_ONCE(flow->stack_hash);

	if (stack_hash)
		sock_rps_record_flow_hash(stack_hash);
}

static void flow_create(struct tun_alt_flow_table *table, u32 hash, u16 queue)
{
	struct tun_alt_flow *flow;

	spin_lock_bh(&table->lock);
	if (flow_lookup(table, hash) || table->count >= FLOW_MAX)
		goto unlock;
	flow = kzalloc_obj(*flow, GFP_ATOMIC);
	if (!flow)
		goto unlock;
	flow->hash = hash;
	flow->queue = queue;
	flow->used = jiffies;
	hlist_add_head_rcu(&flow->node, flow_bucket(table, hash));
	if (!table->count++)
		mod_timer(&table->ageing, round_jiffies_up(jiffies + FLOW_AGE));
unlock:
	spin_unlock_bh(&table->lock);
}

/**
 * tun_alt_flow_learn() - remember that a packet was written
 * @table: the table
 * @hash: symmetric hash of the packet
 * @queue: index of the queue that it was written to
 *
 * A table that is full, or no memory, forgets the packet: its answers are then spread by hash.
 *
 * Context: RCU read-side section, entered before @queue was read, so that a grace period after the
 * index changed no flow with the old one is learnt any more. May take the table's lock.
 */
void tun_alt_flow_learn(struct tun_alt_flow_table *table, u32 hash, u16 queue)
{
	struct tun_alt_flow *flow = flow_lookup(table, hash);

	if (!flow) {
		flow_create(table, hash, queue);
		return;
	}
	if (READ_ONCE(flow->queue) != queue)
		WRITE_ONCE(flow->queue, queue);
	if (time_before(READ_ONCE(flow->used), jiffies))
		WRITE_ONCE(flow->used, jiffies);
	flow_steer_here(flow);
}

/**
 * tun_alt_flow_queue_gone() - follow a queue that left the array
 * @table: the table, or NULL
 * @gone: index of the queue that left
 * @last: index of the queue that was moved into the hole; @gone if none was
 *
 * Flows of the queue that left are forgotten, those of the one that moved follow it. A writer
 * under way may learn @last once more: after a grace period call again with @gone = @last.
 *
 * Context: Process context; takes the table's lock.
 */
void tun_alt_flow_queue_gone(struct tun_alt_flow_table *table, u16 gone, u16 last)
{
	struct tun_alt_flow *flow;
	struct hlist_node *safe;
	unsigned int i;
	u16 queue;

	if (!table)
		return;
	spin_lock_bh(&table->lock);
	for (i = 0; i < FLOW_BUCKETS; i++) {
		hlist_for_each_entry_safe(flow, safe, &table->bucket[i], node) {
			/* Writers learn without the lock. */
			queue = READ_ONCE(flow->queue);
			if (queue == gone)
				flow_delete(table, flow);
			else if (queue == last)
				WRITE_ONCE(flow->queue, gone);
		}
	}
	spin_unlock_bh(&table->lock);
}
