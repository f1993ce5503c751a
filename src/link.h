/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netlink and sysfs show of a device.
 */
#ifndef TUN_ALT_LINK_H
#define TUN_ALT_LINK_H

#include <linux/sysfs.h>
#include <net/rtnetlink.h>

extern struct rtnl_link_ops tun_alt_link_tun_ops;
extern struct rtnl_link_ops tun_alt_link_tap_ops;
extern const struct attribute_group tun_alt_link_sysfs;

int tun_alt_link_init(void);
void tun_alt_link_exit(void);

#endif /* TUN_ALT_LINK_H */
