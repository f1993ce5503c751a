/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The six verbs of a ring that program and kernel share: a producer reserves, writes and submits
 * records, a consumer peeks at, reads and releases them. Kernel, library, tests and fuzzers compile
 * this one file; who includes it elsewhere than in the kernel needs no more than the ABI.
 *
 * Each side has a view of its own and believes the other one nothing: a number that is in shared
 * memory is loaded once, into the view, and checked there.
 *
 * Letters of the barriers; Documentation/ring/ has a litmus test for each pair.
 *
 * P:  submit stores @tail behind the record; peek loads @tail before it reads one.
 * C:  release stores @head behind its last read; reserve loads @head before it overwrites one.
 * W:  submit stores @tail, then loads @wake_tail; who wants to be told stores @wake_tail, then
 *     loads @tail. Each has a full barrier in between, so that one of them sees the other.
 * R:  the same of @head and @wake_head.
 */
#ifndef TUN_ALT_RING_H
#define TUN_ALT_RING_H

#include <linux/if_tun_alt.h>

#ifdef __KERNEL__
#include <asm/barrier.h>
#include <linux/compiler.h>
#define TUN_ALT_RING_LOAD(x)		READ_ONCE(x)
#define TUN_ALT_RING_STORE(x, value)	WRITE_ONCE(x, value)
/* Who uses them says with what each pairs. */
#define TUN_ALT_RING_ACQUIRE(p)		smp_load_acquire(p) /* (P), (C) */
#define TUN_ALT_RING_RELEASE(p, value)	smp_store_release(p, value) /* (P), (C) */
#define TUN_ALT_RING_BARRIER()		smp_mb() /* (W), (R) */
#else
#include <stdbool.h>
#define TUN_ALT_RING_LOAD(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define TUN_ALT_RING_STORE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)
#define TUN_ALT_RING_ACQUIRE(p)		__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define TUN_ALT_RING_RELEASE(p, value)	__atomic_store_n(p, value, __ATOMIC_RELEASE)
#define TUN_ALT_RING_BARRIER()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

/**
 * struct tun_alt_ring_view - what one side knows of a ring
 * @shared: what both see
 * @records: where records are
 * @bytes: of records
 * @tail: a producer's: where the next record will be; a consumer's: up to where records were seen
 * @head: a consumer's: where the first record is that it has not read; a producer's: up to where
 *	it has seen that records were released
 * @told: the place that was submitted, or released, last
 *
 * Guarded by whatever keeps the side's calls apart.
 */
struct tun_alt_ring_view {
	struct tun_alt_ring *shared;
	void *records;
	__u32 bytes;
	__u32 tail;
	__u32 head;
	__u32 told;
};

/**
 * tun_alt_ring_span() - what a record takes
 * @len: bytes behind its head
 *
 * Return: bytes.
 */
static inline __u32 tun_alt_ring_span(__u32 len)
{
	return (sizeof(struct tun_alt_record) + len + TUN_ALT_RECORD_ALIGN - 1) &
	       ~(__u32)(TUN_ALT_RECORD_ALIGN - 1);
}

/**
 * tun_alt_ring_at() - where a place is
 * @view: either side's
 * @place: a multiple of TUN_ALT_RECORD_ALIGN
 *
 * Return: the record there; up to TUN_ALT_RING_SLACK bytes from there on are memory of the ring,
 * whatever @place is.
 */
static inline struct tun_alt_record *tun_alt_ring_at(const struct tun_alt_ring_view *view,
						     __u32 place)
{
	return (struct tun_alt_record *)((char *)view->records + (place & (view->bytes - 1)));
}

/* Whether the other side is to be told: @wanted is one of the places from @from up to @to */
static inline bool tun_alt_ring_passes(__u32 wanted, __u32 from, __u32 to)
{
	return wanted - from < to - from;
}

/**
 * tun_alt_ring_look() - the producer looks how far the consumer has come
 * @view: the producer's
 *
 * Return: false if @head cannot be where it is: the ring is broken.
 */
static inline bool tun_alt_ring_look(struct tun_alt_ring_view *view)
{
	/* (C) pairs with tun_alt_ring_release(). */
	__u32 head = TUN_ALT_RING_ACQUIRE(&view->shared->head);

	if (view->told - head > view->told - view->head || head % TUN_ALT_RECORD_ALIGN)
		return false;
	view->head = head;
	return true;
}

/**
 * tun_alt_ring_reserve() - the producer wants a place for a record
 * @view: the producer's; looks again only if it seems that there is no room
 * @span: tun_alt_ring_span() of the record
 *
 * The place is that of @tail, which is the caller's to move.
 *
 * Return: 1; 0 if there is no room; -1 if the ring is broken.
 */
static inline int tun_alt_ring_reserve(struct tun_alt_ring_view *view, __u32 span)
{
	if (view->bytes - (view->tail - view->head) >= span)
		return 1;
	if (!tun_alt_ring_look(view))
		return -1;
	return view->bytes - (view->tail - view->head) >= span;
}

/**
 * tun_alt_ring_submit() - the producer shows its records
 * @view: the producer's
 * @tail: up to where: @tail of @view, or less if some are not written yet
 *
 * Return: whether the consumer wants to be told.
 */
static inline bool tun_alt_ring_submit(struct tun_alt_ring_view *view, __u32 tail)
{
	__u32 told = view->told;

	if (tail == told)
		return false;
	view->told = tail;
	/* (P) pairs with tun_alt_ring_peek(). */
	TUN_ALT_RING_RELEASE(&view->shared->tail, tail);
	/* (W) pairs with tun_alt_ring_want_records(). */
	TUN_ALT_RING_BARRIER();
	return tun_alt_ring_passes(TUN_ALT_RING_LOAD(view->shared->wake_tail), told, tail);
}

/**
 * tun_alt_ring_want_room() - the producer wants to be told of room
 * @view: the producer's
 * @place: when the consumer has gone beyond this one
 *
 * Return: false if the ring is broken; else see in @head of @view whether it has already.
 */
static inline bool tun_alt_ring_want_room(struct tun_alt_ring_view *view, __u32 place)
{
	TUN_ALT_RING_STORE(view->shared->wake_head, place);
	/* (R) pairs with tun_alt_ring_release(). */
	TUN_ALT_RING_BARRIER();
	return tun_alt_ring_look(view);
}

/**
 * tun_alt_ring_peek() - the consumer looks for records
 * @view: the consumer's; looks again only if all that was seen is read
 *
 * A record's own numbers are yet to be checked: tun_alt_ring_read().
 *
 * Return: 1 if there are any at @head; 0 if not; -1 if the ring is broken.
 */
static inline int tun_alt_ring_peek(struct tun_alt_ring_view *view)
{
	__u32 tail;

	if (view->tail != view->head)
		return 1;
	/* (P) pairs with tun_alt_ring_submit(). */
	tail = TUN_ALT_RING_ACQUIRE(&view->shared->tail);
	if (tail - view->told > view->bytes || tail % TUN_ALT_RECORD_ALIGN ||
	    tail - view->told < view->head - view->told)
		return -1;
	view->tail = tail;
	return tail != view->head;
}

/**
 * tun_alt_ring_read() - the consumer takes the record that was peeked at
 * @view: the consumer's
 * @record: gets what it says of itself
 *
 * Return: the packet, which stays up to the next release; NULL if the record is longer than what
 * was submitted, or than any is: the ring is broken.
 */
static inline void *tun_alt_ring_read(struct tun_alt_ring_view *view,
				      struct tun_alt_record *record)
{
	struct tun_alt_record *there = tun_alt_ring_at(view, view->head);
	__u32 left = view->tail - view->head;

	record->len = TUN_ALT_RING_LOAD(there->len);
	record->flags = TUN_ALT_RING_LOAD(there->flags);
	record->reserved = TUN_ALT_RING_LOAD(there->reserved);
	record->hash = TUN_ALT_RING_LOAD(there->hash);
	record->time = TUN_ALT_RING_LOAD(there->time);
	if (record->len > TUN_ALT_RING_SLACK || tun_alt_ring_span(record->len) > left ||
	    tun_alt_ring_span(record->len) > TUN_ALT_RING_SLACK)
		return (void *)0;
	view->head += tun_alt_ring_span(record->len);
	return there + 1;
}

/**
 * tun_alt_ring_release() - the consumer is done with all records that it has read
 * @view: the consumer's
 *
 * Return: whether the producer wants to be told.
 */
static inline bool tun_alt_ring_release(struct tun_alt_ring_view *view)
{
	__u32 told = view->told;

	if (view->head == told)
		return false;
	view->told = view->head;
	/* (C) pairs with tun_alt_ring_look(). */
	TUN_ALT_RING_RELEASE(&view->shared->head, view->head);
	/* (R) pairs with tun_alt_ring_want_room(). */
	TUN_ALT_RING_BARRIER();
	return tun_alt_ring_passes(TUN_ALT_RING_LOAD(view->shared->wake_head), told, view->head);
}

/**
 * tun_alt_ring_want_records() - the consumer wants to be told of records
 * @view: the consumer's, which has read and released all that it has seen
 *
 * Return: as tun_alt_ring_peek(): whether there are any already.
 */
static inline int tun_alt_ring_want_records(struct tun_alt_ring_view *view)
{
	TUN_ALT_RING_STORE(view->shared->wake_tail, view->head);
	/* (W) pairs with tun_alt_ring_submit(). */
	TUN_ALT_RING_BARRIER();
	return tun_alt_ring_peek(view);
}

#endif /* TUN_ALT_RING_H */
