/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verdict.bpf.c and its tests: what is where in the maps
 */
#ifndef SELFTESTS_BPF_VERDICT_H
#define SELFTESTS_BPF_VERDICT_H

enum verdict_config {
	VERDICT_ACTION,
	VERDICT_CONFIGS,
};

enum verdict_count {
	VERDICT_RUNS,
	VERDICT_LEN,		/* of the last frame, as the following */
	VERDICT_QUEUE,
	VERDICT_IFINDEX,
	VERDICT_FIRST,
	VERDICT_COUNTS,
};

#endif /* SELFTESTS_BPF_VERDICT_H */
