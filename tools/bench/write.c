// SPDX-License-Identifier: GPL-2.0
/*
 * The program writes, the stack receives: to where IP drops a packet for its header, to a UDP
 * socket whose owner takes it, and on to another device.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "counter.h"
#include "device.h"
#include "net_test.h"

/* So many are written before the socket's owner takes them. */
#define BATCH 64
/* The network that is behind the other device */
#define SINK "sink0"
#define SINK_ADDRESS "10.20.0.1"
#define SINK_HOST "10.20.0.9"

static const int all_sizes[] = { 64, 512, 1500, 9000, 65000, 0 };
static const int small_sizes[] = { 64, 1500, 0 };

static const int queues[] = { 1, 4, 0 };

static const struct bench_config write_configs[] = {
	{ "blocking", 0 },
	{ "nonblock", BENCH_NONBLOCK },
	{ "vnet", BENCH_NONBLOCK | BENCH_VNET },
	{ }
};

static void drop_run(struct bench_side *side, struct bench_sample *sample)
{
	struct counter before = counter_now(side);
	long long start = bench_now();

	device_write(side, sample->count, sample);
	sample->amount = bench_now() - start;
	counter_check(side, &before, sample->count, 0, sample->count, sample);
}

const struct bench_case bench_write_drop = {
	.figure = { "write, early drop", BENCH_PER_PACKET },
	.sizes = all_sizes,
	.queues = queues,
	.configs = write_configs,
	.count = 1000,
	.begin = device_drop,
	.run = drop_run,
};

static int udp_begin(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : device_udp(side, NULL);
	if (ret)
		return ret;
	side->sock = net_udp_socket(device_address(side, false), DEVICE_PORT);
	return side->sock < 0 ? side->sock : device_shows(side);
}

/* All that have come; -1 if they are not what was written */
static int udp_take(struct bench_side *side, int packets, struct bench_sample *sample)
{
	size_t want = device_payload(side);
	static unsigned char room[PACKET_MAX];

	for (int i = 0; i < packets; i++) {
		ssize_t len = recv(side->sock, room, sizeof(room), MSG_DONTWAIT);

		if (len == (ssize_t)want)
			continue;
		bench_broken(sample, "packet %d of %d: %zd bytes of %zu, %s", i, packets, len, want,
			     len < 0 ? strerror(errno) : "no error");
		return -1;
	}
	if (packet_match(room, want, side->number) != want)
		bench_broken(sample, "another payload came than was written");
	return 0;
}

static void udp_run(struct bench_side *side, struct bench_sample *sample)
{
	struct counter before;
	long long start;
	int len;

	/* What has come before: the packet that was looked at */
	while (recv(side->sock, &len, sizeof(len), MSG_DONTWAIT) >= 0)
		;
	before = counter_now(side);
	start = bench_now();
	for (int left = sample->count; left > 0; left -= len) {
		len = left < BATCH ? left : BATCH;
		if (device_write(side, len, sample) || udp_take(side, len, sample))
			break;
	}
	sample->amount = bench_now() - start;
	counter_check(side, &before, sample->count, 0, 0, sample);
}

const struct bench_case bench_write_udp = {
	.figure = { "write, UDP socket", BENCH_PER_PACKET },
	.sizes = all_sizes,
	.configs = write_configs,
	.count = 640,
	.begin = udp_begin,
	.run = udp_run,
};

static int forward_begin(struct bench_side *side)
{
	int ret = device_make(side);

	if (!if_nametoindex(SINK) &&
	    (net_ip("link add " SINK " type dummy") || net_set_mtu(SINK, 65521) ||
	     net_addr4(SINK, SINK_ADDRESS, "255.255.255.0") || net_set_up(SINK, 1) ||
	     net_sysctl("ipv4/ip_forward", "1")))
		return -EIO;
	ret = ret ? ret : device_udp(side, SINK_HOST);
	return ret ? ret : device_shows(side);
}

static void forward_run(struct bench_side *side, struct bench_sample *sample)
{
	struct bench_side sink = { .name = SINK };
	struct counter before = counter_now(side), sink_before = counter_now(&sink);
	long long start = bench_now();

	device_write(side, sample->count, sample);
	sample->amount = bench_now() - start;
	counter_check(side, &before, sample->count, 0, 0, sample);
	counter_check(&sink, &sink_before, 0, sample->count, 0, sample);
}

const struct bench_case bench_forward = {
	.figure = { "write, forwarded", BENCH_PER_PACKET },
	.sizes = small_sizes,
	.configs = write_configs,
	.count = 500,
	.begin = forward_begin,
	.run = forward_run,
};
