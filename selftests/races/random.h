/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chance that can be had again: every number follows from the seed of the run, the name of the
 * test, the round and the thread, whatever the scheduler does.
 */
#ifndef SELFTESTS_RACES_RANDOM_H
#define SELFTESTS_RACES_RANDOM_H

#include <stdlib.h>
#include <sys/random.h>

#include <linux/types.h>

struct race_random {
	__u64 state;
};

/* One step of splitmix64 */
static inline __u64 race_mix(__u64 value)
{
	value += 0x9e3779b97f4a7c15;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

static inline __u64 race_next(struct race_random *random)
{
	random->state += 0x9e3779b97f4a7c15;
	return race_mix(random->state);
}

/* 0 to @below - 1; 0 for nothing to choose from */
static inline __u64 race_below(struct race_random *random, __u64 below)
{
	__u64 next = race_next(random);

	return below ? next % below : 0;
}

/* True once in @times */
static inline bool race_once_in(struct race_random *random, unsigned int times)
{
	return !race_below(random, times);
}

static inline struct race_random race_random(__u64 seed, __u64 what, __u64 of)
{
	return (struct race_random){ race_mix(seed ^ race_mix(what ^ race_mix(of))) };
}

/* The seed of the run: TUN_TEST_SEED of the environment, or one that nobody has had */
static inline __u64 race_seed(void)
{
	const char *given = getenv("TUN_TEST_SEED");
	__u32 seed = 1;

	if (given && *given)
		return strtoull(given, NULL, 0);
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return 1;
	return seed;
}

#endif /* SELFTESTS_RACES_RANDOM_H */
