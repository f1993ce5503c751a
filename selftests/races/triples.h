/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All triples of which an operation is the last: one test, since there are hundreds. It tells how
 * often any two of a triple overlapped, and how often all three; it asserts of each operation that
 * it was done in one of its triples, and that of twenty triples at most one never overlapped.
 */
#ifndef SELFTESTS_RACES_TRIPLES_H
#define SELFTESTS_RACES_TRIPLES_H

#include "run.h"

/* A hundred races and more */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 1500

#define RACE_TRIPLE_ITERATIONS 50

static inline void race_triple(struct __test_metadata *_metadata, struct race *race,
			       const enum race_op_number *numbers)
{
	unsigned long iterations = scaled(RACE_TRIPLE_ITERATIONS);
	__u64 begin = race_now();

	race_choose(race, numbers, 3);
	race_run(_metadata, race, iterations);
	ksft_print_msg("%s, %s and %s: %lu in %llu ms, %lu overlapped, %lu all three\n",
		       race_ops[numbers[0]].name, race_ops[numbers[1]].name,
		       race_ops[numbers[2]].name, race->iterations,
		       (race_now() - begin) / 1000000, race->overlapped, race->all_overlapped);
}

/* Of so many triples one may have had no two operations at it at once */
#define RACE_TRIPLES_APART 20

static inline void race_triples(struct __test_metadata *_metadata, struct race *race,
				enum race_op_number last)
{
	unsigned long iterations = 0, overlapped = 0, all = 0, triples = 0, apart = 0;
	unsigned long asked[RACE_OPS] = {}, done[RACE_OPS] = {};

	race_choose_devices(race, last);
	ksft_print_msg("seed %llu\n", race->seed);
	race_begin(_metadata, race);
	for (int a = 0; a < (int)last; a++) {
		for (int b = a + 1; b < (int)last; b++) {
			const enum race_op_number numbers[] = { a, b, last };

			race_triple(_metadata, race, numbers);
			for (int i = 0; i < 3; i++) {
				asked[numbers[i]] += race->iterations;
				done[numbers[i]] += race_done(&race->threads[i]);
			}
			iterations += race->iterations;
			overlapped += race->overlapped;
			all += race->all_overlapped;
			triples++;
			apart += !race->overlapped;
		}
	}
	ksft_print_msg("%lu iterations, %lu overlapped, %lu all three; %lu of %lu triples never\n",
		       iterations, overlapped, all, apart, triples);
	race_deck_print(&race->deck);
	EXPECT_LE(RACE_LEAST_OVERLAP * iterations, 100 * overlapped);
	EXPECT_NE(0, all);
	EXPECT_LE(apart, triples / RACE_TRIPLES_APART);
	for (int i = 0; i < RACE_OPS; i++)
		race_judge_done(_metadata, &race_ops[i], asked[i], done[i]);
	race_end(_metadata, race);
}

/* The test of all triples with an operation as the last */
#define RACE_TRIPLES(op, number)				\
	static struct race with_##op##_race;			\
	TEST(with_##op)						\
	{							\
		race_triples(_metadata, &with_##op##_race, number);	\
	}

#endif /* SELFTESTS_RACES_TRIPLES_H */
