// SPDX-License-Identifier: GPL-2.0
/*
 * The program writes, the stack receives: to where IP drops a packet for its header, to a UDP
 * socket whose owner takes it, and on to another device.
 */
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "counter.h"
#include "device.h"
#include "net_test.h"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* So many are written before the socket's owner takes them. */
#define BATCH 64
/* The network that is behind the other device */
#define SINK "sink0"
#define SINK_ADDRESS "10.20.0.1"
#define SINK_HOST "10.20.0.9"

static const int all_sizes[] = { 64, 512, 1500, 9000, 65000, 0 };
static const int small_sizes[] = { 64, 1500, 0 };
static const int large_sizes[] = { 9000, 65000, 0 };

static const int queues[] = { 1, 4, 0 };

static const struct bench_config write_configs[] = {
	{ "blocking", 0 },
	{ "nonblock", BENCH_NONBLOCK },
	{ "vnet", BENCH_NONBLOCK | BENCH_VNET },
	{ }
};

/* Many by one call, against the best that the reference has for one by one */
static const struct bench_config burst_configs[] = {
	{ "blocking", BENCH_REFERENCE },
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "checked", BENCH_NONBLOCK | BENCH_VNET | BENCH_CHECKED | BENCH_REFERENCE },
	{ "burst", BENCH_NONBLOCK | BENCH_BURST },
	{ "merging", BENCH_NONBLOCK | BENCH_BURST | BENCH_MERGE },
	{ }
};

static const struct bench_config ring_configs[] = {
	{ "blocking", BENCH_REFERENCE },
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "checked", BENCH_NONBLOCK | BENCH_VNET | BENCH_CHECKED | BENCH_REFERENCE },
	{ "ring", BENCH_NONBLOCK | BENCH_RING },
	{ "ring, merging", BENCH_NONBLOCK | BENCH_RING | BENCH_MERGE },
	{ }
};

/* Large ones stay where they are. */
static const struct bench_config lend_configs[] = {
	{ "blocking", BENCH_REFERENCE },
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "checked", BENCH_NONBLOCK | BENCH_VNET | BENCH_CHECKED | BENCH_REFERENCE },
	{ "ring, lent", BENCH_NONBLOCK | BENCH_RING | BENCH_LEND },
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

const struct bench_case bench_burst_drop = {
	.figure = { "burst of 64: write, early drop", BENCH_PER_PACKET },
	.sizes = small_sizes,
	.configs = burst_configs,
	.count = 1024,
	.begin = device_drop,
	.run = drop_run,
};

const struct bench_case bench_ring_drop = {
	.figure = { "ring: write, early drop", BENCH_PER_PACKET },
	.sizes = all_sizes,
	.configs = ring_configs,
	.count = 1024,
	.begin = device_drop,
	.run = drop_run,
};

const struct bench_case bench_lend_drop = {
	.figure = { "ring: write, lent, early drop", BENCH_PER_PACKET },
	.sizes = large_sizes,
	.configs = lend_configs,
	.count = 1024,
	.begin = device_drop,
	.run = drop_run,
};

static int udp_begin(struct bench_side *side)
{
	int merge = !!(side->setup.flags & BENCH_MERGE);
	int ret = device_make(side);

	ret = ret ? ret : device_udp(side, NULL);
	if (ret)
		return ret;
	side->sock = net_udp_socket(device_address(side, false), DEVICE_PORT);
	if (side->sock < 0)
		return side->sock;
	/* Who reads takes what was merged as it is. */
	if (setsockopt(side->sock, IPPROTO_UDP, UDP_GRO, &merge, sizeof(merge)))
		return -errno;
	return device_shows(side);
}

/* All that have come, whether in one piece or in several; where the last is, or NULL */
static const unsigned char *udp_take(struct bench_side *side, int packets,
				     struct bench_sample *sample)
{
	size_t payload = device_payload(side), want = packets * payload;
	static unsigned char room[PACKET_MAX];
	ssize_t len = 0;

	for (; want && len >= 0; want -= len) {
		len = recv(side->sock, room, sizeof(room), MSG_DONTWAIT);
		if (len > 0 && (size_t)len <= want && !(len % payload))
			continue;
		bench_broken(sample, "%zu bytes of %d packets are left, and %zd come: %s", want,
			     packets, len, len < 0 ? strerror(errno) : "no error");
		return NULL;
	}
	return room + len - payload;
}

static void udp_run(struct bench_side *side, struct bench_sample *sample)
{
	size_t payload = device_payload(side);
	const unsigned char *last;
	struct counter before;
	long long start;
	int len;

	/* What has come before: the packet that was looked at */
	while (recv(side->sock, &len, sizeof(len), MSG_DONTWAIT) >= 0)
		;
	before = counter_now(side);
	for (int left = sample->count; left > 0; left -= len) {
		len = left < BATCH ? left : BATCH;
		start = bench_now();
		if (device_write(side, len, sample))
			break;
		last = udp_take(side, len, sample);
		sample->amount += bench_now() - start;
		if (!last)
			break;
		if (packet_match(last, payload, side->number) != payload)
			bench_broken(sample, "another payload came than was written");
	}
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

const struct bench_case bench_burst_udp = {
	.figure = { "burst of 64: write, UDP socket", BENCH_PER_PACKET },
	.sizes = small_sizes,
	.configs = burst_configs,
	.count = 640,
	.begin = udp_begin,
	.run = udp_run,
};

const struct bench_case bench_ring_udp = {
	.figure = { "ring: write, UDP socket", BENCH_PER_PACKET },
	.sizes = small_sizes,
	.configs = ring_configs,
	.count = 640,
	.begin = udp_begin,
	.run = udp_run,
};

const struct bench_case bench_lend_udp = {
	.figure = { "ring: write, lent, UDP socket", BENCH_PER_PACKET },
	.sizes = large_sizes,
	.configs = lend_configs,
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
