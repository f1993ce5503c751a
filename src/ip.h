/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an L3 packet says of itself: its first byte begins with the version of IP.
 */
#ifndef TUN_ALT_IP_H
#define TUN_ALT_IP_H

#include <linux/if_ether.h>
#include <linux/types.h>

/**
 * tun_alt_ip_first() - the first byte of a packet, which may have none
 * @data: the packet
 * @length: its length
 *
 * Context: Any.
 * Return: the byte; 0, which begins no IP packet, for an empty one.
 */
static inline u8 tun_alt_ip_first(const void *data, unsigned int length)
{
	return length ? *(const u8 *)data : 0;
}

/**
 * tun_alt_ip_protocol() - the EtherType of an IP packet
 * @first: the packet's first byte
 *
 * Context: Any.
 * Return: ETH_P_IP, ETH_P_IPV6, or 0 for what is neither.
 */
static inline __be16 tun_alt_ip_protocol(u8 first)
{
	switch (first >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	default:
		return 0;
	}
}

#endif /* TUN_ALT_IP_H */
