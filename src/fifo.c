// SPDX-License-Identifier: GPL-2.0
/*
 * Live change of a ring's size.
 *
 * ptr_ring_resize_multiple() would do, but on 6.1 it frees what does not fit with interrupts off,
 * on no kernel does it tell whose packets they were, and its name changed on the way.
 */
#include "fifo.h"

/**
 * tun_alt_fifo_adopt() - move a ring's packets into memory of another size
 * @fifo: the ring in use; it keeps its locks and gets the other one's memory
 * @spare: an empty ring of the new size, initialised; it ends up with the old memory, empty,
 *	for the caller to clean up
 * @left: gets the newest packets where the new size holds fewer
 *
 * The order is kept and the oldest packets stay, as in in-tree tun.
 *
 * Context: Process context; takes @fifo's consumer lock with softirqs off, then its producer lock.
 */
void tun_alt_fifo_adopt(struct ptr_ring *fifo, struct ptr_ring *spare, struct sk_buff_head *left)
{
	struct sk_buff *skb;

	spin_lock_bh(&fifo->consumer_lock);
	spin_lock(&fifo->producer_lock);
	while ((skb = __ptr_ring_consume(fifo))) {
		if (__ptr_ring_produce(spare, skb))
			__skb_queue_tail(left, skb);
	}
	swap(fifo->queue, spare->queue);
	swap(fifo->size, spare->size);
	swap(fifo->batch, spare->batch);
	swap(fifo->producer, spare->producer);
	swap(fifo->consumer_head, spare->consumer_head);
	swap(fifo->consumer_tail, spare->consumer_tail);
	spin_unlock(&fifo->producer_lock);
	spin_unlock_bh(&fifo->consumer_lock);
}
