// SPDX-License-Identifier: GPL-2.0
/*
 * The stack sends while nobody waits, and then the program reads: the reader alone, and both
 * together.
 */
#include <string.h>
#include <unistd.h>

#include "burst.h"
#include "counter.h"
#include "device.h"
#include "ring.h"
#include "source.h"

/* So many lie in the queues before they are read. */
#define FILL 512

static const int sizes[] = { 64, 512, 1500, 9000, 65000, 0 };
/* Of larger ones the generator takes more than half, and the row would be void. */
static const int driver_sizes[] = { 64, 512, 1500, 0 };
static const int queues[] = { 1, 4, 0 };

static const struct bench_config configs[] = {
	{ "blocking", 0 },
	{ "nonblock", BENCH_NONBLOCK },
	{ "vnet", BENCH_NONBLOCK | BENCH_VNET },
	{ }
};

/* Many by one call, against the best that the reference has for one by one */
static const struct bench_config burst_configs[] = {
	{ "blocking", BENCH_REFERENCE },
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "burst", BENCH_NONBLOCK | BENCH_BURST },
	{ }
};

/* Through memory that is shared */
static const struct bench_config ring_configs[] = {
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "vnet", BENCH_NONBLOCK | BENCH_VNET | BENCH_REFERENCE },
	{ "ring", BENCH_NONBLOCK | BENCH_RING },
	{ "ring, vnet", BENCH_NONBLOCK | BENCH_VNET | BENCH_RING },
	{ }
};

static const int burst_sizes[] = { 64, 1500, 0 };

static unsigned char room[PACKET_MAX];

static int begin(struct bench_side *side, bool large)
{
	int ret = device_make(side);

	ret = ret ? ret : device_headers(side);
	ret = ret ? ret : source_begin(side, large);
	ret = ret ? ret : burst_begin(side);
	return ret ? ret : ring_begin(side);
}

static int read_begin(struct bench_side *side)
{
	return begin(side, false);
}

static int xmit_read_begin(struct bench_side *side)
{
	return begin(side, true);
}

/* So many must be there. */
static void read_all(struct bench_side *side, int count, struct bench_sample *sample)
{
	ssize_t want = side->header + side->setup.size, len;
	const unsigned char *last;

	if (side->burst) {
		last = burst_read(side, side->fd[0], count, want, sample);
		if (last)
			memcpy(room, last, want);
		return;
	}
	if (side->ring) {
		last = ring_read(side, count, want, sample);
		if (last)
			memcpy(room, last, want);
		return;
	}
	for (int i = 0; i < count; i++) {
		len = read(side->fd[i % side->setup.queues], room, sizeof(room));
		if (len == want)
			continue;
		bench_broken(sample, "packet %d of %d has %zd bytes of %zd", i, count, len, want);
		return;
	}
}

/* Both in turns; the time of reading, and with @sending of both */
static void send_and_read(struct bench_side *side, struct bench_sample *sample, bool sending)
{
	size_t at = device_payload_at(side), payload = device_payload(side);
	struct counter before = counter_now(side);
	long long start, middle, end;
	int len;

	for (int left = sample->count; left > 0 && !*sample->broken; left -= len) {
		len = left < FILL ? left : FILL;
		start = bench_now();
		source_send(side, len, sample);
		middle = bench_now();
		if (side->node && !*sample->broken)
			read_all(side, len, sample);
		end = bench_now();
		sample->amount += end - (sending ? start : middle);
	}
	if (side->node && packet_match(room + at, payload, side->number) != payload)
		bench_broken(sample, "another payload was read than was sent");
	counter_check(side, &before, 0, sample->count, 0, sample);
}

static void read_run(struct bench_side *side, struct bench_sample *sample)
{
	send_and_read(side, sample, false);
}

static void xmit_read_run(struct bench_side *side, struct bench_sample *sample)
{
	send_and_read(side, sample, true);
}

const struct bench_case bench_read = {
	.figure = { "read", BENCH_PER_PACKET },
	.sizes = sizes,
	.queues = queues,
	.configs = configs,
	.count = 1024,
	.begin = read_begin,
	.run = read_run,
};

const struct bench_case bench_xmit_read = {
	.figure = { "xmit and read", BENCH_PER_PACKET },
	.sizes = driver_sizes,
	.configs = configs + 1,
	.count = 1024,
	.driver = true,
	.begin = xmit_read_begin,
	.run = xmit_read_run,
};

const struct bench_case bench_burst_read = {
	.figure = { "burst of 64: read", BENCH_PER_PACKET },
	.sizes = burst_sizes,
	.configs = burst_configs,
	.count = 1024,
	.begin = read_begin,
	.run = read_run,
};

const struct bench_case bench_ring_read = {
	.figure = { "ring: read", BENCH_PER_PACKET },
	.sizes = burst_sizes,
	.configs = ring_configs,
	.count = 1024,
	.begin = read_begin,
	.run = read_run,
};

const struct bench_case bench_ring_xmit_read = {
	.figure = { "ring: xmit and read", BENCH_PER_PACKET },
	.sizes = burst_sizes,
	.configs = ring_configs,
	.count = 1024,
	.driver = true,
	.begin = xmit_read_begin,
	.run = xmit_read_run,
};
