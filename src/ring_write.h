/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Out of a write ring: its records become packets for the stack.
 */
#ifndef TUN_ALT_RING_WRITE_H
#define TUN_ALT_RING_WRITE_H

#include <linux/types.h>

#include "config.h"

struct tun_alt_burst_room;
struct tun_alt_pool;
struct tun_alt_queue;
struct tun_alt_refusal;
struct tun_alt_write_ring;

/**
 * struct tun_alt_ring_write - a ring that is being drained
 * @q: the queue
 * @ring: its ring, locked
 * @config: what the device is set to, but for what the ring has of its own
 * @plain: whether a frame that fits in a page can go straight to where it will be an skb
 * @merge: whether packets that belong together go up as one
 * @polled: whether the queue's NAPI asks for them
 * @interruptible: whether a signal ends it
 * @pool: where memory comes from if nothing is waited for; NULL in a call
 * @room: memory for some packets
 * @spare: a chunk for an XDP program that is not in use, or NULL
 * @taken: records that were taken
 * @limit: how many are to be before the stack gets those that are for it
 * @why: the last refusal
 */
struct tun_alt_ring_write {
	struct tun_alt_queue *q;
	struct tun_alt_write_ring *ring;
	struct tun_alt_config config;
	bool plain;
	bool merge;
	bool polled;
	bool interruptible;
	struct tun_alt_pool *pool;
	struct tun_alt_burst_room *room;
	void *spare;
	unsigned int taken;
	unsigned int limit;
	struct tun_alt_refusal *why;
};

bool tun_alt_ring_write_config(struct tun_alt_ring_write *call);
int tun_alt_ring_write_some(struct tun_alt_ring_write *call, unsigned int most);

#endif /* TUN_ALT_RING_WRITE_H */
