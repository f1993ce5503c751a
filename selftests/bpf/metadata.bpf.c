// SPDX-License-Identifier: GPL-2.0
/* XDP writes 4 bytes in front of the frame, tc reads what the skb carries there */
#include <linux/pkt_cls.h>

#include "bpf/maps.h"
#include "bpf/metadata.h"

SEC("xdp")
int put(struct xdp_md *ctx)
{
	__u32 *meta;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*meta))) {
		count_add(METADATA_REFUSED);
		return XDP_PASS;
	}
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 1) > (void *)(long)ctx->data)
		return XDP_ABORTED;
	*meta = configured(METADATA_VALUE);
	return XDP_PASS;
}

SEC("tc")
int get(struct __sk_buff *skb)
{
	__u32 *meta = (void *)(long)skb->data_meta;

	count_add(METADATA_FRAMES);
	if ((void *)(meta + 1) > (void *)(long)skb->data)
		return TC_ACT_OK;
	count_add(METADATA_CARRIED);
	count_set(METADATA_READ, *meta);
	return TC_ACT_OK;
}
