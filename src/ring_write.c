// SPDX-License-Identifier: GPL-2.0
/*
 * First hop where the program writes a ring: whoever kicks takes its records, some at a time, and
 * hands them up. A frame is copied before anybody looks at it, since the program may change what is
 * in the ring at any time.
 *
 * A record that is refused is counted, and those behind it go up all the same: nobody waits for an
 * answer.
 */
#include "ring_write.h"

#include <linux/if_tun.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/uio.h>

#include "burst.h"
#include "config.h"
#include "copy.h"
#include "device.h"
#include "queue.h"
#include "receive.h"
#include "ring_copy.h"
#include "ring_hold.h"
#include "rings.h"
#include "write.h"

/**
 * struct ring_write - a ring that is being drained
 * @q: the queue
 * @ring: its ring, locked
 * @config: what the device is set to, but for what the ring has of its own
 * @room: memory for some packets
 * @spare: a chunk for an XDP program that is not in use, or NULL
 * @taken: records that were taken
 * @why: the last refusal
 */
struct ring_write {
	struct tun_alt_queue *q;
	struct tun_alt_write_ring *ring;
	struct tun_alt_config config;
	struct tun_alt_burst_room *room;
	void *spare;
	unsigned int taken;
	struct tun_alt_refusal *why;
};

/* Headers in front of packets are what they were when the ring was set up. */
static bool ring_write_config(struct ring_write *call)
{
	const u32 frozen = IFF_NO_PI | IFF_VNET_HDR;

	if (!tun_alt_queue_config(call->q, &call->config))
		return false;
	call->config.flags &= ~frozen;
	call->config.flags |= call->ring->ring.flags & frozen;
	call->config.vnet = call->ring->ring.vnet;
	return true;
}

/* A frame without headers that fits goes straight to where it will be an skb. */
static bool ring_write_is_plain(const struct ring_write *call, struct tun_alt_packet *packet,
				u32 length)
{
	const struct tun_alt_config *config = &call->config;

	return !call->ring->ring.header && !tun_alt_queue_is_limited(call->q) &&
	       (config->flags & IFF_TUN || length >= ETH_HLEN) &&
	       config->delivery != TUN_ALT_DELIVER_FRAGS &&
	       tun_alt_copy_plan(config, packet, length);
}

/* A program drops most of what it judges: memory that it has left is filled again. */
static int ring_write_alloc(struct ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_chunk *chunk = &packet->chunk;

	if (packet->for_program)
		swap(chunk->base, call->spare);
	if (chunk->base)
		return 0;
	if (!tun_alt_chunk_alloc(chunk, tun_alt_copy_pool(call->q, packet)))
		return 0;
	tun_alt_receive_drop(call->q, call->config.attachment, packet, TUN_ALT_DROP_NO_MEMORY);
	return tun_alt_refuse(call->why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
}

/* A device that has gone judges nothing. */
static int ring_write_judge(struct ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_dev *tun;
	int ret = 0;

	rcu_read_lock();
	local_bh_disable();
	tun = tun_alt_queue_dev(call->q, call->config.attachment);
	if (tun)
		ret = tun_alt_receive_judge(call->q, tun, &call->config, packet, call->why);
	local_bh_enable();
	rcu_read_unlock();
	return ret;
}

/* A program judges the frame at the ring, before there is anything else of it: 1 if it took it. */
static int ring_write_plain(struct ring_write *call, struct tun_alt_packet *packet,
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

/* As write() takes it */
static noinline int ring_write_any(struct ring_write *call, struct tun_alt_packet *packet,
				   const void *data, u32 length)
{
	struct kvec memory = { .iov_base = (void *)data, .iov_len = length };
	struct iov_iter from;
	int err;

	iov_iter_kvec(&from, ITER_SOURCE, &memory, 1, length);
	err = tun_alt_write_take(call->q, &call->config, &from, false, NULL, packet, call->why);
	/* Who writes by a call hears of what is no frame at all; here it is counted. */
	if (err == -EINVAL)
		tun_alt_receive_drop(call->q, call->config.attachment, packet,
				     TUN_ALT_DROP_BAD_FRAME);
	return err;
}

static int ring_write_refuse(struct ring_write *call, const struct tun_alt_packet *packet,
			     const struct tun_alt_record *record)
{
	tun_alt_receive_drop(call->q, call->config.attachment, packet, TUN_ALT_DROP_BAD_FRAME);
	return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FLAGS,
				     record->flags, record->reserved);
}

/* The record at the head; 1 if it is a packet now, 0 if it was refused, or a program took it */
static int ring_write_take(struct ring_write *call, struct tun_alt_packet *packet)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	struct tun_alt_record record;
	u32 head = view->head;
	const void *data;
	int err;

	data = tun_alt_ring_read(view, &record);
	if (!data)
		return -EIO;
	*packet = (struct tun_alt_packet){
		.burst = true,
		.merge = call->ring->merge,
		.checked = record.flags & TUN_ALT_RECORD_CHECKED,
		.goes_on = true,
	};
	if (record.flags & ~TUN_ALT_RECORD_CHECKED || record.reserved)
		err = ring_write_refuse(call, packet, &record);
	else if (ring_write_is_plain(call, packet, record.len))
		err = ring_write_plain(call, packet, data, record.len);
	else
		err = ring_write_any(call, packet, data, record.len);
	if (err == -EAGAIN) {
		view->head = head;
		return err;
	}
	call->taken++;
	if (err < 0)
		tun_alt_rings_drop(&call->ring->ring);
	return !err;
}

/* As many packets as go up together; then their places are free. */
static int ring_write_some(struct ring_write *call)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	struct tun_alt_packet *packet = call->room->packet;
	unsigned int most = tun_alt_burst_batch(call->q);
	unsigned int n = 0, got, turns;
	int ret = 1, err;

	for (turns = 0; turns < TUN_ALT_BURST_BATCH && n < most && ret >= 0; turns++) {
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
	if (tun_alt_ring_release(view))
		wake_up_interruptible_poll(tun_alt_queue_wait(call->q), EPOLLOUT | EPOLLWRNORM);
	return ret < 0 ? ret : turns;
}

/* Until there is nothing left, or a signal comes; then the program will kick for what comes. */
static int ring_write_all(struct ring_write *call)
{
	struct tun_alt_ring_view *view = &call->ring->ring.view;
	bool stop;
	int ret;

	while (!call->ring->ring.broken && ring_write_config(call)) {
		ret = ring_write_some(call);
		stop = ret > 0 && call->taken && signal_pending(current);
		if (!ret || stop)
			ret = tun_alt_ring_want_records(view);
		if (ret < 0 && ret != -EAGAIN) {
			tun_alt_rings_break(call->q, &call->ring->ring);
			return -EIO;
		}
		if (ret <= 0 || stop)
			return ret;
		cond_resched();
	}
	if (call->ring->ring.broken)
		return -EIO;
	return tun_alt_refuse(call->why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
}

static int ring_write_drain(struct tun_alt_queue *q, struct tun_alt_write_ring *ring,
			    struct tun_alt_refusal *why)
{
	struct ring_write call = { .q = q, .ring = ring, .why = why };
	int ret;

	if (mutex_lock_interruptible(&ring->lock))
		return -ERESTARTSYS;
	call.room = tun_alt_burst_room_get(q);
	if (call.room) {
		ret = ring_write_all(&call);
		WRITE_ONCE(ring->stopped, ret == -EAGAIN);
		if (call.spare)
			page_frag_free(call.spare);
		tun_alt_burst_room_put(q, call.room);
	} else {
		ret = tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	mutex_unlock(&ring->lock);
	if (ret == -EIO)
		tun_alt_refuse(why, ret, TUN_ALT_REFUSED_RING_BROKEN);
	return ret < 0 && !call.taken ? ret : call.taken;
}

/* Whether there is a read ring; the program may have made room in it for who is stopped. */
static bool ring_look(struct tun_alt_queue *q)
{
	struct tun_alt_read_ring *ring;
	struct tun_alt_dev *tun;

	rcu_read_lock_bh();
	ring = rcu_dereference_bh(q->read_ring);
	tun = tun_alt_queue_dev(q, tun_alt_queue_attachment(q));
	if (ring && tun)
		tun_alt_ring_hold_look(q, tun, ring);
	rcu_read_unlock_bh();
	return ring;
}

/**
 * tun_alt_ring_kick() - TUN_ALT_RING_KICK
 * @q: the queue
 * @why: gets the reason of a refusal, also of a record that was one of many
 *
 * Context: Process context, may sleep.
 * Return: records that were taken; if there is none, -EINVAL without a ring, -EIO if the write ring
 * is broken, -EAGAIN while TUNSETSNDBUF leaves no room, -EBADFD without a device, -ENOMEM or
 * -ERESTARTSYS.
 */
int tun_alt_ring_kick(struct tun_alt_queue *q, struct tun_alt_refusal *why)
{
	struct tun_alt_write_ring *ring = tun_alt_rings_get_write(q);
	int ret = 0;

	if (!ring_look(q) && !ring)
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NO_RING);
	if (ring) {
		ret = ring_write_drain(q, ring, why);
		tun_alt_rings_put(&ring->ring);
	}
	return ret;
}
