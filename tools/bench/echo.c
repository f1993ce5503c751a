// SPDX-License-Identifier: GPL-2.0
/*
 * A request is written and its answer read, by one thread that never waits.
 */
#include <unistd.h>

#include "counter.h"
#include "device.h"

static const int sizes[] = { 64, 1500, 0 };

static const struct bench_config configs[] = {
	{ "nonblock", BENCH_NONBLOCK },
	{ "vnet", BENCH_NONBLOCK | BENCH_VNET },
	{ }
};

static int echo_begin(struct bench_side *side)
{
	struct packet_flow flow = packet_flow(device_address(side, true),
					      device_address(side, false), 1, 1);
	int ret = device_make(side);

	ret = ret ? ret : device_headers(side);
	if (!ret)
		packet_echo(&side->packet, &flow, side->setup.size - PACKET_IPV4_LEN - 8,
			    side->number);
	return ret ? ret : device_shows(side);
}

static void echo_run(struct bench_side *side, struct bench_sample *sample)
{
	static unsigned char room[PACKET_MAX];
	size_t payload = side->header + PACKET_IPV4_LEN + 8;
	struct counter before;
	long long start;
	ssize_t len = 0;

	while (read(side->fd[0], room, sizeof(room)) >= 0)
		;
	before = counter_now(side);
	start = bench_now();
	for (int i = 0; i < sample->count; i++) {
		if (device_write(side, 1, sample))
			break;
		len = read(side->fd[0], room, sizeof(room));
		if (len == (ssize_t)side->packet.len)
			continue;
		bench_broken(sample, "answer %d has %zd bytes", i, len);
		break;
	}
	sample->amount = bench_now() - start;
	if (len > (ssize_t)payload &&
	    packet_match(room + payload, len - payload, side->number) != len - payload)
		bench_broken(sample, "another payload came back");
	counter_check(side, &before, sample->count, sample->count, 0, sample);
}

const struct bench_case bench_echo = {
	.figure = { "echo, one thread", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 500,
	.begin = echo_begin,
	.run = echo_run,
};
