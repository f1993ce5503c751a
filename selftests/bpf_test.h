/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF programs of selftests/bpf in tests: an object is one file there, NAME.bpf.c,
 * and is found beside the directory of the test's program when it runs.
 *
 * Two maps that an object may have are known here. Both are arrays of __u64:
 * "config" is what the test tells the program, "count" what the program tells back.
 */
#ifndef SELFTESTS_BPF_TEST_H
#define SELFTESTS_BPF_TEST_H

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

/* What libbpf complains of, as diagnostics of KTAP */
static inline int bpf_test_print(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level != LIBBPF_WARN)
		return 0;
	printf("# ");
	return vprintf(format, args);
}

static inline int bpf_test_print_nothing(enum libbpf_print_level level, const char *format,
					 va_list args)
{
	return 0;
}

/* The object NAME.bpf.o, not loaded yet; NULL with errno if it cannot be had */
static inline struct bpf_object *bpf_test_open(const char *name)
{
	char exe[PATH_MAX], path[PATH_MAX + 64], *slash = NULL;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	libbpf_set_print(bpf_test_print);
	if (len < 0)
		return NULL;
	exe[len] = 0;
	slash = strrchr(exe, '/');
	*slash = 0;
	snprintf(path, sizeof(path), "%s/../bpf/%s.bpf.o", exe, name);
	return bpf_object__open(path);
}

/* The object NAME.bpf.o with all its programs in the kernel; NULL with errno if not */
static inline struct bpf_object *bpf_test_load(const char *name)
{
	struct bpf_object *obj = bpf_test_open(name);
	int ret;

	if (!obj)
		return NULL;
	ret = bpf_object__load(obj);
	if (!ret)
		return obj;
	bpf_object__close(obj);
	errno = -ret;
	return NULL;
}

/* A program of two instructions, with one answer to everything; its descriptor, or -errno */
static inline int bpf_test_answer(enum bpf_prog_type type, int answer)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = answer },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(type, "answer", "GPL", code, sizeof(code) / sizeof(*code), NULL);
}

/* The descriptor of a loaded program, by the name of its function; or -errno */
static inline int bpf_test_prog(const struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, name);

	return prog ? bpf_program__fd(prog) : -errno;
}

static inline int bpf_test_map(const struct bpf_object *obj, const char *name)
{
	return bpf_object__find_map_fd_by_name(obj, name);
}

/* What the program counted at @at of its map "count"; -errno if it has none */
static inline long long bpf_test_count(const struct bpf_object *obj, __u32 at)
{
	__u64 value = 0;
	int ret = bpf_map_lookup_elem(bpf_test_map(obj, "count"), &at, &value);

	return ret ? ret : (long long)value;
}

/* Sets @at of the program's map "config"; 0 or -errno */
static inline int bpf_test_config(const struct bpf_object *obj, __u32 at, __u64 value)
{
	return bpf_map_update_elem(bpf_test_map(obj, "config"), &at, &value, BPF_ANY);
}

/* Puts @value, a descriptor or an index, at @at of a map of those; 0 or -errno */
static inline int bpf_test_map_set(const struct bpf_object *obj, const char *map, __u32 at,
				   __u32 value)
{
	return bpf_map_update_elem(bpf_test_map(obj, map), &at, &value, BPF_ANY);
}

/* Attaches @prog_fd to the device by @flags (XDP_FLAGS_DRV_MODE, _SKB_MODE, ...); 0 or -errno */
static inline int bpf_test_xdp_attach(const char *dev, int prog_fd, __u32 flags)
{
	int ret;

	/* A refusal with a reason in words is no complaint: the test judges it. */
	libbpf_set_print(bpf_test_print_nothing);
	ret = bpf_xdp_attach(if_nametoindex(dev), prog_fd, flags, NULL);
	libbpf_set_print(bpf_test_print);
	return ret;
}

static inline int bpf_test_xdp_detach(const char *dev, __u32 flags)
{
	return bpf_xdp_detach(if_nametoindex(dev), flags, NULL);
}

#endif /* SELFTESTS_BPF_TEST_H */
