// SPDX-License-Identifier: GPL-2.0
#include "burst.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ALIGN_TO 8

/* What a frame takes, and the next one begins at */
static size_t burst_place(size_t len)
{
	return (BURST_HEADER + len + ALIGN_TO - 1) / ALIGN_TO * ALIGN_TO;
}

size_t burst_room(const struct bench_side *side)
{
	return BENCH_BURST_FRAMES * burst_place(side->setup.size + 64);
}

void burst_put(struct bench_side *side, int at, const struct packet *p)
{
	memcpy(side->burst + at * burst_place(p->len) + BURST_HEADER, p->data, p->len);
}

int burst_begin(struct bench_side *side)
{
	struct tun_alt_burst burst = {
		.size = sizeof(burst),
		.flags = TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE,
		.max_frames = BENCH_BURST_FRAMES,
	};

	if (!(side->setup.flags & BENCH_BURST))
		return 0;
	if (side->setup.flags & BENCH_MERGE)
		burst.flags |= TUN_ALT_BURST_GRO;
	side->burst = calloc(1, burst_room(side));
	if (!side->burst)
		return -ENOMEM;
	for (int i = 0; i < BENCH_BURST_FRAMES; i++)
		burst_put(side, i, &side->packet);
	for (int i = 0; i < side->setup.queues; i++)
		if (ioctl(side->fd[i], TUN_ALT_SET_BURST, &burst))
			return -errno;
	return 0;
}

void burst_end(struct bench_side *side)
{
	free(side->burst);
	side->burst = NULL;
}

int burst_write(struct bench_side *side, size_t len, int packets, struct bench_sample *sample)
{
	struct tun_alt_frame frame = { .len = len, .flags = TUN_ALT_FRAME_CHECKED };
	size_t place = burst_place(len);
	int fill;

	/* As a program would: each frame is made for the burst that it goes with. */
	for (int left = packets; left > 0; left -= fill) {
		fill = left < BENCH_BURST_FRAMES ? left : BENCH_BURST_FRAMES;
		for (int i = 0; i < fill; i++)
			memcpy(side->burst + i * place, &frame, sizeof(frame));
		if (write(side->fd[0], side->burst, fill * place) == (ssize_t)(fill * place))
			continue;
		bench_broken(sample, "burst: %s", strerror(errno));
		return -1;
	}
	return 0;
}

int burst_look(const unsigned char *burst, size_t len, size_t want, struct bench_sample *sample)
{
	const unsigned char *end = burst + len;
	struct tun_alt_frame frame;
	int n = 0;

	for (; burst + BURST_HEADER <= end; burst += burst_place(want), n++) {
		memcpy(&frame, burst, sizeof(frame));
		if (frame.len == want && !frame.flags)
			continue;
		bench_broken(sample, "a frame of %u bytes, not %zu", frame.len, want);
		break;
	}
	return n;
}

const unsigned char *burst_read(struct bench_side *side, int fd, int packets, size_t want,
				struct bench_sample *sample)
{
	int n = 0;

	for (; packets > 0; packets -= n) {
		ssize_t len = read(fd, side->burst, burst_room(side));

		n = len > 0 ? burst_look(side->burst, len, want, sample) : 0;
		if (n)
			continue;
		bench_broken(sample, "burst: %d packets less, %s", packets, strerror(errno));
		return NULL;
	}
	return side->burst + (n - 1) * burst_place(want) + BURST_HEADER;
}
