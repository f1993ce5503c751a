/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kinds of devices. A test goes through all of them, several rounds each, in an order that follows
 * from the seed: what races on one kind need not race on another.
 */
#ifndef SELFTESTS_RACES_DECK_H
#define SELFTESTS_RACES_DECK_H

#include "race.h"

#define RACE_SHAPES 5
/* Devices of so many kinds in a test, if it is long enough for them */
#define RACE_DRAWS 20

/* What the others are combined with; IFF_NAPI_FRAGS has no meaning without IFF_TAP and IFF_NAPI */
static const int race_shapes[RACE_SHAPES] = {
	IFF_TAP,
	IFF_TAP | IFF_NAPI,
	IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS,
	IFF_TUN,
	IFF_TUN | IFF_NAPI,
};

static const struct {
	int flag;
	const char *name;
} race_flags[RACE_FLAGS] = {
	{ IFF_TUN, "TUN" },
	{ IFF_TAP, "TAP" },
	{ IFF_NAPI, "NAPI" },
	{ IFF_NAPI_FRAGS, "NAPI_FRAGS" },
	{ IFF_VNET_HDR, "VNET_HDR" },
	{ IFF_BACKPRESSURE, "BACKPRESSURE" },
};

static inline void race_deck_shuffle(struct race_deck *deck, struct race_random random)
{
	*deck = (struct race_deck){ .random = random };
	deck->first = race_below(&deck->random, RACE_SHAPES);
	deck->step = 1 + race_below(&deck->random, RACE_SHAPES - 1);
	deck->press = race_below(&deck->random, 2);
	deck->vnet = race_below(&deck->random, 4);
}

/*
 * The next kind. Three in a row have both settings of IFF_BACKPRESSURE and of IFF_VNET_HDR, five
 * all shapes, twenty all combinations. A subqueue is stopped for a discipline that can hold
 * packets meanwhile: with IFF_BACKPRESSURE there is always one.
 */
static inline void race_deck_draw(struct race_deck *deck, struct race_arena *arena)
{
	unsigned int n = deck->drawn++;
	bool press = (n + deck->press) & 1, vnet = (n + deck->vnet) >> 1 & 1;
	int flags = race_shapes[(deck->first + n * deck->step) % RACE_SHAPES];

	flags |= IFF_NO_PI | IFF_MULTI_QUEUE;
	flags |= (press ? IFF_BACKPRESSURE : 0) | (vnet ? IFF_VNET_HDR : 0);
	arena->qdisc = race_once_in(&deck->random, 2) || press ? "pfifo" : "noqueue";
	/* devices that are there have the flags of before */
	arena->stale = flags != arena->flags;
	race_store(arena->flags, flags);
}

static inline void race_deck_count(struct race_deck *deck, int flags, unsigned long iterations)
{
	deck->iterations += iterations;
	for (int i = 0; i < RACE_FLAGS; i++)
		if (flags & race_flags[i].flag)
			deck->of[i] += iterations;
}

static inline void race_deck_print(const struct race_deck *deck)
{
	char text[256];
	int at = 0;

	for (int i = 0; i < RACE_FLAGS; i++)
		at += snprintf(text + at, sizeof(text) - at, "%s %lu %s", i ? "," : "",
			       deck->of[i], race_flags[i].name);
	ksft_print_msg("  devices of %u kinds, iterations on:%s\n", deck->drawn, text);
}

/* With so many iterations no kind of device is left out. */
static inline void race_judge_deck(struct __test_metadata *_metadata, const struct race_deck *deck)
{
	for (int i = 0; i < RACE_FLAGS; i++) {
		EXPECT_TRUE(deck->iterations < RACE_SHAPES * RACE_PLACES || deck->of[i]) {
			TH_LOG("no device was of IFF_%s", race_flags[i].name);
		}
	}
}

#endif /* SELFTESTS_RACES_DECK_H */
