/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is measured, and on what. A case does one thing with packets, in some configurations, on
 * two nodes in turn: side a is the reference, side b ours. A third side, where a case has it, is
 * what the generator costs by itself, with a device that frees at once.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <time.h>

#include "packet.h"

#define BENCH_SIDES 3
#define BENCH_QUEUES 4
#define BENCH_EXTRA 2

#define BENCH_ATTRIBUTE(...) __attribute__((__VA_ARGS__))

/* The program never waits for a packet. */
#define BENCH_NONBLOCK 1
/* A virtio-net header before each packet */
#define BENCH_VNET 2
/* IFF_NAPI */
#define BENCH_NAPI 4
/* Ours with IFF_BACKPRESSURE, the reference with the queue that a device has by default */
#define BENCH_OVERLOAD 8
/* Ours alone reads and writes bursts, of at most BENCH_BURST_FRAMES; the reference is not asked. */
#define BENCH_BURST 16
/* The reference alone is asked */
#define BENCH_REFERENCE 32

/* Bursts whose packets may be merged on their way up */
#define BENCH_MERGE 64
/* The creator says how many queues the device is to have; the reference has no such thing. */
#define BENCH_SAID 128
/* Ours alone, whose packets go through rings; the reference is not asked. */
#define BENCH_RING 256
/* And are written where the stack finds them */
#define BENCH_LEND 512
/* The virtio-net header leaves the checksum to be made up: the reference does not look at it. */
#define BENCH_CHECKED 1024

#define BENCH_BURST_FRAMES 64

/**
 * struct bench_config - one way to use a node
 * @name: what the table calls it; the last of a case's has none
 * @flags: BENCH_NONBLOCK, BENCH_VNET, BENCH_NAPI
 */
struct bench_config {
	const char *name;
	unsigned int flags;
};

/**
 * struct bench_setup - one row of the table
 * @tap: frames instead of packets
 * @size: bytes of an IP packet; a frame has 14 more
 * @queues: of the device, at most BENCH_QUEUES
 * @flags: those of the configuration
 */
struct bench_setup {
	bool tap;
	int size;
	int queues;
	unsigned int flags;
};

struct bench_ring;

/**
 * struct bench_side - a device of one node, ready to carry packets
 * @node: path of the node; NULL for the device that frees at once
 * @number: 0, 1 and 2; the device's network is 10.(10 + number).0.0/24, its address the .1 there
 * @setup: what is measured
 * @name: the device
 * @fd: descriptors of its queues, -1 without
 * @source: sockets whose packets come out of them, -1 without
 * @train: packets that one send() makes
 * @sock: a socket that the case talks to the stack with, -1 without
 * @vnet: bytes of virtio-net header in what is read and written
 * @header: bytes before the IP header there
 * @packet: what the case writes or sends
 * @burst: it, as often as a burst has it, or what is read; NULL without BENCH_BURST
 * @ring: the rings; NULL without BENCH_RING
 */
struct bench_side {
	const char *node;
	unsigned int number;
	struct bench_setup setup;
	char name[16];
	int fd[BENCH_QUEUES];
	int source[BENCH_QUEUES];
	int train;
	int sock;
	size_t vnet;
	size_t header;
	struct packet packet;
	unsigned char *burst;
	struct bench_ring *ring;
};

/**
 * struct bench_value - how much of something
 * @count: how many there were of what the case makes: packets, devices
 * @amount: for all of them; time in ns, which is instructions in a guest that counts them, or what
 *	the unit of the figure says
 */
struct bench_value {
	long count;
	long long amount;
};

/**
 * struct bench_sample - what one run of a case found
 * @count: how many there are to be
 * @amount: for all of them
 * @extra: further figures
 * @broken: why it is void; empty if all was checked and found right
 */
struct bench_sample {
	long count;
	long long amount;
	struct bench_value extra[BENCH_EXTRA];
	char broken[128];
};

/**
 * struct bench_figure - what the table calls a figure
 * @name: of what was done
 * @unit: of an amount divided by its count
 */
struct bench_figure {
	const char *name;
	const char *unit;
};

/**
 * struct bench_case - one thing to do with packets
 * @figure: what is measured; its name is the case's
 * @extra: what else the same run tells; one without a name is none
 * @sizes: of packets, up to a zero; NULL if it has none
 * @queues: numbers of queues, up to a zero; NULL for one queue
 * @configs: to be searched for the best one of each side
 * @count: of a sample; of large packets there are fewer
 * @tun_only: frames would tell nothing more
 * @driver: the figure that counts is that of the driver, without what the generator costs alone;
 *	else that of the whole path
 * @clock: it takes time rather than instructions, most of it for other processors to come by: -c
 * @begin: makes the side's device and sockets; 0 or -errno, -EOPNOTSUPP on a kernel on which there
 *	is no such case
 * @run: does it once for a sample, and checks what came of it
 * @end: ends what @begin has made beside the device and the sockets, as far as it came; may be NULL
 */
struct bench_case {
	struct bench_figure figure;
	struct bench_figure extra[BENCH_EXTRA];
	const int *sizes;
	const int *queues;
	const struct bench_config *configs;
	int count;
	bool tun_only;
	bool driver;
	bool clock;
	int (*begin)(struct bench_side *side);
	void (*run)(struct bench_side *side, struct bench_sample *sample);
	void (*end)(struct bench_side *side);
};

/* All there are */
extern const struct bench_case bench_write_drop, bench_write_udp, bench_write_tcp, bench_forward,
	bench_echo, bench_read, bench_xmit_read, bench_uring_write, bench_uring_read, bench_wake,
	bench_burst_drop, bench_burst_udp, bench_burst_tcp, bench_burst_read, bench_burst_uring,
	bench_vpn, bench_memory, bench_create, bench_destroy, bench_close, bench_overload,
	bench_ring_read, bench_ring_xmit_read, bench_ring_drop, bench_ring_udp, bench_ring_xdp,
	bench_lend_drop, bench_lend_udp, bench_lend_tcp,
	bench_calls;

#define BENCH_PER_PACKET "instructions/packet"

/* Why a sample is void. The first reason stays. */
BENCH_ATTRIBUTE(format(printf, 2, 3))
void bench_broken(struct bench_sample *sample, const char *format, ...);

/* The time of a clock in ns */
static inline long long bench_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static inline long long bench_now(void)
{
	return bench_clock(CLOCK_MONOTONIC);
}

#endif /* BENCH_H */
