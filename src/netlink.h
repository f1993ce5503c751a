/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: what there is to see of queues.
 */
#ifndef TUN_ALT_NETLINK_H
#define TUN_ALT_NETLINK_H

int tun_alt_netlink_init(void);
void tun_alt_netlink_exit(void);

#endif /* TUN_ALT_NETLINK_H */
