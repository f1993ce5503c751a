/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings of a queue that program and kernel share: their memory and their life. What runs in
 * them is in ring_read.c and ring_write.c.
 */
#ifndef TUN_ALT_RINGS_H
#define TUN_ALT_RINGS_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/semaphore.h>
#include <linux/types.h>

#include "buffers.h"
#include "queue.h"
#include "ring.h"
#include "ring_hold.h"
#include "vnet.h"

struct seq_file;
struct tun_alt_dev;
struct tun_alt_write_ring;
struct vm_area_struct;

/**
 * struct tun_alt_shared - what both kinds of ring have; set before the ring is published, but for
 *	@view, @broken and @users
 * @view: the kernel's; guarded by the lock of its kind
 * @memory: of the ring, which programs map
 * @size: bytes of it, whole pages
 * @flags: those of the device that say what stands in front of a packet
 * @vnet: likewise
 * @header: bytes of that
 * @buffers: what the program lends frames from, or NULL; of a write ring
 * @pool: memory for what a poll takes of a write ring; whose @view is
 * @broken: whether the program has written numbers that cannot be; whose @view is
 * @users: the queue, and whoever maps, drains or ends the ring
 * @rcu: who looks for the ring may find it as long as this lasts
 */
struct tun_alt_shared {
	struct tun_alt_ring_view view;
	void *memory;
	unsigned long size;
	u32 flags;
	struct tun_alt_vnet_shape vnet;
	u32 header;
	struct tun_alt_buffers *buffers;
	struct tun_alt_pool pool;
	bool broken;
	refcount_t users;
	struct rcu_head rcu;
};

/* Offsets of mmap() */
#define TUN_ALT_RINGS_READ	0UL
#define TUN_ALT_RINGS_WRITE	BIT(30)
#define TUN_ALT_RINGS_BUFFERS	TUN_ALT_BUFFERS_OFFSET

/* Large records that are copied at the same time, with no lock held */
#define TUN_ALT_RING_COPIES	8

/**
 * struct tun_alt_ring_copy - a record that is being copied
 * @place: where it is; fifo.producer_lock
 * @done: whether all of it is there; release and acquire
 */
struct tun_alt_ring_copy {
	u32 place;
	bool done;
};

/**
 * struct tun_alt_read_ring - what the stack sends
 * @ring: guarded by fifo.producer_lock of the queue, as all that does not say otherwise
 * @options: TUN_ALT_RING_x of its set-up; set before it is published
 * @simple: whether a record is its packet, behind a virtio-net header of the usual size at most;
 *	likewise
 * @first: the oldest of @copy
 * @copies: how many of @copy there are
 * @copy: records that are being copied
 * @hold: of which of its bytes the subqueue above it was told
 */
struct tun_alt_read_ring {
	struct tun_alt_shared ring;
	u32 options;
	bool simple;
	u16 first;
	u16 copies;
	struct tun_alt_ring_copy copy[TUN_ALT_RING_COPIES];
	struct tun_alt_ring_hold hold;
};

/**
 * struct tun_alt_write_ring_ops - what those below the pipes ask of a write ring
 * @poll: takes records for the queue's NAPI, as many as it is told, and says how many. Less is all
 *	that there were: whoever has the ring takes them else, or has this come again. Softirqs off,
 *	RCU read-side section
 * @settle: takes those that are there now, which nobody else may be about to; RTNL held
 */
struct tun_alt_write_ring_ops {
	int (*poll)(struct tun_alt_queue *q, struct tun_alt_write_ring *ring, int budget);
	void (*settle)(struct tun_alt_queue *q, struct tun_alt_write_ring *ring);
};

/**
 * struct tun_alt_write_ring - what the program sends
 * @ring: guarded by @lock
 * @merge: whether packets that belong together go up as one; set before it is published
 * @stopped: whether TUNSETSNDBUF left no room at the last kick; written under @lock
 * @missed: whether a poll found @lock held; both ONCE, ordered by (M)
 * @ops: what takes records elsewhere than in a kick; set before it is published
 * @lock: of who drains it; nothing but memory is waited for while it is held, and a poll does not
 *	wait for it
 */
struct tun_alt_write_ring {
	struct tun_alt_shared ring;
	bool merge;
	bool stopped;
	bool missed;
	const struct tun_alt_write_ring_ops *ops;
	struct semaphore lock; /* drains */
};

#define TUN_ALT_RING_KNOWN	(TUN_ALT_RING_TIME | TUN_ALT_RING_HASH | TUN_ALT_RING_GRO)

void tun_alt_rings_show(struct tun_alt_queue *q, struct tun_alt_read_ring *ring);
void tun_alt_rings_wake(struct tun_alt_queue *q);
void tun_alt_rings_set_busy(struct tun_alt_queue *q, u32 rings);
u32 tun_alt_rings_detach(struct tun_alt_queue *q, struct tun_alt_dev *tun, u32 rings);
void tun_alt_rings_end(struct tun_alt_queue *q);
void tun_alt_rings_settle(struct tun_alt_queue *q);
void tun_alt_rings_park(struct tun_alt_queue *q, bool parked);
int tun_alt_rings_map(struct tun_alt_queue *q, struct vm_area_struct *vma);
__poll_t tun_alt_rings_poll(struct tun_alt_queue *q, __poll_t mask);
struct tun_alt_write_ring *tun_alt_rings_get_write(struct tun_alt_queue *q);
void tun_alt_rings_put(struct tun_alt_shared *ring);
void tun_alt_rings_show_info(struct tun_alt_queue *q, struct seq_file *m);
void tun_alt_rings_break(struct tun_alt_queue *q, struct tun_alt_shared *ring);

/**
 * tun_alt_rings_reads() - whether packets are read from a ring and not by calls
 * @q: the queue
 *
 * Context: Any.
 * Return: whether so.
 */
static inline bool tun_alt_rings_reads(const struct tun_alt_queue *q)
{
	return READ_ONCE(q->burst) & TUN_ALT_QUEUE_READ_RING;
}

/**
 * tun_alt_rings_writes() - whether packets are written to a ring and not by calls
 * @q: the queue
 *
 * Context: Any.
 * Return: whether so.
 */
static inline bool tun_alt_rings_writes(const struct tun_alt_queue *q)
{
	return READ_ONCE(q->burst) & TUN_ALT_QUEUE_WRITE_RING;
}

/**
 * tun_alt_rings_ready() - up to where all records are there
 * @ring: the ring
 *
 * Context: fifo.producer_lock is held.
 * Return: the tail, or the oldest record that is being copied.
 */
static inline u32 tun_alt_rings_ready(struct tun_alt_read_ring *ring)
{
	/* Pairs with the release in ring_read_copy(). */
	while (ring->copies && smp_load_acquire(&ring->copy[ring->first].done)) {
		ring->first = (ring->first + 1) % TUN_ALT_RING_COPIES;
		ring->copies--;
	}
	return ring->copies ? ring->copy[ring->first].place : ring->ring.view.tail;
}

/**
 * tun_alt_rings_submit() - show the program all records that are there
 * @ring: the ring
 *
 * Context: fifo.producer_lock is held.
 * Return: whether tun_alt_rings_wake() is due, with or without the lock.
 */
static inline bool tun_alt_rings_submit(struct tun_alt_read_ring *ring)
{
	return !ring->ring.broken &&
	       tun_alt_ring_submit(&ring->ring.view, tun_alt_rings_ready(ring));
}

/**
 * tun_alt_rings_drop() - tell the program of a packet that is lost
 * @ring: its ring
 *
 * Context: Whatever guards the ring's view.
 */
static inline void tun_alt_rings_drop(struct tun_alt_shared *ring)
{
	struct tun_alt_ring *shared = ring->view.shared;

	WRITE_ONCE(shared->drops, READ_ONCE(shared->drops) + 1);
}

#endif /* TUN_ALT_RINGS_H */
