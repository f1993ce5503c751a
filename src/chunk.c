// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the task, which it fills from one end to the other and, if nothing of them is in use any
 * more, from the beginning again: no allocator is asked, and nothing is cleared, for most frames.
 */
#include "chunk.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <net/sock.h>

#include "pool.h"
#include "user.h"

/*
 * The memory is claimed before it is written: a fault that the copying runs into may make the task
 * send something on its own behalf, from the same pages.
 */
static struct page *chunk_take(size_t size, unsigned int *offset)
{
	struct page_frag *pages = &current->task_frag;

	pages->offset = ALIGN(pages->offset, SMP_CACHE_BYTES);
	if (!skb_page_frag_refill(size, pages, GFP_KERNEL))
		return NULL;
	*offset = pages->offset;
	pages->offset += size;
	get_page(pages->page);
	return pages->page;
}

/* In the way of each packet */
static __always_inline int chunk_alloc(struct tun_alt_chunk *chunk, struct tun_alt_pool *pool)
{
	struct page *page = NULL;
	unsigned int offset;

	if (!pool)
		page = chunk_take(chunk->size, &offset);
	else if (!tun_alt_pool_take(pool, chunk->size, &page, &offset))
		return -ENOMEM;
	if (!page)
		return -ENOMEM;
	chunk->base = page_address(page) + offset;
	return 0;
}

/**
 * tun_alt_chunk_alloc() - give a frame memory of its own
 * @chunk: planned; gets the memory
 * @pool: where to take it from, NULL for the task's own pages
 *
 * Context: Process context, may sleep; as tun_alt_pool_take() with a pool.
 * Return: 0 or -ENOMEM.
 */
int tun_alt_chunk_alloc(struct tun_alt_chunk *chunk, struct tun_alt_pool *pool)
{
	return chunk_alloc(chunk, pool);
}

/**
 * tun_alt_chunk_fill() - copy a frame into memory of its own
 * @chunk: planned; gets the memory
 * @from: the frame
 * @pool: as for tun_alt_chunk_alloc()
 *
 * Context: Process context, may sleep; as tun_alt_pool_take() with a pool, from memory of the
 * kernel's.
 * Return: 0; -ENOMEM or -EFAULT, with no memory held.
 */
int tun_alt_chunk_fill(struct tun_alt_chunk *chunk, struct iov_iter *from,
		       struct tun_alt_pool *pool)
{
	int err = chunk_alloc(chunk, pool);

	if (err)
		return err;
	if (tun_alt_user_take(chunk->base + chunk->start, chunk->length, from))
		return 0;
	tun_alt_chunk_free(chunk);
	chunk->base = NULL;
	return -EFAULT;
}

/**
 * tun_alt_chunk_to_skb() - make an skb of a frame
 * @chunk: the frame; its memory is the skb's
 *
 * Context: Softirqs off.
 * Return: the skb, or NULL without memory, with that of the frame gone.
 */
struct sk_buff *tun_alt_chunk_to_skb(const struct tun_alt_chunk *chunk)
{
	struct sk_buff *skb = napi_build_skb(chunk->base, chunk->size);

	if (!skb) {
		tun_alt_chunk_free(chunk);
		return NULL;
	}
	skb_reserve(skb, chunk->start);
	__skb_put(skb, chunk->length);
	if (chunk->metadata)
		skb_metadata_set(skb, chunk->metadata);
	return skb;
}

/**
 * tun_alt_chunk_free() - part with a frame's memory
 * @chunk: the frame
 *
 * Context: Any.
 */
void tun_alt_chunk_free(const struct tun_alt_chunk *chunk)
{
	page_frag_free(chunk->base);
}
