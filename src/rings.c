// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that program and kernel share, from set-up to the last one who has it.
 *
 * A ring is found by RCU. Who needs it for longer than a section counts as one of its users; who
 * xmits does not, and has left when a grace period has passed since the ring was hidden. The pages
 * are the mappings' as well: they outlive the ring.
 */
#include "rings.h"

#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/poll.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "backpressure.h"
#include "compat.h"
#include "device.h"
#include "queue.h"
#include "socket.h"

/**
 * tun_alt_rings_put() - no longer use a ring
 * @ring: the ring
 *
 * Context: Process context.
 */
void tun_alt_rings_put(struct tun_alt_shared *ring)
{
	if (!refcount_dec_and_test(&ring->users))
		return;
	if (ring->buffers)
		tun_alt_buffers_put(ring->buffers);
	tun_alt_pool_free(&ring->pool);
	vfree(ring->memory);
	kfree_rcu(ring, rcu);
}

/**
 * tun_alt_rings_set_busy() - refuse calls of directions that have rings, and no others
 * @q: the queue
 * @rings: of %TUN_ALT_QUEUE_RINGS
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_rings_set_busy(struct tun_alt_queue *q, u32 rings)
{
	WRITE_ONCE(q->burst, (q->burst & ~TUN_ALT_QUEUE_RINGS) | rings);
}

/**
 * tun_alt_rings_wake() - tell the program of records, as it has asked for
 * @q: the queue
 *
 * Context: Any but hard interrupts; behind the full barrier of who submitted.
 */
void tun_alt_rings_wake(struct tun_alt_queue *q)
{
	/* Behind the barrier of who submitted */
	if (waitqueue_active(tun_alt_queue_wait(q)))
		wake_up_interruptible_sync_poll(tun_alt_queue_wait(q), EPOLLIN | EPOLLRDNORM);
	if (READ_ONCE(q->fasync))
		kill_fasync(&q->fasync, SIGIO, POLL_IN);
}

/**
 * tun_alt_rings_show() - no more packets come that were waited for
 * @q: the queue
 * @ring: its read ring
 *
 * Context: Softirqs off; takes fifo.producer_lock.
 */
void tun_alt_rings_show(struct tun_alt_queue *q, struct tun_alt_read_ring *ring)
{
	bool wake;

	spin_lock(&q->fifo.producer_lock);
	wake = tun_alt_rings_submit(ring);
	spin_unlock(&q->fifo.producer_lock);
	if (wake)
		tun_alt_rings_wake(q);
}

/* A bit is set by itself: others are set elsewhere, and the program writes what it likes. */
static void rings_set_state(struct tun_alt_shared *ring, int state)
{
	atomic_or(state, (atomic_t *)&ring->view.shared->state);
}

static void rings_set_parked(struct tun_alt_shared *ring, bool parked)
{
	if (parked)
		rings_set_state(ring, TUN_ALT_RING_DISABLED);
	else
		atomic_andnot(TUN_ALT_RING_DISABLED, (atomic_t *)&ring->view.shared->state);
}

static void rings_end_one(struct tun_alt_shared *ring)
{
	rings_set_state(ring, TUN_ALT_RING_ENDED);
	tun_alt_rings_put(ring);
}

/**
 * tun_alt_rings_end() - the queue has no rings any more
 * @q: the queue, to which nobody xmits
 *
 * Context: Process context; RTNL is held, or the queue has no device.
 */
void tun_alt_rings_end(struct tun_alt_queue *q)
{
	struct tun_alt_write_ring *write = rcu_dereference_protected(q->write_ring, true);
	struct tun_alt_read_ring *read = rcu_dereference_protected(q->read_ring, true);

	if (!read && !write)
		return;
	RCU_INIT_POINTER(q->read_ring, NULL);
	RCU_INIT_POINTER(q->write_ring, NULL);
	if (read)
		rings_end_one(&read->ring);
	if (write)
		rings_end_one(&write->ring);
	tun_alt_socket_wake_all(q);
}

/**
 * tun_alt_rings_settle() - see that what was left to a thread is taken
 * @q: the queue, whose thread is about to have no part in it any more
 *
 * Context: Process context, RTNL held, may sleep.
 */
void tun_alt_rings_settle(struct tun_alt_queue *q)
{
	struct tun_alt_write_ring *ring = rtnl_dereference(q->write_ring);

	if (ring)
		ring->ops->settle(q, ring);
}

/* Those of a train that the ring got no more of */
static void rings_show_rest(struct tun_alt_queue *q, struct tun_alt_read_ring *ring)
{
	local_bh_disable();
	tun_alt_rings_show(q, ring);
	local_bh_enable();
}

/* With no lock held a packet may still be on its way there, and then not. */
static void rings_hide(struct tun_alt_queue *q, u32 rings)
{
	spin_lock_bh(&q->fifo.producer_lock);
	if (rings & TUN_ALT_QUEUE_READ_RING)
		RCU_INIT_POINTER(q->read_ring, NULL);
	spin_unlock_bh(&q->fifo.producer_lock);
	if (rings & TUN_ALT_QUEUE_WRITE_RING)
		RCU_INIT_POINTER(q->write_ring, NULL);
	synchronize_net();
	tun_alt_rings_set_busy(q, q->burst & TUN_ALT_QUEUE_RINGS & ~rings);
}

/**
 * tun_alt_rings_detach() - end rings of a queue
 * @q: the queue
 * @tun: its device
 * @rings: of %TUN_ALT_QUEUE_RINGS those to end, whether they are there or not
 *
 * Packets that come from now on are read, and written, as they were before there was a ring.
 *
 * Context: Process context, RTNL held, sleeps for a grace period.
 * Return: those of @rings that there were.
 */
u32 tun_alt_rings_detach(struct tun_alt_queue *q, struct tun_alt_dev *tun, u32 rings)
{
	struct tun_alt_write_ring *write = rtnl_dereference(q->write_ring);
	struct tun_alt_read_ring *read = rtnl_dereference(q->read_ring);

	rings &= (read ? TUN_ALT_QUEUE_READ_RING : 0) | (write ? TUN_ALT_QUEUE_WRITE_RING : 0);
	if (!rings)
		return 0;
	if (rings & TUN_ALT_QUEUE_WRITE_RING)
		tun_alt_rings_settle(q);
	rings_hide(q, rings);
	if (q->state == TUN_ALT_QUEUE_ATTACHED)
		tun_alt_backpressure_settle(tun, q, q->index);
	if (rings & TUN_ALT_QUEUE_READ_RING) {
		rings_show_rest(q, read);
		rings_end_one(&read->ring);
	}
	if (rings & TUN_ALT_QUEUE_WRITE_RING)
		rings_end_one(&write->ring);
	tun_alt_socket_wake_readers(q);
	return rings;
}

/**
 * tun_alt_rings_park() - the queue of the rings, if there are any, was disabled or enabled
 * @q: the queue; if it was disabled, a grace period ago
 * @parked: which of the two
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_rings_park(struct tun_alt_queue *q, bool parked)
{
	struct tun_alt_write_ring *write = rtnl_dereference(q->write_ring);
	struct tun_alt_read_ring *read = rtnl_dereference(q->read_ring);

	if (read)
		rings_set_parked(&read->ring, parked);
	if (write)
		rings_set_parked(&write->ring, parked);
	if (read && parked)
		rings_show_rest(q, read);
}

/* As the two sides have said there. */
static void rings_show_one(struct seq_file *m, const char *name, const struct tun_alt_shared *ring)
{
	const struct tun_alt_ring *shared = ring->view.shared;

	seq_printf(m, "%s-ring:\tbytes %u used %u drops %u state %#x", name, ring->view.bytes,
		   READ_ONCE(shared->tail) - READ_ONCE(shared->head), READ_ONCE(shared->drops),
		   READ_ONCE(shared->state));
	if (ring->buffers)
		seq_printf(m, " buffers %u busy %u", tun_alt_buffers_bytes(ring->buffers),
			   tun_alt_buffers_busy(ring->buffers));
	seq_putc(m, '\n');
}

/**
 * tun_alt_rings_show_info() - what fdinfo says of rings, a line each
 * @q: the queue, which has a device
 * @m: where to
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_rings_show_info(struct tun_alt_queue *q, struct seq_file *m)
{
	const struct tun_alt_write_ring *write = rtnl_dereference(q->write_ring);
	const struct tun_alt_read_ring *read = rtnl_dereference(q->read_ring);

	if (read)
		rings_show_one(m, "read", &read->ring);
	if (write)
		rings_show_one(m, "write", &write->ring);
}

/**
 * tun_alt_rings_break() - the program has written numbers that cannot be
 * @q: the queue
 * @ring: the ring
 *
 * Nothing comes or goes in it any more; that is told as an error of the descriptor.
 *
 * Context: Whatever guards the ring's view.
 */
void tun_alt_rings_break(struct tun_alt_queue *q, struct tun_alt_shared *ring)
{
	WRITE_ONCE(ring->broken, true);
	rings_set_state(ring, TUN_ALT_RING_BROKEN);
	wake_up_interruptible_poll(tun_alt_queue_wait(q), EPOLLERR | EPOLLIN | EPOLLRDNORM);
}

static struct tun_alt_shared *rings_get(struct tun_alt_shared *ring)
{
	return ring && refcount_inc_not_zero(&ring->users) ? ring : NULL;
}

/**
 * tun_alt_rings_get_write() - begin to use the write ring of a queue
 * @q: the queue
 *
 * Context: Process context.
 * Return: the ring, for tun_alt_rings_put() in the end, or NULL if there is none.
 */
struct tun_alt_write_ring *tun_alt_rings_get_write(struct tun_alt_queue *q)
{
	struct tun_alt_write_ring *ring;

	rcu_read_lock();
	ring = rcu_dereference(q->write_ring);
	if (ring && !rings_get(&ring->ring))
		ring = NULL;
	rcu_read_unlock();
	return ring;
}

static struct tun_alt_shared *rings_find(struct tun_alt_queue *q, unsigned long offset)
{
	struct tun_alt_shared *found = NULL;
	struct tun_alt_write_ring *write;
	struct tun_alt_read_ring *read;

	rcu_read_lock();
	read = rcu_dereference(q->read_ring);
	write = rcu_dereference(q->write_ring);
	if (offset == TUN_ALT_RINGS_READ && read)
		found = rings_get(&read->ring);
	else if ((offset == TUN_ALT_RINGS_WRITE || offset == TUN_ALT_RINGS_BUFFERS) && write)
		found = rings_get(&write->ring);
	rcu_read_unlock();
	return found;
}

static int rings_insert(const struct tun_alt_shared *ring, struct vm_area_struct *vma)
{
	unsigned long at;
	int err = 0;

	for (at = 0; at < ring->size && !err; at += PAGE_SIZE)
		err = vm_insert_page(vma, vma->vm_start + at, vmalloc_to_page(ring->memory + at));
	return err;
}

static int rings_map(const struct tun_alt_shared *ring, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff == TUN_ALT_RINGS_BUFFERS >> PAGE_SHIFT)
		return ring->buffers ? tun_alt_buffers_map(ring->buffers, vma) : -EINVAL;
	if (!(vma->vm_flags & VM_SHARED) || vma->vm_end - vma->vm_start != ring->size)
		return -EINVAL;
	tun_alt_change_vm_flags(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	return rings_insert(ring, vma);
}

/**
 * tun_alt_rings_map() - mmap()
 * @q: the queue
 * @vma: where a whole ring, or all buffers, are to be seen, shared, and not executed
 *
 * A child has no part in it, and it is in no core dump. As long as it is there the file is open.
 *
 * Context: Process context, mmap_lock is held, may sleep.
 * Return: 0; -ENODEV if there are no rings, as from a file that has no mmap(); -EINVAL if there is
 * none at the offset, or for another length or a private mapping; -EPERM for one that can be
 * executed; -ENOMEM.
 */
int tun_alt_rings_map(struct tun_alt_queue *q, struct vm_area_struct *vma)
{
	struct tun_alt_shared *ring;
	int err;

	if (!(READ_ONCE(q->burst) & TUN_ALT_QUEUE_RINGS))
		return -ENODEV;
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	ring = rings_find(q, vma->vm_pgoff << PAGE_SHIFT);
	if (!ring)
		return -EINVAL;
	err = rings_map(ring, vma);
	tun_alt_rings_put(ring);
	return err;
}

/**
 * tun_alt_rings_poll() - what poll() says of a descriptor that has rings
 * @q: the queue
 * @mask: what it would say else
 *
 * Who waits has said so in the ring, before it looks here.
 *
 * Context: RCU read-side section.
 * Return: readable if there are records, writable if at least half of the ring is free, or a kick
 * that TUNSETSNDBUF stopped may go on, an error if a ring is broken.
 */
__poll_t tun_alt_rings_poll(struct tun_alt_queue *q, __poll_t mask)
{
	const struct tun_alt_write_ring *write = rcu_dereference(q->write_ring);
	const struct tun_alt_read_ring *read = rcu_dereference(q->read_ring);
	const struct tun_alt_ring *shared;

	/* Who polls waits, and then looks: pairs with the barrier of who submits, or releases. */
	smp_mb();
	if (read) {
		shared = read->ring.view.shared;
		mask &= ~(EPOLLIN | EPOLLRDNORM);
		if (READ_ONCE(shared->tail) != READ_ONCE(shared->head))
			mask |= EPOLLIN | EPOLLRDNORM;
		if (READ_ONCE(read->ring.broken))
			mask |= EPOLLERR;
	}
	if (write) {
		shared = write->ring.view.shared;
		/* Who was stopped wants to hear of room for packets, and kicks then. */
		if (!READ_ONCE(write->stopped) &&
		    READ_ONCE(shared->tail) - READ_ONCE(shared->head) > write->ring.view.bytes / 2)
			mask &= ~(EPOLLOUT | EPOLLWRNORM);
		if (READ_ONCE(write->ring.broken))
			mask |= EPOLLERR;
	}
	return mask;
}
