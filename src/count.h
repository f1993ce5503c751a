/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a queue counts, and how that adds up to what its device shows. There is one set of counters:
 * the totals of a device are the sum over its queues and what those that have left it had counted.
 */
#ifndef TUN_ALT_COUNT_H
#define TUN_ALT_COUNT_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include <linux/u64_stats_sync.h>

#include "drop.h"

/**
 * struct tun_alt_traffic - what a queue has carried; one for each processor
 * @sync: for readers on machines that read 64 bits in two parts
 * @read_packets: packets that the program took
 * @read_bytes: their bytes, without headers of the device's
 * @received_packets: packets that the stack took
 * @received_bytes: their bytes
 */
struct tun_alt_traffic {
	struct u64_stats_sync sync;
	u64_stats_t read_packets;
	u64_stats_t read_bytes;
	u64_stats_t received_packets;
	u64_stats_t received_bytes;
} __aligned(4 * sizeof(u64));

/**
 * struct tun_alt_carried - the sum of &struct tun_alt_traffic of all processors
 * @read_packets: packets that the program took
 * @read_bytes: their bytes
 * @received_packets: packets that the stack took
 * @received_bytes: their bytes
 */
struct tun_alt_carried {
	u64 read_packets;
	u64 read_bytes;
	u64 received_packets;
	u64 received_bytes;
};

/**
 * struct tun_alt_totals - what there is to show of a queue or of a device
 * @carried: what went through
 * @stops: how often the subqueues were stopped; of queues that are there
 * @wakes: how often that has ended; likewise
 * @drops: what did not go through, by reason
 */
struct tun_alt_totals {
	struct tun_alt_carried carried;
	u64 stops;
	u64 wakes;
	u64 drops[TUN_ALT_DROP_REASONS];
};

/**
 * struct tun_alt_counts - the counters of a queue
 * @drops: packets that died here since it has its device; A
 * @serial: no other queue has had this one; R
 * @stopped: whether the subqueue above it was stopped when somebody last looked; A
 * @stops: how often it was, for want of room or by byte queue limits; A
 * @wakes: how often that has ended; A
 * @traffic: what went through since the file is open; a processor's own, softirqs off
 * @before: what of @traffic was for devices that it had before; the device's account's lock
 * @list: in the account of its device; RCU, and the account's lock for writes
 * @rcu: frees it
 */
struct tun_alt_counts {
	struct tun_alt_drops drops;
	u64 serial;
	int stopped;
	atomic_long_t stops;
	atomic_long_t wakes;
	struct tun_alt_traffic __percpu *traffic;
	struct tun_alt_carried before;
	struct list_head list;
	struct rcu_head rcu;
};

/**
 * struct tun_alt_account - where a device adds up
 * @lock: for who comes and who goes, so that a sum has everybody once
 * @counts: those of its queues; RCU, @lock for writes
 * @gone: what queues that have left it have carried; @lock
 * @drops: packets that died while no queue was concerned, and those of queues that have left; A
 */
struct tun_alt_account {
	seqlock_t lock; /* who comes and goes; a leaf, softirqs off */
	struct list_head counts;
	struct tun_alt_carried gone;
	struct tun_alt_drops drops;
};

/**
 * tun_alt_count_read() - packets are the program's
 * @traffic: &struct tun_alt_counts.traffic of the queue
 * @packets: how many
 * @bytes: of all of them
 *
 * Context: Softirqs off, no preemption.
 */
static inline void tun_alt_count_read(struct tun_alt_traffic __percpu *traffic,
				      unsigned int packets, unsigned int bytes)
{
	struct tun_alt_traffic *mine = this_cpu_ptr(traffic);

	u64_stats_update_begin(&mine->sync);
	u64_stats_add(&mine->read_packets, packets);
	u64_stats_add(&mine->read_bytes, bytes);
	u64_stats_update_end(&mine->sync);
}

/**
 * tun_alt_count_received() - a packet is the stack's
 * @traffic: &struct tun_alt_counts.traffic of the queue
 * @bytes: its length
 *
 * Context: Softirqs off, no preemption.
 */
static inline void tun_alt_count_received(struct tun_alt_traffic __percpu *traffic,
					  unsigned int bytes)
{
	struct tun_alt_traffic *mine = this_cpu_ptr(traffic);

	u64_stats_update_begin(&mine->sync);
	u64_stats_inc(&mine->received_packets);
	u64_stats_add(&mine->received_bytes, bytes);
	u64_stats_update_end(&mine->sync);
}

struct tun_alt_counts *tun_alt_counts_alloc(void);
void tun_alt_counts_free(struct tun_alt_counts *counts);
void tun_alt_counts_enter(struct tun_alt_counts *counts, struct tun_alt_account *account);
void tun_alt_counts_leave(struct tun_alt_counts *counts, struct tun_alt_account *account);
void tun_alt_counts_add(const struct tun_alt_counts *counts, struct tun_alt_totals *totals);
u64 tun_alt_totals_dropped(const struct tun_alt_totals *totals, enum tun_alt_drop_column column);
void tun_alt_account_setup(struct tun_alt_account *account);
void tun_alt_account_get_gone(struct tun_alt_account *account, struct tun_alt_totals *totals);
void tun_alt_account_get(struct tun_alt_account *account, struct tun_alt_totals *totals);

#endif /* TUN_ALT_COUNT_H */
