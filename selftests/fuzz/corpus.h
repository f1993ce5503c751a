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

/* One to begin with: the newer the likelier */
const struct fuzz_program *corpus_pick(struct fuzz_random *random);

/* A new one; it gets a file, unless it came from one or there is no directory */
void corpus_add(const struct fuzz_program *program);

#endif /* SELFTESTS_FUZZ_CORPUS_H */
