// SPDX-License-Identifier: GPL-2.0
/*
 * Second hop, program to stack, and the only place that feeds the stack.
 */
#include "receive.h"

#include <linux/etherdevice.h>
#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "device.h"
#include "flow.h"
#include "queue.h"

static void receive_count(struct tun_alt_queue *q, struct sk_buff *skb, enum tun_alt_drop reason)
{
	if (skb)
		tun_alt_drop_skb(&q->drops, skb, reason);
	else
		tun_alt_drop_count(&q->drops, reason);
}

static void receive_drop(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct sk_buff *skb,
			 enum tun_alt_drop reason)
{
	dev_core_stats_rx_dropped_inc(tun->dev);
	receive_count(q, skb, reason);
}

/**
 * tun_alt_receive_drop() - count a packet that was written and did not get as far as the stack
 * @q: the queue that it was written to
 * @attachment: &struct tun_alt_config.attachment of the call
 * @skb: the packet, consumed, or NULL if it never became one
 * @reason: why
 *
 * Context: Any.
 */
void tun_alt_receive_drop(struct tun_alt_queue *q, u32 attachment, struct sk_buff *skb,
			  enum tun_alt_drop reason)
{
	struct tun_alt_dev *tun;

	rcu_read_lock();
	tun = tun_alt_queue_dev(q, attachment);
	if (tun)
		receive_drop(q, tun, skb, reason);
	else
		receive_count(q, skb, reason);
	rcu_read_unlock();
}

/*
 * An L3 packet has no header that names its protocol: struct tun_pi has, or the version in it
 * does.
 */
static int receive_classify_tun(const struct tun_alt_config *config, struct sk_buff *skb,
				struct net_device *dev, struct tun_alt_refusal *why)
{
	if (config->flags & IFF_NO_PI) {
		u8 first = skb->len ? skb->data[0] : 0;

		switch (first >> 4) {
		case 4:
			skb->protocol = htons(ETH_P_IP);
			break;
		case 6:
			skb->protocol = htons(ETH_P_IPV6);
			break;
		default:
			return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_NOT_IP,
						     first, 0);
		}
	}
	skb_reset_mac_header(skb);
	skb->dev = dev;
	return 0;
}

/*
 * The queue's index is read, used for the flow and seen by the stack in one RCU section: a detach
 * that changes it waits for that section before it takes the index away. @length is what was
 * written, with the Ethernet header that the stack has been spared.
 */
static void receive_deliver(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct sk_buff *skb,
			    unsigned int length)
{
	if (READ_ONCE(q->state) == TUN_ALT_QUEUE_ATTACHED) {
		u16 index = READ_ONCE(q->index);

		skb_record_rx_queue(skb, index);
		if (READ_ONCE(tun->nr_queues) > 1)
			tun_alt_flow_learn(tun->flows, __skb_get_hash_symmetric(skb), index);
	}
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	preempt_disable();
	dev_sw_netstats_rx_add(tun->dev, length);
	preempt_enable();
}

/* While the skb still begins where the frame does: offsets in the header count from there. */
static int receive_apply_vnet(struct tun_alt_dev *tun, const struct tun_alt_config *config,
			      const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	struct tun_alt_vnet_frame frame = {
		.net = dev_net(tun->dev),
		.tunnels = config->vnet.size >= TUN_ALT_VNET_TUNNEL,
	};

	if (config->flags & IFF_TUN)
		tun_alt_vnet_find_tun(packet->skb, &frame);
	else
		tun_alt_vnet_find_tap(packet->skb, &frame);
	return tun_alt_vnet_apply(&packet->vnet, &frame, packet->skb, why);
}

static int receive_on(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		      const struct tun_alt_config *config, const struct tun_alt_packet *packet,
		      struct tun_alt_refusal *why)
{
	struct sk_buff *skb = packet->skb;
	unsigned int length = skb->len;
	int err;

	if (config->flags & IFF_TUN) {
		err = receive_classify_tun(config, skb, tun->dev, why);
		if (err) {
			receive_drop(q, tun, skb, TUN_ALT_DROP_BAD_FRAME);
			return err;
		}
	}
	if (config->vnet.size) {
		err = receive_apply_vnet(tun, config, packet, why);
		if (err) {
			atomic_long_inc(&tun->frame_errors);
			tun_alt_drop_skb(&q->drops, skb, TUN_ALT_DROP_BAD_VNET_HEADER);
			return err;
		}
	}
	if (config->flags & IFF_TAP)
		skb->protocol = eth_type_trans(skb, tun->dev);
	skb_reset_network_header(skb);
	skb_probe_transport_header(skb);
	if (!(READ_ONCE(tun->dev->flags) & IFF_UP)) {
		receive_drop(q, tun, skb, TUN_ALT_DROP_DEVICE_DOWN);
		return tun_alt_refuse(why, -EIO, TUN_ALT_REFUSED_DEVICE_DOWN);
	}
	receive_deliver(q, tun, skb, length);
	return 0;
}

/**
 * tun_alt_receive_skb() - hand a written packet to the stack
 * @q: the queue that it was written to
 * @config: its device's settings, as the call read them
 * @packet: the packet, its skb consumed
 * @why: gets the reason of a refusal
 *
 * Context: Process context, softirqs on.
 * Return: 0; -EINVAL for an L3 packet of neither version, or a virtio-net header that does not fit;
 * -EIO while the device is down, or if it went since the call began.
 */
int tun_alt_receive_skb(struct tun_alt_queue *q, const struct tun_alt_config *config,
			const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun;
	int err;

	rcu_read_lock();
	tun = tun_alt_queue_dev(q, config->attachment);
	if (tun) {
		err = receive_on(q, tun, config, packet, why);
	} else {
		tun_alt_drop_skb(&q->drops, packet->skb, TUN_ALT_DROP_QUEUE_GONE);
		err = tun_alt_refuse(why, -EIO, TUN_ALT_REFUSED_DEVICE_GONE);
	}
	rcu_read_unlock();
	return err;
}
