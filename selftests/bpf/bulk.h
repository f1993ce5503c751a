/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bulk.bpf.c and its tests: what the program of a target lets through
 */
#ifndef SELFTESTS_BPF_BULK_H
#define SELFTESTS_BPF_BULK_H

/* As many frames as the kernel gathers for a device: DEV_MAP_BULK_SIZE */
#define BULK_SIZE 16

enum bulk_count {
	BULK_SEEN,
};

#endif /* SELFTESTS_BPF_BULK_H */
