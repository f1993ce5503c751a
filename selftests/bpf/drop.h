/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drop.bpf.c and its tests: the counts of the reasons that the kernel was given
 */
#ifndef SELFTESTS_BPF_DROP_H
#define SELFTESTS_BPF_DROP_H

enum drop_config {
	DROP_PROCESS,		/* whose frames alone are counted */
	DROP_CONFIGS,
};

enum drop_count {
	DROP_TXFILTER,
	DROP_SOCKET_FILTER,
	DROP_FILTER,
	DROP_FULL_RING,
	DROP_DEV_READY,
	DROP_OTHER,
	DROP_COUNTS,
};

#endif /* SELFTESTS_BPF_DROP_H */
