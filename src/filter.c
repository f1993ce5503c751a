// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC filter. A frame that passes may still be unwanted, since the hash of a multicast address
 * has 6 bits; one that does not pass is wanted by nobody.
 */
#include "filter.h"

#include <linux/crc32.h>
#include <linux/etherdevice.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "compat.h"
#include "refusal.h"

/* The top bits of the checksum are those that network cards use for the same purpose. */
static u64 filter_hash(const u8 *address)
{
	return BIT_ULL(ether_crc(ETH_ALEN, address) >> 26);
}

/* Whether all addresses of the set that go into the hash are such that it can hold. */
static bool filter_add_rest(struct tun_alt_filter *filter, u16 count, const u8 *addresses)
{
	unsigned int i;

	for (i = filter->nr_exact; i < count; i++) {
		const u8 *address = addresses + i * ETH_ALEN;

		if (!is_multicast_ether_addr(address))
			return false;
		filter->hash |= filter_hash(address);
	}
	return true;
}

/**
 * tun_alt_filter_make() - make a filter of a list of addresses
 * @flags: of struct tun_filter; %TUN_FLT_ALLMULTI alone has a meaning
 * @count: how many addresses there are
 * @addresses: the list, one behind the other: the first ones are kept exactly, the rest has to be
 *	multicast
 * @made: gets the filter, or NULL for a list that filters nothing: an empty one, or one with too
 *	many unicast addresses
 * @why: gets the reason of a refusal
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOMEM.
 */
int tun_alt_filter_make(u16 flags, u16 count, const u8 *addresses, struct tun_alt_filter **made,
			struct tun_alt_refusal *why)
{
	struct tun_alt_filter *filter;

	*made = NULL;
	if (!count)
		return 0;
	filter = kzalloc_obj(*filter, GFP_KERNEL_ACCOUNT);
	if (!filter)
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	filter->nr_exact = min_t(unsigned int, count, TUN_ALT_FILTER_EXACT);
	memcpy(filter->exact, addresses, filter->nr_exact * ETH_ALEN);
	if (!filter_add_rest(filter, count, addresses)) {
		tun_alt_filter_free(filter);
		return 0;
	}
	if (flags & TUN_FLT_ALLMULTI)
		filter->hash = U64_MAX;
	*made = filter;
	return 0;
}

/**
 * tun_alt_filter_free() - free a filter
 * @filter: the filter, or NULL; nobody can reach it any more
 *
 * Context: Any.
 */
void tun_alt_filter_free(struct tun_alt_filter *filter)
{
	kfree(filter);
}

/**
 * tun_alt_filter_replace() - put another filter into the place of one
 * @place: where the data path looks
 * @filter: the new one, or NULL for none
 *
 * Context: Process context, RTNL held. The old filter goes after a grace period.
 */
void tun_alt_filter_replace(struct tun_alt_filter __rcu **place, struct tun_alt_filter *filter)
{
	struct tun_alt_filter *old;

	old = rcu_replace_pointer(*place, filter, lockdep_rtnl_is_held());
	if (old)
		kfree_rcu(old, rcu);
}

/**
 * tun_alt_filter_passes() - whether a program wants a frame
 * @filter: the program's filter
 * @skb: the frame, at its Ethernet header
 *
 * Broadcast is multicast like any other.
 *
 * Context: RCU read-side section.
 * Return: whether it does.
 */
bool tun_alt_filter_passes(const struct tun_alt_filter *filter, struct sk_buff *skb)
{
	const u8 *address;
	unsigned int i;

	if (!pskb_may_pull(skb, ETH_HLEN))
		return false;
	address = ((struct ethhdr *)skb->data)->h_dest;
	for (i = 0; i < filter->nr_exact; i++)
		if (ether_addr_equal(address, filter->exact[i]))
			return true;
	return is_multicast_ether_addr(address) && filter->hash & filter_hash(address);
}
