/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a packet died: one list of reasons, one counter for each on every queue, one way to count.
 */
#ifndef TUN_ALT_DROP_H
#define TUN_ALT_DROP_H

#include <linux/atomic.h>
#include <linux/skbuff.h>
#include <linux/tun_alt_netlink.h>

/* How many reasons there are. */
#define TUN_ALT_DROP_REASONS	__TUN_ALT_DROP_MAX

/**
 * enum tun_alt_drop_column - where `ip -s link` shows a packet that died
 * @TUN_ALT_DROP_NOWHERE: as in-tree tun, nowhere
 * @TUN_ALT_DROP_XMITTED: among those that the device was to send
 * @TUN_ALT_DROP_RECEIVED: among those that it received
 * @TUN_ALT_DROP_FRAME_ERROR: among those that it received with an error in the frame
 */
enum tun_alt_drop_column {
	TUN_ALT_DROP_NOWHERE,
	TUN_ALT_DROP_XMITTED,
	TUN_ALT_DROP_RECEIVED,
	TUN_ALT_DROP_FRAME_ERROR,
};

/**
 * struct tun_alt_drop_kind - what there is to know of a reason
 * @name: what users see; the enumerator's, in small letters
 * @core: what the kernel's own drop monitors are told; an out-of-tree module can have no reasons of
 *	its own
 * @column: which of the device's counters has those who died of it
 */
struct tun_alt_drop_kind {
	const char *name;
	enum skb_drop_reason core;
	enum tun_alt_drop_column column;
};

extern const struct tun_alt_drop_kind tun_alt_drop_kinds[TUN_ALT_DROP_REASONS];

/**
 * struct tun_alt_drops - how many packets died, by reason
 * @count: one counter a reason; atomic, since xmit has no lock of its own
 */
struct tun_alt_drops {
	atomic_long_t count[TUN_ALT_DROP_REASONS];
};

/**
 * tun_alt_drop_count() - count a packet that is lost, or lost in part
 * @drops: the counters of the queue, or of the device where no queue is concerned; NULL if there is
 *	nobody left who could ask
 * @reason: why
 *
 * Context: Any.
 */
static inline void tun_alt_drop_count(struct tun_alt_drops *drops, enum tun_alt_drop reason)
{
	if (drops)
		atomic_long_inc(&drops->count[reason]);
}

void tun_alt_drop_skb(struct tun_alt_drops *drops, struct sk_buff *skb, enum tun_alt_drop reason);

#endif /* TUN_ALT_DROP_H */
