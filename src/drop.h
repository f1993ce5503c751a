/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a packet died: one list of reasons, one counter for each on every queue, one way to count.
 */
#ifndef TUN_ALT_DROP_H
#define TUN_ALT_DROP_H

#include <linux/atomic.h>
#include <linux/skbuff.h>

/**
 * enum tun_alt_drop - why a packet died in the driver
 * @TUN_ALT_DROP_NO_QUEUE: xmit: no program holds the queue that the packet was steered to
 * @TUN_ALT_DROP_RING_FULL: xmit: the program does not read as fast as the stack sends
 * @TUN_ALT_DROP_NO_MEMORY: xmit or write: no memory for the packet
 * @TUN_ALT_DROP_FAULT: xmit, read or write: memory of a user could not be read or written
 * @TUN_ALT_DROP_OFFLOAD: read: the program has switched off what the packet needs
 * @TUN_ALT_DROP_SHORT_READ: read: the program's buffer holds less than the packet's headers
 * @TUN_ALT_DROP_TRUNCATED: read: the program's buffer was shorter than the packet; its rest is lost
 * @TUN_ALT_DROP_BAD_FRAME: write, or a frame that XDP sent here: it is no IPv4 or IPv6 packet, an
 *	XDP program left too little of it, or it is in pieces that IFF_NAPI_FRAGS does not take
 * @TUN_ALT_DROP_BAD_VNET_HEADER: write: the virtio-net header does not describe the frame
 * @TUN_ALT_DROP_XDP: write: the XDP program said so
 * @TUN_ALT_DROP_XDP_ABORTED: write: the XDP program failed, or said what means nothing
 * @TUN_ALT_DROP_XDP_TX: write: the XDP program sent the frame back, which could not be
 * @TUN_ALT_DROP_XDP_REDIRECT: write: the XDP program sent the frame where it could not go
 * @TUN_ALT_DROP_DEVICE_DOWN: write: the device is not up
 * @TUN_ALT_DROP_INTERRUPTED: write: a signal came while the program waited for room to write
 * @TUN_ALT_DROP_DISABLED: write: the queue has a NAPI and is disabled
 * @TUN_ALT_DROP_RESIZE: the ring became shorter and the newest packets did not fit
 * @TUN_ALT_DROP_QUEUE_GONE: the queue was detached while the packet waited in it or was written
 * @TUN_ALT_DROP_TXFILTER: xmit: the MAC filter has no such address
 * @TUN_ALT_DROP_SOCKET_FILTER: xmit: the classic filter, or a security module beside it, said no
 * @TUN_ALT_DROP_FILTER: xmit: the eBPF filter said no
 * @TUN_ALT_DROP_REASONS: how many there are
 */
enum tun_alt_drop {
	TUN_ALT_DROP_NO_QUEUE,
	TUN_ALT_DROP_RING_FULL,
	TUN_ALT_DROP_NO_MEMORY,
	TUN_ALT_DROP_FAULT,
	TUN_ALT_DROP_OFFLOAD,
	TUN_ALT_DROP_SHORT_READ,
	TUN_ALT_DROP_TRUNCATED,
	TUN_ALT_DROP_BAD_FRAME,
	TUN_ALT_DROP_BAD_VNET_HEADER,
	TUN_ALT_DROP_XDP,
	TUN_ALT_DROP_XDP_ABORTED,
	TUN_ALT_DROP_XDP_TX,
	TUN_ALT_DROP_XDP_REDIRECT,
	TUN_ALT_DROP_DEVICE_DOWN,
	TUN_ALT_DROP_INTERRUPTED,
	TUN_ALT_DROP_DISABLED,
	TUN_ALT_DROP_RESIZE,
	TUN_ALT_DROP_QUEUE_GONE,
	TUN_ALT_DROP_TXFILTER,
	TUN_ALT_DROP_SOCKET_FILTER,
	TUN_ALT_DROP_FILTER,
	TUN_ALT_DROP_REASONS
};

/**
 * struct tun_alt_drops - how many packets died, by reason
 * @count: one counter a reason; atomic, since xmit has no lock of its own
 */
struct tun_alt_drops {
	atomic_long_t count[TUN_ALT_DROP_REASONS];
};

/**
 * tun_alt_drop_count() - count a packet that is lost, or lost in part
 * @drops: the counters of the queue, or of the device where no queue is concerned
 * @reason: why
 *
 * Context: Any.
 */
static inline void tun_alt_drop_count(struct tun_alt_drops *drops, enum tun_alt_drop reason)
{
	atomic_long_inc(&drops->count[reason]);
}

void tun_alt_drop_skb(struct tun_alt_drops *drops, struct sk_buff *skb, enum tun_alt_drop reason);

#endif /* TUN_ALT_DROP_H */
