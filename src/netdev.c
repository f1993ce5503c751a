// SPDX-License-Identifier: GPL-2.0
/*
 * The device as the networking core sees it: operations, defaults, events. Packets are elsewhere.
 */
#include "netdev.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <net/ip_tunnels.h>

#include "backpressure.h"
#include "compat.h"
#include "device.h"
#include "ethtool.h"
#include "link.h"
#include "offload.h"
#include "qstats.h"
#include "queue.h"
#include "socket.h"
#include "steering.h"
#include "xdp.h"
#include "xmit.h"

/*
 * The rings of in-tree tun, whose users know them: its TUN sets 500, its TAP keeps
 * ether_setup()'s.
 */
#define NETDEV_TUN_QUEUE_LEN	500

/* The largest packet that IP can carry, and with an Ethernet header the largest frame. */
#define NETDEV_MAX_LEN		65535

static void netdev_uninit(struct net_device *dev)
{
	tun_alt_dev_uninit(netdev_priv(dev));
}

/* A ring may be as full as when the device went down. */
static int netdev_open(struct net_device *dev)
{
	netif_tx_start_all_queues(dev);
	tun_alt_backpressure_settle_all(netdev_priv(dev));
	return 0;
}

static int netdev_stop(struct net_device *dev)
{
	netif_tx_stop_all_queues(dev);
	return 0;
}

static u16 netdev_select_queue(struct net_device *dev, struct sk_buff *skb,
			       struct net_device *sb_dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	u16 queue;

	rcu_read_lock();
	queue = tun_alt_steer(rcu_dereference(tun->steering), tun->flows, skb,
			      READ_ONCE(tun->nr_queues));
	rcu_read_unlock();
	return queue;
}

/*
 * A master device asks for room before each frame. Bounded so that headroom, headers and
 * alignment stay inside what one linear allocation and 16 bit offsets can hold (CVE-2026-81000 of
 * in-tree tun).
 */
static void netdev_set_headroom(struct net_device *dev, int headroom)
{
	const int most = min_t(int, SKB_MAX_HEAD(0), U16_MAX - 1) - ((ETH_HLEN + NET_IP_ALIGN) | 1);
	struct tun_alt_dev *tun = netdev_priv(dev);

	WRITE_ONCE(tun->headroom, clamp_t(int, headroom, NET_SKB_PAD, most));
}

static void netdev_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	struct tun_alt_totals totals;

	tun_alt_account_get(&tun->account, &totals);
	stats->tx_packets = totals.carried.read_packets;
	stats->tx_bytes = totals.carried.read_bytes;
	stats->tx_dropped = tun_alt_totals_dropped(&totals, TUN_ALT_DROP_XMITTED);
	stats->rx_packets = totals.carried.received_packets;
	stats->rx_bytes = totals.carried.received_bytes;
	stats->rx_dropped = tun_alt_totals_dropped(&totals, TUN_ALT_DROP_RECEIVED);
	stats->rx_frame_errors = tun_alt_totals_dropped(&totals, TUN_ALT_DROP_FRAME_ERROR);
}

static netdev_features_t netdev_fix_features(struct net_device *dev, netdev_features_t features)
{
	return tun_alt_offload_fix(netdev_priv(dev), features);
}

static int netdev_change_carrier(struct net_device *dev, bool carrier)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	if (!carrier)
		netif_carrier_off(dev);
	else if (tun->nr_queues)
		netif_carrier_on(dev);
	else
		return -EPERM;
	return 0;
}

/*
 * There is no receive filter: a program takes what it likes. The core only wants to know that we
 * know.
 */
static void netdev_set_receive_mode(struct net_device *dev)
{
}

static const struct net_device_ops netdev_tun_ops = {
	.ndo_uninit		= netdev_uninit,
	.ndo_open		= netdev_open,
	.ndo_stop		= netdev_stop,
	.ndo_start_xmit		= tun_alt_xmit,
	.ndo_fix_features	= netdev_fix_features,
	.ndo_select_queue	= netdev_select_queue,
	.ndo_set_rx_headroom	= netdev_set_headroom,
	.ndo_get_stats64	= netdev_get_stats64,
	.ndo_change_carrier	= netdev_change_carrier,
	.ndo_bpf		= tun_alt_xdp_bpf,
	.ndo_xdp_xmit		= tun_alt_xmit_frames,
};

static const struct net_device_ops netdev_tap_ops = {
	.ndo_uninit		= netdev_uninit,
	.ndo_open		= netdev_open,
	.ndo_stop		= netdev_stop,
	.ndo_start_xmit		= tun_alt_xmit,
	.ndo_fix_features	= netdev_fix_features,
	.ndo_select_queue	= netdev_select_queue,
	.ndo_features_check	= passthru_features_check,
	.ndo_set_rx_mode	= netdev_set_receive_mode,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_rx_headroom	= netdev_set_headroom,
	.ndo_get_stats64	= netdev_get_stats64,
	.ndo_change_carrier	= netdev_change_carrier,
	.ndo_bpf		= tun_alt_xdp_bpf,
	.ndo_xdp_xmit		= tun_alt_xmit_frames,
};

static void netdev_setup(struct net_device *dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	unsigned int i;

	tun->dev = dev;
	for (i = 0; i < TUN_ALT_REDIRECT_LOCKS; i++)
		spin_lock_init(&tun->redirect_lock[i]);
	tun->owner = INVALID_UID;
	tun->group = INVALID_GID;
	tun->sndbuf = INT_MAX;
	tun->headroom = NET_SKB_PAD;
	INIT_LIST_HEAD(&tun->disabled);
	tun_alt_account_setup(&tun->account);
	tun->vnet_hdr_size = TUN_ALT_VNET_LEAST;
	tun_alt_ethtool_setup(dev);
	tun_alt_qstats_setup(dev);
	tun_alt_offload_setup(dev);

	dev->sysfs_groups[0] = &tun_alt_link_sysfs;
	tun_alt_set_lltx(dev);
	tun_alt_set_xdp_features(dev);
}

/**
 * tun_alt_netdev_setup_tun() - defaults of an L3 device
 * @dev: the device, being allocated
 *
 * Context: Process context.
 */
void tun_alt_netdev_setup_tun(struct net_device *dev)
{
	dev->netdev_ops = &netdev_tun_ops;
	dev->rtnl_link_ops = &tun_alt_link_tun_ops;
	dev->header_ops = &ip_tunnel_header_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
	dev->tx_queue_len = NETDEV_TUN_QUEUE_LEN;
	dev->mtu = ETH_DATA_LEN;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = NETDEV_MAX_LEN;
	netdev_setup(dev);
}

/**
 * tun_alt_netdev_setup_tap() - defaults of an L2 device
 * @dev: the device, being allocated
 *
 * Context: Process context.
 */
void tun_alt_netdev_setup_tap(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &netdev_tap_ops;
	dev->rtnl_link_ops = &tun_alt_link_tap_ops;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = NETDEV_MAX_LEN - dev->hard_header_len;
	eth_hw_addr_random(dev);
	netdev_setup(dev);
}

/**
 * tun_alt_netdev_is_ours() - whether a device is one of this driver
 * @dev: any device
 *
 * Context: Any.
 * Return: whether netdev_priv() of it is a struct tun_alt_dev.
 */
bool tun_alt_netdev_is_ours(const struct net_device *dev)
{
	return dev->netdev_ops == &netdev_tun_ops || dev->netdev_ops == &netdev_tap_ops;
}

static int netdev_event(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	int err = 0;

	if (!tun_alt_netdev_is_ours(dev))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		err = tun_alt_queue_resize_all(netdev_priv(dev), dev->tx_queue_len);
		break;
	case NETDEV_UP:
		tun_alt_socket_wake_writers(netdev_priv(dev));
		break;
	default:
		break;
	}
	/* NOTIFY_BAD would be EPERM to whoever changes the length. */
	return notifier_from_errno(err);
}

static struct notifier_block netdev_notifier = {
	.notifier_call	= netdev_event,
};

/**
 * tun_alt_netdev_init() - hear of what happens to devices
 *
 * Context: Process context, takes RTNL.
 * Return: 0 or a negative errno.
 */
int tun_alt_netdev_init(void)
{
	return register_netdevice_notifier(&netdev_notifier);
}

/**
 * tun_alt_netdev_exit() - hear of nothing any more
 *
 * Context: Process context, takes RTNL.
 */
void tun_alt_netdev_exit(void)
{
	unregister_netdevice_notifier(&netdev_notifier);
}
