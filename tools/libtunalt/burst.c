// SPDX-License-Identifier: GPL-2.0
/*
 * Many frames a system call, each behind a struct tun_alt_frame: Documentation/uapi/burst.rst.
 */
#include "handle.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HEAD sizeof(struct tun_alt_frame)

static int burst_begin(struct tunalt *t, const struct tunalt_config *config, unsigned int features)
{
	struct tun_alt_burst burst = {
		.size = sizeof(burst),
		.flags = TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE,
	};
	int ret;

	if (!(features & TUN_ALT_CAP_BURST))
		return -EOPNOTSUPP;
	if (config->flags & TUNALT_MERGE)
		burst.flags |= TUN_ALT_BURST_GRO;
	if (config->flags & TUNALT_COALESCE)
		burst.flags |= TUN_ALT_BURST_COALESCE;
	ret = sides_begin(t, BURST_BYTES, BURST_BYTES);
	if (!ret && ioctl(t->fd, TUN_ALT_SET_BURST, &burst))
		ret = -errno;
	return ret;
}

static int burst_fill(struct tunalt *t)
{
	struct side *in = &t->in;
	ssize_t got;

	/* What was taken of the last burst is not released yet. */
	if (in->to)
		return 0;
	count(&t->in_calls, 1);
	got = read(t->fd, in->memory, in->size);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	in->from = 0;
	in->to = got;
	return got > 0;
}

static int burst_next(struct tunalt *t, struct tunalt_frame *frame)
{
	struct side *in = &t->in;
	struct tun_alt_frame head;
	int ret;

	if (in->from >= in->to) {
		ret = burst_fill(t);
		if (ret <= 0)
			return ret;
	}
	if (in->to - in->from < HEAD)
		return -EIO;
	memcpy(&head, in->memory + in->from, HEAD);
	if (head.len > in->to - in->from - HEAD)
		return -EIO;
	*frame = (struct tunalt_frame){ .data = in->memory + in->from + HEAD, .len = head.len };
	in->from += ALIGNED(HEAD + head.len);
	return 1;
}

/* What was not taken stays where it is. */
static int burst_release(struct tunalt *t)
{
	struct side *in = &t->in;

	if (in->from >= in->to) {
		in->from = 0;
		in->to = 0;
	}
	return 0;
}

static size_t burst_span(const struct side *out)
{
	struct tun_alt_frame head;

	memcpy(&head, out->memory + out->from, HEAD);
	return ALIGNED(HEAD + head.len);
}

/* How many frames lie in the next @bytes; those are gone */
static unsigned int burst_skip(struct side *out, size_t bytes)
{
	size_t end = out->from + bytes;
	unsigned int n = 0;

	while (out->from < end && out->from < out->to) {
		out->from += burst_span(out);
		n++;
	}
	return n;
}

static int burst_flush(struct tunalt *t)
{
	struct side *out = &t->out;
	ssize_t took;

	while (out->from < out->to) {
		count(&t->out_calls, 1);
		took = write(t->fd, out->memory + out->from, out->to - out->from);
		if (took < 0 && !is_refusal(errno))
			return -errno;
		if (took > 0)
			count(&t->sent, burst_skip(out, took));
		else
			count(&t->refused, burst_skip(out, 1));
	}
	out->from = 0;
	out->to = 0;
	return 0;
}

static int burst_reserve(struct tunalt *t, size_t len, struct tunalt_frame *frame)
{
	struct side *out = &t->out;
	int ret;

	if (out->size - out->to < ALIGNED(HEAD + len)) {
		ret = burst_flush(t);
		if (ret)
			return ret;
	}
	frame->data = out->memory + out->to + HEAD;
	frame->len = len;
	return 0;
}

static int burst_submit(struct tunalt *t, const struct tunalt_frame *frame, size_t len)
{
	struct side *out = &t->out;
	struct tun_alt_frame head = { .len = len };
	size_t span = ALIGNED(HEAD + len);

	if (out->size - out->to < span)
		return -EINVAL;
	if (frame->flags & TUNALT_FRAME_CHECKED)
		head.flags = TUN_ALT_FRAME_CHECKED;
	memcpy(out->memory + out->to, &head, HEAD);
	memset(out->memory + out->to + HEAD + len, 0, span - HEAD - len);
	out->to += span;
	return 0;
}

static int burst_in(struct tunalt *t)
{
	return t->in.from < t->in.to;
}

const struct way way_burst = {
	.bit = TUNALT_BURST,
	.begin = burst_begin,
	.end = sides_end,
	.next = burst_next,
	.release = burst_release,
	.reserve = burst_reserve,
	.submit = burst_submit,
	.flush = burst_flush,
	.in = burst_in,
	.sleep = side_sleep,
};
