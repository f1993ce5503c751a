// SPDX-License-Identifier: GPL-2.0
/*
 * ethtool -i, -l, -g, -c, -S, -T, msglvl and the link that the device says it has.
 */
#include "ethtool.h"

#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "device.h"
#include "queue.h"

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

/* The ring between xmit and read; `ip link set txqueuelen` changes it. */
static void ethtool_get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
				  struct kernel_ethtool_ringparam *kernel,
				  struct netlink_ext_ack *extack)
{
	ring->tx_max_pending = dev->tx_queue_len;
	ring->tx_pending = dev->tx_queue_len;
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

/*
 * How many there are never changes: who asks allocates first, and is not told of the room that he
 * has. Queues beyond these are shown by netlink.
 */
#define ETHTOOL_QUEUES		16u

/* What each queue has before its drops; in the order of ethtool_put_queue(). */
static const char * const ethtool_queue_names[] = {
	"read_packets", "read_bytes", "received_packets", "received_bytes", "stops", "wakes",
};

#define ETHTOOL_QUEUE_ROWS	(ARRAY_SIZE(ethtool_queue_names) + TUN_ALT_DROP_REASONS)

static unsigned int ethtool_queues(const struct tun_alt_dev *tun)
{
	return min_t(unsigned int, tun->max_queues, ETHTOOL_QUEUES);
}

static int ethtool_get_sset_count(struct net_device *dev, int set)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return TUN_ALT_DROP_REASONS + ethtool_queues(tun) * ETHTOOL_QUEUE_ROWS;
}

static void ethtool_get_strings(struct net_device *dev, u32 set, u8 *text)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	unsigned int i, queue;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		ethtool_sprintf(&text, "drop_%s", tun_alt_drop_kinds[i].name);
	for (queue = 0; queue < ethtool_queues(tun); queue++) {
		for (i = 0; i < ARRAY_SIZE(ethtool_queue_names); i++)
			ethtool_sprintf(&text, "queue%u_%s", queue, ethtool_queue_names[i]);
		for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
			ethtool_sprintf(&text, "queue%u_drop_%s", queue,
					tun_alt_drop_kinds[i].name);
	}
}

static u64 *ethtool_put_queue(const struct tun_alt_counts *counts, u64 *to)
{
	struct tun_alt_totals totals = { };

	tun_alt_counts_add(counts, &totals);
	*to++ = totals.carried.read_packets;
	*to++ = totals.carried.read_bytes;
	*to++ = totals.carried.received_packets;
	*to++ = totals.carried.received_bytes;
	*to++ = totals.stops;
	*to++ = totals.wakes;
	memcpy(to, totals.drops, sizeof(totals.drops));
	return to + TUN_ALT_DROP_REASONS;
}

/* The device's drops first, with those of queues that have left and of packets that had none. */
static void ethtool_get_statistics(struct net_device *dev, struct ethtool_stats *stats, u64 *to)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	struct tun_alt_totals totals;
	unsigned int queue;

	tun_alt_account_get(&tun->account, &totals);
	memcpy(to, totals.drops, sizeof(totals.drops));
	to += TUN_ALT_DROP_REASONS;
	memset(to, 0, ethtool_queues(tun) * ETHTOOL_QUEUE_ROWS * sizeof(*to));
	for (queue = 0; queue < min_t(unsigned int, tun->nr_queues, ETHTOOL_QUEUES); queue++)
		to = ethtool_put_queue(rtnl_dereference(tun->queues[queue])->counts, to);
}

static const struct ethtool_ops tun_alt_ethtool_ops = {
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_MAX_FRAMES,
	.get_drvinfo		= ethtool_get_drvinfo,
	.get_msglevel		= ethtool_get_msglevel,
	.set_msglevel		= ethtool_set_msglevel,
	.get_link		= ethtool_op_get_link,
	.get_channels		= ethtool_get_channels,
	.get_ringparam		= ethtool_get_ringparam,
	.get_sset_count		= ethtool_get_sset_count,
	.get_strings		= ethtool_get_strings,
	.get_ethtool_stats	= ethtool_get_statistics,
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
