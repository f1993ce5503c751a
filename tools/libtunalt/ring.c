// SPDX-License-Identifier: GPL-2.0
/*
 * Frames in memory that kernel and program share: Documentation/uapi/ring.rst.
 */
#include "handle.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define RING_BYTES 0x100000u

static int ring_map(int fd, const struct tun_alt_ring_place *place, struct tun_alt_ring_view *view)
{
	char *at = mmap(NULL, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, place->offset);

	if (at == MAP_FAILED)
		return -errno;
	*view = (struct tun_alt_ring_view){
		.shared = (struct tun_alt_ring *)at,
		.records = at + place->records,
		.bytes = place->bytes,
	};
	return 0;
}

/* Whatever was begun. Who has the descriptor as well can have rings of its own then. */
static void ring_end(struct tunalt *t)
{
	/* What the kernel has filled in is ours; other rings are somebody else's. */
	if (!t->setup.read.length)
		return;
	if (t->read.shared)
		munmap(t->read.shared, t->setup.read.length);
	if (t->write.shared)
		munmap(t->write.shared, t->setup.write.length);
	lend_end(t);
	ioctl(t->fd, TUN_ALT_RING_DETACH);
	t->setup.read.length = 0;
	t->read.shared = NULL;
	t->write.shared = NULL;
}

static uint32_t ring_flags(uint32_t wanted)
{
	return (wanted & TUNALT_MERGE ? TUN_ALT_RING_GRO : 0) |
	       (wanted & TUNALT_TIME ? TUN_ALT_RING_TIME : 0) |
	       (wanted & TUNALT_HASH ? TUN_ALT_RING_HASH : 0);
}

/* Buffers are for who may have them, and where there is memory in such pieces. */
static int ring_setup(struct tunalt *t)
{
	if (!ioctl(t->fd, TUN_ALT_RING_SETUP, &t->setup))
		return 0;
	if ((errno != EPERM && errno != ENOMEM) || !t->setup.buffers.bytes)
		return -errno;
	t->setup.buffers.bytes = 0;
	return ioctl(t->fd, TUN_ALT_RING_SETUP, &t->setup) ? -errno : 0;
}

static int ring_begin(struct tunalt *t, const struct tunalt_config *config, unsigned int features)
{
	struct tun_alt_ring_setup *setup = &t->setup;
	int ret;

	if (!(features & TUN_ALT_CAP_RING))
		return -EOPNOTSUPP;
	*setup = (struct tun_alt_ring_setup){
		.size = sizeof(*setup),
		.flags = ring_flags(config->flags),
		.read.bytes = config->read_bytes ? config->read_bytes : RING_BYTES,
		.write.bytes = config->write_bytes ? config->write_bytes : RING_BYTES,
		.buffers.bytes = config->lend_bytes,
	};
	ret = ring_setup(t);
	if (ret)
		return ret;
	ret = ring_map(t->fd, &setup->read, &t->read);
	if (!ret)
		ret = ring_map(t->fd, &setup->write, &t->write);
	if (!ret)
		ret = lend_begin(t);
	if (!ret && setup->header != t->header)
		ret = -EINVAL;
	return ret;
}

/* A ring in which nothing comes or goes any more */
static int ring_fault(const struct tun_alt_ring_view *view)
{
	return TUN_ALT_RING_LOAD(view->shared->state) & TUN_ALT_RING_ENDED ? -EBADFD : -EIO;
}

/* An empty ring may be one that nothing will come to. */
static int ring_empty(const struct tun_alt_ring_view *view)
{
	const uint32_t over = TUN_ALT_RING_ENDED | TUN_ALT_RING_BROKEN;

	return TUN_ALT_RING_LOAD(view->shared->state) & over ? ring_fault(view) : 0;
}

static int ring_next(struct tunalt *t, struct tunalt_frame *frame)
{
	struct tun_alt_record record;
	int ret = tun_alt_ring_peek(&t->read);
	void *data;

	if (ret <= 0)
		return ret ? ring_fault(&t->read) : ring_empty(&t->read);
	data = tun_alt_ring_read(&t->read, &record);
	if (!data)
		return ring_fault(&t->read);
	*frame = (struct tunalt_frame){
		.data = data, .len = record.len, .hash = record.hash, .time = record.time,
		.flags = (record.flags & TUN_ALT_RECORD_TIME ? TUNALT_FRAME_TIME : 0) |
			 (record.flags & TUN_ALT_RECORD_HASH ? TUNALT_FRAME_HASH : 0),
	};
	return 1;
}

/* The kernel takes what is in the write ring as well, whoever kicks. */
static int ring_kick_once(struct tunalt *t, uint64_t *calls)
{
	int ret = ioctl(t->fd, TUN_ALT_RING_KICK);

	count(calls, 1);
	return ret < 0 ? -errno : ret;
}

/* That the kernel has looked at the read ring comes first of what a kick does. */
static int ring_release(struct tunalt *t)
{
	int ret;

	if (!tun_alt_ring_release(&t->read))
		return 0;
	ret = ring_kick_once(t, &t->in_calls);
	return ret < 0 && ret != -EAGAIN && ret != -EINTR ? ret : 0;
}

/* A signal, or a send buffer that is full, ends a kick with records left: another one is owed. */
static int ring_kick(struct tunalt *t)
{
	struct tun_alt_ring_view *view = &t->write;
	uint32_t drops;
	int ret;

	do {
		ret = ring_kick_once(t, &t->out_calls);
		t->kick_owed = ret < 0;
	} while (ret > 0 && tun_alt_ring_look(view) && view->head != view->tail);
	drops = TUN_ALT_RING_LOAD(view->shared->drops);
	count(&t->refused, (uint32_t)(drops - t->drops));
	t->drops = drops;
	return ret < 0 ? ret : 0;
}

static int ring_flush(struct tunalt *t)
{
	int ret = ring_empty(&t->write);

	if (!ret) {
		count(&t->sent, t->submitted);
		t->submitted = 0;
	}
	if (ret || (!tun_alt_ring_submit(&t->write, t->write.tail) && !t->kick_owed))
		return ret;
	return ring_kick(t);
}

static int ring_reserve(struct tunalt *t, size_t len, struct tunalt_frame *frame)
{
	void *lent = lend_reserve(t, len);
	uint32_t span = tun_alt_ring_span(lent ? sizeof(struct tun_alt_lent) : len);
	int ret = tun_alt_ring_reserve(&t->write, span);

	if (!ret) {
		ret = ring_flush(t);
		if (ret)
			return ret;
		ret = tun_alt_ring_reserve(&t->write, span);
	}
	if (ret <= 0)
		return ret ? ring_fault(&t->write) : -EAGAIN;
	frame->data = lent ? lent : tun_alt_ring_at(&t->write, t->write.tail) + 1;
	frame->len = len;
	t->lends = lent;
	return 0;
}

static int ring_submit(struct tunalt *t, const struct tunalt_frame *frame, size_t len)
{
	struct tun_alt_record *record = tun_alt_ring_at(&t->write, t->write.tail);

	*record = (struct tun_alt_record){
		.len = t->lends ? sizeof(struct tun_alt_lent) : len,
		.flags = (frame->flags & TUNALT_FRAME_CHECKED ? TUN_ALT_RECORD_CHECKED : 0) |
			 (t->lends ? TUN_ALT_RECORD_LENT : 0),
	};
	t->submitted++;
	t->write.tail += tun_alt_ring_span(record->len);
	if (t->lends)
		*(struct tun_alt_lent *)(record + 1) = lend_submit(t, len, t->write.tail);
	return 0;
}

static int ring_in(struct tunalt *t)
{
	int ret = tun_alt_ring_peek(&t->read);

	if (ret <= 0)
		return ret ? ring_fault(&t->read) : ring_empty(&t->read);
	return 1;
}

static int ring_over(const struct tunalt *t)
{
	return ring_empty(&t->write);
}

/*
 * The kernel says that there is room when half of the ring is free; where the last kick was
 * stopped, when it may go on, which cannot be seen from here.
 */
static int ring_sleep_out(struct tunalt *t)
{
	struct tun_alt_ring_view *view = &t->write;
	uint32_t half = view->bytes / 2;

	if (t->kick_owed)
		return 0;
	if (!tun_alt_ring_want_room(view, view->told - half - TUN_ALT_RECORD_ALIGN))
		return ring_fault(view);
	return view->tail - view->head <= half ? TUNALT_OUT : 0;
}

static int ring_sleep(struct tunalt *t, int what)
{
	int there = 0, ret;

	if (what & TUNALT_IN) {
		ret = tun_alt_ring_want_records(&t->read);
		if (ret <= 0)
			ret = ret ? ring_fault(&t->read) : ring_empty(&t->read);
		if (ret < 0)
			return ret;
		there = ret ? TUNALT_IN : 0;
	}
	if (what & TUNALT_OUT) {
		ret = ring_sleep_out(t);
		if (ret < 0)
			return ret;
		there |= ret;
	}
	return there;
}

const struct way way_ring = {
	.bit = TUNALT_RING,
	.begin = ring_begin,
	.end = ring_end,
	.next = ring_next,
	.release = ring_release,
	.reserve = ring_reserve,
	.submit = ring_submit,
	.flush = ring_flush,
	.in = ring_in,
	.over = ring_over,
	.sleep = ring_sleep,
};
