/* SPDX-License-Identifier: GPL-2.0 */
/*
 * uid.bpf.c and its tests: what is where in the map
 */
#ifndef SELFTESTS_BPF_UID_H
#define SELFTESTS_BPF_UID_H

enum uid_count {
	UID_FRAMES,
	UID_LAST,		/* the user of the last frame's socket */
};

#endif /* SELFTESTS_BPF_UID_H */
