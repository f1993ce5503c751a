// SPDX-License-Identifier: GPL-2.0
/* Why packets die, as drivers tell the kernel's drop monitors */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/drop.h"

/* The numbers are another kernel's: each is looked up by its name when the program is loaded. */
enum skb_drop_reason {
	SKB_DROP_REASON_SOCKET_FILTER = 1,
	SKB_DROP_REASON_FULL_RING,
	SKB_DROP_REASON_TAP_FILTER,
	SKB_DROP_REASON_TAP_TXFILTER,
	SKB_DROP_REASON_DEV_READY,
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DROP_CONFIGS);
	__type(key, __u32);
	__type(value, __u64);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DROP_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} count SEC(".maps");

#define IS(reason, name) ((reason) == bpf_core_enum_value(enum skb_drop_reason, \
							  SKB_DROP_REASON_##name))

static __u32 place(__u64 reason)
{
	if (IS(reason, TAP_TXFILTER))
		return DROP_TXFILTER;
	if (IS(reason, SOCKET_FILTER))
		return DROP_SOCKET_FILTER;
	if (IS(reason, TAP_FILTER))
		return DROP_FILTER;
	if (IS(reason, FULL_RING))
		return DROP_FULL_RING;
	if (IS(reason, DEV_READY))
		return DROP_DEV_READY;
	return DROP_OTHER;
}

/* The packet, where it died, and why */
SEC("tp_btf/kfree_skb")
int drop(unsigned long long *ctx)
{
	__u32 at = DROP_PROCESS;
	__u64 *value = bpf_map_lookup_elem(&config, &at);

	if (!value || bpf_get_current_pid_tgid() >> 32 != *value)
		return 0;
	at = place((__u32)ctx[2]);
	value = bpf_map_lookup_elem(&count, &at);
	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
