// SPDX-License-Identifier: GPL-2.0
/* XDP: to a device whose own program takes as many frames as go there at once, and no more */
#include "bpf/bulk.h"
#include "bpf/maps.h"

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} device SEC(".maps");

SEC("xdp")
int to_device(struct xdp_md *ctx)
{
	return bpf_redirect_map(&device, 0, XDP_ABORTED);
}

SEC("xdp/devmap")
int first_bulk(struct xdp_md *ctx)
{
	__u32 at = BULK_SEEN;
	__u64 *seen = bpf_map_lookup_elem(&count, &at);

	if (!seen || *seen >= BULK_SIZE)
		return XDP_DROP;
	count_add(BULK_SEEN);
	return XDP_PASS;
}
