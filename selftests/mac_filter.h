/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TUNSETTXFILTER for tests: a struct tun_filter with room, and addresses to put there.
 */
#ifndef SELFTESTS_MAC_FILTER_H
#define SELFTESTS_MAC_FILTER_H

#include <string.h>

#include <linux/if_ether.h>

#include "tun_test.h"

/* How many addresses the driver knows by heart, and how many the structure can hold */
#define MAC_FILTER_EXACT 8
#define MAC_FILTER_MOST 65535

/**
 * struct mac_filter - a struct tun_filter as large as any
 * @flags: TUN_FLT_ALLMULTI
 * @count: addresses
 * @addr: the addresses
 */
struct mac_filter {
	__u16 flags;
	__u16 count;
	unsigned char addr[MAC_FILTER_MOST][ETH_ALEN];
};

static inline void mac_filter_add(struct mac_filter *filter, const unsigned char *mac)
{
	memcpy(filter->addr[filter->count++], mac, ETH_ALEN);
}

/* Address @n of those that belong to one station, or to a group */
static inline void mac_filter_unicast(unsigned char *mac, unsigned int n)
{
	const unsigned char at[ETH_ALEN] = { 2, 0, 0, 1, n >> 8, n };

	memcpy(mac, at, ETH_ALEN);
}

static inline void mac_filter_multicast(unsigned char *mac, unsigned int n)
{
	const unsigned char at[ETH_ALEN] = { 1, 0, 0x5e, 1, n >> 8, n };

	memcpy(mac, at, ETH_ALEN);
}

/* Adds @count addresses, from number @first on, of the kind that @make makes */
static inline void mac_filter_add_many(struct mac_filter *filter, unsigned int first,
				       unsigned int count,
				       void (*make)(unsigned char *mac, unsigned int n))
{
	unsigned char mac[ETH_ALEN];

	while (count--) {
		make(mac, first++);
		mac_filter_add(filter, mac);
	}
}

/* TUNSETTXFILTER; the number of exact addresses, or -errno */
static inline int mac_filter_set(int fd, const struct mac_filter *filter)
{
	return tun_ioctl(fd, TUNSETTXFILTER, (unsigned long)filter);
}

/* The bit of 64 that stands for an address: the top of its Ethernet checksum */
static inline unsigned int mac_filter_hash(const unsigned char *mac)
{
	__u32 crc = ~0U;

	for (int i = 0; i < ETH_ALEN; i++) {
		for (int bit = 0; bit < 8; bit++) {
			__u32 feedback = (crc >> 31) ^ (mac[i] >> bit & 1);

			crc = crc << 1 ^ (feedback ? 0x04c11db7 : 0);
		}
	}
	return crc >> 26;
}

/* A group that shares the bit of @mac (@same) or does not, and is another one */
static inline void mac_filter_group(unsigned char *mac, const unsigned char *than, bool same)
{
	unsigned int n = 1000;

	do
		mac_filter_multicast(mac, n++);
	while (!memcmp(mac, than, ETH_ALEN) ||
	       (mac_filter_hash(mac) == mac_filter_hash(than)) != same);
}

#endif /* SELFTESTS_MAC_FILTER_H */
