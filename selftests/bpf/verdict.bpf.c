// SPDX-License-Identifier: GPL-2.0
/* XDP: the verdict that the test asks for, and what the program saw of the frame */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "bpf/verdict.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VERDICT_CONFIGS);
	__type(key, __u32);
	__type(value, __u64);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VERDICT_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} count SEC(".maps");

static __u64 configured(__u32 at)
{
	__u64 *value = bpf_map_lookup_elem(&config, &at);

	return value ? *value : 0;
}

static void tell(__u32 at, __u64 what)
{
	__u64 *value = bpf_map_lookup_elem(&count, &at);

	if (value)
		*value = what;
}

static void add(__u32 at)
{
	__u64 *value = bpf_map_lookup_elem(&count, &at);

	if (value)
		__sync_fetch_and_add(value, 1);
}

SEC("xdp")
int verdict(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;

	add(VERDICT_RUNS);
	tell(VERDICT_LEN, end - data);
	tell(VERDICT_QUEUE, ctx->rx_queue_index);
	tell(VERDICT_IFINDEX, ctx->ingress_ifindex);
	if (data + 1 <= end)
		tell(VERDICT_FIRST, *(__u8 *)data);
	return configured(VERDICT_ACTION);
}

char _license[] SEC("license") = "GPL";
