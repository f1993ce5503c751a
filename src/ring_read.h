/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Into a read ring: the packet is copied where it is sent, and freed there.
 */
#ifndef TUN_ALT_RING_READ_H
#define TUN_ALT_RING_READ_H

#include <linux/netdevice.h>
#include <linux/types.h>

struct sk_buff;
struct tun_alt_dev;
struct tun_alt_queue;
struct tun_alt_read_ring;

netdev_tx_t tun_alt_ring_read_xmit(struct tun_alt_dev *tun, struct tun_alt_queue *q,
				   struct tun_alt_read_ring *ring, struct sk_buff *skb);
int tun_alt_ring_read_entry(struct tun_alt_queue *q, struct tun_alt_read_ring *ring, void *entry);

#endif /* TUN_ALT_RING_READ_H */
