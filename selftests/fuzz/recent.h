/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last programs, in a file of the host's that survives the guest, and what the kernel says
 * meanwhile.
 */
#ifndef SELFTESTS_FUZZ_RECENT_H
#define SELFTESTS_FUZZ_RECENT_H

#include "fuzz.h"

#define RECENT_PROGRAMS 16

/* The file that recent_note() writes to; 0, or -1 with a complaint on stderr */
int recent_open(const char *path);

/* A program is about to be run. */
void recent_note(const struct fuzz_program *program);

/* Prints the program before the last @back of those in a file; 0, or 1 if there is none */
int recent_print(const char *path, unsigned int back);

/* From here on the kernel's log is read. */
void recent_watch(void);

/* Whether the kernel complained since the last look; the line is on stderr then. */
bool recent_splat(void);

#endif /* SELFTESTS_FUZZ_RECENT_H */
