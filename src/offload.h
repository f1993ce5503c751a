/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stack may leave to the program: checksums and segments.
 */
#ifndef TUN_ALT_OFFLOAD_H
#define TUN_ALT_OFFLOAD_H

#include <linux/netdev_features.h>
#include <linux/types.h>

/* Bits of TUNSETOFFLOAD that not every kernel's <linux/if_tun.h> has; USO's two come together. */
#define TUN_ALT_F_USO		0x60
#define TUN_ALT_F_TUNNEL	0x80
#define TUN_ALT_F_TUNNEL_CSUM	0x100

struct net_device;
struct sk_buff;
struct tun_alt_dev;
struct tun_alt_refusal;

void tun_alt_offload_setup(struct net_device *dev);
u32 tun_alt_offload_carried(void);
int tun_alt_offload_set(struct tun_alt_dev *tun, unsigned long offload,
			struct tun_alt_refusal *why);
netdev_features_t tun_alt_offload_fix(const struct tun_alt_dev *tun, netdev_features_t features);
int tun_alt_offload_make_fit(netdev_features_t allowed, u32 header_size, struct sk_buff *skb);

#endif /* TUN_ALT_OFFLOAD_H */
