// SPDX-License-Identifier: GPL-2.0
/*
 * Second hop, program to stack, and the only place that feeds the stack.
 */
#include "receive.h"

#include <linux/etherdevice.h>
#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "config.h"
#include "deliver.h"
#include "device.h"
#include "gso.h"
#include "ip.h"
#include "queue.h"
#include "socket.h"
#include "xdp.h"

/* An XDP program took the frame, and counted it: neither an error nor a packet for the stack. */
#define RECEIVE_TAKEN	1

/* The end of the packet, wherever it is. */
static void receive_free(const struct tun_alt_packet *packet, struct tun_alt_drops *drops,
			 enum tun_alt_drop reason)
{
	if (packet->again)
		consume_skb(packet->skb);
	else if (packet->skb)
		tun_alt_drop_skb(drops, packet->skb, reason);
	else
		tun_alt_drop_count(drops, reason);
	if (packet->chunk.base && !packet->skb)
		tun_alt_chunk_free(&packet->chunk);
}

/* Its device has gone, and with it everybody who could ask. */
static void receive_forget(const struct tun_alt_packet *packet)
{
	receive_free(packet, NULL, TUN_ALT_DROP_WRITE_QUEUE_GONE);
}

static void receive_drop(struct tun_alt_queue *q, const struct tun_alt_packet *packet,
			 enum tun_alt_drop reason)
{
	receive_free(packet, &q->counts->drops, reason);
}

/* By the most that its virtio-net header asks for, which is what the frame does not have. */
static void receive_drop_vnet(struct tun_alt_queue *q, const struct tun_alt_packet *packet)
{
	if (tun_alt_vnet_tunnel(packet->vnet.gso_type))
		receive_drop(q, packet, TUN_ALT_DROP_VNET_TUNNEL);
	else if (packet->vnet.gso_type)
		receive_drop(q, packet, TUN_ALT_DROP_VNET_SEGMENTS);
	else
		receive_drop(q, packet, TUN_ALT_DROP_VNET_CHECKSUM);
}

/**
 * tun_alt_receive_drop() - count a packet that was written and did not get as far as the stack
 * @q: the queue that it was written to
 * @attachment: &struct tun_alt_config.attachment of the call
 * @packet: the packet; its skb or memory, if it has any, consumed
 * @reason: why
 *
 * Context: Any.
 */
void tun_alt_receive_drop(struct tun_alt_queue *q, u32 attachment,
			  const struct tun_alt_packet *packet, enum tun_alt_drop reason)
{
	rcu_read_lock();
	if (tun_alt_queue_still(q, attachment))
		receive_drop(q, packet, reason);
	else
		receive_forget(packet);
	rcu_read_unlock();
}

/*
 * An L3 packet has no header that names its protocol: the packet information does, or the version
 * in it; and that alone once a program may have changed it.
 */
static int receive_classify_tun(struct tun_alt_dev *tun, const struct tun_alt_config *config,
				struct sk_buff *skb, bool judged, struct tun_alt_refusal *why)
{
	u8 room = 0, first;

	if (config->flags & IFF_NO_PI || judged) {
		first = tun_alt_ip_first(skb_header_pointer(skb, 0, 1, &room), skb->len);
		skb->protocol = tun_alt_ip_protocol(first);
		if (!skb->protocol)
			return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_NOT_IP,
						     first, 0);
	}
	skb_reset_mac_header(skb);
	skb->dev = tun->dev;
	return 0;
}

/* While the skb still begins where the frame does: offsets in the header count from there. */
static int receive_apply_vnet(struct tun_alt_dev *tun, const struct tun_alt_config *config,
			      const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	struct tun_alt_gso_frame frame = {
		.net = dev_net(tun->dev),
		.tunnels = config->vnet.size >= TUN_ALT_VNET_TUNNEL,
	};

	if (config->flags & IFF_TUN)
		tun_alt_gso_find_tun(packet->skb, &frame);
	else
		tun_alt_gso_find_tap(packet->skb, &frame);
	/* As in-tree: whoever has to look for the headers has found the protocol as well. */
	if (packet->vnet.gso_type && !packet->skb->protocol &&
	    !(packet->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		packet->skb->protocol = frame.l3_protocol;
	return tun_alt_gso_apply(&packet->vnet, &frame, packet->skb, why);
}

/* Offsets in the header count from where the frame began before a program moved that. */
static bool receive_move_vnet(struct tun_alt_vnet *vnet, int by)
{
	int start = vnet->csum_start + by;

	if (!(vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return true;
	vnet->csum_start = start;
	return start >= 0 && start <= U16_MAX;
}

/**
 * tun_alt_receive_judge() - have a packet judged where it was copied to
 * @q: the queue that it was written to
 * @tun: its device
 * @config: its settings, as the call read them
 * @packet: the packet, in a chunk for a program; if it does not go on, the memory stays the
 *	caller's, as long as there is any
 * @why: gets the reason of a refusal
 *
 * What is refused without a program is refused before it.
 *
 * Context: RCU read-side section, softirqs off.
 * Return: 0 if it is to go on to tun_alt_receive(); 1 if a program has taken it, or -EINVAL, both
 * counted.
 */
int tun_alt_receive_judge(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  const struct tun_alt_config *config, struct tun_alt_packet *packet,
			  struct tun_alt_refusal *why)
{
	struct tun_alt_chunk *chunk = &packet->chunk;
	enum tun_alt_xdp_verdict verdict;
	u8 first;

	if (config->flags & IFF_TUN && config->flags & IFF_NO_PI) {
		first = tun_alt_ip_first(chunk->base + chunk->start, chunk->length);
		if (!tun_alt_ip_protocol(first)) {
			if (!packet->again)
				tun_alt_drop_count(&q->counts->drops, TUN_ALT_DROP_BAD_FRAME);
			return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_NOT_IP,
						     first, 0);
		}
	}
	verdict = tun_alt_xdp_run_chunk(q, tun, chunk);
	packet->judged = verdict == TUN_ALT_XDP_PASSED;
	if (verdict == TUN_ALT_XDP_TAKEN)
		chunk->base = NULL;
	return verdict == TUN_ALT_XDP_TAKEN || verdict == TUN_ALT_XDP_DROPPED ? RECEIVE_TAKEN : 0;
}

/* From here on the frame is an skb like any other. */
static int receive_build(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			 const struct tun_alt_config *config, struct tun_alt_packet *packet,
			 struct tun_alt_refusal *why)
{
	unsigned int start = packet->chunk.start;
	int err;

	if (packet->for_program && !packet->judged) {
		err = tun_alt_receive_judge(q, tun, config, packet, why);
		if (err && packet->chunk.base)
			tun_alt_chunk_free(&packet->chunk);
		if (err)
			return err;
	}
	packet->skb = tun_alt_chunk_to_skb(&packet->chunk);
	packet->chunk.base = NULL;
	if (!packet->skb) {
		receive_drop(q, packet, TUN_ALT_DROP_WRITE_NO_MEMORY);
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	tun_alt_socket_own(q, packet->skb, packet->burst);
	if (!receive_move_vnet(&packet->vnet, start - packet->chunk.start)) {
		receive_drop_vnet(q, packet);
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_VNET_HEADER,
					     packet->vnet.flags, packet->vnet.gso_type);
	}
	return 0;
}

static int receive_describe(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			    const struct tun_alt_config *config,
			    const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	int err = 0;

	packet->skb->protocol = packet->protocol;
	if (config->flags & IFF_TUN)
		err = receive_classify_tun(tun, config, packet->skb, packet->judged, why);
	if (err) {
		receive_drop(q, packet, TUN_ALT_DROP_BAD_FRAME);
		return err;
	}
	if (config->vnet.size)
		err = receive_apply_vnet(tun, config, packet, why);
	if (err)
		receive_drop_vnet(q, packet);
	else if (packet->checked && packet->skb->ip_summed == CHECKSUM_NONE)
		packet->skb->ip_summed = CHECKSUM_UNNECESSARY;
	return err;
}

/* Frames that were skbs at once: as large as they are, or with segments. */
static int receive_judge_skb(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			     const struct tun_alt_config *config, struct tun_alt_packet *packet,
			     struct tun_alt_refusal *why)
{
	enum tun_alt_xdp_verdict verdict = tun_alt_xdp_run_skb(q, tun, packet->skb);
	int err = 0;

	if (verdict == TUN_ALT_XDP_TAKEN)
		return RECEIVE_TAKEN;
	if (verdict == TUN_ALT_XDP_PASSED && config->flags & IFF_TUN)
		err = receive_classify_tun(tun, config, packet->skb, true, why);
	if (err)
		receive_drop(q, packet, TUN_ALT_DROP_BAD_FRAME);
	return err;
}

static int receive_prepare(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			   const struct tun_alt_config *config, struct tun_alt_packet *packet,
			   struct tun_alt_refusal *why)
{
	int err = 0;

	if (packet->chunk.base)
		err = receive_build(q, tun, config, packet, why);
	if (!err)
		err = receive_describe(q, tun, config, packet, why);
	if (!err && !packet->for_program && rcu_access_pointer(tun->xdp))
		err = receive_judge_skb(q, tun, config, packet, why);
	return err;
}

/*
 * Only an enabled queue's NAPI polls. Nothing is lost that the writer does not hear of: as in-tree,
 * the device does not count it.
 */
static int receive_check_napi(struct tun_alt_queue *q, const struct tun_alt_config *config,
			      const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	enum tun_alt_queue_state state = READ_ONCE(q->state);

	if (config->delivery == TUN_ALT_DELIVER_AT_ONCE || state == TUN_ALT_QUEUE_ATTACHED)
		return 0;
	if (state == TUN_ALT_QUEUE_UNATTACHED) {
		receive_drop(q, packet, TUN_ALT_DROP_WRITE_QUEUE_GONE);
		return tun_alt_refuse(why, -EIO, TUN_ALT_REFUSED_DEVICE_GONE);
	}
	receive_drop(q, packet, TUN_ALT_DROP_DISABLED);
	return tun_alt_refuse(why, -EBUSY, TUN_ALT_REFUSED_NAPI_DISABLED);
}

/* Its Ethernet header may be in fragments. */
static int receive_ethernet(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			    const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	struct sk_buff *skb = packet->skb;

	if (!pskb_may_pull(skb, ETH_HLEN)) {
		receive_drop(q, packet, TUN_ALT_DROP_WRITE_NO_MEMORY);
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	}
	skb->protocol = eth_type_trans(skb, tun->dev);
	return 0;
}

/*
 * What counts as received is what was written, with what an XDP program and the stack have been
 * spared of it.
 */
static int receive_on(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		      const struct tun_alt_config *config, struct tun_alt_packet *packet,
		      struct tun_alt_refusal *why)
{
	unsigned int length = packet->skb ? packet->skb->len : packet->chunk.length;
	struct sk_buff *skb;
	int err;

	err = receive_prepare(q, tun, config, packet, why);
	if (err == RECEIVE_TAKEN) {
		if (!packet->more)
			tun_alt_deliver_waiting(q, tun, config);
		return 0;
	}
	if (err)
		return err;
	skb = packet->skb;
	if (config->flags & IFF_TAP)
		err = receive_ethernet(q, tun, packet, why);
	if (err)
		return err;
	skb_reset_network_header(skb);
	/* Whoever counts or forwards segments needs their headers; nobody else looks. */
	if (skb_is_gso(skb))
		skb_probe_transport_header(skb);
	if (!(READ_ONCE(tun->dev->flags) & IFF_UP)) {
		receive_drop(q, packet, TUN_ALT_DROP_DEVICE_DOWN);
		return tun_alt_refuse(why, -EIO, TUN_ALT_REFUSED_DEVICE_DOWN);
	}
	err = receive_check_napi(q, config, packet, why);
	if (err)
		return err;
	err = tun_alt_deliver(q, tun, config, packet);
	preempt_disable();
	tun_alt_count_received(q->traffic, length);
	preempt_enable();
	return err ? tun_alt_refuse(why, err, TUN_ALT_REFUSED_CONGESTED) : 0;
}

/*
 * One of a burst was refused: what comes behind it was never offered, and what came before it waits
 * no longer for it.
 */
static noinline void receive_refused(struct tun_alt_queue *q, struct tun_alt_dev *tun,
				     const struct tun_alt_config *config,
				     struct tun_alt_packet *packets, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		packets[i].again = true;
		receive_forget(&packets[i]);
	}
	if (tun)
		tun_alt_deliver_waiting(q, tun, config);
}

static noinline int receive_gone(const struct tun_alt_packet *packet, struct tun_alt_refusal *why)
{
	receive_forget(packet);
	return tun_alt_refuse(why, -EIO, TUN_ALT_REFUSED_DEVICE_GONE);
}

/**
 * tun_alt_receive() - hand written packets to the stack
 * @q: the queue that they were written to
 * @config: its device's settings, as the call read them
 * @packets: the packets, all consumed
 * @nr: how many
 * @err: gets 0; or, if one was refused, -EINVAL for an L3 packet of neither version or a
 *	virtio-net header that does not fit, -EIO while the device is down or if it went since the
 *	call began, -EBUSY if the queue has a NAPI and is disabled, -ENOMEM; -ENOBUFS if the stack
 *	dropped the last that it has got, or the first, and the program asked to be told
 * @why: gets the reason of a refusal
 *
 * Context: Any but hard interrupts.
 * Return: how many the stack has got: those before the one that was refused, or all that were not.
 */
unsigned int tun_alt_receive(struct tun_alt_queue *q, const struct tun_alt_config *config,
			     struct tun_alt_packet *packets, unsigned int nr, int *err,
			     struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun;
	unsigned int i, got = 0;
	bool merge = false;

	rcu_read_lock();
	local_bh_disable();
	tun = tun_alt_queue_dev(q, config->attachment);
	if (packets->merge && tun)
		merge = tun_alt_deliver_merge_begin(q, config, packets, nr);
	for (i = 0; i < nr; i++) {
		*err = tun ? receive_on(q, tun, config, &packets[i], why) :
			     receive_gone(&packets[i], why);
		if (likely(!*err)) {
			got++;
			continue;
		}
		if (packets[i].goes_on) {
			/* Nothing comes behind it that those before it could wait for. */
			if (!packets[i].more && tun)
				tun_alt_deliver_waiting(q, tun, config);
			continue;
		}
		if (packets[i].burst)
			receive_refused(q, tun, config, &packets[i + 1], nr - i - 1);
		/* What the stack has dropped it has had. */
		got += *err == -ENOBUFS && packets[i].again;
		break;
	}
	if (merge)
		tun_alt_deliver_merge_end(q, packets, i);
	local_bh_enable();
	rcu_read_unlock();
	return got;
}
