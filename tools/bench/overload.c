// SPDX-License-Identifier: GPL-2.0
/*
 * More comes than is read, as from a download into a slow tunnel: 20000 packets a second for a
 * reader of 10000, through fq_codel, and a ping now and then. The reference has the ring of 500
 * packets that it has by default; ours has IFF_BACKPRESSURE. What the driver drops, what fq_codel
 * drops, and how long a ping takes.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "counter.h"
#include "device.h"
#include "net_test.h"

#define SECONDS 2
#define SEND_NS 50000
#define READ_NS 100000
/* A ping every so many packets */
#define PING_EVERY 200
#define PINGS (SECONDS * (1000000000 / SEND_NS) / PING_EVERY)
/* Port of the pings */
#define PING 4003

static const int sizes[] = { 1400, 0 };

static const struct bench_config configs[] = {
	{ "fq_codel", BENCH_NONBLOCK | BENCH_OVERLOAD },
	{ }
};

/**
 * struct load - what the threads of one run share
 * @side: where
 * @sender: the load's socket
 * @pinger: the ping's
 * @sent: packets that the stack took
 * @taken: packets that were read
 * @round_trip: of each ping that was answered, in ns
 * @answered: how many were
 * @over: whether the reader may end
 */
struct load {
	struct bench_side *side;
	int sender;
	int pinger;
	long sent;
	long taken;
	long long round_trip[PINGS];
	int answered;
	bool over;
};

static void sleep_until(long long ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

/* A ping goes back as it came, with its addresses and ports exchanged: the sums stay right. */
static void answer(struct bench_side *side, unsigned char *packet, size_t len)
{
	unsigned char *ip = packet + side->header, *udp = ip + PACKET_IPV4_LEN, swap[4];

	memcpy(swap, ip + 12, 4);
	memcpy(ip + 12, ip + 16, 4);
	memcpy(ip + 16, swap, 4);
	memcpy(swap, udp, 2);
	memcpy(udp, udp + 2, 2);
	memcpy(udp + 2, swap, 2);
	if (write(side->fd[0], packet, len) != (ssize_t)len)
		perror("bench: a ping goes back");
}

static void *read_slowly(void *data)
{
	static unsigned char room[PACKET_MAX];
	struct load *load = data;
	struct bench_side *side = load->side;
	const unsigned char *port = room + side->header + PACKET_IPV4_LEN + 2;
	long long next = bench_now();
	ssize_t len;

	while (!__atomic_load_n(&load->over, __ATOMIC_RELAXED)) {
		sleep_until(next += READ_NS);
		len = read(side->fd[0], room, sizeof(room));
		if (len <= 0)
			continue;
		load->taken++;
		if (packet_get16(port) == PING)
			answer(side, room, len);
	}
	return NULL;
}

static void *take_pings(void *data)
{
	struct load *load = data;
	long long stamp;

	while (!__atomic_load_n(&load->over, __ATOMIC_RELAXED)) {
		if (net_poll(load->pinger, POLLIN, 20) != POLLIN ||
		    recv(load->pinger, &stamp, sizeof(stamp), 0) != sizeof(stamp))
			continue;
		if (load->answered < PINGS)
			load->round_trip[load->answered++] = bench_now() - stamp;
	}
	return NULL;
}

static void send_fast(struct load *load)
{
	size_t payload = device_payload(load->side);
	static const unsigned char data[PACKET_MAX];
	const char *to = device_address(load->side, true);
	long long next = bench_now(), stamp;

	for (long i = 0; i < SECONDS * (1000000000L / SEND_NS); i++) {
		sleep_until(next += SEND_NS);
		if (!net_udp_send(load->sender, to, DEVICE_PORT, data, payload))
			load->sent++;
		if (i % PING_EVERY)
			continue;
		stamp = bench_now();
		if (!net_udp_send(load->pinger, to, PING, &stamp, sizeof(stamp)))
			load->sent++;
	}
}

static int overload_begin(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : device_headers(side);
	return ret ? ret : device_qdisc(side, "fq_codel");
}

/* Whatever is left in the queues is read before they are counted again. */
static void settle(struct load *load)
{
	static unsigned char room[PACKET_MAX];

	for (int idle = 0; idle < 5; idle++) {
		while (read(load->side->fd[0], room, sizeof(room)) > 0) {
			load->taken++;
			idle = 0;
		}
		net_sleep_ms(20);
	}
}

static void overload(struct load *load, struct bench_sample *sample)
{
	const char *address = device_address(load->side, false);
	pthread_t reader, taker;

	load->sender = net_udp_socket(address, DEVICE_PORT);
	load->pinger = net_udp_socket(address, PING);
	if (load->sender < 0 || load->pinger < 0)
		abort();
	if (pthread_create(&reader, NULL, read_slowly, load) ||
	    pthread_create(&taker, NULL, take_pings, load))
		abort();
	send_fast(load);
	__atomic_store_n(&load->over, true, __ATOMIC_RELAXED);
	pthread_join(reader, NULL);
	pthread_join(taker, NULL);
	close(load->sender);
	close(load->pinger);
	settle(load);
	/* Half of what comes is lost where nothing is done about it. */
	if (load->answered < PINGS / 10)
		bench_broken(sample, "%d of %d pings were answered", load->answered, PINGS);
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

static void overload_run(struct bench_side *side, struct bench_sample *sample)
{
	static struct load load;
	long long dropped = counter_now(side).dropped;

	load = (struct load){ .side = side };
	overload(&load, sample);
	dropped = counter_now(side).dropped - dropped;
	qsort(load.round_trip, load.answered, sizeof(*load.round_trip), compare);
	sample->count = 1;
	sample->amount = load.round_trip[load.answered / 2];
	sample->extra[0] = (struct bench_value){ load.sent, dropped * 1000 };
	sample->extra[1].count = load.sent;
	sample->extra[1].amount = (load.sent - load.taken - dropped) * 1000;
}

const struct bench_case bench_overload = {
	.figure = { "overload: ping through fq_codel", "ns, median" },
	.extra = {
		{ "overload: dropped by the driver", "of 1000 packets" },
		{ "overload: dropped by fq_codel", "of 1000 packets" },
	},
	.sizes = sizes,
	.configs = configs,
	.count = 1,
	.tun_only = true,
	.begin = overload_begin,
	.run = overload_run,
};
