// SPDX-License-Identifier: GPL-2.0
/*
 * Counted deaths of packets.
 */
#include "drop.h"

/*
 * What the kernel's own drop monitors are told; an out-of-tree module can have no reasons of its
 * own.
 */
static const enum skb_drop_reason drop_core_reason[TUN_ALT_DROP_REASONS] = {
	[TUN_ALT_DROP_NO_QUEUE]		= SKB_DROP_REASON_DEV_READY,
	[TUN_ALT_DROP_RING_FULL]	= SKB_DROP_REASON_FULL_RING,
	[TUN_ALT_DROP_NO_MEMORY]	= SKB_DROP_REASON_NOMEM,
	[TUN_ALT_DROP_FAULT]		= SKB_DROP_REASON_SKB_UCOPY_FAULT,
	[TUN_ALT_DROP_OFFLOAD]		= SKB_DROP_REASON_SKB_GSO_SEG,
	[TUN_ALT_DROP_SHORT_READ]	= SKB_DROP_REASON_HDR_TRUNC,
	[TUN_ALT_DROP_TRUNCATED]	= SKB_DROP_REASON_HDR_TRUNC,
	[TUN_ALT_DROP_BAD_FRAME]	= SKB_DROP_REASON_INVALID_PROTO,
	[TUN_ALT_DROP_BAD_VNET_HEADER]	= SKB_DROP_REASON_DEV_HDR,
	[TUN_ALT_DROP_XDP]		= SKB_DROP_REASON_XDP,
	[TUN_ALT_DROP_XDP_ABORTED]	= SKB_DROP_REASON_XDP,
	[TUN_ALT_DROP_XDP_TX]		= SKB_DROP_REASON_XDP,
	[TUN_ALT_DROP_XDP_REDIRECT]	= SKB_DROP_REASON_XDP,
	[TUN_ALT_DROP_DEVICE_DOWN]	= SKB_DROP_REASON_DEV_READY,
	[TUN_ALT_DROP_INTERRUPTED]	= SKB_DROP_REASON_NOT_SPECIFIED,
	[TUN_ALT_DROP_DISABLED]		= SKB_DROP_REASON_DEV_READY,
	[TUN_ALT_DROP_RESIZE]		= SKB_DROP_REASON_FULL_RING,
	[TUN_ALT_DROP_QUEUE_GONE]	= SKB_DROP_REASON_DEV_READY,
	[TUN_ALT_DROP_TXFILTER]		= SKB_DROP_REASON_TAP_TXFILTER,
	[TUN_ALT_DROP_SOCKET_FILTER]	= SKB_DROP_REASON_SOCKET_FILTER,
	[TUN_ALT_DROP_FILTER]		= SKB_DROP_REASON_TAP_FILTER,
};

/**
 * tun_alt_drop_skb() - count a packet and free it
 * @drops: the counters of the queue, or of the device where no queue is concerned
 * @skb: the packet, consumed
 * @reason: why it dies
 *
 * Context: Any but hard interrupts.
 */
void tun_alt_drop_skb(struct tun_alt_drops *drops, struct sk_buff *skb, enum tun_alt_drop reason)
{
	tun_alt_drop_count(drops, reason);
	kfree_skb_reason(skb, drop_core_reason[reason]);
}
