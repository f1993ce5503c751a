// SPDX-License-Identifier: GPL-2.0
/*
 * The six verbs, but for what is each way's own.
 */
#include "handle.h"

#include <errno.h>
#include <string.h>
#include <time.h>

int tunalt_next(struct tunalt *t, struct tunalt_frame *frame)
{
	int ret = t->way->next(t, frame);

	if (ret <= 0)
		return ret;
	if (frame->len < t->header)
		return -EIO;
	count(&t->received, 1);
	if (t->header) {
		frame->vnet = frame->data;
		frame->data = (unsigned char *)frame->data + t->header;
		frame->len -= t->header;
	}
	return 1;
}

int tunalt_release(struct tunalt *t)
{
	return t->way->release(t);
}

int tunalt_reserve(struct tunalt *t, size_t len, struct tunalt_frame *frame)
{
	int ret;

	if (len > TUNALT_FRAME_MOST)
		return -EMSGSIZE;
	memset(frame, 0, sizeof(*frame));
	t->reserved = 0;
	ret = t->way->reserve(t, t->header + len, frame);
	if (ret)
		return ret;
	frame->len = len;
	t->reserved = t->header + len;
	if (t->header) {
		memset(frame->data, 0, t->header);
		frame->vnet = frame->data;
		frame->data = (unsigned char *)frame->data + t->header;
	}
	return 0;
}

int tunalt_submit(struct tunalt *t, const struct tunalt_frame *frame)
{
	size_t len = (size_t)t->header + frame->len;

	if (!t->reserved || len > t->reserved)
		return -EINVAL;
	t->reserved = 0;
	return t->way->submit(t, frame, len);
}

int tunalt_flush(struct tunalt *t)
{
	return t->way->flush(t);
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000;
}

/* A hint to the processor that this loop waits for another one */
static void relax(void)
{
#if defined(__has_builtin) && __has_builtin(__builtin_ia32_pause)
	__builtin_ia32_pause();
#endif
}

/* Of rings alone: what others read is there only when it is asked for. */
static int spin(struct tunalt *t, int timeout)
{
	uint64_t most = timeout < 0 ? UINT64_MAX : timeout * 1000ULL;
	uint64_t until = now_us() + (t->spin_us < most ? t->spin_us : most);
	int ret;

	do {
		for (int i = 0; i < 64; i++) {
			ret = t->way->in(t);
			if (ret)
				return ret;
			relax();
		}
	} while (now_us() < until);
	return 0;
}

/* An error is the end of the device, or of a ring, which the way knows. */
static int over(struct tunalt *t, int what)
{
	int ret = what & TUNALT_IN ? t->way->in(t) : 0;

	if (ret)
		return ret < 0 ? ret : TUNALT_IN;
	ret = t->way->over ? t->way->over(t) : 0;
	return ret ? ret : -EBADFD;
}

int tunalt_ask(struct tunalt *t, int what)
{
	if (!what || what & ~(TUNALT_IN | TUNALT_OUT))
		return -EINVAL;
	return t->way->sleep(t, what);
}

int tunalt_wait(struct tunalt *t, int what, int timeout)
{
	struct pollfd pfd = { .fd = t->fd };
	int ret = 0;

	if (what & TUNALT_IN && timeout && t->spin_us && t->way->bit == TUNALT_RING)
		ret = spin(t, timeout);
	if (!ret)
		ret = tunalt_ask(t, what);
	else if (ret > 0)
		ret = TUNALT_IN;
	if (ret)
		return ret;
	pfd.events = (what & TUNALT_IN ? POLLIN : 0) | (what & TUNALT_OUT ? POLLOUT : 0);
	count(what & TUNALT_IN ? &t->in_calls : &t->out_calls, 1);
	ret = poll(&pfd, 1, timeout);
	if (ret <= 0)
		return ret ? -errno : 0;
	if (pfd.revents & (POLLERR | POLLNVAL))
		return over(t, what);
	return (pfd.revents & POLLIN ? TUNALT_IN : 0) | (pfd.revents & POLLOUT ? TUNALT_OUT : 0);
}

static uint64_t counted(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void tunalt_stats(const struct tunalt *t, struct tunalt_stats *stats)
{
	*stats = (struct tunalt_stats){
		.received = counted(&t->received),
		.sent = counted(&t->sent),
		.refused = counted(&t->refused),
		.calls = counted(&t->in_calls) + counted(&t->out_calls),
	};
	if (!t->read.shared)
		return;
	stats->dropped = TUN_ALT_RING_LOAD(t->read.shared->drops);
	stats->sent -= stats->refused < stats->sent ? stats->refused : stats->sent;
}
