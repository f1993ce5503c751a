/* SPDX-License-Identifier: GPL-2.0 */
/* A test for each pair, which asserts of both operations that they were done */
#ifndef SELFTESTS_RACES_PAIRS_H
#define SELFTESTS_RACES_PAIRS_H

#include "run.h"

#define RACE_PAIR_ITERATIONS 1000

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
	ksft_print_msg("  %s: %lu done%s; takes %llu us\n", thread->op->name, tally->done, text,
		       thread->typical / 1000);
}

static inline void race_print(const struct race *race, __u64 begin)
{
	const struct race_traffic *traffic = race->traffic;

	ksft_print_msg("seed %llu: %lu iterations, %lu overlapped; %llu ms, of it %llu to mend\n",
		       race->seed, race->iterations, race->overlapped,
		       (race_now() - begin) / 1000000, race->mending / 1000000);
	race_deck_print(&race->deck);
	for (int i = 0; i < race->nr_threads; i++)
		race_print_thread(&race->threads[i]);
	for (int i = 0; i < RACE_TRAFFIC; i++)
		ksft_print_msg("  processor %d: %lu written, %lu sent, %lu read\n", i,
			       race_load(traffic[i].written), race_load(traffic[i].sent),
			       race_load(traffic[i].read));
}

static inline void race_judge_pair(struct __test_metadata *_metadata, const struct race *race)
{
	for (int i = 0; i < race->nr_threads; i++)
		race_judge_done(_metadata, race->threads[i].op, race->iterations,
				race_done(&race->threads[i]));
	EXPECT_LE(RACE_LEAST_OVERLAP * race->iterations, 100 * race->overlapped);
}

static inline void race_pair(struct __test_metadata *_metadata, struct race *race,
			     enum race_op_number a, enum race_op_number b)
{
	const enum race_op_number numbers[] = { a, b };
	__u64 begin = race_now();

	race_choose_devices(race, RACE_OPS * a + b);
	race_choose(race, numbers, 2);
	race_begin(_metadata, race);
	race_run(_metadata, race, scaled(RACE_PAIR_ITERATIONS));
	race_print(race, begin);
	race_judge_pair(_metadata, race);
	race_end(_metadata, race);
}

/* The test of a pair; the program is named after the one, the test after the other */
#define RACE_AGAINST(op, this, other)					\
	static struct race against_##op##_race;				\
	TEST(against_##op)						\
	{								\
		race_pair(_metadata, &against_##op##_race, this, other);	\
	}

#endif /* SELFTESTS_RACES_PAIRS_H */
