// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs of a few instructions: one for each verdict, and what may be done to a frame.
 */
#include "world.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

/* The index that a redirected frame goes to; programs give it to a device by TUNSETIFINDEX. */
#define BPF_TARGET 1001

#define INSN(c, dst, src, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (dst), .src_reg = (src), .off = (o), \
			    .imm = (i) })
#define SET(reg, value) INSN(BPF_ALU64 | BPF_MOV | BPF_K, reg, 0, 0, value)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static int load(int type, const struct bpf_insn *code, unsigned int n)
{
	union bpf_attr attr = {
		.prog_type = type,
		.insns = (unsigned long)code,
		.insn_cnt = n,
		.license = (unsigned long)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

/* Answers always the same. */
static int load_says(int type, int value)
{
	const struct bpf_insn code[] = { SET(BPF_REG_0, value), EXIT() };

	return load(type, code, 2);
}

/* Calls a helper with the frame and a number, and lets it go on whatever that says. */
static int load_moves(int function, int by)
{
	const struct bpf_insn code[] = {
		SET(BPF_REG_2, by), CALL(function), SET(BPF_REG_0, XDP_PASS), EXIT(),
	};

	return load(BPF_PROG_TYPE_XDP, code, 4);
}

static int load_redirects(int to)
{
	const struct bpf_insn code[] = {
		SET(BPF_REG_1, to), SET(BPF_REG_2, 0), CALL(BPF_FUNC_redirect), EXIT(),
	};

	return load(BPF_PROG_TYPE_XDP, code, 4);
}

/* What the length of the packet is */
static int load_length(void)
{
	const struct bpf_insn code[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_0, BPF_REG_1,
		     offsetof(struct __sk_buff, len), 0),
		EXIT(),
	};

	return load(BPF_PROG_TYPE_SOCKET_FILTER, code, 2);
}

static int first_fault(void)
{
	for (int i = 0; i < WORLD_PROGRAMS - 1; i++) {
		if (world.xdp[i] < 0)
			return world.xdp[i];
		if (i && world.socket[i] < 0)
			return world.socket[i];
	}
	return 0;
}

int world_load_programs(void)
{
	static const int says[] = { XDP_PASS, XDP_DROP, XDP_TX, XDP_ABORTED };
	static const int answers[] = { 0, 1, 20, 255, -1 };

	for (int i = 0; i < 4; i++)
		world.xdp[i] = load_says(BPF_PROG_TYPE_XDP, says[i]);
	world.xdp[4] = load_moves(BPF_FUNC_xdp_adjust_head, 14);
	world.xdp[5] = load_moves(BPF_FUNC_xdp_adjust_head, -32);
	world.xdp[6] = load_moves(BPF_FUNC_xdp_adjust_tail, -20);
	world.xdp[7] = load_redirects(BPF_TARGET);
	world.xdp[8] = load_moves(BPF_FUNC_xdp_adjust_meta, -8);

	/* Taken away, and then of the right type */
	world.socket[0] = -1;
	for (int i = 0; i < 5; i++)
		world.socket[1 + i] = load_says(BPF_PROG_TYPE_SOCKET_FILTER, answers[i]);
	world.socket[6] = load_length();
	world.socket[7] = world.xdp[0];
	world.socket[8] = -1000;
	return first_fault();
}
