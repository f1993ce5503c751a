/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packets that the stack has sent and the program has not read yet: a ptr_ring. Any number of
 * producers in softirq, any number of consumers in process context.
 *
 * An entry is an skb, or an XDP frame with its lowest bit set: what vhost-net expects of a TUN/TAP
 * driver's ring.
 */
#ifndef TUN_ALT_FIFO_H
#define TUN_ALT_FIFO_H

#include <linux/ptr_ring.h>
#include <linux/skbuff.h>
#include <net/xdp.h>

#include "drop.h"

#define TUN_ALT_FIFO_FRAME	1UL

/**
 * tun_alt_fifo_from_frame() - make an entry of an XDP frame
 * @frame: the frame
 *
 * Context: Any.
 * Return: the entry.
 */
static inline void *tun_alt_fifo_from_frame(struct xdp_frame *frame)
{
	return (void *)((unsigned long)frame | TUN_ALT_FIFO_FRAME);
}

/**
 * tun_alt_fifo_frame() - the XDP frame of an entry
 * @entry: the entry
 *
 * Context: Any.
 * Return: the frame, or NULL if the entry is an skb.
 */
static inline struct xdp_frame *tun_alt_fifo_frame(void *entry)
{
	unsigned long bits = (unsigned long)entry;

	return bits & TUN_ALT_FIFO_FRAME ? (void *)(bits & ~TUN_ALT_FIFO_FRAME) : NULL;
}

/**
 * tun_alt_fifo_full() - whether the next packet would find no place
 * @fifo: the ring
 *
 * A ring that holds nothing is not full: it never becomes less so, and nobody is to wait for that.
 *
 * Context: The producer lock is held.
 * Return: whether it would.
 */
static inline bool tun_alt_fifo_full(struct ptr_ring *fifo)
{
	return fifo->size && __ptr_ring_full(fifo);
}

void tun_alt_fifo_free(void *entry);
unsigned int tun_alt_fifo_count(struct ptr_ring *fifo, unsigned int *size);
void tun_alt_fifo_drop(struct tun_alt_drops *drops, void *entry, enum tun_alt_drop reason);
void tun_alt_fifo_drain(struct ptr_ring *fifo, struct tun_alt_drops *drops,
			enum tun_alt_drop reason);
unsigned int tun_alt_fifo_return(struct ptr_ring *fifo, void **entry, unsigned int nr);
struct ptr_ring *tun_alt_fifo_spares(unsigned int nr, unsigned int size);
void tun_alt_fifo_adopt(struct ptr_ring *fifo, struct ptr_ring *spare, struct tun_alt_drops *drops,
			enum tun_alt_drop reason);
int tun_alt_fifo_resize(struct ptr_ring *fifo, unsigned int size, struct tun_alt_drops *drops,
			enum tun_alt_drop reason);

#endif /* TUN_ALT_FIFO_H */
