// SPDX-License-Identifier: GPL-2.0
/*
 * System calls of a program that is busy both ways: it reads what the stack sends and writes as
 * many packets, which IP drops, while another thread sends. Counted by the kernel's own tracepoint.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "counter.h"
#include "device.h"
#include "ring.h"
#include "source.h"

#define EVENT "/events/raw_syscalls/sys_enter/id"
#define TRACING "/sys/kernel/tracing"

/* In-tree's queue has room for 500: so many may be under way, and that many come at once. */
#define UNDER_WAY 256
#define TRAIN 64
/* Packets that are written between two kicks */
#define TURN 512

static const int sizes[] = { 64, 0 };

static const struct bench_config configs[] = {
	{ "blocking", 0 },
	{ "ring", BENCH_NONBLOCK | BENCH_RING },
	{ }
};

static unsigned char room[PACKET_MAX];

/* The calling thread's system calls; a descriptor that tells how many, or -errno */
static int calls_open(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char text[16] = "";
	int fd;

	if (access(TRACING EVENT, R_OK) && mount("tracefs", TRACING, "tracefs", 0, NULL))
		return -errno;
	fd = open(TRACING EVENT, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) > 0)
		attr.config = atoi(text);
	close(fd);
	if (!attr.config)
		return -ENOENT;
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* So far, this one included */
static long long calls_now(int fd)
{
	__u64 calls = 0;

	if (read(fd, &calls, sizeof(calls)) != sizeof(calls))
		return -1;
	return calls;
}

static int calls_begin(struct bench_side *side)
{
	int ret = device_make(side);

	/* The source looks at its first packet, which it reads: before there are rings. */
	ret = ret ? ret : source_begin(side, false);
	ret = ret ? ret : device_udp(side, NULL);
	return ret ? ret : device_drop_begin(side);
}

/**
 * struct sender - the thread that sends
 * @side: to whose device
 * @count: packets
 * @done: how many of them were read; atomic
 * @sample: void if it cannot
 */
struct sender {
	struct bench_side *side;
	long count;
	long done;
	struct bench_sample *sample;
};

static void *send_all(void *data)
{
	struct sender *sender = data;
	long sent = 0, n;

	while (sent < sender->count && !*sender->sample->broken) {
		if (sent - __atomic_load_n(&sender->done, __ATOMIC_RELAXED) > UNDER_WAY) {
			sched_yield();
			continue;
		}
		n = sender->count - sent < TRAIN ? sender->count - sent : TRAIN;
		source_send(sender->side, n, sender->sample);
		sent += n;
	}
	return NULL;
}

/* Reads as many as there are, up to @most, at least one; how many, 0 if the sample is void */
static int take(struct bench_side *side, int most, struct bench_sample *sample)
{
	ssize_t want = side->header + side->setup.size;

	if (side->ring)
		return ring_take(side, most, want, sample);
	if (read(side->fd[0], room, sizeof(room)) == want)
		return 1;
	bench_broken(sample, "read: another packet, or %s", strerror(errno));
	return 0;
}

static void busy(struct sender *sender, struct bench_sample *sample)
{
	struct bench_side *side = sender->side;
	int owed = 0, n;

	for (long left = sender->count; left > 0 && !*sample->broken; left -= n) {
		n = take(side, TURN - owed, sample);
		__atomic_fetch_add(&sender->done, n, __ATOMIC_RELAXED);
		owed += n;
		if (owed < TURN && side->ring && left > n)
			continue;
		if (side->ring)
			ring_write_at_once(side, owed, sample);
		else
			device_write(side, owed, sample);
		owed = 0;
	}
}

static void calls_run(struct bench_side *side, struct bench_sample *sample)
{
	struct sender sender = { .side = side, .count = sample->count, .sample = sample };
	struct counter before = counter_now(side);
	int fd = calls_open();
	pthread_t thread;
	long long calls;

	if (fd < 0) {
		bench_broken(sample, "no tracepoint: %s", strerror(-fd));
		return;
	}
	if (pthread_create(&thread, NULL, send_all, &sender)) {
		bench_broken(sample, "no thread");
		close(fd);
		return;
	}
	calls = calls_now(fd);
	busy(&sender, sample);
	sample->amount = 1000 * (calls_now(fd) - calls - 1);
	pthread_join(thread, NULL);
	close(fd);
	counter_check(side, &before, sample->count, sample->count, sample->count, sample);
}

const struct bench_case bench_calls = {
	.figure = { "system calls, busy both ways", "calls/1000 packets" },
	.sizes = sizes,
	.configs = configs,
	.count = 16384,
	.tun_only = true,
	.begin = calls_begin,
	.run = calls_run,
};
