/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ethtool(8) shows and sets.
 */
#ifndef TUN_ALT_ETHTOOL_H
#define TUN_ALT_ETHTOOL_H

struct net_device;

void tun_alt_ethtool_setup(struct net_device *dev);

#endif /* TUN_ALT_ETHTOOL_H */
