/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A written frame gets into memory of the kernel's.
 */
#ifndef TUN_ALT_COPY_H
#define TUN_ALT_COPY_H

#include <linux/types.h>

#include "config.h"
#include "receive.h"
#include "xdp.h"

struct iov_iter;
struct tun_alt_buffer_frame;
struct tun_alt_pool;
struct tun_alt_refusal;
struct ubuf_info;

/**
 * struct tun_alt_copy - a packet that is being written
 * @q: the queue
 * @config: what its device is set to, as the call began
 * @from: what is left of the program's memory to read
 * @wait: whether to wait for room
 * @ubuf: whom to tell when the memory that @from describes is no longer in use, or NULL
 * @pool: where memory comes from if nothing may be waited for, not even that; NULL: it may
 * @lent: where @from is in buffers that the program lends, or NULL
 * @packet: what has become of it
 * @why: the refusal
 */
struct tun_alt_copy {
	struct tun_alt_queue *q;
	const struct tun_alt_config *config;
	struct iov_iter *from;
	bool wait;
	struct ubuf_info *ubuf;
	struct tun_alt_pool *pool;
	const struct tun_alt_buffer_frame *lent;
	struct tun_alt_packet *packet;
	struct tun_alt_refusal *why;
};

struct tun_alt_pool *tun_alt_copy_pool(struct tun_alt_queue *q,
				       const struct tun_alt_packet *packet);
int tun_alt_copy_frame(struct tun_alt_copy *call);

/**
 * tun_alt_copy_prepad() - room in front of a frame, so that its network header is aligned
 * @config: what the device is set to
 *
 * Context: Any.
 * Return: bytes.
 */
static inline size_t tun_alt_copy_prepad(const struct tun_alt_config *config)
{
	return config->headroom + (config->flags & IFF_TAP ? NET_IP_ALIGN : 0);
}

/**
 * tun_alt_copy_plan_judged() - whether a frame is one of chunks that a program can judge
 * @config: what the device is set to
 * @packet: gets how large that is to be
 * @length: bytes of the frame
 *
 * Context: Any.
 * Return: whether it is, and there is a program.
 */
static inline bool tun_alt_copy_plan_judged(const struct tun_alt_config *config,
					    struct tun_alt_packet *packet, size_t length)
{
	if (!config->xdp || packet->vnet.gso_type ||
	    !tun_alt_xdp_plan(&packet->chunk, config->headroom, length))
		return false;
	packet->for_program = true;
	return true;
}

/**
 * tun_alt_copy_plan() - whether a frame is one of chunks, and how large that is to be
 * @config: what the device is set to; no pieces of the writer's
 * @packet: gets it; with room for an XDP program if there is one
 * @length: bytes of the frame
 *
 * Context: Any.
 * Return: whether it is.
 */
static inline bool tun_alt_copy_plan(const struct tun_alt_config *config,
				     struct tun_alt_packet *packet, size_t length)
{
	return tun_alt_copy_plan_judged(config, packet, length) ||
	       tun_alt_chunk_plan(&packet->chunk, tun_alt_copy_prepad(config), length);
}

#endif /* TUN_ALT_COPY_H */
