// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, program to stack: headers are taken off and the frame becomes an skb.
 */
#include "write.h"

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uio.h>

#include "burst.h"
#include "compat.h"
#include "config.h"
#include "device.h"
#include "frags.h"
#include "queue.h"
#include "receive.h"
#include "socket.h"
#include "xdp.h"

/* Copied of a packet whose sender says nothing of its headers: as much as in-tree copies. */
#define WRITE_COPY_LEAST	128

/* Of a larger frame so much is linear; and what MAX_SKB_FRAGS small pages hold beside that */
#define WRITE_HEAD(prepad)	(PAGE_SIZE - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)) - \
				 ALIGN(prepad, SMP_CACHE_BYTES))
#define WRITE_MOST_POOLED	((MAX_SKB_FRAGS - 1) * PAGE_SIZE)

/**
 * struct write_call - a packet that is being written
 * @q: the queue
 * @config: what its device is set to, as the call began
 * @from: what is left of the program's memory to read
 * @wait: whether to wait for room
 * @ubuf: whom to tell when the memory that @from describes is no longer in use, or NULL
 * @packet: what has become of it
 * @why: the refusal
 */
struct write_call {
	struct tun_alt_queue *q;
	const struct tun_alt_config *config;
	struct iov_iter *from;
	bool wait;
	struct ubuf_info *ubuf;
	struct tun_alt_packet *packet;
	struct tun_alt_refusal *why;
};

static int write_take_pi(struct write_call *call)
{
	size_t length = iov_iter_count(call->from);
	struct tun_pi pi;

	if (call->config->flags & IFF_NO_PI)
		return 0;
	if (length < sizeof(pi))
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER,
					     length, sizeof(pi));
	if (!copy_from_iter_full(&pi, sizeof(pi), call->from))
		return tun_alt_refuse(call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	call->packet->protocol = pi.proto;
	return 0;
}

static int write_take_headers(struct write_call *call)
{
	struct tun_alt_vnet *vnet = &call->packet->vnet;
	size_t shortest;
	int err;

	err = write_take_pi(call);
	if (!err && call->config->vnet.size)
		err = tun_alt_vnet_take(call->config->vnet, call->from, vnet, call->why);
	if (err || !(call->config->flags & IFF_TAP))
		return err;
	shortest = iov_iter_count(call->from);
	if (vnet->header_length)
		shortest = min_t(size_t, shortest, vnet->header_length);
	if (shortest < ETH_HLEN)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_SHORT_FRAME,
					     shortest, ETH_HLEN);
	return 0;
}

/*
 * A frame that fits is linear. A larger one has a linear part of about a page and the rest in
 * fragments; what @most_paged bytes of those cannot hold makes the linear part grow, so that no
 * length is refused before memory is.
 */
static struct sk_buff *write_alloc(struct tun_alt_queue *q, size_t prepad, size_t length,
				   size_t most_paged, int *err)
{
	size_t linear = min_t(size_t, length, SKB_MAX_HEAD(prepad));
	struct sk_buff *skb;

	if (prepad + length < PAGE_SIZE)
		linear = length;
	if (length - linear > most_paged)
		linear = length - most_paged;
	skb = sock_alloc_send_pskb(&q->sk, prepad + linear, length - linear, 1, err,
				   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return NULL;
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
static struct sk_buff *write_alloc_any(struct tun_alt_queue *q, size_t prepad, size_t length,
				       int *err)
{
	const size_t pages = MAX_SKB_FRAGS * PAGE_SIZE;
	struct sk_buff *skb;

	skb = write_alloc(q, prepad, length, pages << PAGE_ALLOC_COSTLY_ORDER, err);
	if (!skb && length > pages && (*err == -EMSGSIZE || *err == -ENOBUFS))
		skb = write_alloc(q, prepad, length, pages, err);
	return skb;
}

/* Room in front of a frame, so that its network header is aligned. */
static size_t write_prepad(const struct tun_alt_config *config)
{
	return config->headroom + (config->flags & IFF_TAP ? NET_IP_ALIGN : 0);
}

static bool write_has_room(struct tun_alt_queue *q, u32 attachment)
{
	return !tun_alt_queue_still(q, attachment) || tun_alt_socket_has_room(q);
}

/*
 * Whether there is anything to go on for: room, or the end of the device. Asks to be told before it
 * looks a second time, so that room in between is not missed.
 */
static bool write_may_go_on(struct tun_alt_queue *q, u32 attachment)
{
	if (write_has_room(q, attachment))
		return true;
	tun_alt_socket_ask_for_room(q);
	return write_has_room(q, attachment);
}

/*
 * The core's own wait for room knows the socket, but not the device whose end is to end it. And its
 * EAGAIN looks, then asks: who may not wait would miss the room in between.
 */
static int write_wait(struct write_call *call)
{
	u32 attachment = call->config->attachment;
	int err;

	if (call->wait)
		err = wait_event_interruptible(*tun_alt_queue_wait(call->q),
					       write_may_go_on(call->q, attachment));
	else
		err = write_may_go_on(call->q, attachment) ? 0 : -EAGAIN;
	if (!err && !tun_alt_queue_still(call->q, attachment))
		err = -EIO;
	return err;
}

/* What is followed by fragments of the writer's choice is linear itself. */
static int write_alloc_wait(struct write_call *call, size_t length, struct sk_buff **skb)
{
	const struct tun_alt_config *config = call->config;
	size_t prepad = write_prepad(config);
	int err;

	do {
		if (config->delivery == TUN_ALT_DELIVER_FRAGS)
			*skb = write_alloc(call->q, prepad, length, 0, &err);
		else
			*skb = write_alloc_any(call->q, prepad, length, &err);
		if (*skb)
			return 0;
	} while (err == -EAGAIN && !(err = write_wait(call)));
	return err;
}

/*
 * As in-tree, a call that was told not to wait has lost nothing, and one that a signal ended is
 * counted, though it may be restarted.
 */
static int write_failed(struct write_call *call, int err)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_NO_MEMORY;

	switch (err) {
	case -EAGAIN:
		return err;
	case -EIO:
		tun_alt_refuse(call->why, err, TUN_ALT_REFUSED_DEVICE_GONE);
		reason = TUN_ALT_DROP_QUEUE_GONE;
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
static void write_release(struct write_call *call)
{
	if (call->ubuf)
		tun_alt_ubuf_complete(call->ubuf, NULL, false);
}

static int write_faulted(struct write_call *call, struct sk_buff *skb)
{
	call->packet->skb = skb;
	tun_alt_receive_drop(call->q, call->config->attachment, call->packet, TUN_ALT_DROP_FAULT);
	return tun_alt_refuse(call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
}

/* An skb with the next @length bytes of the packet. */
static int write_copy_some(struct write_call *call, size_t length)
{
	struct sk_buff *skb;
	int err;

	err = write_alloc_wait(call, length, &skb);
	if (err)
		return write_failed(call, err);
	if (skb_copy_datagram_from_iter(skb, 0, call->from, skb->len))
		return write_faulted(call, skb);
	call->packet->skb = skb;
	return 0;
}

static int write_copy(struct write_call *call)
{
	int err = write_copy_some(call, iov_iter_count(call->from));

	if (!err)
		write_release(call);
	return err;
}

static int write_pieces(struct write_call *call)
{
	struct sk_buff *skb;
	int err;

	err = write_copy_some(call, tun_alt_frags_first(call->from));
	if (err)
		return err;
	skb = call->packet->skb;
	err = tun_alt_frags_fill(skb, call->from);
	if (err == -EFAULT)
		return write_faulted(call, skb);
	if (err) {
		kfree_skb(skb);
		return write_failed(call, err);
	}
	write_release(call);
	return 0;
}

/* The headers are copied, so that nobody changes them once they were looked at. */
static size_t write_linear(const struct write_call *call)
{
	return min_t(size_t, SKB_MAX_HEAD(call->config->headroom + NET_IP_ALIGN),
		     call->packet->vnet.header_length ? : WRITE_COPY_LEAST);
}

/* Whether there is anything that may stay where it is. */
static bool write_may_pin(const struct write_call *call)
{
	struct iov_iter rest = *call->from;

	/* GRO, which merges packets, knows nothing of who lent them. */
	if (call->config->delivery != TUN_ALT_DELIVER_AT_ONCE)
		return false;
	if (iov_iter_count(&rest) <= write_linear(call))
		return false;
	iov_iter_advance(&rest, write_linear(call));
	return iov_iter_npages(&rest, INT_MAX) <= MAX_SKB_FRAGS;
}

/* The payload stays where it is until the last of the packet is gone. */
static int write_pin(struct write_call *call)
{
	struct sk_buff *skb;
	int err;

	err = write_alloc_wait(call, write_linear(call), &skb);
	if (err)
		return write_failed(call, err);
	if (zerocopy_sg_from_iter(skb, call->from))
		return write_faulted(call, skb);
	skb_zcopy_init(skb, call->ubuf);
	call->packet->skb = skb;
	return 0;
}

/* Whether the frame is one of chunks, of those that an XDP program can judge if there is one. */
static bool write_plan(struct write_call *call)
{
	const struct tun_alt_config *config = call->config;
	struct tun_alt_packet *packet = call->packet;
	size_t length = iov_iter_count(call->from);

	if (config->xdp && !packet->vnet.gso_type &&
	    tun_alt_xdp_plan(&packet->chunk, config->headroom, length)) {
		packet->for_program = true;
		return true;
	}
	return config->delivery != TUN_ALT_DELIVER_FRAGS &&
	       !(call->ubuf && write_may_pin(call)) &&
	       tun_alt_chunk_plan(&packet->chunk, write_prepad(config), length);
}

/* Chunks of a burst that find no room in the task's pages all at once would make it leave them. */
static struct tun_alt_pool *write_pool(const struct write_call *call)
{
	const unsigned int most = (PAGE_SIZE << PAGE_ALLOC_COSTLY_ORDER) / TUN_ALT_BURST_BATCH;

	if (!call->packet->burst || call->packet->chunk.size <= most)
		return NULL;
	return &call->q->pool;
}

static int write_fill(struct write_call *call)
{
	int err = 0;

	while (!err && tun_alt_queue_is_limited(call->q) &&
	       !write_has_room(call->q, call->config->attachment))
		err = write_wait(call);
	if (err)
		return write_failed(call, err);
	err = tun_alt_chunk_fill(&call->packet->chunk, call->from, write_pool(call));
	if (err == -EFAULT)
		return write_faulted(call, NULL);
	return err ? write_failed(call, err) : 0;
}

static int write_chunk(struct write_call *call)
{
	int err = write_fill(call);

	if (!err)
		write_release(call);
	return err;
}

/* Whether the frame is larger than a chunk, and no larger than any pages have room for. */
static bool write_plan_pooled(struct write_call *call)
{
	size_t prepad = write_prepad(call->config);

	return call->config->delivery != TUN_ALT_DELIVER_FRAGS &&
	       !(call->ubuf && write_may_pin(call)) &&
	       iov_iter_count(call->from) <= WRITE_MOST_POOLED &&
	       tun_alt_chunk_plan(&call->packet->chunk, prepad, WRITE_HEAD(prepad));
}

/* The beginning in a chunk, the rest in pages of the queue's pool */
static int write_pooled(struct write_call *call)
{
	struct tun_alt_chunk *chunk = &call->packet->chunk;
	struct sk_buff *skb;
	size_t rest;
	int err;

	err = write_fill(call);
	if (err)
		return err;
	skb = build_skb(chunk->base, chunk->size);
	if (!skb) {
		tun_alt_chunk_free(chunk);
		chunk->base = NULL;
		return write_failed(call, -ENOMEM);
	}
	chunk->base = NULL;
	skb_reserve(skb, chunk->start);
	skb_put(skb, chunk->length);
	rest = iov_iter_count(call->from);
	if (tun_alt_pool_extend(&call->q->pool, skb, rest)) {
		kfree_skb(skb);
		return write_failed(call, -ENOMEM);
	}
	if (skb_copy_datagram_from_iter(skb, chunk->length, call->from, rest))
		return write_faulted(call, skb);
	tun_alt_socket_own(call->q, skb, call->packet->burst);
	call->packet->skb = skb;
	write_release(call);
	return 0;
}

/* Refused, and as in-tree counted, whoever is to see the frame. */
static int write_check_pieces(struct write_call *call)
{
	int err;

	if (call->config->delivery != TUN_ALT_DELIVER_FRAGS)
		return 0;
	err = tun_alt_frags_check(call->from, call->why);
	if (err)
		tun_alt_receive_drop(call->q, call->config->attachment, call->packet,
				     TUN_ALT_DROP_BAD_FRAME);
	return err;
}

static int write_take_frame(struct write_call *call)
{
	if (write_plan(call))
		return write_chunk(call);
	if (write_plan_pooled(call))
		return write_pooled(call);
	if (call->config->delivery == TUN_ALT_DELIVER_FRAGS)
		return write_pieces(call);
	if (call->ubuf && write_may_pin(call))
		return write_pin(call);
	return write_copy(call);
}

/**
 * tun_alt_write_take() - take a packet out of the program's memory
 * @q: the queue
 * @config: what its device is set to
 * @from: the packet, headers first; all of it is taken
 * @wait: whether to wait for room
 * @ubuf: as for tun_alt_write()
 * @packet: zero, but for how it is to be counted; gets the packet, for tun_alt_receive()
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep.
 * Return: 0, or as tun_alt_write(), with nothing held.
 */
int tun_alt_write_take(struct tun_alt_queue *q, const struct tun_alt_config *config,
		       struct iov_iter *from, bool wait, struct ubuf_info *ubuf,
		       struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	struct write_call call = {
		.q = q, .config = config, .from = from, .wait = wait, .ubuf = ubuf,
		.packet = packet, .why = why,
	};
	int err;

	err = write_take_headers(&call);
	if (!err)
		err = write_check_pieces(&call);
	return err ? err : write_take_frame(&call);
}

/**
 * tun_alt_write() - write one packet
 * @q: the queue
 * @from: the packet, headers first
 * @flags: %MSG_DONTWAIT and %MSG_MORE are heeded: the last of more packets is to come without it
 * @ubuf: whom to tell when the memory of @from is no longer in use, so that the payload need not be
 *	copied; NULL to have it copied. Told if 0 or more comes back; if not, perhaps
 *
 * Context: Process context, may sleep for room in the send buffer.
 * Return: the length of @from, never less, once the stack has the packet; -EBADFD without a
 * device; -EINVAL for what is no packet; -EFAULT; -EIO while the device is down, or if it went
 * meanwhile; -EBUSY for a disabled queue with a NAPI; -EMSGSIZE for more than IFF_NAPI_FRAGS
 * takes; -ENOMEM, -ENOBUFS; -EAGAIN or -ERESTARTSYS while the send buffer is full.
 */
ssize_t tun_alt_write(struct tun_alt_queue *q, struct iov_iter *from, int flags,
		      struct ubuf_info *ubuf)
{
	struct tun_alt_packet packet = { .more = flags & MSG_MORE };
	size_t length = iov_iter_count(from);
	struct tun_alt_config config;
	struct tun_alt_refusal why;
	int err;

	why.err = 0;
	if (!tun_alt_queue_config(q, &config))
		err = tun_alt_refuse(&why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	else
		err = tun_alt_write_take(q, &config, from, !(flags & MSG_DONTWAIT), ubuf, &packet,
					 &why);
	if (!err)
		tun_alt_receive(q, &config, &packet, 1, &err, &why);
	if (why.err)
		tun_alt_queue_remember(q, &why);
	return err ? err : length;
}

/**
 * tun_alt_write_iter() - write(), writev(), io_uring's writes: one packet
 * @iocb: the call; %IOCB_NOWAIT and O_NONBLOCK are heeded
 * @from: the packet, headers first
 *
 * Context: Process context, may sleep for room in the send buffer.
 * Return: as tun_alt_write().
 */
ssize_t tun_alt_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	bool wait = !(file->f_flags & O_NONBLOCK) && !(iocb->ki_flags & IOCB_NOWAIT);
	struct tun_alt_queue *q = file->private_data;
	u32 burst = READ_ONCE(q->burst);

	if (burst & TUN_ALT_BURST_WRITE)
		return tun_alt_burst_write(q, tun_alt_burst_mode(burst), from, wait);
	return tun_alt_write(q, from, wait ? 0 : MSG_DONTWAIT, NULL);
}
