// SPDX-License-Identifier: GPL-2.0
/*
 * A burst that is read: packets leave the ring as many at a time as have room, and are copied with
 * no lock held.
 */
#include <linux/if_tun.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "backpressure.h"
#include "burst.h"
#include "coalesce.h"
#include "config.h"
#include "fifo.h"
#include "queue.h"
#include "read.h"
#include "socket.h"
#include "user.h"

/**
 * struct burst_read - a burst that is being read
 * @q: the queue
 * @config: what its device is set to
 * @mode: what the burst looks like
 * @to: what is left of the buffer
 * @plan: the packets that are taken out of the ring
 * @coalesces: whether the program takes datagrams as segments of one frame
 * @used: bytes of the buffer that are filled
 * @packets: packets that the program has
 * @frames: as so many frames
 * @bytes: of those packets
 */
struct burst_read {
	struct tun_alt_queue *q;
	struct tun_alt_config config;
	struct tun_alt_burst_mode mode;
	struct iov_iter *to;
	struct tun_alt_burst_plan plan;
	bool coalesces;
	size_t used;
	unsigned int packets;
	unsigned int frames;
	unsigned int bytes;
};

static void burst_read_headers(struct tun_alt_burst_plan *plan, const struct tun_alt_config *config)
{
	plan->header = plan->frame + tun_alt_read_header_length(config->flags, config->vnet);
}

/* Whether there is room for the packet; the first one may be cut. */
static bool burst_read_plan(struct tun_alt_burst_plan *plan, unsigned int length)
{
	size_t end = ALIGN(plan->planned, plan->align) + plan->header + length;

	if (end > plan->size && plan->taken)
		return false;
	plan->planned = end;
	plan->taken++;
	return true;
}

/**
 * tun_alt_burst_take() - take packets out of a ring
 * @q: the queue
 * @config: what its device is set to
 * @plan: what there is room for, and what is left of that
 * @entry: gets the packets, in order
 * @most: and so many
 *
 * Context: Process context; takes the ring's consumer lock.
 * Return: how many there are.
 */
unsigned int tun_alt_burst_take(struct tun_alt_queue *q, const struct tun_alt_config *config,
				struct tun_alt_burst_plan *plan, void **entry, unsigned int most)
{
	bool held = config->flags & TUN_ALT_IFF_BACKPRESSURE, press = held;
	struct ptr_ring *fifo = &q->fifo;
	unsigned int n = 0;

	if (held)
		local_bh_disable();
	spin_lock(&fifo->consumer_lock);
	while (n < most && plan->taken < plan->most &&
	       tun_alt_queue_still(q, config->attachment)) {
		entry[n] = __ptr_ring_peek(fifo);
		if (!entry[n] || !burst_read_plan(plan, tun_alt_read_frame_length(entry[n])))
			break;
		__ptr_ring_discard_one(fifo);
		press |= tun_alt_bql_is_charged(q, entry[n]);
		n++;
	}
	if (n && press)
		tun_alt_backpressure_consumed(q, config->attachment, entry, n);
	spin_unlock(&fifo->consumer_lock);
	if (held)
		local_bh_enable();
	return n;
}

/**
 * tun_alt_burst_wait() - the same if there is none yet: wait for the first
 * @q: the queue
 * @config: what its device is set to; what it is set to now, if a packet came
 * @plan: as for tun_alt_burst_take(), with nothing taken
 * @entry: likewise
 * @most: likewise
 *
 * Those behind the first have come with it.
 *
 * Context: Process context, sleeps.
 * Return: how many there are, or as tun_alt_read_wait().
 */
int tun_alt_burst_wait(struct tun_alt_queue *q, struct tun_alt_config *config,
		       struct tun_alt_burst_plan *plan, void **entry, unsigned int most)
{
	int err = tun_alt_read_wait(q, config, entry);

	if (err)
		return err;
	/* The headers may have become others meanwhile. */
	burst_read_headers(plan, config);
	if (plan->size < plan->header) {
		tun_alt_burst_return(q, config->attachment, entry, 1);
		return tun_alt_read_refuse(q, -EINVAL, TUN_ALT_REFUSED_BURST_ROOM, plan->size,
					   plan->header);
	}
	burst_read_plan(plan, tun_alt_read_frame_length(entry[0]));
	return 1 + tun_alt_burst_take(q, config, plan, &entry[1], most - 1);
}

/**
 * tun_alt_burst_return() - put packets back that could not be copied
 * @q: the queue
 * @attachment: &struct tun_alt_config.attachment of the call
 * @entry: the packets, oldest first; consumed
 * @nr: how many
 *
 * What finds no place dies, and all of it if the queue has left the device that it came from, or
 * the program reads a ring instead.
 *
 * Context: Process context; takes the ring's locks.
 */
void tun_alt_burst_return(struct tun_alt_queue *q, u32 attachment, void **entry, unsigned int nr)
{
	unsigned int left = nr;

	spin_lock_bh(&q->fifo.consumer_lock);
	/* Who ends one of these takes the lock afterwards, and then drains the ring. */
	if (tun_alt_queue_still(q, attachment) && READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED &&
	    !rcu_access_pointer(q->read_ring)) {
		left = tun_alt_fifo_return(&q->fifo, entry, nr);
		tun_alt_backpressure_returned(q, attachment);
	}
	spin_unlock_bh(&q->fifo.consumer_lock);
	if (left < nr)
		tun_alt_socket_wake_readers(q);
	while (left)
		tun_alt_read_drop(q, attachment, entry[--left], TUN_ALT_DROP_RING_FULL);
}

/* A run of datagrams as one frame. There is room for its packets, and more. */
static noinline int burst_read_put_run(struct burst_read *call, struct tun_alt_coalesce *run,
				       void **entry)
{
	size_t pad = ALIGN(call->used, call->mode.align) - call->used;
	struct tun_alt_frame frame = {
		.len = call->plan.header - sizeof(frame) + run->length,
	};
	struct tun_alt_config pi = call->config;

	pi.vnet.size = 0;
	iov_iter_advance(call->to, pad);
	if (!tun_alt_user_put(&frame, sizeof(frame), call->to) ||
	    tun_alt_read_put_headers(&pi, entry[0], frame.len, call->to) ||
	    tun_alt_coalesce_put(run, &call->config, entry, call->to))
		return -EFAULT;
	call->used += pad + sizeof(frame) + frame.len;
	call->bytes += run->length + (run->nr - 1) * run->payload;
	call->frames++;
	return 0;
}

/* One frame behind the others. After a fault the program has not got it. */
static int burst_read_put(struct burst_read *call, void *entry)
{
	unsigned int length = tun_alt_read_frame_length(entry);
	size_t pad = ALIGN(call->used, call->mode.align) - call->used;
	size_t total = call->plan.header + length, room = call->plan.size - call->used - pad;
	struct tun_alt_frame frame = { .len = total - sizeof(frame) };

	if (room < total)
		frame.flags = TUN_ALT_FRAME_TRUNCATED;
	iov_iter_advance(call->to, pad);
	if (!tun_alt_user_put(&frame, sizeof(frame), call->to) ||
	    (call->plan.header > sizeof(frame) &&
	     tun_alt_read_put_headers(&call->config, entry, frame.len, call->to)) ||
	    tun_alt_read_put_payload(entry, length, call->to))
		return -EFAULT;
	if (frame.flags)
		tun_alt_queue_count_drop(call->q, call->config.attachment, TUN_ALT_DROP_TRUNCATED);
	call->used += pad + min(room, total);
	call->bytes += length;
	call->frames++;
	return 0;
}

/* The next frame, of the packets that it takes: how many, or -EFAULT */
static int burst_read_frame(struct burst_read *call, void **entry, unsigned int n)
{
	struct tun_alt_coalesce run;
	int err;

	run.nr = 1;
	if (call->coalesces && n > 1)
		tun_alt_coalesce_find(&run, &call->config, entry, n);
	if (run.nr > 1)
		err = burst_read_put_run(call, &run, entry);
	else
		err = burst_read_put(call, entry[0]);
	return err ? err : run.nr;
}

/* Copies what was taken; what a fault is in the way of goes back to where it was. */
static int burst_read_some(struct burst_read *call, void **entry, unsigned int n)
{
	unsigned int i = 0, done = 0;
	int took, err = 0;

	while (i < n) {
		if (tun_alt_read_fit(call->q, &call->config, entry[i])) {
			i++;
			continue;
		}
		took = burst_read_frame(call, &entry[i], n - i);
		if (took < 0) {
			err = took;
			break;
		}
		while (took--)
			entry[done++] = entry[i++];
	}
	call->packets += done;
	if (done)
		tun_alt_read_finish(call->q, call->config.attachment, entry, done, call->bytes);
	call->bytes = 0;
	if (err)
		tun_alt_burst_return(call->q, call->config.attachment, &entry[i], n - i);
	return err;
}

static void burst_read_begin(struct burst_read *call)
{
	burst_read_headers(&call->plan, &call->config);
	call->coalesces = call->mode.flags & TUN_ALT_BURST_COALESCE && call->config.vnet.size &&
			  call->config.offload & NETIF_F_GSO_UDP_L4;
}

static int burst_read_wait(struct burst_read *call, void **entry)
{
	int ret = tun_alt_burst_wait(call->q, &call->config, &call->plan, entry,
				     TUN_ALT_BURST_BATCH);

	burst_read_begin(call);
	return ret;
}

/**
 * tun_alt_burst_read() - read a burst
 * @q: the queue
 * @mode: what it looks like
 * @to: the buffer
 * @may_wait: whether to wait for the first packet
 *
 * Context: Process context, may sleep.
 * Return: bytes, up to the end of the last frame; 0 for an empty buffer; as tun_alt_read() if there
 * is no frame, but that a packet that a fault was in the way of is read next, unless the ring was
 * filled meanwhile, and a buffer without room for the headers of a frame is -EINVAL before a packet
 * is looked for.
 */
ssize_t tun_alt_burst_read(struct tun_alt_queue *q, struct tun_alt_burst_mode mode,
			   struct iov_iter *to, bool may_wait)
{
	struct burst_read call = {
		.q = q, .mode = mode, .to = to,
		.plan = {
			.size = iov_iter_count(to), .frame = sizeof(struct tun_alt_frame),
			.align = mode.align, .most = mode.most,
		},
	};
	void *entry[TUN_ALT_BURST_BATCH];
	int n, err;

	if (!tun_alt_queue_config(q, &call.config))
		return tun_alt_read_refuse(q, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED, 0, 0);
	burst_read_begin(&call);
	if (!call.plan.size)
		return 0;
	if (call.plan.size < call.plan.header)
		return tun_alt_read_refuse(q, -EINVAL, TUN_ALT_REFUSED_BURST_ROOM, call.plan.size,
					   call.plan.header);
	do {
		call.plan.taken = call.packets;
		call.plan.planned = call.used;
		n = tun_alt_burst_take(q, &call.config, &call.plan, entry, TUN_ALT_BURST_BATCH);
		if (!n && !call.frames && may_wait)
			n = burst_read_wait(&call, entry);
		if (n < 0)
			return n;
		err = n ? burst_read_some(&call, entry, n) : -EAGAIN;
		cond_resched();
	} while (!err && !(call.frames && signal_pending(current)));
	if (call.frames)
		return call.used;
	if (err == -EFAULT)
		tun_alt_read_refuse(q, err, TUN_ALT_REFUSED_FAULT, 0, 0);
	return err;
}
