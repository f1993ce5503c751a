/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages for what of a written frame is more than a chunk: used again once nobody has them.
 */
#ifndef TUN_ALT_POOL_H
#define TUN_ALT_POOL_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct page;
struct sk_buff;

/* Two of the largest frames that a header describes find room. */
#define TUN_ALT_POOL_PAGES	4

/**
 * struct tun_alt_pool - pages in a circle
 * @lock: guards the rest but for @atomic; a leaf, taken in process context or, if @atomic, where
 *	one caller at a time is
 * @atomic: whether whoever takes from it may not sleep; set before there is anybody
 * @page: pages, each with a reference of the pool's, NULL until there is need
 * @at: the one that is being filled
 * @offset: how far it is
 */
struct tun_alt_pool {
	spinlock_t lock; /* all of it; a leaf */
	bool atomic;
	struct page *page[TUN_ALT_POOL_PAGES];
	unsigned int at;
	unsigned int offset;
};

size_t tun_alt_pool_take(struct tun_alt_pool *pool, size_t want, struct page **page,
			 unsigned int *offset);
int tun_alt_pool_extend(struct tun_alt_pool *pool, struct sk_buff *skb, size_t length);
void tun_alt_pool_free(struct tun_alt_pool *pool);

#endif /* TUN_ALT_POOL_H */
