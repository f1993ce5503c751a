// SPDX-License-Identifier: GPL-2.0
/*
 * Counted deaths of packets.
 */
#include "drop.h"

#define DROP_KIND(_reason, _name, _core, _column)		\
	[TUN_ALT_DROP_##_reason] = {				\
		.name = _name,					\
		.core = SKB_DROP_REASON_##_core,		\
		.column = TUN_ALT_DROP_##_column,		\
	}

const struct tun_alt_drop_kind tun_alt_drop_kinds[TUN_ALT_DROP_REASONS] = {
	DROP_KIND(NO_READER, "no_reader", DEV_READY, XMITTED),
	DROP_KIND(TXFILTER, "txfilter", TAP_TXFILTER, XMITTED),
	DROP_KIND(SOCKET_FILTER, "socket_filter", SOCKET_FILTER, XMITTED),
	DROP_KIND(EBPF_FILTER, "ebpf_filter", TAP_FILTER, XMITTED),
	DROP_KIND(XMIT_NO_MEMORY, "xmit_no_memory", NOMEM, XMITTED),
	DROP_KIND(XMIT_FAULT, "xmit_fault", SKB_UCOPY_FAULT, XMITTED),
	DROP_KIND(XMIT_BAD_FRAME, "xmit_bad_frame", INVALID_PROTO, XMITTED),
	DROP_KIND(RING_FULL, "ring_full", FULL_RING, XMITTED),
	DROP_KIND(OFFLOAD, "offload", SKB_GSO_SEG, XMITTED),
	DROP_KIND(SHORT_READ, "short_read", HDR_TRUNC, NOWHERE),
	DROP_KIND(READ_FAULT, "read_fault", SKB_UCOPY_FAULT, NOWHERE),
	DROP_KIND(TRUNCATED, "truncated", HDR_TRUNC, NOWHERE),
	DROP_KIND(RESIZE, "resize", FULL_RING, NOWHERE),
	DROP_KIND(READ_QUEUE_GONE, "read_queue_gone", DEV_READY, NOWHERE),
	DROP_KIND(SHORT_WRITE, "short_write", HDR_TRUNC, NOWHERE),
	DROP_KIND(HEADER_FAULT, "header_fault", SKB_UCOPY_FAULT, NOWHERE),
	DROP_KIND(VNET_LENGTH, "vnet_length", DEV_HDR, NOWHERE),
	DROP_KIND(WRITE_NO_MEMORY, "write_no_memory", NOMEM, RECEIVED),
	DROP_KIND(WRITE_FAULT, "write_fault", SKB_UCOPY_FAULT, RECEIVED),
	DROP_KIND(BAD_FRAME, "bad_frame", INVALID_PROTO, RECEIVED),
	DROP_KIND(VNET_CHECKSUM, "vnet_checksum", DEV_HDR, FRAME_ERROR),
	DROP_KIND(VNET_SEGMENTS, "vnet_segments", DEV_HDR, FRAME_ERROR),
	DROP_KIND(VNET_TUNNEL, "vnet_tunnel", DEV_HDR, FRAME_ERROR),
	DROP_KIND(XDP, "xdp", XDP, RECEIVED),
	DROP_KIND(XDP_ABORTED, "xdp_aborted", XDP, RECEIVED),
	DROP_KIND(XDP_TX, "xdp_tx", XDP, RECEIVED),
	DROP_KIND(XDP_REDIRECT, "xdp_redirect", XDP, RECEIVED),
	DROP_KIND(DEVICE_DOWN, "device_down", DEV_READY, RECEIVED),
	DROP_KIND(INTERRUPTED, "interrupted", NOT_SPECIFIED, RECEIVED),
	DROP_KIND(DISABLED, "disabled", DEV_READY, NOWHERE),
	DROP_KIND(WRITE_QUEUE_GONE, "write_queue_gone", DEV_READY, NOWHERE),
};

/**
 * tun_alt_drop_skb() - count a packet and free it
 * @drops: the counters of the queue, or of the device where no queue is concerned, or NULL
 * @skb: the packet, consumed
 * @reason: why it dies
 *
 * Context: Any but hard interrupts.
 */
void tun_alt_drop_skb(struct tun_alt_drops *drops, struct sk_buff *skb, enum tun_alt_drop reason)
{
	tun_alt_drop_count(drops, reason);
	kfree_skb_reason(skb, tun_alt_drop_kinds[reason].core);
}
