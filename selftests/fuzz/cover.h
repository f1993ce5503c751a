/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the module ran: KCOV says which blocks a thread went through, and two blocks of one
 * function that follow each other in it are an edge. Calls in between do not matter, so that the
 * same is counted whoever calls: the fuzzer's calls and those of the tests of a suite.
 */
#ifndef SELFTESTS_FUZZ_COVER_H
#define SELFTESTS_FUZZ_COVER_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* Room for edges; a module of ten thousand lines has some five thousand. */
#define COVER_EDGES 0x10000

/* Functions of the module, parts of them counted on their own */
#define COVER_FUNCTIONS 2048

/**
 * struct cover_edges - a set; may be in memory that processes share, and in a file
 * @n: how many there are
 * @edge: from << 32 | to, offsets in the module, 0 for no edge
 */
struct cover_edges {
	__u64 n;
	__u64 edge[COVER_EDGES];
};

/**
 * struct cover - a thread's KCOV
 * @area: count, then addresses; NULL if there is none
 * @last: for each function the block that ran last
 * @newest: place of the last edge that was new
 */
struct cover {
	unsigned long *area;
	__u32 last[COVER_FUNCTIONS];
	unsigned int newest;
};

/* Where the module and its functions are; 0 or -errno. For the whole process, once */
int cover_find_module(void);

/* KCOV of @words addresses for whoever calls cover_enable(); 0 or -errno */
int cover_open(struct cover *cover, size_t words);

/* For the calling thread; 0 or -errno */
int cover_enable(struct cover *cover);

/*
 * What ran since the last look goes to @edges, and how often to @ran, which is as long, or NULL.
 * How many are new
 */
unsigned int cover_collect(struct cover *cover, struct cover_edges *edges, __u32 *ran);

bool cover_has(const struct cover_edges *edges, __u64 edge);

#endif /* SELFTESTS_FUZZ_COVER_H */
