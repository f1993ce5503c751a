/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Datagrams of one flow and size, one behind the other, that a program reads as one frame with
 * segments: what a sender with UDP_SEGMENT would have sent.
 */
#ifndef TUN_ALT_COALESCE_H
#define TUN_ALT_COALESCE_H

#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#include <linux/udp.h>

struct iov_iter;
struct tun_alt_config;

/* As many segments as every kernel's UDP takes in one frame */
#define TUN_ALT_COALESCE_MOST	64

/* Headers, and what has IP's begin at a multiple of four behind Ethernet's */
#define TUN_ALT_COALESCE_ROOM	(ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct udphdr) + 2)

/**
 * struct tun_alt_coalesce - a run of datagrams
 * @nr: how many; 1 if there is nothing to make one frame of
 * @transport: where in a datagram, and in the frame, the UDP header begins
 * @payload: where the payload does
 * @size: bytes of payload of each datagram but the last, which may have less
 * @length: bytes of the frame
 * @room: its headers, of which IP's begins at a multiple of four
 */
struct tun_alt_coalesce {
	unsigned int nr;
	unsigned int transport;
	unsigned int payload;
	unsigned int size;
	unsigned int length;
	u8 room[TUN_ALT_COALESCE_ROOM] __aligned(4);
};

void tun_alt_coalesce_find(struct tun_alt_coalesce *run, const struct tun_alt_config *config,
			   void **entry, unsigned int nr);
int tun_alt_coalesce_put(struct tun_alt_coalesce *run, const struct tun_alt_config *config,
			 void **entry, struct iov_iter *to);

#endif /* TUN_ALT_COALESCE_H */
