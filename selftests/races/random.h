/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chance that can be had again: every number follows from the seed of the run, the name of the
 * test, the round and the thread, whatever the scheduler does.
 */
#ifndef SELFTESTS_RACES_RANDOM_H
#define SELFTESTS_RACES_RANDOM_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

struct race_random {
	uint64_t state;
};

/* One step of splitmix64 */
static inline uint64_t race_mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
	value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
	return value ^ (value >> 31);
}

static inline uint64_t race_next(struct race_random *random)
{
	random->state += 0x9e3779b97f4a7c15;
	return race_mix(random->state);
}

/* 0 to @below - 1; 0 for nothing to choose from */
static inline uint64_t race_below(struct race_random *random, uint64_t below)
{
	uint64_t next = race_next(random);

	return below ? next % below : 0;
}

/* True once in @times */
static inline bool race_once_in(struct race_random *random, unsigned int times)
{
	return !race_below(random, times);
}

static inline struct race_random race_random(uint64_t seed, uint64_t what, uint64_t of)
{
	return (struct race_random){ race_mix(seed ^ race_mix(what ^ race_mix(of))) };
}

/* The seed of the run: TUN_TEST_SEED of the environment, or one that nobody has had */
static inline uint64_t race_seed(void)
{
	const char *given = getenv("TUN_TEST_SEED");
	uint32_t seed = 1;

	if (given && *given)
		return strtoull(given, NULL, 0);
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return 1;
	return seed;
}

#endif /* SELFTESTS_RACES_RANDOM_H */
