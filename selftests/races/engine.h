/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rounds: the leader mends, the threads race, the leader counts.
 *
 * An iteration overlapped if one doing of an operation, from before its call until after it, and
 * one of another's have time in common. That is found from the stamps, not supposed from the
 * barriers. So that it happens, who is faster starts later, by a random part of what the slower
 * one takes as a rule, and goes on until the slower one's first is over.
 */
#ifndef SELFTESTS_RACES_ENGINE_H
#define SELFTESTS_RACES_ENGINE_H

#include "arena.h"
#include "operations.h"
#include "race.h"
#include "traffic.h"

/* Lets some time pass; on the processor if it is little, so that it can be that little */
static inline void race_gap(struct race_thread *thread, __u64 most)
{
	__u64 gap = race_below(&thread->random, most), end = race_now() + gap;

	if (gap > 200000)
		race_sleep_us(gap / 1000);
	else
		while (race_now() < end)
			;
}

/* What the slowest of the others takes as a rule */
static inline __u64 race_typical_other(const struct race_thread *thread)
{
	const struct race *race = thread->race;
	__u64 most = 0, typical;

	for (int i = 0; i < race->nr_threads; i++) {
		typical = race_load(race->threads[i].typical);
		if (i != thread->number && typical > most)
			most = typical;
	}
	return most;
}

static inline void race_tally(struct race_thread *thread, int ret)
{
	const int *known = thread->op->errnos;

	if (ret >= 0) {
		thread->tally.done++;
		return;
	}
	if (-ret < RACE_ERRNOS)
		thread->tally.refused[-ret]++;
	for (size_t i = 0; i < ARRAY_SIZE(thread->op->errnos) && known[i]; i++)
		if (known[i] == -ret)
			return;
	/* Who reads or writes may find the other mode. */
	if (ret == -EINVAL && race_has(thread->race, OP_BURST) &&
	    (thread->op->run == race_read || thread->op->run == race_write ||
	     thread->op->run == race_burst))
		return;
	/* Or that there are rings. */
	if (ret == -EBUSY && race_has(thread->race, OP_RING) &&
	    (thread->op->run == race_read || thread->op->run == race_write))
		return;
	thread->tally.strange = -ret;
}

/* Upwards and downwards alike: who was interrupted once does not count for more than that */
static inline void race_learn(struct race_thread *thread, __u64 took)
{
	__u64 typical = thread->typical, step = typical / 8 + 100;

	if (!typical)
		typical = took;
	else if (took > typical)
		typical += step;
	else
		typical -= step < typical ? step : 0;
	race_store(thread->typical, typical);
}

/* Once, between two stamps */
static inline struct race_stamp race_do(struct race_thread *thread, int place)
{
	struct race_stamp stamp;
	int ret;

	stamp.begin = race_now();
	ret = thread->op->run(thread, place);
	stamp.end = race_now();
	race_learn(thread, stamp.end - stamp.begin);
	race_tally(thread, ret);
	return stamp;
}

/* Whether all others that go place by place have done theirs once in this one */
static inline bool race_others_are_through(const struct race_thread *thread, int place)
{
	const struct race *race = thread->race;

	for (int i = 0; i < race->nr_threads; i++)
		if (i != thread->number && !race->threads[i].op->wide &&
		    race_load(race->threads[i].first) <= place)
			return false;
	return true;
}

/* Who goes place by place meets here, before each */
static inline void race_meet(struct race_thread *thread)
{
	struct race *race = thread->race;
	unsigned long here = thread->arrived + 1;

	race_store(thread->arrived, here);
	for (int i = 0; i < race->nr_threads; i++)
		if (!race->threads[i].op->wide)
			race_wait(race_load(race->threads[i].arrived) >= here);
}

/*
 * Before an operation in a place: a random part of what the others take. With a wide one under way
 * the places are spread over the time that it takes, the first one over its beginning.
 */
static inline void race_narrow_gap(struct race_thread *thread, int place)
{
	struct race_thread *wide = thread->race->wide;

	if (!wide) {
		race_gap(thread, race_typical_other(thread));
		return;
	}
	if (place)
		race_wait(race_load(wide->begun) == thread->race->go);
	if (race_load(wide->done) != thread->race->go)
		race_gap(thread, 2 * race_load(wide->typical) / thread->race->places /
				 (place ? 1 : 4));
}

/*
 * Again and again until the others' first is over. So who comes late, because an emulated processor
 * stands still whenever the host has something better to do, finds the others at it.
 */
static inline void race_narrow_place(struct race_thread *thread, int place)
{
	int n = 0;

	race_meet(thread);
	race_narrow_gap(thread, place);
	do {
		thread->stamps[place][n++ % RACE_STAMPS] = race_do(thread, place);
		race_store(thread->first, place + 1);
	} while (!thread->op->once && n < RACE_TRIES && !race_others_are_through(thread, place));
	thread->tries[place] = n < RACE_STAMPS ? n : RACE_STAMPS;
}

static inline void race_narrow_round(struct race_thread *thread)
{
	race_store(thread->begun, thread->race->go);
	for (int i = 0; i < thread->race->places; i++)
		race_narrow_place(thread, i);
}

/* Begins when all others are about to */
static inline void race_wide_round(struct race_thread *thread)
{
	const struct race *race = thread->race;
	struct race_stamp stamp;

	for (int i = 0; i < race->nr_threads; i++)
		if (!race->threads[i].op->wide)
			race_wait(race_load(race->threads[i].begun) == race->go);
	race_gap(thread, race->nr_narrow ? thread->typical / 8 : race_typical_other(thread));
	race_store(thread->begun, race->go);
	stamp = race_do(thread, 0);
	for (int i = 0; i < race->places; i++) {
		thread->stamps[i][0] = stamp;
		thread->tries[i] = 1;
	}
}

static inline void *race_thread_main(void *arg)
{
	struct race_thread *thread = arg;
	struct race *race = thread->race;

	for (unsigned int round = 1;; round++) {
		race_wait(race_load(race->go) == round || race_load(race->stop));
		if (race_load(race->stop))
			return NULL;
		race_pin(thread->number);
		thread->random = race_random(race->seed, race->what,
					     round * 16ULL + thread->number);
		if (thread->op->wide)
			race_wide_round(thread);
		else
			race_narrow_round(thread);
		race_store(thread->done, round);
	}
}

/* The time that both have, without a length if they have none */
static inline struct race_stamp race_common(struct race_stamp a, struct race_stamp b)
{
	return (struct race_stamp){
		a.begin > b.begin ? a.begin : b.begin, a.end < b.end ? a.end : b.end,
	};
}

/* How many of the threads from @first on were at it at once in a place, at most, in a time */
static inline int race_most_at_once(const struct race *race, int place, int first,
				    struct race_stamp within)
{
	const struct race_thread *thread = &race->threads[first];
	struct race_stamp common;
	int most, with;

	if (first == race->nr_threads)
		return 0;
	most = race_most_at_once(race, place, first + 1, within);
	for (int i = 0; i < thread->tries[place]; i++) {
		common = race_common(within, thread->stamps[place][i]);
		if (common.begin >= common.end)
			continue;
		with = 1 + race_most_at_once(race, place, first + 1, common);
		if (with > most)
			most = with;
	}
	return most;
}

/* One round in a mended arena */
static inline void race_round(struct race *race, int places)
{
	int most;

	race->places = places;
	for (int i = 0; i < race->nr_threads; i++)
		race->threads[i].first = 0;
	race_store(race->go, race->go + 1);
	for (int i = 0; i < race->nr_threads; i++)
		race_wait(race_load(race->threads[i].done) == race->go);
	for (int i = 0; i < places; i++) {
		most = race_most_at_once(race, i, 0, (struct race_stamp){ 0, ~0ULL });
		race->overlapped += most > 1;
		race->all_overlapped += most == race->nr_threads;
	}
	race->iterations += places;
}

#endif /* SELFTESTS_RACES_ENGINE_H */
