// SPDX-License-Identifier: GPL-2.0
/* XDP: changes the frame as the test asks for, and gives the verdict that it asks for */
#include "bpf/maps.h"
#include "bpf/verdict.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct verdict_bytes);
} bytes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, VERDICT_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

static __always_inline void look(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;

	count_add(VERDICT_RUNS);
	count_set(VERDICT_LEN, end - data);
	count_set(VERDICT_QUEUE, ctx->rx_queue_index);
	count_set(VERDICT_IFINDEX, ctx->ingress_ifindex);
	if (data + 1 <= end)
		count_set(VERDICT_FIRST, *(__u8 *)data);
	if (ctx->rx_queue_index < VERDICT_QUEUES)
		count_add(VERDICT_BY_QUEUE + ctx->rx_queue_index);
}

static __always_inline int put_bytes(struct xdp_md *ctx)
{
	__u64 len = configured(VERDICT_BYTES);
	struct verdict_bytes *from;
	__u32 at = 0;

	from = bpf_map_lookup_elem(&bytes, &at);
	if (!from || !len)
		return 0;
	/* a length that the verifier of 6.1 follows: 1 to 64 */
	len = ((len - 1) & (VERDICT_MOST_BYTES - 1)) + 1;
	return bpf_xdp_store_bytes(ctx, 0, from, len);
}

SEC("xdp")
int verdict(struct xdp_md *ctx)
{
	int head = configured(VERDICT_HEAD);
	int tail = configured(VERDICT_TAIL);
	__u32 action = configured(VERDICT_ACTION);

	look(ctx);
	if ((head && bpf_xdp_adjust_head(ctx, head)) || put_bytes(ctx) ||
	    (tail && bpf_xdp_adjust_tail(ctx, tail))) {
		count_add(VERDICT_REFUSED);
		return XDP_DROP;
	}
	if (action == XDP_REDIRECT)
		return bpf_redirect(configured(VERDICT_TARGET), 0);
	return action;
}

/* To the AF_XDP socket of the frame's queue; without one the verdict of the test */
SEC("xdp")
int to_socket(struct xdp_md *ctx)
{
	look(ctx);
	return bpf_redirect_map(&sockets, ctx->rx_queue_index, configured(VERDICT_ACTION));
}
