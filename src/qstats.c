// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of queues for the core's netdev family: `ynl --family netdev --dump qstats-get`. Since
 * 6.10; on older kernels nobody asks.
 *
 * The core adds the base to the queues that there are: it has those that have left, or are
 * disabled, and what concerned no queue; but not how often those were stopped, so that the core
 * leaves that out of a device.
 */
#include "qstats.h"

#include <linux/netdevice.h>

#include "compat.h"
#include "device.h"
#include "queue.h"

static void qstats_put_received(const struct tun_alt_totals *totals,
				struct netdev_queue_stats_rx *stats)
{
	stats->packets = totals->carried.received_packets;
	stats->bytes = totals->carried.received_bytes;
	stats->alloc_fail = totals->drops[TUN_ALT_DROP_WRITE_NO_MEMORY];
	stats->hw_drops = tun_alt_totals_dropped(totals, TUN_ALT_DROP_RECEIVED) +
			  tun_alt_totals_dropped(totals, TUN_ALT_DROP_FRAME_ERROR);
}

static void qstats_put_xmitted(const struct tun_alt_totals *totals,
			       struct netdev_queue_stats_tx *stats)
{
	stats->packets = totals->carried.read_packets;
	stats->bytes = totals->carried.read_bytes;
	stats->hw_drops = tun_alt_totals_dropped(totals, TUN_ALT_DROP_XMITTED);
}

/* The core has one subqueue of each kind, at least, whether or not anybody holds it. */
static const struct tun_alt_counts *qstats_counts(struct net_device *dev, int index)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	if (index >= tun->nr_queues)
		return NULL;
	return rtnl_dereference(tun->queues[index])->counts;
}

static void qstats_get_received(struct net_device *dev, int index,
				struct netdev_queue_stats_rx *stats)
{
	const struct tun_alt_counts *counts = qstats_counts(dev, index);
	struct tun_alt_totals totals = { };

	if (counts)
		tun_alt_counts_add(counts, &totals);
	qstats_put_received(&totals, stats);
}

static void qstats_get_xmitted(struct net_device *dev, int index,
			       struct netdev_queue_stats_tx *stats)
{
	const struct tun_alt_counts *counts = qstats_counts(dev, index);
	struct tun_alt_totals totals = { };

	if (counts)
		tun_alt_counts_add(counts, &totals);
	qstats_put_xmitted(&totals, stats);
	stats->stop = totals.stops;
	stats->wake = totals.wakes;
}

static void qstats_get_base(struct net_device *dev, struct netdev_queue_stats_rx *received,
			    struct netdev_queue_stats_tx *xmitted)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	struct tun_alt_totals totals;
	struct tun_alt_queue *q;

	tun_alt_account_get_gone(&tun->account, &totals);
	list_for_each_entry(q, &tun->disabled, parked)
		tun_alt_counts_add(q->counts, &totals);
	qstats_put_received(&totals, received);
	qstats_put_xmitted(&totals, xmitted);
}

static const struct netdev_stat_ops qstats_ops = {
	.get_queue_stats_rx	= qstats_get_received,
	.get_queue_stats_tx	= qstats_get_xmitted,
	.get_base_stats		= qstats_get_base,
};

/**
 * tun_alt_qstats_setup() - let the core ask a device for its counters
 * @dev: the device, being allocated
 *
 * Context: Process context.
 */
void tun_alt_qstats_setup(struct net_device *dev)
{
	tun_alt_set_stat_ops(dev, &qstats_ops);
}
