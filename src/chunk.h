/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a written frame is copied into, in one piece: a chunk of the writing task's pages.
 */
#ifndef TUN_ALT_CHUNK_H
#define TUN_ALT_CHUNK_H

#include <linux/skbuff.h>

struct iov_iter;
struct tun_alt_pool;

/* What an skb needs behind its frame. */
#define TUN_ALT_CHUNK_TAIL	SKB_DATA_ALIGN(sizeof(struct skb_shared_info))

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

/**
 * tun_alt_chunk_plan() - say how large a chunk has to be
 * @chunk: zero; gets it; there is no memory yet
 * @start: room to leave in front of the frame, in bytes
 * @length: bytes of the frame
 *
 * Context: Any.
 * Return: false for a frame that does not fit in a page: it is no matter of chunks.
 */
static inline bool tun_alt_chunk_plan(struct tun_alt_chunk *chunk, unsigned int start,
				      size_t length)
{
	const size_t most = PAGE_SIZE - TUN_ALT_CHUNK_TAIL;

	if (length > most || start > most - length)
		return false;
	chunk->size = SKB_DATA_ALIGN(start + length) + TUN_ALT_CHUNK_TAIL;
	chunk->start = start;
	chunk->length = length;
	return true;
}

int tun_alt_chunk_alloc(struct tun_alt_chunk *chunk, struct tun_alt_pool *pool);
int tun_alt_chunk_fill(struct tun_alt_chunk *chunk, struct iov_iter *from,
		       struct tun_alt_pool *pool);
struct sk_buff *tun_alt_chunk_to_skb(const struct tun_alt_chunk *chunk);
void tun_alt_chunk_free(const struct tun_alt_chunk *chunk);

#endif /* TUN_ALT_CHUNK_H */
