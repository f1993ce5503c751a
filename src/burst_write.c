// SPDX-License-Identifier: GPL-2.0
/*
 * A burst that is written: its frames are copied some at a time, and go up together.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "burst.h"
#include "compat.h"
#include "config.h"
#include "copy.h"
#include "queue.h"
#include "user.h"
#include "write.h"

/**
 * struct burst_write - a burst that is being written
 * @q: the queue
 * @config: what its device is set to, as the call began
 * @mode: what the burst looks like
 * @from: what is left of it
 * @may_wait: whether to wait for room for the first frame
 * @copy: how each frame is taken: what is the same of all of them
 * @room: memory for some of its frames
 * @frames: of this call, that were taken from the program's memory
 * @why: the refusal
 */
struct burst_write {
	struct tun_alt_queue *q;
	struct tun_alt_config config;
	struct tun_alt_burst_mode mode;
	struct iov_iter *from;
	bool may_wait;
	struct tun_alt_copy copy;
	struct tun_alt_burst_room *room;
	unsigned int frames;
	struct tun_alt_refusal why;
};

/* The length of the next frame, headers of the device included; what is no frame ends the burst. */
static ssize_t burst_write_header(struct burst_write *call, struct tun_alt_packet *packet)
{
	size_t left = iov_iter_count(call->from);
	struct tun_alt_frame frame;

	if (left < sizeof(frame))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_BURST_ROOM, left,
					     sizeof(frame));
	if (!tun_alt_user_take(&frame, sizeof(frame), call->from))
		return tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	left -= sizeof(frame);
	if (frame.flags & ~TUN_ALT_FRAME_CHECKED || frame.reserved)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FLAGS,
					     frame.flags, frame.reserved);
	if (frame.len > left)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FRAME,
					     frame.len, left);
	packet->checked = frame.flags & TUN_ALT_FRAME_CHECKED;
	return frame.len;
}

/*
 * The next frame. Only the first of a call is waited for, and only of the first does the program
 * hear why it was refused: it comes back with any other one.
 */
static ssize_t burst_write_take(struct burst_write *call, struct tun_alt_packet *packet)
{
	ssize_t length;
	size_t rest, pad;
	int err;

	*packet = (struct tun_alt_packet){
		.burst = true,
		.merge = call->mode.flags & TUN_ALT_BURST_GRO,
		.again = call->frames,
	};
	length = burst_write_header(call, packet);
	if (length < 0)
		return length;
	rest = iov_iter_count(call->from) - length;
	iov_iter_truncate(call->from, length);
	call->copy.packet = packet;
	call->copy.wait = call->may_wait && !call->frames;
	err = tun_alt_write_take(&call->copy);
	iov_iter_reexpand(call->from, rest);
	if (err)
		return err;
	length += sizeof(struct tun_alt_frame);
	pad = min_t(size_t, ALIGN(length, call->mode.align) - length, rest);
	iov_iter_advance(call->from, pad);
	call->frames++;
	return length + pad;
}

/* As many frames as go up together: their bytes, or why there is none. */
static ssize_t burst_write_some(struct burst_write *call)
{
	struct tun_alt_packet *packet = call->room->packet;
	unsigned int batch = tun_alt_burst_batch(call->q);
	unsigned int *length = call->room->length;
	unsigned int n, done, i;
	ssize_t ret = 0, total = 0;
	int err;

	for (n = 0; n < batch && call->frames < call->mode.most; n++) {
		if (!iov_iter_count(call->from))
			break;
		ret = burst_write_take(call, &packet[n]);
		if (ret < 0)
			break;
		length[n] = ret;
		if (n)
			packet[n - 1].more = true;
	}
	if (!n)
		return ret;
	done = tun_alt_receive(call->q, &call->config, packet, n, &err, &call->why);
	for (i = 0; i < done; i++)
		total += length[i];
	if (!done)
		return err;
	/* The caller is to go on only if all went well so far. */
	if (err || ret < 0)
		call->mode.most = 0;
	return total;
}

/**
 * tun_alt_burst_room_get() - memory for written frames
 * @q: the queue, which keeps that of one call; calls beside it have their own
 * @gfp: how to get it
 *
 * Context: As @gfp.
 * Return: the memory, or NULL if there is none.
 */
struct tun_alt_burst_room *tun_alt_burst_room_get(struct tun_alt_queue *q, gfp_t gfp)
{
	struct tun_alt_burst_room *room = xchg(&q->room, NULL);

	return room ? : kmalloc_obj(*room, gfp);
}

/**
 * tun_alt_burst_room_put() - the end of tun_alt_burst_room_get()
 * @q: the queue
 * @room: the memory
 *
 * Context: Any.
 */
void tun_alt_burst_room_put(struct tun_alt_queue *q, struct tun_alt_burst_room *room)
{
	kfree(xchg(&q->room, room));
}

/**
 * tun_alt_burst_write() - write a burst
 * @q: the queue
 * @mode: what it looks like
 * @from: the burst
 * @may_wait: whether to wait for room in the send buffer
 *
 * A frame that is refused ends the burst in front of it, and nothing is said or counted before it
 * comes first in a burst.
 *
 * Context: Process context, may sleep.
 * Return: the bytes of the frames that the stack has, up to where the next one begins; for the
 * first frame as tun_alt_write(), and -EINVAL for what is no frame.
 */
ssize_t tun_alt_burst_write(struct tun_alt_queue *q, struct tun_alt_burst_mode mode,
			    struct iov_iter *from, bool may_wait)
{
	struct burst_write call = { .q = q, .mode = mode, .from = from, .may_wait = may_wait };
	ssize_t ret = 0, total = 0;

	call.copy = (struct tun_alt_copy){
		.q = q, .config = &call.config, .from = from, .why = &call.why,
	};
	call.room = tun_alt_burst_room_get(q, GFP_KERNEL);
	if (!call.room)
		ret = tun_alt_refuse(&call.why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	else if (!tun_alt_queue_config(q, &call.config))
		ret = tun_alt_refuse(&call.why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	while (!ret && iov_iter_count(from) && call.frames < call.mode.most &&
	       !(total && signal_pending(current))) {
		ret = burst_write_some(&call);
		if (ret > 0) {
			total += ret;
			ret = 0;
		}
		cond_resched();
	}
	if (call.room)
		tun_alt_burst_room_put(q, call.room);
	if (total)
		return total;
	if (call.why.err)
		tun_alt_queue_remember(q, &call.why);
	return ret;
}
