// SPDX-License-Identifier: GPL-2.0
/*
 * One frame a system call, which any driver can do; and what bursts have in common with that.
 */
#include "handle.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Frames that may be taken before they have to be released */
#define PLAIN_FRAMES 4

int sides_begin(struct tunalt *t, size_t in, size_t out)
{
	t->in.memory = malloc(in);
	t->out.memory = malloc(out);
	if (!t->in.memory || !t->out.memory)
		return -ENOMEM;
	t->in.size = in;
	t->out.size = out;
	return 0;
}

void sides_end(struct tunalt *t)
{
	free(t->in.memory);
	free(t->out.memory);
	t->in.memory = NULL;
	t->out.memory = NULL;
}

int side_sleep(struct tunalt *t, int what)
{
	int in = what & TUNALT_IN ? t->way->in(t) : 0;

	return in > 0 ? TUNALT_IN : in;
}

bool is_refusal(int error)
{
	return error != EAGAIN && error != EINTR && error != EBADFD && error != EBADF &&
	       error != EBUSY;
}

static int plain_begin(struct tunalt *t, const struct tunalt_config *config, unsigned int features)
{
	struct tun_alt_burst none = { .size = sizeof(none) };

	(void)config;
	/* Who had the descriptor before may have wanted bursts. */
	if (features & TUN_ALT_CAP_BURST && ioctl(t->fd, TUN_ALT_SET_BURST, &none))
		return -errno;
	return sides_begin(t, PLAIN_FRAMES * FRAME_ROOM, FRAME_ROOM);
}

/* @from of what is received is where the next frame goes. */
static int plain_next(struct tunalt *t, struct tunalt_frame *frame)
{
	struct side *in = &t->in;
	ssize_t got;

	if (in->size - in->from < FRAME_ROOM)
		return 0;
	count(&t->in_calls, 1);
	got = read(t->fd, in->memory + in->from, FRAME_ROOM);
	if (got < 0)
		return errno == EAGAIN ? 0 : -errno;
	*frame = (struct tunalt_frame){ .data = in->memory + in->from, .len = got };
	in->from += ALIGNED(got);
	return 1;
}

static int plain_release(struct tunalt *t)
{
	t->in.from = 0;
	return 0;
}

static int plain_flush(struct tunalt *t)
{
	struct side *out = &t->out;

	if (!out->to)
		return 0;
	count(&t->out_calls, 1);
	if (write(t->fd, out->memory, out->to) >= 0)
		count(&t->sent, 1);
	else if (is_refusal(errno))
		count(&t->refused, 1);
	else
		return -errno;
	out->to = 0;
	return 0;
}

static int plain_reserve(struct tunalt *t, size_t len, struct tunalt_frame *frame)
{
	int ret = plain_flush(t);

	if (ret)
		return ret;
	frame->data = t->out.memory;
	frame->len = len;
	return 0;
}

static int plain_submit(struct tunalt *t, const struct tunalt_frame *frame, size_t len)
{
	(void)frame;
	if (t->out.to)
		return -EINVAL;
	t->out.to = len;
	return 0;
}

static int plain_in(struct tunalt *t)
{
	(void)t;
	return 0;
}

const struct way way_plain = {
	.bit = TUNALT_PLAIN,
	.begin = plain_begin,
	.end = sides_end,
	.next = plain_next,
	.release = plain_release,
	.reserve = plain_reserve,
	.submit = plain_submit,
	.flush = plain_flush,
	.in = plain_in,
	.sleep = side_sleep,
};
