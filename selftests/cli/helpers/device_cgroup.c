// SPDX-License-Identifier: GPL-2.0
/*
 * device_cgroup DIRECTORY [MAJOR:MINOR]...: lets the processes of a cgroup (v2) open these
 * devices and no other, as container run-times do. A minor may be "*". The rule stays until the
 * cgroup is removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Four instructions for each device, and five around them. */
#define RULES_MAX	16
#define INSNS_MAX	(RULES_MAX * 4 + 5)

struct program {
	struct bpf_insn insns[INSNS_MAX];
	int count;
};

static void emit(struct program *p, struct bpf_insn insn)
{
	p->insns[p->count++] = insn;
}

static struct bpf_insn load_field(int to, int offset)
{
	return (struct bpf_insn){
		.code = BPF_LDX | BPF_MEM | BPF_W,
		.dst_reg = to,
		.src_reg = BPF_REG_1,
		.off = offset,
	};
}

static struct bpf_insn jump_unless(int reg, int value, int distance)
{
	return (struct bpf_insn){
		.code = BPF_JMP | BPF_JNE | BPF_K,
		.dst_reg = reg,
		.off = distance,
		.imm = value,
	};
}

static void emit_return(struct program *p, int value)
{
	const struct bpf_insn set = {
		.code = BPF_ALU64 | BPF_MOV | BPF_K,
		.dst_reg = BPF_REG_0,
		.imm = value,
	};
	const struct bpf_insn leave = { .code = BPF_JMP | BPF_EXIT };

	emit(p, set);
	emit(p, leave);
}

/* If this device is meant, say yes; else the next rule is asked. */
static int emit_rule(struct program *p, const char *rule)
{
	const char *colon = strchr(rule, ':');
	int any_minor;

	if (!colon)
		return -1;
	any_minor = !strcmp(colon + 1, "*");
	emit(p, jump_unless(BPF_REG_2, atoi(rule), any_minor ? 2 : 3));
	if (!any_minor)
		emit(p, jump_unless(BPF_REG_3, atoi(colon + 1), 2));
	emit_return(p, 1);
	return 0;
}

static int load(const struct program *p)
{
	char log[4096] = "";
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	attr.insns = (unsigned long)p->insns;
	attr.insn_cnt = p->count;
	attr.license = (unsigned long)"GPL";
	attr.log_buf = (unsigned long)log;
	attr.log_size = sizeof(log);
	attr.log_level = 1;
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		fprintf(stderr, "loading the program: %s\n%s", strerror(errno), log);
	return fd;
}

static int attach(int prog, const char *directory)
{
	union bpf_attr attr;
	int cgroup = open(directory, O_RDONLY | O_DIRECTORY);

	memset(&attr, 0, sizeof(attr));
	attr.target_fd = cgroup;
	attr.attach_bpf_fd = prog;
	attr.attach_type = BPF_CGROUP_DEVICE;
	if (cgroup >= 0 && !syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)))
		return 0;
	fprintf(stderr, "attaching to %s: %s\n", directory, strerror(errno));
	return -1;
}

int main(int argc, char **argv)
{
	struct program p = { .count = 0 };
	int prog;

	if (argc < 2 || argc > RULES_MAX + 2) {
		fprintf(stderr, "usage: device_cgroup DIRECTORY [MAJOR:MINOR]...\n");
		return 2;
	}
	emit(&p, load_field(BPF_REG_2, offsetof(struct bpf_cgroup_dev_ctx, major)));
	emit(&p, load_field(BPF_REG_3, offsetof(struct bpf_cgroup_dev_ctx, minor)));
	for (int i = 2; i < argc; i++)
		if (emit_rule(&p, argv[i]))
			return 2;
	emit_return(&p, 0);
	prog = load(&p);
	return prog < 0 || attach(prog, argv[1]) ? 1 : 0;
}
