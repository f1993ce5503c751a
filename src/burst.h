/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bursts: read() and write() of many frames, one behind the other, each behind its length.
 */
#ifndef TUN_ALT_BURST_H
#define TUN_ALT_BURST_H

#include <linux/if_tun_alt.h>
#include <linux/limits.h>
#include <linux/types.h>

#include "receive.h"

struct iov_iter;
struct tun_alt_config;
struct tun_alt_queue;
struct tun_alt_refusal;

/**
 * struct tun_alt_burst_mode - what SET_BURST said, as a call sees it
 * @flags: TUN_ALT_BURST_x
 * @most: frames of one call
 * @align: bytes of which each frame begins at a multiple, a power of two
 */
struct tun_alt_burst_mode {
	u32 flags;
	u32 most;
	u32 align;
};

/* Written frames that go up together, a NAPI's budget; and packets that leave a ring together */
#define TUN_ALT_BURST_BATCH	64

#define TUN_ALT_BURST_KNOWN	(TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE | TUN_ALT_BURST_GRO | \
				 TUN_ALT_BURST_COALESCE)

/* The word that a queue keeps: one load tells a call all of it. */
#define TUN_ALT_BURST_FLAGS	0xff
#define TUN_ALT_BURST_ALIGN	8	/* log2, four bits */
#define TUN_ALT_BURST_FRAMES	16	/* max_frames, 16 bits */

/**
 * tun_alt_burst_mode() - what a word means
 * @word: &struct tun_alt_queue.burst
 *
 * Context: Any.
 * Return: the mode; no flags for 0.
 */
static inline struct tun_alt_burst_mode tun_alt_burst_mode(u32 word)
{
	return (struct tun_alt_burst_mode){
		.flags = word & TUN_ALT_BURST_FLAGS,
		.most = word >> TUN_ALT_BURST_FRAMES ? : U32_MAX,
		.align = 1U << (word >> TUN_ALT_BURST_ALIGN & 0xf),
	};
}

/**
 * struct tun_alt_burst_room - the written frames that go up together
 * @packet: each of them
 * @length: bytes of the burst that each is
 */
struct tun_alt_burst_room {
	struct tun_alt_packet packet[TUN_ALT_BURST_BATCH];
	unsigned int length[TUN_ALT_BURST_BATCH];
};

/**
 * struct tun_alt_burst_plan - packets that are taken out of a ring, and room for them
 * @size: bytes of the buffer
 * @planned: and those that packets have been taken for
 * @frame: bytes in front of each packet that are not the device's
 * @header: those and the device's
 * @align: where packets begin
 * @most: packets at all
 * @taken: and those that were
 */
struct tun_alt_burst_plan {
	size_t size;
	size_t planned;
	size_t frame;
	size_t header;
	u32 align;
	u32 most;
	u32 taken;
};

int tun_alt_burst_set(struct tun_alt_queue *q, const struct tun_alt_burst *burst,
		      struct tun_alt_refusal *why);
ssize_t tun_alt_burst_read(struct tun_alt_queue *q, struct tun_alt_burst_mode mode,
			   struct iov_iter *to, bool may_wait);
ssize_t tun_alt_burst_write(struct tun_alt_queue *q, struct tun_alt_burst_mode mode,
			    struct iov_iter *from, bool may_wait);

/* The engine of it, for array.c */
unsigned int tun_alt_burst_batch(const struct tun_alt_queue *q);
unsigned int tun_alt_burst_take(struct tun_alt_queue *q, const struct tun_alt_config *config,
				struct tun_alt_burst_plan *plan, void **entry, unsigned int most);
int tun_alt_burst_wait(struct tun_alt_queue *q, struct tun_alt_config *config,
		       struct tun_alt_burst_plan *plan, void **entry, unsigned int most);
void tun_alt_burst_return(struct tun_alt_queue *q, u32 attachment, void **entry, unsigned int nr);
struct tun_alt_burst_room *tun_alt_burst_room_get(struct tun_alt_queue *q, gfp_t gfp);
void tun_alt_burst_room_put(struct tun_alt_queue *q, struct tun_alt_burst_room *room);

#endif /* TUN_ALT_BURST_H */
