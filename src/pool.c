// SPDX-License-Identifier: GPL-2.0
/*
 * A page that is full stays in the pool while frames are in it. When its turn comes again and they
 * are gone, it is filled anew, and no allocator had to find and clear another one: on a kernel that
 * clears what it allocates that is as much work as to copy the frame. If they are not gone, another
 * page takes its place.
 */
#include "pool.h"

#include <linux/mm.h>
#include <linux/skbuff.h>

/* Large ones are cheaper; of the small ones there is always one. */
static struct page *pool_alloc(const struct tun_alt_pool *pool)
{
	const gfp_t large = (GFP_KERNEL & ~__GFP_DIRECT_RECLAIM) | __GFP_COMP | __GFP_NOWARN |
			    __GFP_NORETRY;
	struct page *page = alloc_pages(large, PAGE_ALLOC_COSTLY_ORDER);

	return page ? page : alloc_page(pool->atomic ? GFP_ATOMIC : GFP_KERNEL);
}

/* Whether nobody else has it, and it is where we would allocate another one. */
static bool pool_is_free(const struct page *page)
{
	return page && page_ref_count(page) == 1 && page_to_nid(page) == numa_mem_id() &&
	       !page_is_pfmemalloc(page);
}

/*
 * A piece of the page that is being filled, or of the next one: @want bytes, or the rest of a page,
 * but no less than a small page has. 0 if there is no page to take it from.
 */
static size_t pool_take(struct tun_alt_pool *pool, size_t want, struct page **page,
			unsigned int *offset)
{
	struct page *now = pool->page[pool->at];
	size_t left = now ? page_size(now) - min_t(size_t, pool->offset, page_size(now)) : 0;

	lockdep_assert_held(&pool->lock);
	if (left < min_t(size_t, want, PAGE_SIZE)) {
		unsigned int next = (pool->at + 1) % TUN_ALT_POOL_PAGES;

		now = pool->page[next];
		if (!pool_is_free(now))
			return 0;
		pool->at = next;
		pool->offset = 0;
		left = page_size(now);
	}
	get_page(now);
	*page = now;
	*offset = pool->offset;
	want = min(want, left);
	pool->offset += SKB_DATA_ALIGN(want);
	return want;
}

/*
 * @fresh is filled from now on, wherever its memory is, in the place of a page that is still in
 * use, which comes back.
 */
static struct page *pool_put(struct tun_alt_pool *pool, struct page *fresh)
{
	unsigned int next = (pool->at + 1) % TUN_ALT_POOL_PAGES;

	lockdep_assert_held(&pool->lock);
	swap(pool->page[next], fresh);
	pool->at = next;
	pool->offset = 0;
	return fresh;
}

/**
 * tun_alt_pool_take() - a piece of a page
 * @pool: the pool
 * @want: bytes
 * @page: gets the page, with a reference for the caller
 * @offset: gets where in it the piece begins
 *
 * Context: Process context, may sleep; any but hard interrupts if the pool is atomic.
 * Return: @want, or less if that is more than a small page has; 0 without memory.
 */
size_t tun_alt_pool_take(struct tun_alt_pool *pool, size_t want, struct page **page,
			 unsigned int *offset)
{
	struct page *fresh, *old;
	size_t got;

	spin_lock(&pool->lock);
	got = pool_take(pool, want, page, offset);
	spin_unlock(&pool->lock);
	if (got)
		return got;
	fresh = pool_alloc(pool);
	if (!fresh)
		return 0;
	spin_lock(&pool->lock);
	old = pool_put(pool, fresh);
	got = pool_take(pool, want, page, offset);
	spin_unlock(&pool->lock);
	if (old)
		put_page(old);
	return got;
}

/**
 * tun_alt_pool_extend() - give an skb room for more of its frame
 * @pool: the pool
 * @skb: the beginning of the frame, without fragments; gets them
 * @length: bytes of the rest, at most those of MAX_SKB_FRAGS small pages
 *
 * Context: As tun_alt_pool_take().
 * Return: 0 or -ENOMEM.
 */
int tun_alt_pool_extend(struct tun_alt_pool *pool, struct sk_buff *skb, size_t length)
{
	unsigned int offset;
	struct page *page;
	size_t got;
	int i;

	for (i = 0; length; i++) {
		got = i < MAX_SKB_FRAGS ? tun_alt_pool_take(pool, length, &page, &offset) : 0;
		if (!got)
			return -ENOMEM;
		skb_fill_page_desc(skb, i, page, offset, got);
		skb->len += got;
		skb->data_len += got;
		skb->truesize += SKB_DATA_ALIGN(got);
		length -= got;
	}
	return 0;
}

/**
 * tun_alt_pool_free() - the pool is no longer needed
 * @pool: the pool, which nobody uses; frames may still have its pages
 *
 * Context: Process context.
 */
void tun_alt_pool_free(struct tun_alt_pool *pool)
{
	unsigned int i;

	for (i = 0; i < TUN_ALT_POOL_PAGES; i++)
		if (pool->page[i])
			put_page(pool->page[i]);
}
