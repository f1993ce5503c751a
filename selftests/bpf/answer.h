/* SPDX-License-Identifier: GPL-2.0 */
/*
 * answer.bpf.c and its tests: what is where in the maps
 */
#ifndef SELFTESTS_BPF_ANSWER_H
#define SELFTESTS_BPF_ANSWER_H

enum answer_config {
	ANSWER_VALUE,
	ANSWER_AT,		/* of the byte that answer_byte() looks at */
	ANSWER_CONFIGS,
};

enum answer_count {
	ANSWER_RUNS,
	ANSWER_LEN,		/* of the last packet, as the following */
	ANSWER_PROTOCOL,
	ANSWER_IFINDEX,
	ANSWER_CB,		/* of the control block, before the program wrote to it */
	ANSWER_COUNTS,
};

#endif /* SELFTESTS_BPF_ANSWER_H */
