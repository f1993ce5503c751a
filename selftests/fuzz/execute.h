/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running programs.
 */
#ifndef SELFTESTS_FUZZ_EXECUTE_H
#define SELFTESTS_FUZZ_EXECUTE_H

#include "cover.h"
#include "fuzz.h"

/* All edges that any program reached */
extern struct cover_edges execute_edges;

/* And how often each was run; its place is that of the edge */
extern __u32 execute_ran[COVER_EDGES];

/**
 * struct execute_count - how often an operation was called
 * @calls: how often
 * @good: how often it succeeded
 */
struct execute_count {
	unsigned long calls;
	unsigned long good;
};

extern struct execute_count execute_counts[];

/* Says of each call what it answered, to stderr */
extern bool execute_verbose;

#endif /* SELFTESTS_FUZZ_EXECUTE_H */
