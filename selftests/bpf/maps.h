/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two maps that bpf_test.h knows, for a BPF program
 */
#ifndef SELFTESTS_BPF_MAPS_H
#define SELFTESTS_BPF_MAPS_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define MAPS_ENTRIES 16

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAPS_ENTRIES);
	__type(key, __u32);
	__type(value, __u64);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAPS_ENTRIES);
	__type(key, __u32);
	__type(value, __u64);
} count SEC(".maps");

static __always_inline __u64 configured(__u32 at)
{
	__u64 *value = bpf_map_lookup_elem(&config, &at);

	return value ? *value : 0;
}

static __always_inline void count_set(__u32 at, __u64 what)
{
	__u64 *value = bpf_map_lookup_elem(&count, &at);

	if (value)
		*value = what;
}

static __always_inline void count_add(__u32 at)
{
	__u64 *value = bpf_map_lookup_elem(&count, &at);

	if (value)
		__sync_fetch_and_add(value, 1);
}

char _license[] SEC("license") = "GPL";

#endif /* SELFTESTS_BPF_MAPS_H */
