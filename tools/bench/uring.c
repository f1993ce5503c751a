// SPDX-License-Identifier: GPL-2.0
/*
 * The same with io_uring: one request reads all packets, each into a buffer of its own, and one
 * call takes what has come; one call hands over as many writes.
 */
#include "uring.h"

#include <errno.h>

#include "burst.h"
#include "counter.h"
#include "device.h"
#include "source.h"

/* Packets of one call. The completion ring holds twice as many. */
#define BATCH URING_ENTRIES
#define GROUP 1
/* Completions wait until they are asked for: the cheapest that there is */
#define FLAGS (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN)

static const int sizes[] = { 64, 1500, 0 };

static const struct bench_config configs[] = {
	{ "io_uring", BENCH_NONBLOCK },
	{ }
};

static const struct bench_config burst_configs[] = {
	{ "io_uring", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "burst", BENCH_NONBLOCK | BENCH_BURST },
	{ }
};

static struct uring rings[BENCH_SIDES];
static struct uring_pool pools[BENCH_SIDES];

static void end(struct bench_side *side)
{
	struct uring *ring = &rings[side->number];
	struct uring_pool *pool = &pools[side->number];

	if (ring->rings)
		uring_exit(ring);
	if (pool->buffers)
		uring_pool_exit(pool);
	*ring = (struct uring){};
	*pool = (struct uring_pool){};
}

static int write_begin(struct bench_side *side)
{
	int ret = device_drop(side);

	return ret ? ret : uring_init_flags(&rings[side->number], FLAGS);
}

/* Takes @count completions, which are to have the result @want. */
static void take(struct bench_side *side, int count, int want, struct bench_sample *sample)
{
	struct uring_pool *pool = &pools[side->number];
	struct io_uring_cqe cqe;

	for (int i = 0; i < count; i++) {
		cqe.res = 0;
		if (!uring_take(&rings[side->number], &cqe) || cqe.res != want) {
			bench_broken(sample, "completion %d of %d: %d instead of %d", i, count,
				     cqe.res, want);
			return;
		}
		if (cqe.flags & IORING_CQE_F_BUFFER)
			uring_pool_give(pool, cqe.flags >> IORING_CQE_BUFFER_SHIFT);
	}
}

static void write_run(struct bench_side *side, struct bench_sample *sample)
{
	const struct io_uring_sqe sqe = {
		.opcode = IORING_OP_WRITE,
		.fd = side->fd[0],
		.addr = (unsigned long)side->packet.data,
		.len = side->packet.len,
	};
	struct uring *ring = &rings[side->number];
	struct counter before = counter_now(side);
	long long start = bench_now();

	for (int left = sample->count; left > 0 && !*sample->broken; left -= BATCH) {
		int len = left < BATCH ? left : BATCH;

		for (int i = 0; i < len; i++)
			uring_add(ring, &sqe);
		if (uring_enter(ring, len, len))
			bench_broken(sample, "io_uring took not all of %d writes", len);
		else
			take(side, len, side->packet.len, sample);
	}
	sample->amount = bench_now() - start;
	counter_check(side, &before, sample->count, 0, sample->count, sample);
}

const struct bench_case bench_uring_write = {
	.figure = { "io_uring write, early drop", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 1024,
	.begin = write_begin,
	.run = write_run,
	.end = end,
};

/* Takes completions, each of which has many packets, @count of @want bytes in all. */
static void take_burst(struct bench_side *side, int count, size_t want,
		       struct bench_sample *sample)
{
	struct uring_pool *pool = &pools[side->number];
	struct io_uring_cqe cqe;

	while (count > 0 && uring_take(&rings[side->number], &cqe)) {
		int id = cqe.flags >> IORING_CQE_BUFFER_SHIFT;

		if (cqe.res < 0 || !(cqe.flags & IORING_CQE_F_BUFFER))
			break;
		count -= burst_look(uring_pool_buffer(pool, id), cqe.res, want, sample);
		uring_pool_give(pool, id);
	}
	if (count)
		bench_broken(sample, "%d packets are missing", count);
}

static int read_begin(struct bench_side *side)
{
	struct uring *ring = &rings[side->number];
	struct uring_pool *pool = &pools[side->number];
	int ret = uring_init_flags(ring, FLAGS);

	if (!ret && !uring_knows(ring, URING_READ_MULTISHOT))
		return -EOPNOTSUPP;
	ret = ret ? ret : device_make(side);
	ret = ret ? ret : device_headers(side);
	ret = ret ? ret : source_begin(side, false);
	ret = ret ? ret : burst_begin(side);
	if (ret)
		return ret;
	*pool = (struct uring_pool){
		.count = side->burst ? 4 : 2 * BATCH,
		.len = side->burst ? burst_room(side) : 2048,
	};
	ret = uring_pool_init(pool, ring, GROUP);
	return ret ? ret : uring_read_multishot(ring, side->fd[0], GROUP);
}

static void read_run(struct bench_side *side, struct bench_sample *sample)
{
	size_t at = device_payload_at(side), payload = device_payload(side);
	struct uring *ring = &rings[side->number];
	struct counter before = counter_now(side);
	int want = side->header + side->setup.size;
	long long start;

	for (int left = sample->count; left > 0 && !*sample->broken; left -= BATCH) {
		int len = left < BATCH ? left : BATCH;

		/* What was not sent would be waited for. */
		if (source_send(side, len, sample))
			break;
		start = bench_now();
		if (uring_enter(ring, 0, side->burst ? 1 : len))
			bench_broken(sample, "%d packets did not come", len);
		else if (side->burst)
			take_burst(side, len, want, sample);
		else
			take(side, len, want, sample);
		sample->amount += bench_now() - start;
	}
	if (side->burst)
		at += BURST_HEADER;
	if (packet_match(pools[side->number].buffers + at, payload, side->number) != payload)
		bench_broken(sample, "another payload was read than was sent");
	counter_check(side, &before, 0, sample->count, 0, sample);
}

const struct bench_case bench_uring_read = {
	.figure = { "io_uring multishot read", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 1024,
	.begin = read_begin,
	.run = read_run,
	.end = end,
};

const struct bench_case bench_burst_uring = {
	.figure = { "burst of 64: io_uring multishot read", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = burst_configs,
	.count = 1024,
	.begin = read_begin,
	.run = read_run,
	.end = end,
};
