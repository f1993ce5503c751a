/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Something is done to a device that a thread sends to and another one reads from: whatever it is,
 * the packets are to go on coming.
 */
#ifndef SELFTESTS_UNDER_TRAFFIC_H
#define SELFTESTS_UNDER_TRAFFIC_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "net_test.h"

/**
 * struct under_traffic - the two threads
 * @stop: whether both are to end
 * @seen: packets that were read
 * @sender: who sends
 * @reader: who reads
 */
struct under_traffic {
	int stop;
	int seen;
	pthread_t sender;
	pthread_t reader;
};

static inline bool under_traffic_stopped(struct under_traffic *t)
{
	return __atomic_load_n(&t->stop, __ATOMIC_ACQUIRE);
}

/* The reader has got @packets more. */
static inline void under_traffic_saw(struct under_traffic *t, int packets)
{
	__atomic_add_fetch(&t->seen, packets, __ATOMIC_RELEASE);
}

/* Whether so many more packets come through */
static inline bool under_traffic_goes_on(struct under_traffic *t, int more)
{
	int want = __atomic_load_n(&t->seen, __ATOMIC_ACQUIRE) + more;

	for (int i = 0; i < NET_SOON_MS / 5; i++) {
		if (__atomic_load_n(&t->seen, __ATOMIC_ACQUIRE) >= want)
			return true;
		net_sleep_ms(5);
	}
	return false;
}

/* Starts both threads; whether packets come through */
static inline bool under_traffic_begin(struct under_traffic *t, void *(*sender)(void *),
				       void *(*reader)(void *), void *arg)
{
	return !pthread_create(&t->sender, NULL, sender, arg) &&
	       !pthread_create(&t->reader, NULL, reader, arg) && under_traffic_goes_on(t, 100);
}

static inline void under_traffic_end(struct under_traffic *t)
{
	__atomic_store_n(&t->stop, 1, __ATOMIC_RELEASE);
	pthread_join(t->sender, NULL);
	pthread_join(t->reader, NULL);
}

/* Another queueing discipline for a device; 0 or not */
static inline int under_traffic_qdisc(const char *name, const char *kind)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "tc qdisc replace dev %s root %s", name, kind);
	return system(cmd);
}

#endif /* SELFTESTS_UNDER_TRAFFIC_H */
