/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that reached what none before them did, in memory and in a directory.
 */
#ifndef SELFTESTS_FUZZ_CORPUS_H
#define SELFTESTS_FUZZ_CORPUS_H

#include "fuzz.h"

/* Programs that were there before, from @dir; where the next go. How many */
unsigned int corpus_open(const char *dir);

unsigned int corpus_size(void);

const struct fuzz_program *corpus_at(unsigned int at);

/* One to begin with: the rarer what it was kept for, going by @ran, the likelier */
const struct fuzz_program *corpus_pick(struct fuzz_random *random, const __u32 *ran);

/* A new one, kept for the edge at place @edge; it gets a file, unless there is no directory */
void corpus_add(const struct fuzz_program *program, unsigned int edge);

/* What one that was there before is good for */
void corpus_found(unsigned int at, unsigned int edge);

#endif /* SELFTESTS_FUZZ_CORPUS_H */
