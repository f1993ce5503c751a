// SPDX-License-Identifier: GPL-2.0
/*
 * What the sender pays for a reader that sleeps: one packet at a time, each to a thread that waits
 * for it in read().
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <unistd.h>

#include "counter.h"
#include "device.h"
#include "net_test.h"

static const int sizes[] = { 64, 0 };

static const struct bench_config configs[] = {
	{ "blocking", 0 },
	{ }
};

/**
 * struct reader - the thread that sleeps
 * @side: whose device it reads
 * @count: packets that are still to come
 * @wrong: how many were not what was sent
 * @got: posted for each
 */
struct reader {
	struct bench_side *side;
	int count;
	int wrong;
	sem_t got;
};

static void *read_each(void *data)
{
	static unsigned char room[PACKET_MAX];
	struct reader *reader = data;
	const struct packet *p = &reader->side->packet;

	while (reader->count--) {
		ssize_t len = read(reader->side->fd[0], room, sizeof(room));

		if (len != (ssize_t)p->len || memcmp(room, p->data, len))
			reader->wrong++;
		sem_post(&reader->got);
	}
	return NULL;
}

/* A packet that is lost would be waited for without an end. */
static int wait_soon(sem_t *sem)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += NET_SOON_MS / 1000;
	return sem_timedwait(sem, &end);
}

static int wake_begin(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : device_udp(side, NULL);
	if (ret)
		return ret;
	side->sock = net_packet_socket(side->name, 0);
	return side->sock < 0 ? side->sock : net_packet_bypass(side->sock);
}

static void wake_run(struct bench_side *side, struct bench_sample *sample)
{
	struct reader reader = { .side = side, .count = sample->count };
	const struct packet *p = &side->packet;
	struct counter before = counter_now(side);
	pthread_t thread;
	long long start;
	ssize_t ret;

	sem_init(&reader.got, 0, 0);
	if (pthread_create(&thread, NULL, read_each, &reader)) {
		bench_broken(sample, "no thread");
		sem_destroy(&reader.got);
		return;
	}
	for (int i = 0; i < sample->count; i++) {
		/* It goes to sleep meanwhile, and so does what it left behind. */
		net_sleep_ms(2);
		start = bench_clock(CLOCK_THREAD_CPUTIME_ID);
		ret = send(side->sock, p->data, p->len, 0);
		sample->amount += bench_clock(CLOCK_THREAD_CPUTIME_ID) - start;
		if (ret == (ssize_t)p->len && !wait_soon(&reader.got))
			continue;
		bench_broken(sample, "packet %d: %zd bytes sent: %s", i, ret, strerror(errno));
		pthread_cancel(thread);
		break;
	}
	pthread_join(thread, NULL);
	sem_destroy(&reader.got);
	if (reader.wrong)
		bench_broken(sample, "%d packets are not what was sent", reader.wrong);
	counter_check(side, &before, 0, sample->count, 0, sample);
}

const struct bench_case bench_wake = {
	.figure = { "send to a sleeping reader", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 200,
	.tun_only = true,
	.begin = wake_begin,
	.run = wake_run,
};
