/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a written frame is copied into, in one piece: a chunk of the writing task's pages.
 */
#ifndef TUN_ALT_CHUNK_H
#define TUN_ALT_CHUNK_H

#include <linux/types.h>

struct iov_iter;
struct sk_buff;

/**
 * struct tun_alt_chunk - a frame in memory of its own
 * @base: the memory, NULL if the frame is elsewhere
 * @size: bytes of it, those that an skb needs behind the frame included
 * @start: offset of the frame, in bytes
 * @length: bytes of the frame
 * @metadata: bytes that an XDP program left in front of it for the stack's programs
 */
struct tun_alt_chunk {
	void *base;
	unsigned int size;
	unsigned int start;
	unsigned int length;
	unsigned int metadata;
};

bool tun_alt_chunk_plan(struct tun_alt_chunk *chunk, unsigned int start, size_t length);
int tun_alt_chunk_fill(struct tun_alt_chunk *chunk, struct iov_iter *from);
struct sk_buff *tun_alt_chunk_to_skb(const struct tun_alt_chunk *chunk);
void tun_alt_chunk_free(const struct tun_alt_chunk *chunk);

#endif /* TUN_ALT_CHUNK_H */
