/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TUNSETTXFILTER: which addresses the program wants frames for.
 */
#ifndef TUN_ALT_FILTER_H
#define TUN_ALT_FILTER_H

#include <linux/if_ether.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct sk_buff;
struct tun_alt_refusal;

/* How many addresses a filter knows by heart; it keeps one bit of a hash of each further one. */
#define TUN_ALT_FILTER_EXACT	8

/**
 * struct tun_alt_filter - a set of addresses, never changed once it was made
 * @rcu: to be freed by
 * @hash: a bit for each value of the hash that some multicast address of the set has
 * @nr_exact: how many of @exact there are, 1 or more
 * @exact: addresses of any kind
 */
struct tun_alt_filter {
	struct rcu_head rcu;
	u64 hash;
	unsigned int nr_exact;
	u8 exact[TUN_ALT_FILTER_EXACT][ETH_ALEN];
};

int tun_alt_filter_make(u16 flags, u16 count, const u8 *addresses, struct tun_alt_filter **made,
			struct tun_alt_refusal *why);
void tun_alt_filter_free(struct tun_alt_filter *filter);
void tun_alt_filter_replace(struct tun_alt_filter __rcu **place, struct tun_alt_filter *filter);
bool tun_alt_filter_passes(const struct tun_alt_filter *filter, struct sk_buff *skb);

#endif /* TUN_ALT_FILTER_H */
