// SPDX-License-Identifier: GPL-2.0
/*
 * First hop where the program writes a ring: its records become packets, some at a time. A frame is
 * copied before anybody looks at it, since the program may change what is in the ring at any time.
 *
 * A record that is refused is counted, and those behind it go up all the same: nobody waits for an
 * answer.
 */
#include "ring_write.h"

#include <linux/if_tun.h>
#include <linux/poll.h>
#include <linux/uio.h>

#include "buffers.h"
#include "burst.h"
#include "copy.h"
#include "device.h"
#include "queue.h"
#include "receive.h"
#include "ring_copy.h"
#include "rings.h"
#include "write.h"

/**
 * tun_alt_ring_write_config() - look what the device is set to
 * @call: gets it; headers in front of packets are what they were when the ring was set up
 *
 * Context: Any.
 * Return: whether there is a device.
 */
bool tun_alt_ring_write_config(struct tun_alt_ring_write *call)
{
	const u32 frozen = IFF_NO_PI | IFF_VNET_HDR;

	if (!tun_alt_queue_config(call->q, &call->config))
		return false;
	call->config.flags &= ~frozen;
	call->config.flags |= call->ring->ring.flags & frozen;
	call->config.vnet = call->ring->ring.vnet;
	call->plain = !call->ring->ring.header && !tun_alt_queue_is_limited(call->q) &&
		      call->config.delivery != TUN_ALT_DELIVER_FRAGS;
	return true;
}

/* A frame without headers that fits goes straight to where it will be an skb. */
static __always_inline bool ring_write_is_plain(const struct tun_alt_ring_write *call,
						struct tun_alt_packet *packet, u32 length)
{
	const struct tun_alt_config *config = &call->config;

	return call->plain && (config->flags & IFF_TUN || length >= ETH_HLEN) &&
	       tun_alt_copy_plan(config, packet, length);
}

/* A program drops most of what it judges: memory that it has left is filled again. */
static int ring_write_alloc(struct tun_alt_ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_chunk *chunk = &packet->chunk;

	if (packet->for_program)
		swap(chunk->base, call->spare);
	if (chunk->base)
		return 0;
	if (!tun_alt_chunk_alloc(chunk, call->pool ? : tun_alt_copy_pool(call->q, packet)))
		return 0;
	tun_alt_receive_drop(call->q, call->config.attachment, packet,
			     TUN_ALT_DROP_WRITE_NO_MEMORY);
	return tun_alt_refuse(call->why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
}

static __always_inline void ring_write_begin(const struct tun_alt_ring_write *call,
					     const struct tun_alt_record *record,
					     struct tun_alt_packet *packet)
{
	*packet = (struct tun_alt_packet){
		.burst = true,
		.merge = call->merge,
		.checked = record->flags & TUN_ALT_RECORD_CHECKED,
		.goes_on = true,
		.marked = true,
		.polled = call->polled,
	};
}

/*
 * The next record, if it is for the program as well: into the memory of the one that it dropped,
 * and most of what was said of that holds for this one.
 */
static noinline bool ring_write_next(struct tun_alt_ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	struct tun_alt_chunk *chunk = &packet->chunk;
	struct tun_alt_record record;
	u32 head = view->head;
	const void *data;

	if (!chunk->base || call->taken + 1 >= call->limit || tun_alt_ring_peek(view) <= 0)
		return false;
	data = tun_alt_ring_read(view, &record);
	if (!data)
		return false;
	packet->checked = record.flags;
	chunk->metadata = 0;
	packet->for_program = false;
	if (record.flags & ~TUN_ALT_RECORD_CHECKED || record.reserved ||
	    !ring_write_is_plain(call, packet, record.len) || !packet->for_program) {
		view->head = head;
		return false;
	}
	tun_alt_ring_copy(chunk->base + chunk->start, data, record.len);
	call->taken++;
	return true;
}

/* A device that has gone judges nothing. A program that drops one may as well drop the next. */
static int ring_write_judge(struct tun_alt_ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_dev *tun;
	int ret = 0;

	rcu_read_lock();
	local_bh_disable();
	tun = tun_alt_queue_dev(call->q, call->config.attachment);
	do {
		/* Of the one before: the caller counts the last. */
		if (ret < 0)
			tun_alt_rings_drop(&call->ring->ring);
		ret = tun ? tun_alt_receive_judge(call->q, tun, &call->config, packet,
						  call->why) : 0;
	} while (ret && ring_write_next(call, packet));
	local_bh_enable();
	rcu_read_unlock();
	return ret;
}

/* A program judges the frame at the ring, before there is anything else of it: 1 if it took it. */
static int ring_write_plain(struct tun_alt_ring_write *call, struct tun_alt_packet *packet,
			    const void *data, u32 length)
{
	struct tun_alt_chunk *chunk = &packet->chunk;
	int ret = ring_write_alloc(call, packet);

	if (ret)
		return ret;
	tun_alt_ring_copy(chunk->base + chunk->start, data, length);
	if (!packet->for_program)
		return 0;
	ret = ring_write_judge(call, packet);
	if (ret)
		swap(chunk->base, call->spare);
	return ret;
}

/* As write() takes it; @lent says where it is if it is in buffers */
static int ring_write_any(struct tun_alt_ring_write *call, struct tun_alt_packet *packet,
			  struct iov_iter *from, const struct tun_alt_buffer_frame *lent)
{
	struct tun_alt_copy copy = {
		.q = call->q, .config = &call->config, .from = from, .lent = lent,
		.pool = call->pool, .packet = packet, .why = call->why,
	};

	return tun_alt_write_take(&copy);
}

static noinline int ring_write_record(struct tun_alt_ring_write *call,
				      struct tun_alt_packet *packet, const void *data, u32 length)
{
	struct kvec memory = { .iov_base = (void *)data, .iov_len = length };
	struct iov_iter from;

	iov_iter_kvec(&from, ITER_SOURCE, &memory, 1, length);
	return ring_write_any(call, packet, &from, NULL);
}

static noinline int ring_write_refuse(struct tun_alt_ring_write *call,
				      const struct tun_alt_packet *packet,
				      enum tun_alt_reason reason, u64 value, u64 other)
{
	tun_alt_receive_drop(call->q, call->config.attachment, packet, TUN_ALT_DROP_BAD_FRAME);
	return tun_alt_refuse_values(call->why, -EINVAL, reason, value, other);
}

/* The program may change the record as well as the frame: each number is read once. */
static noinline int ring_write_lent(struct tun_alt_ring_write *call, struct tun_alt_packet *packet,
				    const struct tun_alt_lent *lent, u32 length)
{
	struct tun_alt_buffer_frame frame = { .buffers = call->ring->ring.buffers };
	struct kvec parts[TUN_ALT_BUFFERS_SPAN];
	struct iov_iter from;
	unsigned int n = 0;

	if (frame.buffers && length == sizeof(*lent)) {
		frame.start = READ_ONCE(lent->start);
		frame.length = READ_ONCE(lent->len);
		n = tun_alt_buffers_find(&frame, parts);
	}
	if (!n)
		return ring_write_refuse(call, packet, TUN_ALT_REFUSED_LENT, frame.start,
					 frame.length);
	iov_iter_kvec(&from, ITER_SOURCE, parts, n, frame.length);
	return ring_write_any(call, packet, &from, &frame);
}

/* The record at the head; 1 if it is a packet now, 0 if it was refused, or a program took it */
static int ring_write_take(struct tun_alt_ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	struct tun_alt_record record;
	u32 head = view->head;
	const void *data;
	int err;

	data = tun_alt_ring_read(view, &record);
	if (!data)
		return -EIO;
	ring_write_begin(call, &record, packet);
	if (record.flags & ~(TUN_ALT_RECORD_CHECKED | TUN_ALT_RECORD_LENT) || record.reserved)
		err = ring_write_refuse(call, packet, TUN_ALT_REFUSED_BURST_FLAGS, record.flags,
					record.reserved);
	else if (record.flags & TUN_ALT_RECORD_LENT)
		err = ring_write_lent(call, packet, data, record.len);
	else if (ring_write_is_plain(call, packet, record.len))
		err = ring_write_plain(call, packet, data, record.len);
	else
		err = ring_write_record(call, packet, data, record.len);
	if (err == -EAGAIN) {
		view->head = head;
		return err;
	}
	call->taken++;
	if (err < 0)
		tun_alt_rings_drop(&call->ring->ring);
	return !err;
}

/**
 * tun_alt_ring_write_some() - hand up records of a ring; then their places are free
 * @call: the ring
 * @most: how many records, up to TUN_ALT_BURST_BATCH
 *
 * Context: Process context, may sleep; any but hard interrupts if @call has a pool.
 * Return: how many were taken, refused ones among them; 0 if there was none; -EAGAIN if
 * TUNSETSNDBUF leaves no room for the next, -EIO if that cannot be.
 */
int tun_alt_ring_write_some(struct tun_alt_ring_write *call, unsigned int most)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	struct tun_alt_packet *packet = call->room->packet;
	unsigned int begin = call->taken, n = 0, got;
	int ret = 1, err;

	call->limit = begin + most;
	while (call->taken < call->limit && ret >= 0) {
		ret = tun_alt_ring_peek(view);
		if (ret <= 0)
			break;
		ret = ring_write_take(call, &packet[n]);
		if (ret <= 0)
			continue;
		if (n)
			packet[n - 1].more = true;
		n++;
	}
	if (n) {
		got = tun_alt_receive(call->q, &call->config, packet, n, &err, call->why);
		while (got++ < n)
			tun_alt_rings_drop(&call->ring->ring);
	}
	if (call->ring->ring.buffers)
		tun_alt_buffers_reap(call->ring->ring.buffers);
	if (tun_alt_ring_release(view))
		wake_up_interruptible_poll(tun_alt_queue_wait(call->q), EPOLLOUT | EPOLLWRNORM);
	return ret < 0 ? ret : call->taken - begin;
}
