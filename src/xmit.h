/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack hands over a packet.
 */
#ifndef TUN_ALT_XMIT_H
#define TUN_ALT_XMIT_H

#include <linux/netdevice.h>

struct tun_alt_dev;
struct tun_alt_queue;

netdev_tx_t tun_alt_xmit(struct sk_buff *skb, struct net_device *dev);
int tun_alt_xmit_frames(struct net_device *dev, int n, struct xdp_frame **frames, u32 flags);
int tun_alt_xmit_back(struct tun_alt_queue *q, struct tun_alt_dev *tun, void *entry);

#endif /* TUN_ALT_XMIT_H */
