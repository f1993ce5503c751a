/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TUNSETLINK: what kind of link a device says it is.
 */
#ifndef TUN_ALT_LINKTYPE_H
#define TUN_ALT_LINKTYPE_H

struct net_device;
struct tun_alt_refusal;

int tun_alt_linktype_set(struct net_device *dev, int type, struct tun_alt_refusal *why);

#endif /* TUN_ALT_LINKTYPE_H */
