// SPDX-License-Identifier: GPL-2.0
/*
 * TUN_ALT_RING_SETUP: memory for rings, and what waited to be read goes there.
 */
#include "ring_setup.h"

#include <linux/if_tun.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "backpressure.h"
#include "buffers.h"
#include "compat.h"
#include "device.h"
#include "fifo.h"
#include "offload.h"
#include "queue.h"
#include "read.h"
#include "ring_kick.h"
#include "ring_read.h"
#include "rings.h"
#include "socket.h"

/* What a ring has beside its records, rounded to whole pages */
#define RING_SETUP_HEAD	PAGE_ALIGN(sizeof(struct tun_alt_ring))
#define RING_SETUP_SLACK	PAGE_ALIGN(TUN_ALT_RING_SLACK)

/* Packets that are moved with a lock held */
#define RING_SETUP_SOME	16

static int ring_setup_refuse(struct tun_alt_refusal *why, u32 value, u32 number)
{
	return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_RING, value, number);
}

static bool ring_setup_bytes_fit(u32 bytes)
{
	return !bytes || (is_power_of_2(bytes) && bytes >= TUN_ALT_RING_LEAST &&
			  bytes <= TUN_ALT_RING_MOST);
}

/* Whether they can be lent from */
static bool ring_setup_buffers_fit(const struct tun_alt_ring_setup *setup)
{
	u32 bytes = setup->buffers.bytes;

	return !bytes || (setup->write.bytes && bytes <= TUN_ALT_RING_MOST &&
			  !(bytes % TUN_ALT_BUFFER_BYTES));
}

static int ring_setup_check(const struct tun_alt_ring_setup *setup, struct tun_alt_refusal *why)
{
	u32 known = 0, reserved;

	if (setup->read.bytes)
		known |= TUN_ALT_RING_TIME | TUN_ALT_RING_HASH;
	if (setup->write.bytes)
		known |= TUN_ALT_RING_GRO;
	if (!setup->read.bytes && !setup->write.bytes)
		return ring_setup_refuse(why, 0, 2);
	if (setup->flags & ~known)
		return ring_setup_refuse(why, setup->flags & ~known, 1);
	if (!ring_setup_bytes_fit(setup->read.bytes))
		return ring_setup_refuse(why, setup->read.bytes, 2);
	if (!ring_setup_bytes_fit(setup->write.bytes))
		return ring_setup_refuse(why, setup->write.bytes, 2);
	if (!ring_setup_buffers_fit(setup))
		return ring_setup_refuse(why, setup->buffers.bytes, 2);
	reserved = setup->reserved ? : setup->read.reserved ? : setup->write.reserved ? :
		   setup->buffers.reserved;
	if (reserved)
		return ring_setup_refuse(why, reserved, 3);
	/* The program could change what others have looked at. */
	if (setup->buffers.bytes && !capable(CAP_NET_ADMIN))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_LEND_RIGHT);
	return 0;
}

static int ring_setup_check_queue(struct tun_alt_queue *q, const struct tun_alt_ring_setup *setup,
				  u32 header, struct tun_alt_refusal *why)
{
	if (q->state != TUN_ALT_QUEUE_ATTACHED)
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NOT_ENABLED);
	if ((setup->read.bytes && rtnl_dereference(q->read_ring)) ||
	    (setup->write.bytes && rtnl_dereference(q->write_ring)))
		return tun_alt_refuse(why, -EBUSY, TUN_ALT_REFUSED_RING_EXISTS);
	if (header > TUN_ALT_RING_HEADER)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_RING_HEADER, header,
					     TUN_ALT_RING_HEADER);
	return 0;
}

/* Charged to whoever sets the ring up. */
static int ring_setup_fill(struct tun_alt_shared *ring, struct tun_alt_dev *tun, u32 bytes)
{
	ring->size = RING_SETUP_HEAD + bytes + RING_SETUP_SLACK;
	ring->memory = __vmalloc(ring->size, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!ring->memory)
		return -ENOMEM;
	ring->view.shared = ring->memory;
	ring->view.records = ring->memory + RING_SETUP_HEAD;
	ring->view.bytes = bytes;
	/* All is free, and nobody waits for more: a place that is passed last. */
	ring->view.shared->wake_head = -TUN_ALT_RECORD_ALIGN;
	ring->flags = tun->flags;
	ring->vnet = tun_alt_dev_vnet_shape(tun);
	ring->header = tun_alt_read_header_length(ring->flags, ring->vnet);
	refcount_set(&ring->users, 1);
	return 0;
}

static struct tun_alt_read_ring *ring_setup_make_read(struct tun_alt_dev *tun,
						      const struct tun_alt_ring_setup *setup)
{
	struct tun_alt_read_ring *ring = kzalloc_obj(*ring, GFP_KERNEL_ACCOUNT);

	BUILD_BUG_ON(offsetof(struct tun_alt_read_ring, ring));
	if (!ring)
		return NULL;
	ring->options = setup->flags & (TUN_ALT_RING_TIME | TUN_ALT_RING_HASH);
	if (!ring_setup_fill(&ring->ring, tun, setup->read.bytes)) {
		ring->simple = !ring->options && ring->ring.flags & IFF_NO_PI &&
			       ring->ring.header <= TUN_ALT_VNET_TUNNEL;
		return ring;
	}
	kfree(ring);
	return NULL;
}

static struct tun_alt_write_ring *ring_setup_make_write(struct tun_alt_dev *tun,
							const struct tun_alt_ring_setup *setup)
{
	struct tun_alt_write_ring *ring = kzalloc_obj(*ring, GFP_KERNEL_ACCOUNT);

	BUILD_BUG_ON(offsetof(struct tun_alt_write_ring, ring));
	if (!ring)
		return NULL;
	ring->merge = setup->flags & TUN_ALT_RING_GRO;
	sema_init(&ring->lock, 1);
	spin_lock_init(&ring->ring.pool.lock);
	ring->ring.pool.atomic = true;
	ring->ops = &tun_alt_ring_kick_ops;
	if (setup->buffers.bytes) {
		ring->ring.buffers = tun_alt_buffers_alloc(setup->buffers.bytes);
		if (!ring->ring.buffers)
			goto free;
	}
	if (!ring_setup_fill(&ring->ring, tun, setup->write.bytes))
		return ring;
	if (ring->ring.buffers)
		tun_alt_buffers_put(ring->ring.buffers);
free:
	kfree(ring);
	return NULL;
}

static void ring_setup_tell_buffers(const struct tun_alt_buffers *buffers,
				    struct tun_alt_ring_place *place)
{
	if (!buffers)
		return;
	place->offset = TUN_ALT_RINGS_BUFFERS;
	place->length = tun_alt_buffers_length(buffers);
	place->records = place->length - place->bytes;
}

static void ring_setup_tell(const struct tun_alt_shared *ring, u64 offset,
			    struct tun_alt_ring_place *place)
{
	place->offset = offset;
	place->length = ring->size;
	place->records = RING_SETUP_HEAD;
}

/* Packets of the fifo go first. What the program cannot use, or there is no room for, dies. */
static void ring_setup_move(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			    struct tun_alt_read_ring *ring, void *entry)
{
	int length;

	if (!tun_alt_fifo_frame(entry) &&
	    tun_alt_offload_make_fit(READ_ONCE(tun->offload), ring->ring.vnet.size, entry)) {
		tun_alt_fifo_drop(&q->counts->drops, entry, TUN_ALT_DROP_OFFLOAD);
		return;
	}
	length = tun_alt_ring_read_entry(q, ring, entry);
	if (length >= 0) {
		tun_alt_count_read(q->traffic, 1, length);
		return;
	}
	tun_alt_fifo_drop(&q->counts->drops, entry, TUN_ALT_DROP_RING_FULL);
}

static unsigned int ring_setup_move_some(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					 struct tun_alt_read_ring *ring, unsigned int most)
{
	unsigned int n;
	void *entry;

	for (n = 0; n < most; n++) {
		entry = __ptr_ring_consume(&q->fifo);
		if (!entry)
			break;
		ring_setup_move(q, tun, ring, entry);
	}
	return n;
}

/*
 * Nobody reads the fifo any more. It is moved some packets at a time; what came meanwhile, which is
 * not much, with the lock held under which the ring appears.
 */
static void ring_setup_begin_read(struct tun_alt_queue *q, struct tun_alt_dev *tun,
				  struct tun_alt_read_ring *ring)
{
	unsigned int turns = q->fifo.size / RING_SETUP_SOME + 1, moved;
	bool last;

	do {
		spin_lock_bh(&q->fifo.consumer_lock);
		spin_lock(&q->fifo.producer_lock);
		moved = ring_setup_move_some(q, tun, ring, RING_SETUP_SOME);
		last = !--turns || moved < RING_SETUP_SOME;
		if (last) {
			ring_setup_move_some(q, tun, ring, UINT_MAX);
			rcu_assign_pointer(q->read_ring, ring);
		}
		spin_unlock(&q->fifo.producer_lock);
		spin_unlock_bh(&q->fifo.consumer_lock);
	} while (!last);
	tun_alt_backpressure_settle(tun, q, q->index);
}

/**
 * tun_alt_ring_setup() - TUN_ALT_RING_SETUP
 * @q: the queue
 * @tun: its device
 * @setup: what the program asks for; gets where the rings are
 * @why: gets the reason of a refusal
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0; with nothing changed -EINVAL for numbers that cannot be, longer headers than
 * TUN_ALT_RING_HEADER or a queue that is not enabled, -EPERM for buffers that the program may not
 * lend, -EBUSY if there is such a ring, -ENOMEM.
 */
int tun_alt_ring_setup(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		       struct tun_alt_ring_setup *setup, struct tun_alt_refusal *why)
{
	u32 header = tun_alt_read_header_length(tun->flags, tun_alt_dev_vnet_shape(tun));
	struct tun_alt_write_ring *write = NULL;
	struct tun_alt_read_ring *read = NULL;
	u32 busy = q->burst & TUN_ALT_QUEUE_RINGS;
	int err;

	err = ring_setup_check(setup, why);
	if (!err)
		err = ring_setup_check_queue(q, setup, header, why);
	if (err)
		return err;
	if (setup->read.bytes)
		read = ring_setup_make_read(tun, setup);
	if (setup->write.bytes)
		write = ring_setup_make_write(tun, setup);
	if ((setup->read.bytes && !read) || (setup->write.bytes && !write)) {
		if (read)
			tun_alt_rings_put(&read->ring);
		if (write)
			tun_alt_rings_put(&write->ring);
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	busy |= read ? TUN_ALT_QUEUE_READ_RING : 0;
	busy |= write ? TUN_ALT_QUEUE_WRITE_RING : 0;
	tun_alt_rings_set_busy(q, busy);
	setup->header = header;
	if (write) {
		tun_alt_queue_merge(q);
		ring_setup_tell(&write->ring, TUN_ALT_RINGS_WRITE, &setup->write);
		ring_setup_tell_buffers(write->ring.buffers, &setup->buffers);
		rcu_assign_pointer(q->write_ring, write);
	}
	if (read) {
		ring_setup_tell(&read->ring, TUN_ALT_RINGS_READ, &setup->read);
		ring_setup_begin_read(q, tun, read);
	}
	/* Who waits to read hears that there is nothing to wait for. */
	tun_alt_socket_wake_readers(q);
	return 0;
}
