// SPDX-License-Identifier: GPL-2.0
/*
 * System calls of a program that is busy both ways: it reads what the stack sends and writes as
 * many packets, which IP drops, while another thread sends; and how often that has to wake it.
 * Counted by the kernel's own tracepoints.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "counter.h"
#include "device.h"
#include "ring.h"
#include "source.h"

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

/*
 * How often the calling thread comes by a tracepoint, such as "sched/sched_waking", where @filter
 * is right, if there is one; a descriptor that tells, or -errno
 */
static int event_open(const char *name, const char *filter)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char path[80], text[16] = "";
	int fd, err;

	snprintf(path, sizeof(path), TRACING "/events/%s/id", name);
	if (access(path, R_OK) && mount("tracefs", TRACING, "tracefs", 0, NULL))
		return -errno;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) > 0)
		attr.config = atoi(text);
	close(fd);
	if (!attr.config)
		return -ENOENT;
	fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!filter || !ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* So far */
static long long event_count(int fd)
{
	__u64 n = 0;

	if (read(fd, &n, sizeof(n)) != sizeof(n))
		return -1;
	return n;
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
 * @reader: the thread that reads
 * @wakes: how often it had to be woken
 * @sample: void if it cannot
 */
struct sender {
	struct bench_side *side;
	long count;
	long done;
	pid_t reader;
	long long wakes;
	struct bench_sample *sample;
};

static void *send_all(void *data)
{
	struct sender *sender = data;
	long sent = 0, n;
	char filter[32];
	int fd;

	snprintf(filter, sizeof(filter), "pid == %d", sender->reader);
	fd = event_open("sched/sched_waking", filter);
	if (fd < 0)
		bench_broken(sender->sample, "no tracepoint: %s", strerror(-fd));

	while (sent < sender->count && !*sender->sample->broken) {
		if (sent - __atomic_load_n(&sender->done, __ATOMIC_RELAXED) > UNDER_WAY) {
			sched_yield();
			continue;
		}
		n = sender->count - sent < TRAIN ? sender->count - sent : TRAIN;
		source_send(sender->side, n, sender->sample);
		sent += n;
	}
	if (fd < 0)
		return NULL;
	sender->wakes = event_count(fd);
	close(fd);
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
	struct sender sender = {
		.side = side, .count = sample->count, .reader = gettid(), .sample = sample,
	};
	struct counter before = counter_now(side);
	int fd = event_open("raw_syscalls/sys_enter", NULL);
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
	calls = event_count(fd);
	busy(&sender, sample);
	/* All but the last read() */
	sample->amount = 1000 * (event_count(fd) - calls - 1);
	pthread_join(thread, NULL);
	close(fd);
	sample->extra[0] = (struct bench_value){ sample->count, 1000 * sender.wakes };
	counter_check(side, &before, sample->count, sample->count, sample->count, sample);
}

const struct bench_case bench_calls = {
	.figure = { "system calls, busy both ways", "calls/1000 packets" },
	.extra = { { "wake-ups by the sender", "wake-ups/1000 packets" } },
	.sizes = sizes,
	.configs = configs,
	.count = 16384,
	.tun_only = true,
	.begin = calls_begin,
	.run = calls_run,
};
