// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool -i, -l, -c, -T, msglvl and the link that the device says it has.
 */
#include "ethtool.h"

#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "device.h"

/* The most packets that one delivery may be told to hold: a NAPI budget, as in-tree. */
#define ETHTOOL_MOST_FRAMES	NAPI_POLL_WEIGHT

static void ethtool_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	strscpy(info->driver, "tun_alt", sizeof(info->driver));
	strscpy(info->version, TUN_ALT_VERSION, sizeof(info->version));
	strscpy(info->bus_info, READ_ONCE(tun->flags) & IFF_TUN ? "tun" : "tap",
		sizeof(info->bus_info));
}

static u32 ethtool_get_msglevel(struct net_device *dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	return READ_ONCE(tun->msg_enable);
}

static void ethtool_set_msglevel(struct net_device *dev, u32 level)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	WRITE_ONCE(tun->msg_enable, level);
}

static void ethtool_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	channels->combined_count = tun->nr_queues;
	channels->max_combined = tun->max_queues;
}

static int ethtool_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
				struct kernel_ethtool_coalesce *kernel,
				struct netlink_ext_ack *extack)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	coalesce->rx_max_coalesced_frames = READ_ONCE(tun->rx_frames);
	return 0;
}

static int ethtool_set_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
				struct kernel_ethtool_coalesce *kernel,
				struct netlink_ext_ack *extack)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	WRITE_ONCE(tun->rx_frames,
		   min_t(u32, coalesce->rx_max_coalesced_frames, ETHTOOL_MOST_FRAMES));
	return 0;
}

static int ethtool_get_link_ksettings(struct net_device *dev, struct ethtool_link_ksettings *link)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	*link = tun->link;
	return 0;
}

/* There is no link behind it: whatever is set is what is shown. */
static int ethtool_set_link_ksettings(struct net_device *dev,
				      const struct ethtool_link_ksettings *link)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	tun->link = *link;
	return 0;
}

static const struct ethtool_ops tun_alt_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_MAX_FRAMES,
	.get_drvinfo		= ethtool_get_drvinfo,
	.get_msglevel		= ethtool_get_msglevel,
	.set_msglevel		= ethtool_set_msglevel,
	.get_link		= ethtool_op_get_link,
	.get_channels		= ethtool_get_channels,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_coalesce		= ethtool_get_coalesce,
	.set_coalesce		= ethtool_set_coalesce,
	.get_link_ksettings	= ethtool_get_link_ksettings,
	.set_link_ksettings	= ethtool_set_link_ksettings,
};

/**
 * tun_alt_ethtool_setup() - give a device its operations and the link it starts with
 * @dev: the device, being allocated
 *
 * 10 Gb/s, full duplex, twisted pair: in-tree's since 6.3, on all kernels.
 *
 * Context: Process context.
 */
void tun_alt_ethtool_setup(struct net_device *dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	tun->link.base.speed = SPEED_10000;
	tun->link.base.duplex = DUPLEX_FULL;
	tun->link.base.port = PORT_TP;
	tun->link.base.autoneg = AUTONEG_DISABLE;
	dev->ethtool_ops = &tun_alt_ethtool_ops;
}
