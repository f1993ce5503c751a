/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lsm.bpf.c and its tests: the hooks, and what is where in the maps
 */
#ifndef SELFTESTS_BPF_LSM_H
#define SELFTESTS_BPF_LSM_H

/* The places of their counts; the bit of each in LSM_DENIED says that it refuses */
enum lsm_hook {
	LSM_CREATE,
	LSM_ALLOC,
	LSM_ATTACH,
	LSM_OPEN,
	LSM_ATTACH_QUEUE,
	LSM_FREE,
	LSM_FILTER,
	LSM_HOOKS,
};

enum lsm_config {
	LSM_DENIED,
	LSM_PROCESS,		/* of whose calls alone the programs think */
	LSM_CONFIGS,
};

/* What a refused call gets: no errno of the driver's */
#define LSM_ERRNO 117 /* EUCLEAN */

#endif /* SELFTESTS_BPF_LSM_H */
