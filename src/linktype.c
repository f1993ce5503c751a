// SPDX-License-Identifier: GPL-2.0
/*
 * The link types that have an address, and how long it is.
 */
#include "linktype.h"

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_fc.h>
#include <linux/if_fddi.h>
#include <linux/if_hippi.h>
#include <linux/in6.h>
#include <linux/netdevice.h>
#include <net/ax25.h>
#include <net/rose.h>
#include <uapi/linux/if_ltalk.h>

#include "refusal.h"

/* EUI-64, the address of IEEE 802.15.4 and of 6LoWPAN over it. */
#define LINKTYPE_EUI64_LEN	8

static const struct {
	int type;
	unsigned char length;
} linktype_address[] = {
	{ ARPHRD_IP6GRE,		sizeof(struct in6_addr) },
	{ ARPHRD_TUNNEL6,		sizeof(struct in6_addr) },
	{ ARPHRD_IPGRE,			sizeof(struct in_addr) },
	{ ARPHRD_TUNNEL,		sizeof(struct in_addr) },
	{ ARPHRD_SIT,			sizeof(struct in_addr) },
	{ ARPHRD_ETHER,			ETH_ALEN },
	{ ARPHRD_IEEE802154,		LINKTYPE_EUI64_LEN },
	{ ARPHRD_IEEE802154_MONITOR,	LINKTYPE_EUI64_LEN },
	{ ARPHRD_6LOWPAN,		LINKTYPE_EUI64_LEN },
	{ ARPHRD_FDDI,			FDDI_K_ALEN },
	{ ARPHRD_HIPPI,			HIPPI_ALEN },
	{ ARPHRD_IEEE802,		FC_ALEN },
	{ ARPHRD_ROSE,			ROSE_ADDR_LEN },
	{ ARPHRD_NETROM,		AX25_ADDR_LEN },
	{ ARPHRD_LOCALTLK,		LTALK_ALEN },
};

static unsigned char linktype_address_length(int type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(linktype_address); i++)
		if (linktype_address[i].type == type)
			return linktype_address[i].length;
	return 0;
}

/**
 * tun_alt_linktype_set() - TUNSETLINK
 * @dev: the device
 * @type: an ARPHRD_ number, of which 16 bits count; any is taken, and one that is not known has no
 *	address
 * @why: gets the reason of a refusal
 *
 * Context: Process context, RTNL held.
 * Return: 0; -EBUSY while the device is up; what a listener vetoes with.
 */
int tun_alt_linktype_set(struct net_device *dev, int type, struct tun_alt_refusal *why)
{
	int err;

	if (dev->flags & IFF_UP)
		return tun_alt_refuse(why, -EBUSY, TUN_ALT_REFUSED_DEVICE_UP);
	err = notifier_to_errno(call_netdevice_notifiers(NETDEV_PRE_TYPE_CHANGE, dev));
	if (err)
		return tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_LINK_TYPE, type, 0);
	dev->type = type;
	dev->addr_len = linktype_address_length(dev->type);
	call_netdevice_notifiers(NETDEV_POST_TYPE_CHANGE, dev);
	return 0;
}
