// SPDX-License-Identifier: GPL-2.0
/*
 * How a written frame gets into memory of the kernel's: into a chunk if it fits in a page, else its
 * beginning, with the rest in pages of the queue's pool; pieces as the writer laid them out; pages
 * that a sender inside of the kernel lends, or buffers that a program does.
 */
#include "copy.h"

#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/uio.h>

#include "buffers.h"
#include "burst.h"
#include "compat.h"
#include "config.h"
#include "frags.h"
#include "gso.h"
#include "receive.h"
#include "socket.h"
#include "user.h"

/* Copied of a packet whose sender says nothing of its headers: as much as in-tree copies. */
#define COPY_LEAST	128

/* Of a larger frame so much is linear; and what MAX_SKB_FRAGS small pages hold beside that */
#define COPY_HEAD(prepad)	(PAGE_SIZE - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) - \
				 ALIGN(prepad, SMP_CACHE_BYTES))
#define COPY_MOST_POOLED	((MAX_SKB_FRAGS - 1) * PAGE_SIZE)

/*
 * A frame that fits is linear. A larger one has a linear part of about a page and the rest in
 * fragments; what @most_paged bytes of those cannot hold makes the linear part grow, so that no
 * length is refused before memory is.
 */
static struct sk_buff *copy_alloc(struct tun_alt_copy *call, size_t prepad, size_t length,
				  size_t most_paged, int *err)
{
	size_t linear = min_t(size_t, length, SKB_MAX_HEAD(prepad));
	struct sk_buff *skb;

	if (prepad + length < PAGE_SIZE)
		linear = length;
	if (length - linear > most_paged)
		linear = length - most_paged;
	if (call->pool)
		skb = alloc_skb_with_frags(prepad + linear, length - linear,
					   PAGE_ALLOC_COSTLY_ORDER, err, GFP_ATOMIC);
	else
		skb = sock_alloc_send_pskb(&call->q->sk, prepad + linear, length - linear, 1, err,
					   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return NULL;
	if (call->pool)
		tun_alt_socket_own(call->q, skb, call->packet->burst);
	skb_reserve(skb, prepad);
	skb_put(skb, linear);
	skb->data_len = length - linear;
	skb->len += length - linear;
	return skb;
}

/*
 * Fragments of more than a page, if the kernel has them: 6.1 counts one for each page and says
 * EMSGSIZE; later ones fill them with pages when memory has no larger piece, and say ENOBUFS when
 * there are more pages than fragments.
 */
static struct sk_buff *copy_alloc_any(struct tun_alt_copy *call, size_t prepad, size_t length,
				      int *err)
{
	const size_t pages = MAX_SKB_FRAGS * PAGE_SIZE;
	struct sk_buff *skb;

	skb = copy_alloc(call, prepad, length, pages << PAGE_ALLOC_COSTLY_ORDER, err);
	if (!skb && length > pages && (*err == -EMSGSIZE || *err == -ENOBUFS))
		skb = copy_alloc(call, prepad, length, pages, err);
	return skb;
}

static bool copy_has_room(struct tun_alt_queue *q, u32 attachment)
{
	return !tun_alt_queue_still(q, attachment) || tun_alt_socket_has_room(q);
}

/*
 * Whether there is anything to go on for: room, or the end of the device. Asks to be told before it
 * looks a second time, so that room in between is not missed.
 */
static bool copy_may_go_on(struct tun_alt_queue *q, u32 attachment)
{
	if (copy_has_room(q, attachment))
		return true;
	tun_alt_socket_ask_for_room(q);
	return copy_has_room(q, attachment);
}

/*
 * The core's own wait for room knows the socket, but not the device whose end is to end it. And its
 * EAGAIN looks, then asks: who may not wait would miss the room in between.
 */
static int copy_wait(struct tun_alt_copy *call)
{
	u32 attachment = call->config->attachment;
	int err;

	if (call->wait)
		err = wait_event_interruptible(*tun_alt_queue_wait(call->q),
					       copy_may_go_on(call->q, attachment));
	else
		err = copy_may_go_on(call->q, attachment) ? 0 : -EAGAIN;
	if (!err && !tun_alt_queue_still(call->q, attachment))
		err = -EIO;
	return err;
}

/* What is followed by fragments of the writer's choice is linear itself. */
static int copy_alloc_wait(struct tun_alt_copy *call, size_t length, struct sk_buff **skb)
{
	const struct tun_alt_config *config = call->config;
	size_t prepad = tun_alt_copy_prepad(config);
	int err;

	do {
		if (config->delivery == TUN_ALT_DELIVER_FRAGS)
			*skb = copy_alloc(call, prepad, length, 0, &err);
		else
			*skb = copy_alloc_any(call, prepad, length, &err);
		if (*skb)
			return 0;
	} while (err == -EAGAIN && !(err = copy_wait(call)));
	return err;
}

/*
 * As in-tree, a call that was told not to wait has lost nothing, and one that a signal ended is
 * counted, though it may be restarted.
 */
static int copy_failed(struct tun_alt_copy *call, int err)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_WRITE_NO_MEMORY;

	switch (err) {
	case -EAGAIN:
		return err;
	case -EIO:
		tun_alt_refuse(call->why, err, TUN_ALT_REFUSED_DEVICE_GONE);
		reason = TUN_ALT_DROP_WRITE_QUEUE_GONE;
		break;
	case -ERESTARTSYS:
		reason = TUN_ALT_DROP_INTERRUPTED;
		break;
	default:
		tun_alt_refuse(call->why, err, TUN_ALT_REFUSED_NO_MEMORY);
	}
	tun_alt_receive_drop(call->q, call->config->attachment, call->packet, reason);
	return err;
}

/* All has been copied: the memory is the sender's again. */
static void copy_release(struct tun_alt_copy *call)
{
	if (call->ubuf)
		tun_alt_ubuf_complete(call->ubuf, NULL, false);
}

static int copy_faulted(struct tun_alt_copy *call, struct sk_buff *skb)
{
	call->packet->skb = skb;
	tun_alt_receive_drop(call->q, call->config->attachment, call->packet,
			     TUN_ALT_DROP_WRITE_FAULT);
	return tun_alt_refuse(call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
}

/* An skb with the next @length bytes of the packet. */
static int copy_some(struct tun_alt_copy *call, size_t length)
{
	struct sk_buff *skb;
	int err;

	err = copy_alloc_wait(call, length, &skb);
	if (err)
		return copy_failed(call, err);
	if (skb_copy_datagram_from_iter(skb, 0, call->from, skb->len))
		return copy_faulted(call, skb);
	call->packet->skb = skb;
	return 0;
}

static int copy_whole(struct tun_alt_copy *call)
{
	int err = copy_some(call, iov_iter_count(call->from));

	if (!err)
		copy_release(call);
	return err;
}

static int copy_pieces(struct tun_alt_copy *call)
{
	struct sk_buff *skb;
	int err;

	err = copy_some(call, tun_alt_frags_first(call->from));
	if (err)
		return err;
	skb = call->packet->skb;
	err = tun_alt_frags_fill(skb, call->from);
	if (err == -EFAULT)
		return copy_faulted(call, skb);
	/* Which ends the skb. */
	if (err)
		return copy_failed(call, err);
	copy_release(call);
	return 0;
}

/* The headers are copied, so that nobody changes them once they were looked at. */
static size_t copy_linear(const struct tun_alt_copy *call)
{
	return min_t(size_t, SKB_MAX_HEAD(call->config->headroom + NET_IP_ALIGN),
		     call->packet->vnet.header_length ? : COPY_LEAST);
}

/* Who lends a frame is not asked how much of that is headers: he might say less. */
static size_t copy_linear_lent(const struct tun_alt_copy *call)
{
	return max_t(size_t, copy_linear(call), TUN_ALT_GSO_MOST_HEADERS);
}

/* Whether there is anything that may stay where it is. */
static bool copy_may_pin(const struct tun_alt_copy *call)
{
	struct iov_iter rest = *call->from;

	/* GRO, which merges packets, knows nothing of who lent them. */
	if (call->config->delivery != TUN_ALT_DELIVER_AT_ONCE)
		return false;
	if (iov_iter_count(&rest) <= copy_linear(call))
		return false;
	iov_iter_advance(&rest, copy_linear(call));
	return iov_iter_npages(&rest, INT_MAX) <= MAX_SKB_FRAGS;
}

/* The payload stays where it is until the last of the packet is gone. */
static int copy_pin(struct tun_alt_copy *call)
{
	struct sk_buff *skb;
	int err;

	err = copy_alloc_wait(call, copy_linear(call), &skb);
	if (err)
		return copy_failed(call, err);
	if (zerocopy_sg_from_iter(skb, call->from))
		return copy_faulted(call, skb);
	skb_zcopy_init(skb, call->ubuf);
	call->packet->skb = skb;
	return 0;
}

static bool copy_plan(struct tun_alt_copy *call)
{
	size_t length = iov_iter_count(call->from);

	if ((call->ubuf && copy_may_pin(call)) ||
	    call->config->delivery == TUN_ALT_DELIVER_FRAGS)
		return tun_alt_copy_plan_judged(call->config, call->packet, length);
	return tun_alt_copy_plan(call->config, call->packet, length);
}

/**
 * tun_alt_copy_pool() - where a chunk is to be taken from
 * @q: the queue
 * @packet: the packet, planned
 *
 * Chunks of a burst that find no room in the task's pages all at once would make it leave them.
 *
 * Context: Any.
 * Return: the pool, or NULL for the task's own pages.
 */
struct tun_alt_pool *tun_alt_copy_pool(struct tun_alt_queue *q,
				       const struct tun_alt_packet *packet)
{
	const unsigned int most = (PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER) / TUN_ALT_BURST_BATCH;

	return packet->burst && packet->chunk.size > most ? &q->pool : NULL;
}

static int copy_fill(struct tun_alt_copy *call)
{
	int err = 0;

	while (!err && !call->pool && tun_alt_queue_is_limited(call->q) &&
	       !copy_has_room(call->q, call->config->attachment))
		err = copy_wait(call);
	if (err)
		return copy_failed(call, err);
	err = tun_alt_chunk_fill(&call->packet->chunk, call->from,
				 call->pool ? : tun_alt_copy_pool(call->q, call->packet));
	if (err == -EFAULT)
		return copy_faulted(call, NULL);
	return err ? copy_failed(call, err) : 0;
}

static int copy_chunk(struct tun_alt_copy *call)
{
	int err = copy_fill(call);

	if (!err)
		copy_release(call);
	return err;
}

/* Whether the frame is larger than a chunk, and no larger than any pages have room for. */
static bool copy_plan_pooled(struct tun_alt_copy *call)
{
	size_t prepad = tun_alt_copy_prepad(call->config);

	return call->config->delivery != TUN_ALT_DELIVER_FRAGS &&
	       !(call->ubuf && copy_may_pin(call)) &&
	       iov_iter_count(call->from) <= COPY_MOST_POOLED &&
	       tun_alt_chunk_plan(&call->packet->chunk, prepad, COPY_HEAD(prepad));
}

/*
 * Whether the frame is large enough to stay in the program's buffers but for its headers, and
 * nobody is to judge or to charge it.
 */
static bool copy_plan_lent(struct tun_alt_copy *call)
{
	const struct tun_alt_config *config = call->config;

	return call->lent && config->delivery == TUN_ALT_DELIVER_AT_ONCE && !config->xdp &&
	       iov_iter_count(call->from) > TUN_ALT_BUFFER_COPIED &&
	       !tun_alt_queue_is_limited(call->q) &&
	       tun_alt_chunk_plan(&call->packet->chunk, tun_alt_copy_prepad(config),
				  copy_linear_lent(call));
}

/* Into fragments that the pool gave: memory that has an address */
static bool copy_to_fragments(struct tun_alt_copy *call, struct sk_buff *skb)
{
	struct skb_shared_info *shared = skb_shinfo(skb);
	skb_frag_t *fragment;
	unsigned int i;

	for (i = 0; i < shared->nr_frags; i++) {
		fragment = &shared->frags[i];
		if (!tun_alt_user_take(skb_frag_address(fragment), skb_frag_size(fragment),
				       call->from))
			return false;
	}
	return true;
}

/* The beginning of a frame, as planned, in a chunk that is an skb's */
static int copy_beginning(struct tun_alt_copy *call, struct sk_buff **skb)
{
	struct tun_alt_chunk *chunk = &call->packet->chunk;
	int err = copy_fill(call);

	if (err)
		return err;
	*skb = build_skb(chunk->base, chunk->size);
	if (!*skb)
		tun_alt_chunk_free(chunk);
	chunk->base = NULL;
	if (!*skb)
		return copy_failed(call, -ENOMEM);
	skb_reserve(*skb, chunk->start);
	skb_put(*skb, chunk->length);
	return 0;
}

/* The rest stays where it is. */
static int copy_lent(struct tun_alt_copy *call)
{
	struct sk_buff *skb;
	int err = copy_beginning(call, &skb);

	if (err)
		return err;
	tun_alt_buffers_lend(call->lent, skb, iov_iter_count(call->from));
	call->packet->skb = skb;
	return 0;
}

/* The rest in pages of the queue's pool */
static int copy_pooled(struct tun_alt_copy *call)
{
	struct sk_buff *skb;
	size_t rest;
	int err;

	err = copy_beginning(call, &skb);
	if (err)
		return err;
	rest = iov_iter_count(call->from);
	if (tun_alt_pool_extend(call->pool ? : &call->q->pool, skb, rest)) {
		kfree_skb(skb);
		return copy_failed(call, -ENOMEM);
	}
	if (!copy_to_fragments(call, skb))
		return copy_faulted(call, skb);
	tun_alt_socket_own(call->q, skb, call->packet->burst);
	call->packet->skb = skb;
	copy_release(call);
	return 0;
}

/**
 * tun_alt_copy_frame() - take what is left of a packet, its frame
 * @call: the call
 *
 * Context: Process context, may sleep for room in the send buffer; any but hard interrupts if @call
 * has a pool.
 * Return: 0, or as tun_alt_write() with what was taken counted and gone.
 */
int tun_alt_copy_frame(struct tun_alt_copy *call)
{
	if (copy_plan_lent(call))
		return copy_lent(call);
	if (copy_plan(call))
		return copy_chunk(call);
	if (copy_plan_pooled(call))
		return copy_pooled(call);
	/* The pieces of a burst are the whole burst's. */
	if (call->config->delivery == TUN_ALT_DELIVER_FRAGS && !call->packet->burst)
		return copy_pieces(call);
	if (call->ubuf && copy_may_pin(call))
		return copy_pin(call);
	return copy_whole(call);
}
