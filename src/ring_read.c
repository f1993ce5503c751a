// SPDX-License-Identifier: GPL-2.0
/*
 * First hop where the program reads a ring: a packet passes the filters, is copied into memory that
 * the program shares, and is freed while it is hot. Records are shown once for each train of
 * packets, and the program is woken if it asked for that.
 *
 * Small packets are copied with the lock held, in order, and so are those of an Ethernet's size
 * while nobody else wants it. Of a large one only the place is taken there: it is copied beside
 * others, and none behind it is shown before it is done.
 */
#include "ring_read.h"

#include <linux/if_tun.h>
#include <linux/skbuff.h>
#include <linux/uio.h>
#include <uapi/linux/virtio_net.h>

#include "backpressure.h"
#include "device.h"
#include "fifo.h"
#include "offload.h"
#include "queue.h"
#include "read.h"
#include "ring_copy.h"
#include "rings.h"
#include "xmit.h"

/* To take the lock a second time costs as much as to copy so many bytes. */
#define RING_READ_SMALL		512
/* And nobody would wait longer for it than to copy so many. */
#define RING_READ_ALONE		2048

/* So long is the longest virtio-net header of a ring that is simple. */
#define RING_READ_BLANK		TUN_ALT_VNET_TUNNEL

/* Packets in packets, and memory that has to be mapped first, are for who knows them. */
static bool ring_read_is_plain(const struct sk_buff *skb)
{
	return !IS_ENABLED(CONFIG_HIGHMEM) && !skb_vlan_tag_present(skb) &&
	       !skb_has_frag_list(skb);
}

/* What software has cut into segments is in fragments of what was one. */
static __always_inline void ring_read_put_fragments(const struct sk_buff *skb,
						    unsigned int length, void *to)
{
	const skb_frag_t *fragment = skb_shinfo(skb)->frags;
	unsigned int piece = min(length, skb_headlen(skb));

	tun_alt_ring_copy(to, skb->data, piece);
	for (length -= piece; length; length -= piece, fragment++) {
		to += piece;
		piece = min(length, skb_frag_size(fragment));
		tun_alt_ring_copy(to, skb_frag_address(fragment), piece);
	}
}

static noinline void ring_read_put_any(void *entry, unsigned int length, void *to)
{
	struct kvec room = { .iov_base = to, .iov_len = length };
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, &room, 1, length);
	tun_alt_read_put_rest(entry, length, &iter);
}

static noinline void *ring_read_put_headers(const struct tun_alt_shared *ring, void *entry,
					    void *to)
{
	const struct sk_buff *skb = tun_alt_fifo_frame(entry) ? NULL : entry;
	struct tun_pi pi = { .proto = tun_alt_read_protocol(entry, ring->flags & IFF_TUN) };

	if (!(ring->flags & IFF_NO_PI)) {
		memcpy(to, &pi, sizeof(pi));
		to += sizeof(pi);
	}
	if (ring->vnet.size)
		tun_alt_vnet_build(ring->vnet, skb, to);
	return to + ring->vnet.size;
}

/* Record, headers and packet, where there is room for them */
static void ring_read_fill(const struct tun_alt_read_ring *ring,
			   const struct tun_alt_record *record, void *entry, unsigned int length,
			   struct tun_alt_record *there)
{
	void *to = there + 1;

	*there = *record;
	if (ring->ring.header)
		to = ring_read_put_headers(&ring->ring, entry, to);
	if (!tun_alt_fifo_frame(entry) && ring_read_is_plain(entry))
		ring_read_put_fragments(entry, length, to);
	else
		ring_read_put_any(entry, length, to);
}

/* What else a program has asked for */
static noinline void ring_read_describe(const struct tun_alt_read_ring *ring, void *entry,
					struct tun_alt_record *record)
{
	if (ring->options & TUN_ALT_RING_HASH && !tun_alt_fifo_frame(entry)) {
		record->hash = skb_get_hash(entry);
		record->flags |= TUN_ALT_RECORD_HASH;
	}
	if (ring->options & TUN_ALT_RING_TIME) {
		record->time = ktime_get_ns();
		record->flags |= TUN_ALT_RECORD_TIME;
	}
}

/* The place of the next record; what there is no room for ends a train. */
static bool ring_read_reserve(struct tun_alt_queue *q, struct tun_alt_read_ring *ring, u32 span)
{
	int got = 0;

	if (!ring->ring.broken && span <= TUN_ALT_RING_SLACK)
		got = tun_alt_ring_reserve(&ring->ring.view, span);
	if (got > 0) {
		ring->ring.view.tail += span;
		return true;
	}
	tun_alt_rings_drop(&ring->ring);
	if (got < 0)
		tun_alt_rings_break(q, &ring->ring);
	return false;
}

/**
 * struct ring_read_xmit - a packet on its way into a ring
 * @tun: the device
 * @q: the queue
 * @ring: its ring
 * @skb: the packet
 * @length: bytes of it
 * @record: what is in front of it
 * @held: whether somebody is to be stopped who sends too much
 */
struct ring_read_xmit {
	struct tun_alt_dev *tun;
	struct tun_alt_queue *q;
	struct tun_alt_read_ring *ring;
	struct sk_buff *skb;
	unsigned int length;
	struct tun_alt_record record;
	bool held;
};

/* More are to come only if nobody stops them. */
static bool ring_read_is_last(const struct ring_read_xmit *call, const struct netdev_queue *txq)
{
	return !netdev_xmit_more() || (call->held && netif_xmit_stopped(txq));
}

/* With no lock held; others may take it meanwhile. */
static noinline bool ring_read_copy(struct ring_read_xmit *call, struct tun_alt_ring_copy *copy,
				    u32 place, bool last)
{
	struct tun_alt_read_ring *ring = call->ring;
	bool wake;

	ring_read_fill(ring, &call->record, call->skb, call->length,
		       tun_alt_ring_at(&ring->ring.view, place));
	/* Pairs with the acquire in tun_alt_rings_ready(). */
	smp_store_release(&copy->done, true);
	if (!last)
		return false;
	spin_lock(&call->q->fifo.producer_lock);
	wake = tun_alt_rings_submit(ring);
	spin_unlock(&call->q->fifo.producer_lock);
	return wake;
}

static struct tun_alt_ring_copy *ring_read_begin_copy(struct tun_alt_read_ring *ring, u32 place)
{
	struct tun_alt_ring_copy *copy;

	if (ring->copies == TUN_ALT_RING_COPIES)
		tun_alt_rings_ready(ring);
	if (ring->copies == TUN_ALT_RING_COPIES)
		return NULL;
	copy = &ring->copy[(ring->first + ring->copies++) % TUN_ALT_RING_COPIES];
	copy->place = place;
	copy->done = false;
	return copy;
}

static bool ring_read_produce(struct ring_read_xmit *call, struct netdev_queue *txq)
{
	struct tun_alt_read_ring *ring = call->ring;
	struct tun_alt_ring_view *view = &ring->ring.view;
	struct tun_alt_ring_copy *copy = NULL;
	bool last, wake = false;
	u32 place;

	spin_lock(&call->q->fifo.producer_lock);
	place = view->tail;
	if (unlikely(!ring_read_reserve(call->q, ring, tun_alt_ring_span(call->record.len)))) {
		spin_unlock(&call->q->fifo.producer_lock);
		return false;
	}
	if (unlikely(call->held))
		tun_alt_ring_hold_produced(call->q, call->tun, ring, call->skb->queue_mapping,
					   place);
	last = ring_read_is_last(call, txq);
	if (call->length > RING_READ_SMALL)
		copy = ring_read_begin_copy(ring, place);
	if (!copy)
		ring_read_fill(ring, &call->record, call->skb, call->length,
			       tun_alt_ring_at(view, place));
	if (!copy && last)
		wake = tun_alt_rings_submit(ring);
	spin_unlock(&call->q->fifo.producer_lock);
	if (copy)
		wake = ring_read_copy(call, copy, place, last);
	if (wake)
		tun_alt_rings_wake(call->q);
	return true;
}

/* Whether a program says no, or the reader could not make sense of it */
static noinline bool ring_read_fits(struct ring_read_xmit *call, enum tun_alt_drop *reason)
{
	struct tun_alt_dev *tun = call->tun;
	int err;

	rcu_read_lock();
	err = tun_alt_xmit_filter(tun, call->q, call->skb, reason);
	rcu_read_unlock();
	if (err)
		return false;
	*reason = TUN_ALT_DROP_OFFLOAD;
	return !tun_alt_offload_make_fit(READ_ONCE(tun->offload), call->ring->ring.vnet.size,
					 call->skb);
}

static bool ring_read_is_free(const struct tun_alt_dev *tun, const struct sk_buff *skb)
{
	return !tun_alt_xmit_is_filtered(tun) && !skb_is_gso(skb) &&
	       skb->ip_summed != CHECKSUM_PARTIAL;
}

static noinline netdev_tx_t ring_read_drop(struct ring_read_xmit *call, enum tun_alt_drop reason)
{
	netdev_tx_t ret = tun_alt_xmit_drop(&call->q->counts->drops, call->skb, reason);

	tun_alt_rings_show(call->q, call->ring);
	return ret;
}

/*
 * netpoll sends with interrupts off, where the processor's cache of skbs may be in use. It sends
 * no trains.
 */
static void ring_read_free(struct sk_buff *skb, bool more)
{
	napi_consume_skb(skb, more || !irqs_disabled());
}

/* Any packet, for any program */
static noinline netdev_tx_t ring_read_xmit_any(struct tun_alt_dev *tun, struct tun_alt_queue *q,
					       struct tun_alt_read_ring *ring, struct sk_buff *skb)
{
	struct netdev_queue *txq = netdev_get_tx_queue(tun->dev, skb->queue_mapping);
	struct ring_read_xmit call = {
		.tun = tun, .q = q, .ring = ring, .skb = skb,
		.held = tun_alt_backpressure_holds(tun, txq),
	};
	enum tun_alt_drop reason;

	if (unlikely(!ring_read_is_free(tun, skb)) && !ring_read_fits(&call, &reason))
		return ring_read_drop(&call, reason);
	skb_tx_timestamp(skb);
	call.length = tun_alt_read_frame_length(skb);
	call.record.len = ring->ring.header + call.length;
	if (unlikely(ring->options))
		ring_read_describe(ring, skb, &call.record);
	if (unlikely(!ring_read_produce(&call, txq)))
		return ring_read_drop(&call, TUN_ALT_DROP_RING_FULL);
	txq_trans_cond_update(txq);
	tun_alt_count_read(q->traffic, 1, call.length);
	ring_read_free(skb, false);
	return NETDEV_TX_OK;
}

/* What most packets are: not large, with nothing to do for them but to copy them. */
static bool ring_read_is_simple(const struct tun_alt_dev *tun, const struct sk_buff *skb)
{
	return skb->len <= RING_READ_ALONE && skb->len >= RING_READ_BLANK &&
	       ring_read_is_plain(skb) && ring_read_is_free(tun, skb) &&
	       !skb_shinfo(skb)->tx_flags && !(READ_ONCE(tun->flags) & TUN_ALT_IFF_BACKPRESSURE);
}

/* A virtio-net header that has nothing to say; what is behind it will be overwritten. */
static void *ring_read_put_blank(const struct sk_buff *skb, unsigned int header, void *to)
{
	u64 *word = to;

	BUILD_BUG_ON(RING_READ_BLANK != 3 * sizeof(*word));
	word[0] = 0;
	word[1] = 0;
	word[2] = 0;
	if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		*(u8 *)to = VIRTIO_NET_HDR_F_DATA_VALID;
	return to + header;
}

/* What is done once for a train of packets */
static void ring_read_end(struct tun_alt_dev *tun, struct tun_alt_queue *q,
			  const struct sk_buff *skb, bool wake)
{
	if (unlikely(wake))
		tun_alt_rings_wake(q);
	txq_trans_cond_update(netdev_get_tx_queue(tun->dev, skb->queue_mapping));
}

/**
 * tun_alt_ring_read_xmit() - a packet of the stack's for a queue that has a read ring
 * @tun: the device
 * @q: the queue
 * @ring: its ring
 * @skb: the packet, consumed
 *
 * Context: Softirqs off, RCU read-side section of those.
 * Return: as tun_alt_xmit().
 */
netdev_tx_t tun_alt_ring_read_xmit(struct tun_alt_dev *tun, struct tun_alt_queue *q,
				   struct tun_alt_read_ring *ring, struct sk_buff *skb)
{
	struct tun_alt_ring_view *view = &ring->ring.view;
	struct tun_alt_record *there;
	unsigned int length = skb->len;
	u32 header = ring->ring.header;
	u32 span = tun_alt_ring_span(header + length);
	bool more = netdev_xmit_more(), wake = false;
	void *to;

	if (unlikely(!ring->simple || !ring_read_is_simple(tun, skb)))
		return ring_read_xmit_any(tun, q, ring, skb);
	/* Who finds the lock taken has a large packet copied beside others. */
	if (unlikely(!spin_trylock(&q->fifo.producer_lock))) {
		if (length > RING_READ_SMALL)
			return ring_read_xmit_any(tun, q, ring, skb);
		spin_lock(&q->fifo.producer_lock);
	}
	if (unlikely(view->bytes - (view->tail - view->head) < span || ring->ring.broken)) {
		spin_unlock(&q->fifo.producer_lock);
		return ring_read_xmit_any(tun, q, ring, skb);
	}
	there = tun_alt_ring_at(view, view->tail);
	*there = (struct tun_alt_record){ .len = header + length };
	to = there + 1;
	if (header)
		to = ring_read_put_blank(skb, header, to);
	ring_read_put_fragments(skb, length, to);
	view->tail += span;
	if (!more)
		wake = tun_alt_rings_submit(ring);
	spin_unlock(&q->fifo.producer_lock);
	if (!more)
		ring_read_end(tun, q, skb, wake);
	tun_alt_count_read(q->traffic, 1, length);
	ring_read_free(skb, more);
	return NETDEV_TX_OK;
}

/**
 * tun_alt_ring_read_entry() - put what could be in a fifo into a ring
 * @q: the queue
 * @ring: its ring
 * @entry: the packet; consumed if there was room for it
 *
 * It is not shown before tun_alt_rings_show().
 *
 * Context: Softirqs off, fifo.producer_lock is held.
 * Return: its length, or -ENOSPC.
 */
int tun_alt_ring_read_entry(struct tun_alt_queue *q, struct tun_alt_read_ring *ring, void *entry)
{
	unsigned int length = tun_alt_read_frame_length(entry);
	struct tun_alt_record record = { .len = ring->ring.header + length };
	u32 place = ring->ring.view.tail;

	lockdep_assert_held(&q->fifo.producer_lock);
	if (ring->options)
		ring_read_describe(ring, entry, &record);
	if (!ring_read_reserve(q, ring, tun_alt_ring_span(record.len)))
		return -ENOSPC;
	ring_read_fill(ring, &record, entry, length, tun_alt_ring_at(&ring->ring.view, place));
	tun_alt_fifo_free(entry);
	return length;
}
