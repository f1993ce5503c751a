/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack hands over a packet.
 */
#ifndef TUN_ALT_XMIT_H
#define TUN_ALT_XMIT_H

#include <linux/netdevice.h>

netdev_tx_t tun_alt_xmit(struct sk_buff *skb, struct net_device *dev);

#endif /* TUN_ALT_XMIT_H */
