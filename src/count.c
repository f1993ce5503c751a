// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of queues, and sums of them.
 */
#include "count.h"

#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compat.h"

/**
 * tun_alt_counts_alloc() - counters for a new queue
 *
 * Context: Process context, may sleep.
 * Return: the counters, all zero, or NULL without memory.
 */
struct tun_alt_counts *tun_alt_counts_alloc(void)
{
	struct tun_alt_counts *counts = kzalloc_obj(*counts, GFP_KERNEL);
	int cpu;

	if (!counts)
		return NULL;
	counts->traffic = alloc_percpu(struct tun_alt_traffic);
	if (!counts->traffic) {
		kfree(counts);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counts->traffic, cpu)->sync);
	return counts;
}

static void counts_free_rcu(struct rcu_head *rcu)
{
	struct tun_alt_counts *counts = container_of(rcu, struct tun_alt_counts, rcu);

	free_percpu(counts->traffic);
	kfree(counts);
}

/**
 * tun_alt_counts_free() - the queue goes
 * @counts: its counters, in no account; who adds one up may still look at them
 *
 * Context: Any.
 */
void tun_alt_counts_free(struct tun_alt_counts *counts)
{
	call_rcu(&counts->rcu, counts_free_rcu);
}

static void counts_add_carried(struct tun_alt_carried *sum, const struct tun_alt_carried *part)
{
	sum->read_packets += part->read_packets;
	sum->read_bytes += part->read_bytes;
	sum->received_packets += part->received_packets;
	sum->received_bytes += part->received_bytes;
}

static void counts_subtract_carried(struct tun_alt_carried *sum, const struct tun_alt_carried *part)
{
	sum->read_packets -= part->read_packets;
	sum->read_bytes -= part->read_bytes;
	sum->received_packets -= part->received_packets;
	sum->received_bytes -= part->received_bytes;
}

/* Of one processor, both numbers of a direction from the same moment. */
static void counts_carried_of(const struct tun_alt_traffic *traffic,
			      struct tun_alt_carried *carried)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&traffic->sync);
		carried->read_packets = u64_stats_read(&traffic->read_packets);
		carried->read_bytes = u64_stats_read(&traffic->read_bytes);
		carried->received_packets = u64_stats_read(&traffic->received_packets);
		carried->received_bytes = u64_stats_read(&traffic->received_bytes);
	} while (u64_stats_fetch_retry(&traffic->sync, start));
}

/* Since the file is open, whatever device it had. */
static void counts_carried(const struct tun_alt_counts *counts, struct tun_alt_carried *sum)
{
	struct tun_alt_carried part;
	int cpu;

	*sum = (struct tun_alt_carried){ };
	for_each_possible_cpu(cpu) {
		counts_carried_of(per_cpu_ptr(counts->traffic, cpu), &part);
		counts_add_carried(sum, &part);
	}
}

/**
 * tun_alt_counts_enter() - a queue gets a device
 * @counts: its counters, in no account since a grace period
 * @account: the device's
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_counts_enter(struct tun_alt_counts *counts, struct tun_alt_account *account)
{
	static u64 serial;
	unsigned int i;

	ASSERT_RTNL();
	counts->serial = ++serial;
	write_seqlock_bh(&account->lock);
	counts_carried(counts, &counts->before);
	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		atomic_long_set(&counts->drops.count[i], 0);
	WRITE_ONCE(counts->stopped, 0);
	atomic_long_set(&counts->stops, 0);
	atomic_long_set(&counts->wakes, 0);
	list_add_tail_rcu(&counts->list, &account->counts);
	write_sequnlock_bh(&account->lock);
}

/**
 * tun_alt_counts_leave() - a queue leaves its device, which goes on with what was counted
 * @counts: its counters
 * @account: the device's
 *
 * What a call that is still under way counts from now on nobody sees.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_counts_leave(struct tun_alt_counts *counts, struct tun_alt_account *account)
{
	struct tun_alt_carried carried;
	unsigned int i;

	write_seqlock_bh(&account->lock);
	counts_carried(counts, &carried);
	counts_subtract_carried(&carried, &counts->before);
	counts_add_carried(&account->gone, &carried);
	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		atomic_long_add(atomic_long_read(&counts->drops.count[i]),
				&account->drops.count[i]);
	list_del_rcu(&counts->list);
	write_sequnlock_bh(&account->lock);
}

static void counts_add_drops(struct tun_alt_totals *totals, const struct tun_alt_drops *drops)
{
	unsigned int i;

	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		totals->drops[i] += (unsigned long)atomic_long_read(&drops->count[i]);
}

/**
 * tun_alt_counts_add() - add what a queue has counted since it has its device
 * @counts: its counters, in an account
 * @totals: what they are added to
 *
 * Context: RTNL held, or RCU read-side section.
 */
void tun_alt_counts_add(const struct tun_alt_counts *counts, struct tun_alt_totals *totals)
{
	struct tun_alt_carried carried;

	counts_carried(counts, &carried);
	counts_subtract_carried(&carried, &counts->before);
	counts_add_carried(&totals->carried, &carried);
	totals->stops += (unsigned long)atomic_long_read(&counts->stops);
	totals->wakes += (unsigned long)atomic_long_read(&counts->wakes);
	counts_add_drops(totals, &counts->drops);
}

/**
 * tun_alt_totals_dropped() - how many packets died that one of a device's counters shows
 * @totals: what a queue or a device has counted
 * @column: the counter
 *
 * Context: Any.
 * Return: how many.
 */
u64 tun_alt_totals_dropped(const struct tun_alt_totals *totals, enum tun_alt_drop_column column)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		if (tun_alt_drop_kinds[i].column == column)
			sum += totals->drops[i];
	return sum;
}

/**
 * tun_alt_account_setup() - the account of a new device
 * @account: the account, all zero
 *
 * Context: Any.
 */
void tun_alt_account_setup(struct tun_alt_account *account)
{
	seqlock_init(&account->lock);
	INIT_LIST_HEAD(&account->counts);
}

/**
 * tun_alt_account_get_gone() - what a device has counted that none of its queues has
 * @account: its account
 * @totals: gets that
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_account_get_gone(struct tun_alt_account *account, struct tun_alt_totals *totals)
{
	*totals = (struct tun_alt_totals){ .carried = account->gone };
	counts_add_drops(totals, &account->drops);
}

/**
 * tun_alt_account_get() - what a device has counted
 * @account: its account
 * @totals: gets that
 *
 * Context: Any but hard interrupts.
 */
void tun_alt_account_get(struct tun_alt_account *account, struct tun_alt_totals *totals)
{
	const struct tun_alt_counts *counts;
	unsigned int seq;

	rcu_read_lock();
	do {
		seq = read_seqbegin(&account->lock);
		*totals = (struct tun_alt_totals){ .carried = account->gone };
		counts_add_drops(totals, &account->drops);
		list_for_each_entry_rcu(counts, &account->counts, list)
			tun_alt_counts_add(counts, totals);
	} while (read_seqretry(&account->lock, seq));
	rcu_read_unlock();
}
