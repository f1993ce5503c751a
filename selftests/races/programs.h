/* SPDX-License-Identifier: GPL-2.0 */
/* eBPF programs of two instructions: each has one answer */
#ifndef SELFTESTS_RACES_PROGRAMS_H
#define SELFTESTS_RACES_PROGRAMS_H

#include <bpf/bpf.h>

#include "race.h"

static inline int race_program(enum bpf_prog_type type, int answer)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = answer },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(type, "race", "GPL", code, 2, NULL);
}

/* 0 or -errno */
static inline int race_programs_load(struct race_programs *programs)
{
	static const int verdicts[] = { XDP_PASS, XDP_TX };
	int fd;

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		fd = race_program(BPF_PROG_TYPE_XDP, verdicts[i]);
		if (fd < 0)
			return fd;
		programs->xdp[i] = fd;
	}
	for (int i = 0; i < 2; i++) {
		fd = race_program(BPF_PROG_TYPE_SOCKET_FILTER, i);
		if (fd < 0)
			return fd;
		programs->steering[i] = fd;
	}
	return 0;
}

#endif /* SELFTESTS_RACES_PROGRAMS_H */
