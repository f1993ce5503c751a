/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test for each pair: so many iterations under traffic, then what is told of them and what is
 * asserted. What is asserted of every operation is that it was done, and not only refused.
 */
#ifndef SELFTESTS_RACES_PAIRS_H
#define SELFTESTS_RACES_PAIRS_H

#include "kselftest_harness.h"

#include "check.h"
#include "engine.h"

/* In an emulated machine whose host is busy an iteration may take as long as a second elsewhere. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 450

#define RACE_PAIR_ITERATIONS 1000
/* Of a hundred iterations so many overlap at least */
#define RACE_LEAST_OVERLAP 5
/* How often those who may end a device by a close get devices of their own to end */
#define RACE_OWN_EACH 16

static inline bool race_has(const struct race *race, enum race_op_number number)
{
	for (int i = 0; i < race->nr_threads; i++)
		if (race->threads[i].op == &race_ops[number])
			return true;
	return false;
}

/* What depends on chance for the length of a test, and on what is done in it */
static inline void race_choose(struct race *race, const enum race_op_number *numbers, int n)
{
	struct race_arena *arena = &race->arena;
	struct race_random random;

	race->nr_threads = n;
	race->nr_narrow = 0;
	race->wide = NULL;
	race->what = 1;
	for (int i = 0; i < n; i++) {
		race->threads[i] = (struct race_thread){
			.race = race, .op = &race_ops[numbers[i]], .number = i,
		};
		race->what = 100 * race->what + numbers[i];
		race->nr_narrow += !race->threads[i].op->wide;
		if (race->threads[i].op->wide)
			race->wide = &race->threads[i];
	}
	random = race_random(race->seed, race->what, 0);
	arena->flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE;
	arena->flags |= race_once_in(&random, 2) ? IFF_NAPI : 0;
	arena->qdisc = race_once_in(&random, 2) ? "pfifo" : "noqueue";
	arena->keep = race_has(race, OP_CLOSE);
	arena->moves = race_has(race, OP_NETNS_MOVE);
	arena->by_name = race_has(race, OP_NETNS_MOVE) || race_has(race, OP_TXQUEUELEN) ||
			 race_has(race, OP_MTU) || race_has(race, OP_XDP) ||
			 race_has(race, OP_UPDOWN) || race_has(race, OP_LINK_DEL);
	race->iterations = 0;
	race->overlapped = 0;
	race->all_overlapped = 0;
	race->go = 0;
	race->stop = 0;
}

static inline enum race_kind race_kind(const struct race *race, unsigned int round)
{
	bool may_end = race_has(race, OP_CLOSE) || race_has(race, OP_PERSIST) ||
		       race_has(race, OP_SETIFF);

	if (race_has(race, OP_NETNS_EXIT))
		return RACE_DOOMED;
	if (race_has(race, OP_LINK_DEL) || (may_end && round % RACE_OWN_EACH == 0))
		return RACE_OWN;
	return RACE_SHARED;
}

static inline int race_threads_start(struct race *race)
{
	for (int i = 0; i < race->nr_threads; i++) {
		struct race_thread *thread = &race->threads[i];

		if (race_door_open(&race->arena, &thread->door) ||
		    pthread_create(&thread->pthread, NULL, race_thread_main, thread))
			return -EIO;
	}
	return 0;
}

static inline void race_threads_stop(struct race *race)
{
	race_store(race->stop, 1);
	for (int i = 0; i < race->nr_threads; i++) {
		pthread_join(race->threads[i].pthread, NULL);
		race_door_close(&race->threads[i].door);
	}
	if (race_has(race, OP_HOTPLUG))
		race_cpu_online(true);
}

/* All rounds; 0, or -errno of what could not be mended */
static inline int race_rounds(struct race *race, unsigned long iterations)
{
	unsigned long left;
	int ret, places;

	for (unsigned int round = 0; race->iterations < iterations; round++) {
		left = iterations - race->iterations;
		places = left < RACE_PLACES ? left : RACE_PLACES;
		ret = race_arena_mend(&race->arena, race_kind(race, round), places);
		if (ret)
			return ret;
		race_round(race, places);
	}
	return 0;
}

static inline void race_print_thread(const struct race_thread *thread)
{
	const struct race_tally *tally = &thread->tally;
	char text[256];
	int at = 0;

	for (int i = 0; i < RACE_ERRNOS && at < (int)sizeof(text) - 40; i++)
		if (tally->refused[i])
			at += snprintf(text + at, sizeof(text) - at, ", %lu %s", tally->refused[i],
				       strerrorname_np(i));
	text[at] = 0;
	ksft_print_msg("  %s: %lu done%s; takes %lu us\n", thread->op->name, tally->done, text,
		       thread->typical / 1000);
}

static inline void race_print(const struct race *race, const struct race_traffic *traffic,
			      uint64_t begin)
{
	ksft_print_msg("seed %lu: %lu iterations in %lu ms, %lu overlapped (%lu%%)%s\n", race->seed,
		       race->iterations, (race_now() - begin) / 1000000, race->overlapped,
		       race->iterations ? 100 * race->overlapped / race->iterations : 0,
		       race->arena.flags & IFF_NAPI ? ", with NAPI" : "");
	for (int i = 0; i < race->nr_threads; i++)
		race_print_thread(&race->threads[i]);
	for (int i = 0; i < 2; i++)
		ksft_print_msg("  processor %d: %lu written, %lu sent, %lu read\n", i,
			       traffic[i].written, traffic[i].sent, traffic[i].read);
}

/* An operation that was only refused has raced with nothing. rmmod is to be refused. */
static inline bool race_was_done(const struct race_thread *thread)
{
	return thread->op == &race_ops[OP_RMMOD] ? thread->tally.refused[EAGAIN] :
						   thread->tally.done;
}

static inline void race_judge_threads(struct __test_metadata *_metadata, const struct race *race)
{
	for (int i = 0; i < race->nr_threads; i++) {
		const struct race_thread *thread = &race->threads[i];

		EXPECT_EQ(0, thread->tally.strange) {
			TH_LOG("%s: %s is not documented for it", thread->op->name,
			       strerrorname_np(thread->tally.strange));
		}
		EXPECT_TRUE(race_was_done(thread)) {
			TH_LOG("%s was never done", thread->op->name);
		}
	}
}

static inline void race_judge_traffic(struct __test_metadata *_metadata,
				      const struct race_traffic *traffic)
{
	for (int i = 0; i < 2; i++)
		EXPECT_NE(0, traffic[i].written + traffic[i].sent) {
			TH_LOG("no traffic from processor %d", i);
		}
}

/* The race alone, in an arena that is open */
static inline void race_run(struct __test_metadata *_metadata, struct race *race,
			    unsigned long iterations)
{
	struct race_traffic traffic[2];
	uint64_t begin = race_now();
	int ret;

	ret = race_arena_mend(&race->arena, race_kind(race, 0), RACE_PLACES);
	EXPECT_EQ(0, ret) {
		TH_LOG("%s before the race", race->arena.trouble);
	}
	ASSERT_EQ(0, race_traffic_start(traffic, race));
	for (int i = 0; i < 2; i++)
		race_wait(race_load(traffic[i].started));
	ASSERT_EQ(0, race_threads_start(race));
	ret = ret ? ret : race_rounds(race, iterations);
	EXPECT_EQ(0, ret) {
		TH_LOG("%s: %s", race->arena.trouble, strerror(-ret));
	}
	race_threads_stop(race);
	race_traffic_stop(traffic);
	race_print(race, traffic, begin);
	EXPECT_EQ(iterations, race->iterations);
	race_judge_threads(_metadata, race);
	race_judge_traffic(_metadata, traffic);
	EXPECT_LE(RACE_LEAST_OVERLAP * race->iterations, 100 * race->overlapped);
}

static inline void race_end(struct __test_metadata *_metadata, struct race *race)
{
	struct race_arena *arena = &race->arena;

	EXPECT_EQ(0, race_usable(arena)) {
		TH_LOG("%s after the race", arena->trouble);
	}
	race_arena_clear(arena);
	EXPECT_TRUE(race_arena_is_empty(arena));
	EXPECT_EQ(0, race_fresh(arena)) {
		TH_LOG("%s after the race", arena->trouble);
	}
	race_arena_close(arena);
	EXPECT_TRUE(race_module_is_free()) {
		TH_LOG("the module has %d users", module_users());
	}
}

static inline void race_pair(struct __test_metadata *_metadata, enum race_op_number a,
			     enum race_op_number b)
{
	const enum race_op_number numbers[] = { a, b };
	static struct race race;

	race.seed = race_seed();
	race_choose(&race, numbers, 2);
	ASSERT_EQ(0, race_arena_open(&race.arena)) {
		TH_LOG("%s", race.arena.trouble);
	}
	race_run(_metadata, &race, scaled(RACE_PAIR_ITERATIONS));
	race_end(_metadata, &race);
}

/* The test of a pair; the program is named after the one, the test after the other */
#define RACE_AGAINST(op, this, other)			\
	TEST(against_##op)				\
	{						\
		race_pair(_metadata, this, other);	\
	}

#endif /* SELFTESTS_RACES_PAIRS_H */
