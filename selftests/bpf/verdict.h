/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verdict.bpf.c and its tests: what is where in the maps
 */
#ifndef SELFTESTS_BPF_VERDICT_H
#define SELFTESTS_BPF_VERDICT_H

/* In the order that the program works in. A 0 changes nothing, but for the action: ABORTED */
enum verdict_config {
	VERDICT_HEAD,		/* by how much the head moves; negative: room in front */
	VERDICT_BYTES,		/* how many of the map "bytes" go to the head */
	VERDICT_TAIL,		/* by how much the tail moves; negative: the frame gets shorter */
	VERDICT_ACTION,
	VERDICT_TARGET,		/* XDP_REDIRECT: the index of the device */
};

enum verdict_count {
	VERDICT_RUNS,
	VERDICT_LEN,		/* of the last frame as it came, and so the following */
	VERDICT_QUEUE,
	VERDICT_IFINDEX,
	VERDICT_FIRST,
	VERDICT_REFUSED,	/* frames that could not be changed as they were to be */
	VERDICT_BY_QUEUE = 8,	/* frames of queue 0, and of those after it */
};

#define VERDICT_QUEUES 8
#define VERDICT_MOST_BYTES 64

struct verdict_bytes {
	unsigned char byte[VERDICT_MOST_BYTES];
};

#endif /* SELFTESTS_BPF_VERDICT_H */
