/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the core's own netlink family shows of queues, on kernels that have it.
 */
#ifndef TUN_ALT_QSTATS_H
#define TUN_ALT_QSTATS_H

struct net_device;

void tun_alt_qstats_setup(struct net_device *dev);

#endif /* TUN_ALT_QSTATS_H */
