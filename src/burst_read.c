// SPDX-License-Identifier: GPL-2.0
/*
 * A burst that is read: packets leave the ring as many at a time as have room, and are copied with
 * no lock held.
 */
#include <linux/if_tun.h>
#include <linux/sched.h>
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

/* Packets that leave the ring at a time. */
#define BURST_READ_BATCH	64

/**
 * struct burst_read - a burst that is being read
 * @q: the queue
 * @config: what its device is set to
 * @mode: what the burst looks like
 * @to: what is left of the buffer
 * @size: bytes of the buffer
 * @header: bytes in front of each packet, the frame's own included
 * @coalesces: whether the program takes datagrams as segments of one frame
 * @used: bytes of the buffer that are filled
 * @planned: and those that packets have been taken for
 * @taken: packets that were taken out of the ring
 * @packets: and of those the program has
 * @frames: as so many frames
 * @bytes: of those packets
 */
struct burst_read {
	struct tun_alt_queue *q;
	struct tun_alt_config config;
	struct tun_alt_burst_mode mode;
	struct iov_iter *to;
	size_t size;
	size_t header;
	bool coalesces;
	size_t used;
	size_t planned;
	unsigned int taken;
	unsigned int packets;
	unsigned int frames;
	unsigned int bytes;
};

/* Whether there is room for the packet; the first one may be cut. */
static bool burst_read_plan(struct burst_read *call, unsigned int length)
{
	size_t end = ALIGN(call->planned, call->mode.align) + call->header + length;

	if (end > call->size && call->taken)
		return false;
	call->planned = end;
	call->taken++;
	return true;
}

static unsigned int burst_read_take(struct burst_read *call, void **entry, unsigned int most)
{
	bool held = call->config.flags & TUN_ALT_IFF_BACKPRESSURE, press = held;
	struct ptr_ring *fifo = &call->q->fifo;
	unsigned int n = 0;

	if (held)
		local_bh_disable();
	spin_lock(&fifo->consumer_lock);
	while (n < most && call->taken < call->mode.most &&
	       tun_alt_queue_still(call->q, call->config.attachment)) {
		entry[n] = __ptr_ring_peek(fifo);
		if (!entry[n] || !burst_read_plan(call, tun_alt_read_frame_length(entry[n])))
			break;
		__ptr_ring_discard_one(fifo);
		press |= tun_alt_bql_is_charged(call->q, entry[n]);
		n++;
	}
	if (n && press)
		tun_alt_backpressure_consumed(call->q, call->config.attachment, entry, n);
	spin_unlock(&fifo->consumer_lock);
	if (held)
		local_bh_enable();
	return n;
}

/* A run of datagrams as one frame. There is room for its packets, and more. */
static noinline int burst_read_put_run(struct burst_read *call, struct tun_alt_coalesce *run,
				       void **entry)
{
	size_t pad = ALIGN(call->used, call->mode.align) - call->used;
	struct tun_alt_frame frame = {
		.len = call->header - sizeof(frame) + run->length,
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
	size_t total = call->header + length, room = call->size - call->used - pad;
	struct tun_alt_frame frame = { .len = total - sizeof(frame) };

	if (room < total)
		frame.flags = TUN_ALT_FRAME_TRUNCATED;
	iov_iter_advance(call->to, pad);
	if (!tun_alt_user_put(&frame, sizeof(frame), call->to) ||
	    (call->header > sizeof(frame) &&
	     tun_alt_read_put_headers(&call->config, entry, frame.len, call->to)) ||
	    tun_alt_read_put_payload(entry, length, call->to))
		return -EFAULT;
	if (frame.flags)
		tun_alt_drop_count(&call->q->drops, TUN_ALT_DROP_TRUNCATED);
	call->used += pad + min(room, total);
	call->bytes += length;
	call->frames++;
	return 0;
}

/* What was copied is the program's; it is counted, and its memory goes back. */
static void burst_read_finish(struct burst_read *call, void **entry, unsigned int n)
{
	struct tun_alt_dev *tun;
	unsigned int i;

	rcu_read_lock_bh();
	tun = tun_alt_queue_dev(call->q, call->config.attachment);
	if (tun)
		dev_sw_netstats_tx_add(tun->dev, n, call->bytes);
	for (i = 0; i < n; i++)
		tun_alt_fifo_free(entry[i]);
	rcu_read_unlock_bh();
	call->bytes = 0;
}

/* What finds no place dies, and all of it if the queue has left the device that it came from. */
static void burst_read_return(struct burst_read *call, void **entry, unsigned int nr)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_QUEUE_GONE;
	struct tun_alt_queue *q = call->q;
	unsigned int left = nr;

	spin_lock_bh(&q->fifo.consumer_lock);
	/* Who ends either takes the lock afterwards, and then drains the ring. */
	if (tun_alt_queue_still(q, call->config.attachment) &&
	    READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED) {
		reason = TUN_ALT_DROP_RING_FULL;
		left = tun_alt_fifo_return(&q->fifo, entry, nr);
	}
	spin_unlock_bh(&q->fifo.consumer_lock);
	if (left < nr)
		tun_alt_socket_wake_readers(q);
	while (left)
		tun_alt_fifo_drop(&q->drops, entry[--left], reason);
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
		burst_read_finish(call, entry, done);
	if (err)
		burst_read_return(call, &entry[i], n - i);
	return err;
}

static void burst_read_begin(struct burst_read *call)
{
	call->header = sizeof(struct tun_alt_frame) +
		       tun_alt_read_header_length(call->config.flags, call->config.vnet);
	call->coalesces = call->mode.flags & TUN_ALT_BURST_COALESCE && call->config.vnet.size &&
			  call->config.offload & NETIF_F_GSO_UDP_L4;
}

/*
 * The first packet is waited for, and those behind it have come with it. The headers may have become
 * others meanwhile.
 */
static int burst_read_wait(struct burst_read *call, void **entry)
{
	int err = tun_alt_read_wait(call->q, &call->config, entry);

	if (err)
		return err;
	burst_read_begin(call);
	burst_read_plan(call, tun_alt_read_frame_length(entry[0]));
	return 1 + burst_read_take(call, &entry[1], BURST_READ_BATCH - 1);
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
 * is no frame, but that nothing is lost: a packet that a fault was in the way of is read next, and
 * a buffer without room for the headers of a frame is -EINVAL before a packet is looked for.
 */
ssize_t tun_alt_burst_read(struct tun_alt_queue *q, struct tun_alt_burst_mode mode,
			   struct iov_iter *to, bool may_wait)
{
	struct burst_read call = { .q = q, .mode = mode, .to = to, .size = iov_iter_count(to) };
	void *entry[BURST_READ_BATCH];
	int n, err;

	if (!tun_alt_queue_config(q, &call.config))
		return tun_alt_read_refuse(q, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED, 0, 0);
	burst_read_begin(&call);
	if (!call.size)
		return 0;
	if (call.size < call.header)
		return tun_alt_read_refuse(q, -EINVAL, TUN_ALT_REFUSED_BURST_ROOM, call.size,
					   call.header);
	do {
		call.taken = call.packets;
		call.planned = call.used;
		n = burst_read_take(&call, entry, BURST_READ_BATCH);
		if (!n && !call.frames && may_wait)
			n = burst_read_wait(&call, entry);
		if (n < 0)
			return n;
		err = n ? burst_read_some(&call, entry, n) : -EAGAIN;
		cond_resched();
	} while (!err);
	if (call.frames)
		return call.used;
	if (err == -EFAULT)
		tun_alt_read_refuse(q, err, TUN_ALT_REFUSED_FAULT, 0, 0);
	return err;
}
