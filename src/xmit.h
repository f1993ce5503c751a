/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack hands over a packet.
 */
#ifndef TUN_ALT_XMIT_H
#define TUN_ALT_XMIT_H

#include <linux/netdevice.h>

#include "device.h"
#include "drop.h"

struct tun_alt_queue;

netdev_tx_t tun_alt_xmit(struct sk_buff *skb, struct net_device *dev);
int tun_alt_xmit_frames(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags);
netdev_tx_t tun_alt_xmit_drop(struct tun_alt_drops *drops, struct sk_buff *skb,
			      enum tun_alt_drop reason);
int tun_alt_xmit_filter(struct tun_alt_dev *tun, struct tun_alt_queue *q, struct sk_buff *skb,
			enum tun_alt_drop *reason);
int tun_alt_xmit_back(struct tun_alt_queue *q, struct tun_alt_dev *tun, void *entry);

/**
 * tun_alt_xmit_is_filtered() - whether there is anything that a packet has to pass
 * @tun: the device
 *
 * Context: Any; the answer may be old.
 * Return: whether tun_alt_xmit_filter() is to be asked.
 */
static inline bool tun_alt_xmit_is_filtered(const struct tun_alt_dev *tun)
{
	return (unsigned long)rcu_access_pointer(tun->filter) |
	       (unsigned long)rcu_access_pointer(tun->classic) |
	       (unsigned long)rcu_access_pointer(tun->ebpf);
}

#endif /* TUN_ALT_XMIT_H */
