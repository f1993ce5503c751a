// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETOFFLOAD and the features of the device that follow from it.
 */
#include "offload.h"

#include <linux/errno.h>
#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "compat.h"
#include "device.h"
#include "refusal.h"
#include "vnet.h"

#define OFFLOAD_TUNNEL	(NETIF_F_GSO_UDP_TUNNEL | NETIF_F_GSO_UDP_TUNNEL_CSUM)
#define OFFLOAD_TSO	(NETIF_F_TSO | NETIF_F_TSO_ECN | NETIF_F_TSO6)

/* Features that are the program's to allow */
#define OFFLOAD_USER	(NETIF_F_HW_CSUM | OFFLOAD_TSO | NETIF_F_GSO_UDP_L4 | \
			 (TUN_ALT_CARRIES_TUNNELS ? OFFLOAD_TUNNEL : 0))

/* And those that the device has by itself */
#define OFFLOAD_OWN	(NETIF_F_SG | NETIF_F_FRAGLIST)
#define OFFLOAD_TAGS	(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)

/**
 * struct offload_rule - bits of TUNSETOFFLOAD that are taken together
 * @bits: the bits
 * @need: the features of which one must be there already, 0 for none
 * @features: what they stand for
 */
struct offload_rule {
	unsigned long bits;
	netdev_features_t need;
	netdev_features_t features;
};

/*
 * In the order in which they are judged; a bit that no rule takes is refused. Fragmentation of UDP
 * datagrams (UFO) is taken and means nothing since Linux 4.14. Both kinds of UDP segments come
 * together.
 */
static const struct offload_rule offload_rules[] = {
	{ TUN_F_CSUM,			0,		NETIF_F_HW_CSUM },
	{ TUN_F_TSO4,			NETIF_F_HW_CSUM, NETIF_F_TSO },
	{ TUN_F_TSO6,			NETIF_F_HW_CSUM, NETIF_F_TSO6 },
	{ TUN_F_TSO_ECN,		NETIF_F_TSO | NETIF_F_TSO6, NETIF_F_TSO_ECN },
	{ TUN_F_UFO,			NETIF_F_HW_CSUM, 0 },
	{ TUN_ALT_F_USO,		NETIF_F_HW_CSUM, NETIF_F_GSO_UDP_L4 },
	{ TUN_ALT_F_TUNNEL,		NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_GSO_UDP_L4,
					NETIF_F_GSO_UDP_TUNNEL },
	{ TUN_ALT_F_TUNNEL_CSUM,	NETIF_F_GSO_UDP_TUNNEL, NETIF_F_GSO_UDP_TUNNEL_CSUM },
};

/**
 * tun_alt_offload_setup() - the features of a new device: nothing is left to a program yet
 * @dev: the device, being allocated
 *
 * Context: Process context.
 */
void tun_alt_offload_setup(struct net_device *dev)
{
	dev->hw_features = OFFLOAD_OWN | OFFLOAD_TAGS | OFFLOAD_USER;
	dev->features = dev->hw_features;
	dev->vlan_features = OFFLOAD_OWN | OFFLOAD_USER;
	/* A kernel whose headers can describe tunnels takes segments inside of one. */
	if (TUN_ALT_CARRIES_TUNNELS)
		dev->hw_enc_features = dev->hw_features;
}

static bool offload_is_carried(const struct offload_rule *rule)
{
	return !(rule->features & ~OFFLOAD_USER);
}

/**
 * tun_alt_offload_carried() - what TUNSETOFFLOAD takes on this kernel
 *
 * Context: Any.
 * Return: TUN_F_x, each of which may need another one.
 */
u32 tun_alt_offload_carried(void)
{
	u32 bits = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offload_rules); i++)
		if (offload_is_carried(&offload_rules[i]))
			bits |= offload_rules[i].bits;
	return bits;
}

/**
 * tun_alt_offload_set() - TUNSETOFFLOAD
 * @tun: the device
 * @offload: TUN_F_x
 * @why: gets the reason of a refusal
 *
 * The set replaces the one before. It is kept while the device has no headers to describe what the
 * set allows, and in force when it has.
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0; -EINVAL, with nothing changed, for a bit that is unknown or lacks one that it needs.
 */
int tun_alt_offload_set(struct tun_alt_dev *tun, unsigned long offload,
			struct tun_alt_refusal *why)
{
	netdev_features_t features = 0;
	unsigned long left = offload;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offload_rules); i++) {
		const struct offload_rule *rule = &offload_rules[i];

		if ((left & rule->bits) != rule->bits || (rule->need && !(features & rule->need)))
			continue;
		if (!offload_is_carried(rule))
			continue;
		features |= rule->features;
		left &= ~rule->bits;
	}
	if (left)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_OFFLOAD, left, 0);

	WRITE_ONCE(tun->offload, features);
	tun->dev->wanted_features &= ~OFFLOAD_USER;
	tun->dev->wanted_features |= features;
	netdev_update_features(tun->dev);
	return 0;
}

/* What the program takes: what it allowed, as far as the headers that it reads can describe it. */
static netdev_features_t offload_taken(netdev_features_t allowed, u32 header_size)
{
	if (!header_size)
		return 0;
	return header_size < TUN_ALT_VNET_TUNNEL ? allowed & ~OFFLOAD_TUNNEL : allowed;
}

/**
 * tun_alt_offload_fix() - ndo_fix_features
 * @tun: the device
 * @features: what the core, or ethtool, would like
 *
 * Context: Process context, RTNL held.
 * Return: what of it there can be.
 */
netdev_features_t tun_alt_offload_fix(const struct tun_alt_dev *tun, netdev_features_t features)
{
	u32 header_size = tun_alt_dev_vnet_shape(tun).size;

	netdev_features_t taken = offload_taken(READ_ONCE(tun->offload), header_size);

	return features & (taken | ~OFFLOAD_USER);
}

/**
 * tun_alt_offload_make_fit() - see that a program can make use of a packet that needs something
 * @allowed: &struct tun_alt_config.offload of the call that reads
 * @header_size: bytes of the headers that it reads, 0 without: the size that goes with @allowed
 * @skb: a packet that left the ring
 *
 * The stack looks at the features when it sends. Whoever switched them off since, or took the
 * headers away, may have a packet in the ring that nothing describes any more. A checksum is filled
 * in then. Segments would have to be read one by one, in an order with the ring and by several
 * readers; who switches segments off has a new guest or a new program, and its peer sends again:
 * they are lost, and counted.
 *
 * Context: Process context.
 * Return: 0; -EOPNOTSUPP for segments; -ENOMEM or -EINVAL if the checksum could not be filled in.
 */
int tun_alt_offload_make_fit(netdev_features_t allowed, u32 header_size, struct sk_buff *skb)
{
	netdev_features_t taken = offload_taken(allowed, header_size);
	/* Who looked at the headers, and how IPv4 identifications go on, is no matter here. */
	const netdev_features_t enough = taken | NETIF_F_GSO_ROBUST | NETIF_F_TSO_MANGLEID;
	unsigned int end;

	if (skb_is_gso(skb) && !net_gso_ok(enough, skb_shinfo(skb)->gso_type))
		return -EOPNOTSUPP;
	if (skb->ip_summed != CHECKSUM_PARTIAL || taken & NETIF_F_HW_CSUM)
		return 0;
	/* A filter may have cut off what the checksum is of, or its place. */
	end = skb_checksum_start_offset(skb) + skb->csum_offset + sizeof(__sum16);
	if (!pskb_may_pull(skb, end))
		return -EINVAL;
	return skb_checksum_help(skb);
}
