/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the networking core calls. The setup functions are the one upward name of device.c: a device
 * needs its operations.
 */
#ifndef TUN_ALT_NETDEV_H
#define TUN_ALT_NETDEV_H

#include <linux/types.h>

struct net_device;

void tun_alt_netdev_setup_tun(struct net_device *dev);
void tun_alt_netdev_setup_tap(struct net_device *dev);
bool tun_alt_netdev_is_ours(const struct net_device *dev);
int tun_alt_netdev_init(void);
void tun_alt_netdev_exit(void);

#endif /* TUN_ALT_NETDEV_H */
