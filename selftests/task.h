/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads of a test: whether one has come to where it waits.
 */
#ifndef SELFTESTS_TASK_H
#define SELFTESTS_TASK_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "net_test.h"

/* The thread says who it is */
static inline void task_began(pid_t *tid)
{
	__atomic_store_n(tid, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
}

static inline bool task_sleeps_now(pid_t tid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(f);
	return state == 'S';
}

/* Whether the thread that calls task_began() comes to sleep */
static inline bool task_sleeps(pid_t *tid)
{
	pid_t who;

	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		who = __atomic_load_n(tid, __ATOMIC_ACQUIRE);
		if (who && task_sleeps_now(who))
			return true;
		net_sleep_ms(20);
	}
	return false;
}

#endif
