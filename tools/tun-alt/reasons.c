// SPDX-License-Identifier: GPL-2.0
/* What each reason of a drop means to a user. */
#include "reasons.h"

#include <linux/tun_alt_netlink.h>
#include <stddef.h>

#define XMIT	"xmit", REASON_LINK_TX_DROPPED
#define READ	"read", REASON_LINK_NONE
#define WRITE	"write", REASON_LINK_RX_DROPPED
#define FRAME	"write", REASON_LINK_RX_FRAME_ERRORS
#define REFUSED	"write", REASON_LINK_NONE

static const struct reason reasons[] = {
	[TUN_ALT_DROP_NO_READER] = { XMIT, "no program holds the queue" },
	[TUN_ALT_DROP_TXFILTER] = { XMIT, "TUNSETTXFILTER lets no such address pass" },
	[TUN_ALT_DROP_SOCKET_FILTER] = { XMIT, "the classic filter or a security module said no" },
	[TUN_ALT_DROP_EBPF_FILTER] = { XMIT, "the eBPF filter said no" },
	[TUN_ALT_DROP_XMIT_NO_MEMORY] = { XMIT, "there was no memory" },
	[TUN_ALT_DROP_XMIT_FAULT] = { XMIT, "memory that was lent for it could not be copied" },
	[TUN_ALT_DROP_XMIT_BAD_FRAME] = { XMIT, "XDP sent what is in pieces, or no IP packet" },
	[TUN_ALT_DROP_RING_FULL] = { XMIT, "the program does not read as fast as the stack sends" },
	[TUN_ALT_DROP_OFFLOAD] = { "read", REASON_LINK_TX_DROPPED,
				   "the program has switched off what the packet needs" },
	[TUN_ALT_DROP_SHORT_READ] = { READ, "the program's buffer holds less than the headers" },
	[TUN_ALT_DROP_READ_FAULT] = { READ, "the program's buffer could not be written to" },
	[TUN_ALT_DROP_TRUNCATED] = { READ, "the program's buffer was shorter than the packet" },
	[TUN_ALT_DROP_RESIZE] = { READ, "the queue was made shorter" },
	[TUN_ALT_DROP_READ_QUEUE_GONE] = { READ, "the queue was detached while the packet waited" },
	[TUN_ALT_DROP_SHORT_WRITE] = { REFUSED, "the program wrote less than headers and a frame" },
	[TUN_ALT_DROP_HEADER_FAULT] = { REFUSED, "the program's headers could not be read" },
	[TUN_ALT_DROP_VNET_LENGTH] = { REFUSED, "the virtio-net header is longer than the frame" },
	[TUN_ALT_DROP_WRITE_NO_MEMORY] = { WRITE, "there was no memory" },
	[TUN_ALT_DROP_WRITE_FAULT] = { WRITE, "the program's buffer could not be read" },
	[TUN_ALT_DROP_BAD_FRAME] = { WRITE, "the program wrote what is no packet" },
	[TUN_ALT_DROP_VNET_CHECKSUM] = { FRAME, "the virtio-net header's checksum is not in it" },
	[TUN_ALT_DROP_VNET_SEGMENTS] = { FRAME, "the virtio-net header's segments are not in it" },
	[TUN_ALT_DROP_VNET_TUNNEL] = { FRAME, "the virtio-net header's tunnel is not in it" },
	[TUN_ALT_DROP_XDP] = { WRITE, "the XDP program dropped it" },
	[TUN_ALT_DROP_XDP_ABORTED] = { WRITE, "the XDP program failed" },
	[TUN_ALT_DROP_XDP_TX] = { WRITE, "the XDP program sent it back, which could not be" },
	[TUN_ALT_DROP_XDP_REDIRECT] = { WRITE, "the XDP program sent it where it could not go" },
	[TUN_ALT_DROP_DEVICE_DOWN] = { WRITE, "the device is down: tun-alt set NAME up" },
	[TUN_ALT_DROP_INTERRUPTED] = { WRITE, "a signal came while the program waited to write" },
	[TUN_ALT_DROP_DISABLED] = { REFUSED, "the queue is disabled and has a NAPI" },
	[TUN_ALT_DROP_WRITE_QUEUE_GONE] = { REFUSED, "the queue was detached meanwhile" },
};

const struct reason *reason_find(u32 reason)
{
	static const struct reason unknown = { "", REASON_LINK_NONE, "" };
	static const struct reason xmit = {
		XMIT, "the stack itself, above the driver: no carrier, or down"
	};
	static const struct reason receive = {
		WRITE, "the stack itself, above the driver: nobody takes it, or it is full"
	};

	if (reason == REASON_STACK_XMIT)
		return &xmit;
	if (reason == REASON_STACK_RECEIVE)
		return &receive;
	return reason < ARRAY_SIZE(reasons) && reasons[reason].hop ? &reasons[reason] : &unknown;
}

const char *reason_link_name(enum reason_link link)
{
	static const char *const names[] = {
		[REASON_LINK_NONE] = NULL,
		[REASON_LINK_TX_DROPPED] = "tx_dropped",
		[REASON_LINK_RX_DROPPED] = "rx_dropped",
		[REASON_LINK_RX_FRAME_ERRORS] = "rx_frame_errors",
	};

	return names[link];
}
