/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A written frame gets into memory of the kernel's.
 */
#ifndef TUN_ALT_COPY_H
#define TUN_ALT_COPY_H

#include <linux/types.h>

struct iov_iter;
struct tun_alt_config;
struct tun_alt_packet;
struct tun_alt_pool;
struct tun_alt_queue;
struct tun_alt_refusal;
struct ubuf_info;

/**
 * struct tun_alt_copy - a packet that is being written
 * @q: the queue
 * @config: what its device is set to, as the call began
 * @from: what is left of the program's memory to read
 * @wait: whether to wait for room
 * @ubuf: whom to tell when the memory that @from describes is no longer in use, or NULL
 * @packet: what has become of it
 * @why: the refusal
 */
struct tun_alt_copy {
	struct tun_alt_queue *q;
	const struct tun_alt_config *config;
	struct iov_iter *from;
	bool wait;
	struct ubuf_info *ubuf;
	struct tun_alt_packet *packet;
	struct tun_alt_refusal *why;
};

struct tun_alt_pool *tun_alt_copy_pool(struct tun_alt_queue *q,
				       const struct tun_alt_packet *packet);
bool tun_alt_copy_plan(const struct tun_alt_config *config, struct tun_alt_packet *packet,
		       size_t length);
int tun_alt_copy_frame(struct tun_alt_copy *call);

#endif /* TUN_ALT_COPY_H */
