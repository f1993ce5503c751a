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
	t->received++;
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
	ret = t->way->reserve(t, t->header + len, frame);
	if (ret)
		return ret;
	frame->len = len;
	if (t->header) {
		memset(frame->data, 0, t->header);
		frame->vnet = frame->data;
		frame->data = (unsigned char *)frame->data + t->header;
	}
	return 0;
}

int tunalt_submit(struct tunalt *t, const struct tunalt_frame *frame)
{
	if (frame->len > TUNALT_FRAME_MOST)
		return -EINVAL;
	return t->way->submit(t, frame, t->header + frame->len);
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

/* Only memory is looked at: a way that would need a system call has nothing. */
static int spin(struct tunalt *t)
{
	uint64_t until = t->spin_us ? now_us() + t->spin_us : 0;
	int ret;

	do {
		for (int i = 0; i < 64; i++) {
			ret = t->way->in(t);
			if (ret)
				return ret;
			relax();
		}
	} while (until && now_us() < until);
	return 0;
}

/* What poll() found; an error is the device's end, or the ring's, which the way knows. */
static int found(struct tunalt *t, short events)
{
	int in;

	if (events & (POLLERR | POLLNVAL)) {
		in = t->way->in(t);
		return in ? (in < 0 ? in : TUNALT_IN) : -EBADFD;
	}
	return (events & POLLIN ? TUNALT_IN : 0) | (events & POLLOUT ? TUNALT_OUT : 0);
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

	if (what & TUNALT_IN && timeout && t->spin_us)
		ret = spin(t);
	if (!ret)
		ret = tunalt_ask(t, what);
	else if (ret > 0)
		ret = TUNALT_IN;
	if (ret)
		return ret;
	pfd.events = (what & TUNALT_IN ? POLLIN : 0) | (what & TUNALT_OUT ? POLLOUT : 0);
	*(what & TUNALT_IN ? &t->in_calls : &t->out_calls) += 1;
	ret = poll(&pfd, 1, timeout);
	if (ret <= 0)
		return ret ? -errno : 0;
	return found(t, pfd.revents);
}

void tunalt_stats(const struct tunalt *t, struct tunalt_stats *stats)
{
	*stats = (struct tunalt_stats){
		.received = t->received,
		.sent = t->sent,
		.refused = t->refused,
		.calls = t->in_calls + t->out_calls,
	};
	if (t->read.shared)
		stats->dropped = TUN_ALT_RING_LOAD(t->read.shared->drops);
	if (t->write.shared) {
		stats->refused = TUN_ALT_RING_LOAD(t->write.shared->drops);
		stats->sent -= stats->refused;
	}
}
