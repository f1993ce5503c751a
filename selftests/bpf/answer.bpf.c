// SPDX-License-Identifier: GPL-2.0
/* Socket filters for TUNSETSTEERINGEBPF and TUNSETFILTEREBPF, and programs that are none */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "bpf/answer.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ANSWER_CONFIGS);
	__type(key, __u32);
	__type(value, __u64);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ANSWER_COUNTS);
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

static void look(struct __sk_buff *skb)
{
	__u32 runs = ANSWER_RUNS;
	__u64 *value = bpf_map_lookup_elem(&count, &runs);

	if (value)
		__sync_fetch_and_add(value, 1);
	tell(ANSWER_LEN, skb->len);
	tell(ANSWER_PROTOCOL, skb->protocol);
	tell(ANSWER_IFINDEX, skb->ifindex);
}

/* What the test says */
SEC("socket")
int answer(struct __sk_buff *skb)
{
	look(skb);
	return configured(ANSWER_VALUE);
}

/* A byte of the packet, and 0 where there is none */
SEC("socket")
int answer_byte(struct __sk_buff *skb)
{
	__u8 byte = 0;

	look(skb);
	bpf_skb_load_bytes(skb, configured(ANSWER_AT), &byte, sizeof(byte));
	return byte;
}

/* Whatever was in the control block, and leaves something there */
SEC("socket")
int answer_control_block(struct __sk_buff *skb)
{
	look(skb);
	tell(ANSWER_CB, skb->cb[0] | skb->cb[1] | skb->cb[2] | skb->cb[3] | skb->cb[4]);
	skb->cb[0] = 0x11111111;
	skb->cb[4] = 0x44444444;
	return configured(ANSWER_VALUE);
}

/* No socket filters */
SEC("tc")
int answer_tc(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("xdp")
int answer_xdp(struct xdp_md *ctx)
{
	return ctx->rx_queue_index ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
