// SPDX-License-Identifier: GPL-2.0
/*
 * A burst whose frames lie wherever the program has them: what is in front of a frame in a burst's
 * buffer is its slot here.
 */
#include "array.h"

#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "burst.h"
#include "config.h"
#include "copy.h"
#include "fifo.h"
#include "queue.h"
#include "read.h"
#include "write.h"

/* Slots that are copied at a time */
#define ARRAY_SLOTS	16

static struct tun_alt_slot __user *array_slot(const struct tun_alt_array *array, u32 at)
{
	return (struct tun_alt_slot __user *)u64_to_user_ptr(array->slots) + at;
}

static int array_check(const struct tun_alt_array *array, struct tun_alt_refusal *why)
{
	if (array->flags & ~TUN_ALT_ARRAY_DONTWAIT)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_ARRAY, array->flags, 1);
	if (array->reserved)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_ARRAY, array->reserved,
					     3);
	if (array->nr > TUN_ALT_BURST_MOST)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_ARRAY, array->nr, 2);
	return 0;
}

static int array_get(const struct tun_alt_array *array, u32 at, struct tun_alt_slot *slot,
		     unsigned int nr, struct tun_alt_refusal *why)
{
	if (!copy_from_user(slot, array_slot(array, at), nr * sizeof(*slot)))
		return 0;
	return tun_alt_refuse(why, -EFAULT, TUN_ALT_REFUSED_FAULT);
}

/* One packet into its slot's memory, and what became of it into the slot */
static int array_put(struct tun_alt_queue *q, const struct tun_alt_config *config, void *entry,
		     struct tun_alt_slot *slot, struct tun_alt_slot __user *to)
{
	unsigned int length = tun_alt_read_frame_length(entry);
	unsigned int total = tun_alt_read_header_length(config->flags, config->vnet) + length;
	struct iov_iter memory;

	iov_iter_ubuf(&memory, ITER_DEST, u64_to_user_ptr(slot->addr), slot->len);
	slot->flags = slot->len < total ? TUN_ALT_FRAME_TRUNCATED : 0;
	slot->len = total;
	if (tun_alt_read_put_headers(config, entry, total, &memory) ||
	    tun_alt_read_put_payload(entry, length, &memory) ||
	    copy_to_user(to, slot, sizeof(*slot)))
		return -EFAULT;
	if (slot->flags)
		tun_alt_queue_count_drop(q, config->attachment, TUN_ALT_DROP_TRUNCATED);
	return length;
}

/**
 * struct array_read - an array that is being read
 * @q: the queue
 * @config: what its device is set to
 * @array: the array
 * @plan: the packets that are taken out of the ring
 * @done: slots that are filled
 * @why: the refusal
 */
struct array_read {
	struct tun_alt_queue *q;
	struct tun_alt_config config;
	const struct tun_alt_array *array;
	struct tun_alt_burst_plan plan;
	u32 done;
	struct tun_alt_refusal *why;
};

static int array_read_one(struct array_read *call, void *entry, struct tun_alt_slot *slot)
{
	unsigned int header = tun_alt_read_header_length(call->config.flags, call->config.vnet);
	int ret;

	if (slot->flags || slot->reserved)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FLAGS,
					     slot->flags, slot->reserved);
	if (slot->len < header)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER,
					     slot->len, header);
	ret = array_put(call->q, &call->config, entry, slot, array_slot(call->array, call->done));
	return ret == -EFAULT ? tun_alt_refuse(call->why, ret, TUN_ALT_REFUSED_FAULT) : ret;
}

/* What a fault, or a slot that cannot be, is in the way of goes back to where it was. */
static int array_read_some(struct array_read *call, struct tun_alt_slot *slot, void **entry,
			   unsigned int nr)
{
	unsigned int i, done = 0, bytes = 0;
	int ret = 0;

	for (i = 0; i < nr; i++) {
		if (tun_alt_read_fit(call->q, &call->config, entry[i]))
			continue;
		ret = array_read_one(call, entry[i], &slot[done]);
		if (ret < 0)
			break;
		bytes += ret;
		entry[done++] = entry[i];
		call->done++;
	}
	if (done)
		tun_alt_read_finish(call->q, call->config.attachment, entry, done, bytes);
	if (ret < 0)
		tun_alt_burst_return(call->q, call->config.attachment, &entry[i], nr - i);
	return min(ret, 0);
}

/* The slots first: nothing is taken out of the ring for those that cannot be read. */
static int array_read_next(struct array_read *call, bool may_wait)
{
	struct tun_alt_slot slot[ARRAY_SLOTS];
	void *entry[ARRAY_SLOTS];
	unsigned int most = min_t(u32, call->array->nr - call->done, ARRAY_SLOTS);
	int nr;

	if (array_get(call->array, call->done, slot, most, call->why))
		return -EFAULT;
	nr = tun_alt_burst_take(call->q, &call->config, &call->plan, entry, most);
	if (!nr && may_wait && !call->done)
		nr = tun_alt_burst_wait(call->q, &call->config, &call->plan, entry, most);
	if (nr <= 0)
		return nr ? : -EAGAIN;
	return array_read_some(call, slot, entry, nr);
}

/**
 * tun_alt_array_read() - TUN_ALT_READ_ARRAY
 * @q: the queue
 * @array: the program's slots
 * @may_wait: whether to wait for the first packet
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep.
 * Return: packets that were read; if there is none, -EINVAL for an array or a slot that cannot be,
 * -EFAULT, and else as tun_alt_burst_read().
 */
int tun_alt_array_read(struct tun_alt_queue *q, const struct tun_alt_array *array, bool may_wait,
		       struct tun_alt_refusal *why)
{
	struct array_read call = {
		.q = q, .array = array, .why = why,
		.plan = { .size = SIZE_MAX, .align = 1, .most = U32_MAX },
	};
	int err = array_check(array, why);

	if (err)
		return err;
	if (!tun_alt_queue_config(q, &call.config))
		return tun_alt_refuse(why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	while (!err && call.done < array->nr && !(call.done && signal_pending(current))) {
		err = array_read_next(&call, may_wait && !(array->flags & TUN_ALT_ARRAY_DONTWAIT));
		cond_resched();
	}
	if (call.done) {
		why->err = 0;
		return call.done;
	}
	return err;
}

/**
 * struct array_write - an array that is being written
 * @q: the queue
 * @config: what its device is set to, as the call began
 * @array: the array
 * @may_wait: whether to wait for room for the first packet
 * @room: memory for some of its packets
 * @taken: packets that were taken from the program's memory
 * @done: and those that the stack has
 * @why: the refusal
 */
struct array_write {
	struct tun_alt_queue *q;
	struct tun_alt_config config;
	const struct tun_alt_array *array;
	bool may_wait;
	struct tun_alt_burst_room *room;
	u32 taken;
	u32 done;
	struct tun_alt_refusal *why;
};

/* As in a burst, only of the first does the program hear why it was refused. */
static int array_write_take(struct array_write *call, const struct tun_alt_slot *slot,
			    struct tun_alt_packet *packet)
{
	struct iov_iter memory;
	struct tun_alt_copy copy = {
		.q = call->q, .config = &call->config, .from = &memory,
		.wait = call->may_wait && !call->taken, .packet = packet, .why = call->why,
	};
	int err;

	if (slot->flags & ~TUN_ALT_FRAME_CHECKED || slot->reserved)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FLAGS,
					     slot->flags, slot->reserved);
	*packet = (struct tun_alt_packet){
		.burst = true,
		.checked = slot->flags & TUN_ALT_FRAME_CHECKED,
		.again = call->taken,
	};
	if (slot->len > MAX_RW_COUNT)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_BURST_FRAME,
					     slot->len, MAX_RW_COUNT);
	iov_iter_ubuf(&memory, ITER_SOURCE, u64_to_user_ptr(slot->addr), slot->len);
	err = tun_alt_write_take(&copy);
	if (!err)
		call->taken++;
	return err;
}

/* As many packets as go up together */
static int array_write_some(struct array_write *call)
{
	struct tun_alt_packet *packet = call->room->packet;
	struct tun_alt_slot slot[ARRAY_SLOTS];
	u32 left = call->array->nr - call->done;
	u32 most = min(left, tun_alt_burst_batch(call->q));
	int err = 0, gone = 0;
	unsigned int n;

	for (n = 0; n < most; n++) {
		if (!(n % ARRAY_SLOTS))
			err = array_get(call->array, call->done + n, slot,
					min_t(u32, left - n, ARRAY_SLOTS), call->why);
		if (!err)
			err = array_write_take(call, &slot[n % ARRAY_SLOTS], &packet[n]);
		if (err)
			break;
		if (n)
			packet[n - 1].more = true;
	}
	if (!n)
		return err;
	call->done += tun_alt_receive(call->q, &call->config, packet, n, &gone, call->why);
	return gone ? : err;
}

/**
 * tun_alt_array_write() - TUN_ALT_WRITE_ARRAY
 * @q: the queue
 * @array: the program's slots
 * @may_wait: whether to wait for room in the send buffer
 * @why: gets the reason of a refusal
 *
 * A packet that is refused ends the call in front of it, and nothing is said or counted before it
 * comes first.
 *
 * Context: Process context, may sleep.
 * Return: packets that the stack has; if there is none, -EINVAL for an array or a slot that cannot
 * be, -EFAULT, and else as tun_alt_write().
 */
int tun_alt_array_write(struct tun_alt_queue *q, const struct tun_alt_array *array, bool may_wait,
			struct tun_alt_refusal *why)
{
	struct array_write call = {
		.q = q, .array = array, .why = why,
		.may_wait = may_wait && !(array->flags & TUN_ALT_ARRAY_DONTWAIT),
	};
	int err = array_check(array, why);

	if (err)
		return err;
	if (!tun_alt_queue_config(q, &call.config))
		return tun_alt_refuse(why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	call.room = tun_alt_burst_room_get(q, GFP_KERNEL);
	if (!call.room)
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	while (!err && call.done < array->nr && !(call.done && signal_pending(current))) {
		err = array_write_some(&call);
		cond_resched();
	}
	tun_alt_burst_room_put(q, call.room);
	if (call.done) {
		why->err = 0;
		return call.done;
	}
	return err;
}
