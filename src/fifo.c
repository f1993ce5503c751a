// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of a ring, and live change of a ring's size.
 *
 * ptr_ring_resize_multiple() would do, but on 6.1 it frees what does not fit with interrupts off,
 * on no kernel does it tell whose packets they were, and its name changed on the way.
 */
#include "fifo.h"

#include <linux/mm.h>

#include "compat.h"

/**
 * tun_alt_fifo_free() - free a packet that the program has read
 * @entry: the packet, consumed
 *
 * Context: Softirqs off.
 */
void tun_alt_fifo_free(void *entry)
{
	struct xdp_frame *frame = tun_alt_fifo_frame(entry);

	if (frame)
		xdp_return_frame(frame);
	else
		napi_consume_skb(entry, 1);
}

/**
 * tun_alt_fifo_drop() - count a packet and free it
 * @drops: the counters of the queue
 * @entry: the packet, consumed
 * @reason: why it dies
 *
 * Context: Any but hard interrupts.
 */
void tun_alt_fifo_drop(struct tun_alt_drops *drops, void *entry, enum tun_alt_drop reason)
{
	struct xdp_frame *frame = tun_alt_fifo_frame(entry);

	if (!frame) {
		tun_alt_drop_skb(drops, entry, reason);
		return;
	}
	tun_alt_drop_count(drops, reason);
	xdp_return_frame(frame);
}

/**
 * tun_alt_fifo_drain() - count and free all that waits
 * @fifo: the ring
 * @drops: the counters of the queue
 * @reason: why it dies
 *
 * Context: Process context; takes @fifo's consumer lock.
 */
void tun_alt_fifo_drain(struct ptr_ring *fifo, struct tun_alt_drops *drops,
			enum tun_alt_drop reason)
{
	void *entry;

	while ((entry = ptr_ring_consume(fifo)))
		tun_alt_fifo_drop(drops, entry, reason);
}

/**
 * tun_alt_fifo_return() - put packets back to where they were taken out
 * @fifo: the ring
 * @entry: the packets, oldest first; the last of them are put back
 * @nr: how many
 *
 * If others have come meanwhile there may be no place for all.
 *
 * Context: Softirqs off, @fifo's consumer lock is held; takes its producer lock.
 * Return: how many are left, the oldest.
 */
unsigned int tun_alt_fifo_return(struct ptr_ring *fifo, void **entry, unsigned int nr)
{
	int at;

	lockdep_assert_held(&fifo->consumer_lock);
	spin_lock(&fifo->producer_lock);
	/* Places that were read are only cleared some at a time. */
	while (fifo->size && fifo->consumer_tail < fifo->consumer_head)
		fifo->queue[fifo->consumer_tail++] = NULL;
	while (nr && fifo->size) {
		at = fifo->consumer_head ? fifo->consumer_head - 1 : fifo->size - 1;
		if (fifo->queue[at])
			break;
		fifo->queue[at] = entry[--nr];
		WRITE_ONCE(fifo->consumer_head, at);
		fifo->consumer_tail = at;
	}
	spin_unlock(&fifo->producer_lock);
	return nr;
}

/**
 * tun_alt_fifo_count() - how full a ring is
 * @fifo: the ring
 * @size: gets how many packets there is room for
 *
 * Context: Process context; takes @fifo's consumer lock, with softirqs off, and its producer lock.
 * Return: how many are there.
 */
unsigned int tun_alt_fifo_count(struct ptr_ring *fifo, unsigned int *size)
{
	int count = 0;

	spin_lock_bh(&fifo->consumer_lock);
	spin_lock(&fifo->producer_lock);
	*size = fifo->size;
	if (!__ptr_ring_empty(fifo)) {
		count = fifo->producer - fifo->consumer_head;
		if (count <= 0)
			count += fifo->size;
	}
	spin_unlock(&fifo->producer_lock);
	spin_unlock_bh(&fifo->consumer_lock);
	return count;
}

/**
 * tun_alt_fifo_spares() - make rings to be adopted
 * @nr: how many
 * @size: packets that each holds, 0 for none
 *
 * Context: Process context, may sleep.
 * Return: an array to be freed with kvfree() once each was adopted, or NULL without memory.
 */
struct ptr_ring *tun_alt_fifo_spares(unsigned int nr, unsigned int size)
{
	struct ptr_ring *spare;
	unsigned int i;

	spare = kvmalloc_objs(*spare, nr, GFP_KERNEL);
	if (!spare)
		return NULL;
	for (i = 0; i < nr; i++)
		if (ptr_ring_init(&spare[i], size, GFP_KERNEL))
			goto err_cleanup;
	return spare;

err_cleanup:
	while (i--)
		ptr_ring_cleanup(&spare[i], NULL);
	kvfree(spare);
	return NULL;
}

/**
 * tun_alt_fifo_adopt() - move a ring's packets into memory of another size
 * @fifo: the ring in use; it keeps its locks and gets the other one's memory
 * @spare: an empty ring of the new size, initialised; its memory is gone afterwards
 * @drops: counters of those that do not fit
 * @reason: why they die
 *
 * The order is kept and the oldest packets stay, as in in-tree tun.
 *
 * Context: Process context; takes @fifo's consumer lock with softirqs off, then its producer lock.
 */
void tun_alt_fifo_adopt(struct ptr_ring *fifo, struct ptr_ring *spare, struct tun_alt_drops *drops,
			enum tun_alt_drop reason)
{
	void *entry;

	spin_lock_bh(&fifo->consumer_lock);
	spin_lock(&fifo->producer_lock);
	while ((entry = __ptr_ring_peek(fifo)) && !__ptr_ring_produce(spare, entry))
		__ptr_ring_discard_one(fifo);
	swap(fifo->queue, spare->queue);
	swap(fifo->size, spare->size);
	swap(fifo->batch, spare->batch);
	swap(fifo->producer, spare->producer);
	swap(fifo->consumer_head, spare->consumer_head);
	swap(fifo->consumer_tail, spare->consumer_tail);
	spin_unlock(&fifo->producer_lock);
	spin_unlock_bh(&fifo->consumer_lock);

	/* What is left in the old memory is what the new one has no room for. */
	tun_alt_fifo_drain(spare, drops, reason);
	ptr_ring_cleanup(spare, NULL);
}

/**
 * tun_alt_fifo_resize() - give a ring another size
 * @fifo: the ring in use
 * @size: packets, 0 for a ring that holds none: that takes no memory and cannot fail
 * @drops: counters of those that do not fit
 * @reason: why they die
 *
 * Context: as tun_alt_fifo_adopt(), may sleep.
 * Return: 0, or -ENOMEM.
 */
int tun_alt_fifo_resize(struct ptr_ring *fifo, unsigned int size, struct tun_alt_drops *drops,
			enum tun_alt_drop reason)
{
	struct ptr_ring spare;

	if (ptr_ring_init(&spare, size, GFP_KERNEL))
		return -ENOMEM;
	tun_alt_fifo_adopt(fifo, &spare, drops, reason);
	return 0;
}
