/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run: so many iterations of some operations under traffic, and what is asserted of all of them.
 */
#ifndef SELFTESTS_RACES_RUN_H
#define SELFTESTS_RACES_RUN_H

#include "kselftest_harness.h"

#include "check.h"
#include "deck.h"
#include "engine.h"

/* In an emulated machine whose host is busy an iteration may take as long as a second elsewhere. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 450

/* Of a hundred iterations so many overlap at least */
#define RACE_LEAST_OVERLAP 5
/* With so many iterations an operation cannot have come too late in each */
#define RACE_MANY 100
/* How often those who may end a device by a close get devices of their own to end */
#define RACE_OWN_EACH 16

/* What depends on chance for the length of a test */
static inline void race_choose_devices(struct race *race, __u64 what)
{
	race->seed = race_seed();
	race->what = what;
	race_deck_shuffle(&race->deck, race_random(race->seed, what, 0));
}

/* What depends on the operations */
static inline void race_choose(struct race *race, const enum race_op_number *numbers, int n)
{
	struct race_arena *arena = &race->arena;

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
	arena->keep = race_has(race, OP_CLOSE);
	arena->reads = race_has(race, OP_READ);
	/* what the last ones have moved is looked for no more */
	if (arena->moves && !race_has(race, OP_NETNS_MOVE))
		arena->places[0].name[0] = 0;
	arena->moves = race_has(race, OP_NETNS_MOVE);
	arena->by_name = race_has(race, OP_NETNS_MOVE) || race_has(race, OP_TXQUEUELEN) ||
			 race_has(race, OP_MTU) || race_has(race, OP_XDP) ||
			 race_has(race, OP_UPDOWN) || race_has(race, OP_LINK_DEL);
	race->iterations = 0;
	race->mending = 0;
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
}

/* All rounds; 0, or -errno of what could not be mended */
static inline int race_rounds(struct race *race, unsigned long iterations)
{
	unsigned long each = (iterations + RACE_DRAWS - 1) / RACE_DRAWS, left, next = 0;
	__u64 begin;
	int ret, places;

	if (each < RACE_PLACES)
		each = RACE_PLACES;

	for (unsigned int round = 0; race->iterations < iterations; round++) {
		left = iterations - race->iterations;
		/* what is done once a round counts once if nobody goes place by place */
		if (!race->nr_narrow)
			left = 1;
		places = left < RACE_PLACES ? left : RACE_PLACES;
		begin = race_now();
		if (race->iterations >= next) {
			race_deck_draw(&race->deck, &race->arena);
			next += each;
		}
		ret = race_arena_mend(&race->arena, race_kind(race, round), places);
		race->mending += race_now() - begin;
		if (ret)
			return ret;
		if (!round)
			race_traffic_await(race->traffic);
		race_round(race, places);
		race_deck_count(&race->deck, race->arena.flags, places);
	}
	return 0;
}

static inline void race_judge_traffic(struct __test_metadata *_metadata,
				      const struct race_traffic *traffic)
{
	for (int i = 0; i < RACE_TRAFFIC; i++) {
		EXPECT_NE(0, traffic[i].written + traffic[i].sent) {
			TH_LOG("no traffic from processor %d", i);
		}
	}
}

/* In an arena that is open, under traffic that runs */
static inline void race_run(struct __test_metadata *_metadata, struct race *race,
			    unsigned long iterations)
{
	int ret;

	ASSERT_EQ(0, race_threads_start(race));
	ret = race_rounds(race, iterations);
	EXPECT_EQ(0, ret) {
		TH_LOG("%s: %s", race->arena.trouble, strerror(-ret));
	}
	race_threads_stop(race);
	if (race_has(race, OP_HOTPLUG))
		EXPECT_EQ(0, race_cpu_back());
	EXPECT_EQ(iterations, race->iterations);
	for (int i = 0; i < race->nr_threads; i++) {
		const struct race_thread *thread = &race->threads[i];

		EXPECT_EQ(0, thread->tally.strange) {
			TH_LOG("%s: %s is not documented for it", thread->op->name,
			       strerrorname_np(thread->tally.strange));
		}
	}
}

/* How often an operation raced: rmmod is to be refused */
static inline unsigned long race_done(const struct race_thread *thread)
{
	return thread->op == &race_ops[OP_RMMOD] ? thread->tally.refused[EAGAIN] :
						   thread->tally.done;
}

/* An operation that was only refused has raced with nothing. */
static inline void race_judge_done(struct __test_metadata *_metadata, const struct race_op *op,
				   unsigned long iterations, unsigned long done)
{
	EXPECT_TRUE(iterations < RACE_MANY || done) {
		TH_LOG("%s was never done", op->name);
	}
}

static inline void race_begin(struct __test_metadata *_metadata, struct race *race)
{
	ASSERT_EQ(0, race_arena_open(&race->arena)) {
		TH_LOG("%s", race->arena.trouble);
	}
	ASSERT_EQ(0, race_traffic_start(race));
}

/* What raced is usable, then gone, and nothing holds the module. */
static inline void race_end(struct __test_metadata *_metadata, struct race *race)
{
	struct race_arena *arena = &race->arena;

	race_traffic_stop(race->traffic);
	race_judge_traffic(_metadata, race->traffic);
	race_judge_deck(_metadata, &race->deck);

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

#endif /* SELFTESTS_RACES_RUN_H */
