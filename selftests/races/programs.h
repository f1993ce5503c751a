/* SPDX-License-Identifier: GPL-2.0 */
/* eBPF programs, of which each has one answer */
#ifndef SELFTESTS_RACES_PROGRAMS_H
#define SELFTESTS_RACES_PROGRAMS_H

#include "../bpf_test.h"
#include "race.h"

/* 0 or -errno */
static inline int race_programs_load(struct race_programs *programs)
{
	static const int verdicts[] = { XDP_PASS, XDP_TX };
	int fd;

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		fd = bpf_test_answer(BPF_PROG_TYPE_XDP, verdicts[i]);
		if (fd < 0)
			return fd;
		programs->xdp[i] = fd;
	}
	for (int i = 0; i < 2; i++) {
		fd = bpf_test_answer(BPF_PROG_TYPE_SOCKET_FILTER, i);
		if (fd < 0)
			return fd;
		programs->steering[i] = fd;
		/* all of a packet, or so many bytes */
		fd = bpf_test_answer(BPF_PROG_TYPE_SOCKET_FILTER, i ? 40 : -1);
		if (fd < 0)
			return fd;
		programs->filter[i] = fd;
	}
	return 0;
}

#endif /* SELFTESTS_RACES_PROGRAMS_H */
