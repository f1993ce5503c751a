/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program takes a packet.
 */
#ifndef TUN_ALT_READ_H
#define TUN_ALT_READ_H

#include <linux/if_tun.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "config.h"
#include "fifo.h"
#include "refusal.h"
#include "user.h"
#include "vnet.h"

ssize_t tun_alt_read(struct tun_alt_queue *q, struct iov_iter *to, bool may_wait, void *entry);
int tun_alt_read_peek(struct tun_alt_queue *q);
int tun_alt_read_length(struct tun_alt_queue *q, const struct tun_alt_dev *tun);

/* The steps of it, for burst_read.c */
int tun_alt_read_wait(struct tun_alt_queue *q, struct tun_alt_config *config, void **entry);
int tun_alt_read_make_fit(struct tun_alt_queue *q, const struct tun_alt_config *config,
			  struct sk_buff *skb);
void tun_alt_read_drop(struct tun_alt_queue *q, u32 attachment, void *entry,
		       enum tun_alt_drop reason);
void tun_alt_read_finish(struct tun_alt_queue *q, u32 attachment, void **entry, unsigned int nr,
			 unsigned int bytes);
int tun_alt_read_put_headers(const struct tun_alt_config *config, void *entry, unsigned int total,
			     struct iov_iter *to);
int tun_alt_read_put_rest(void *entry, size_t length, struct iov_iter *to);
__be16 tun_alt_read_protocol(void *entry, bool l3);
int tun_alt_read_refuse(struct tun_alt_queue *q, int err, enum tun_alt_reason reason, u64 first,
			u64 second);

/**
 * tun_alt_read_is_tagged() - whether a VLAN tag travels beside a packet
 * @skb: the packet
 *
 * A filter may have cut the packet in front of where its tag stands: then it has none.
 *
 * Context: Any.
 * Return: whether the program is to see one.
 */
static inline bool tun_alt_read_is_tagged(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) &&
	       skb->len >= offsetof(struct vlan_ethhdr, h_vlan_proto);
}

/**
 * tun_alt_read_frame_length() - what a packet looks like to the program
 * @entry: the packet, an entry of the ring
 *
 * Context: Any.
 * Return: bytes, without the headers of the device; with the tag that travels beside it.
 */
static inline unsigned int tun_alt_read_frame_length(void *entry)
{
	const struct xdp_frame *frame = tun_alt_fifo_frame(entry);
	const struct sk_buff *skb = entry;

	return frame ? frame->len : skb->len + (tun_alt_read_is_tagged(skb) ? VLAN_HLEN : 0);
}

/**
 * tun_alt_read_header_length() - what stands in front of each packet
 * @flags: of the device
 * @vnet: what its virtio-net headers look like
 *
 * Context: Any.
 * Return: bytes.
 */
static inline unsigned int tun_alt_read_header_length(u32 flags, struct tun_alt_vnet_shape vnet)
{
	return vnet.size + (flags & IFF_NO_PI ? 0 : sizeof(struct tun_pi));
}

/**
 * tun_alt_read_fit() - see that the program can make use of a packet
 * @q: the queue
 * @config: what its device is set to
 * @entry: the packet, which dies and is counted if it cannot
 *
 * An XDP frame asks for nothing.
 *
 * Context: Process context.
 * Return: 0, or an error.
 */
static inline int tun_alt_read_fit(struct tun_alt_queue *q, const struct tun_alt_config *config,
				   void *entry)
{
	struct sk_buff *skb = entry;

	if (tun_alt_fifo_frame(entry) || (!skb_is_gso(skb) && skb->ip_summed != CHECKSUM_PARTIAL))
		return 0;
	return tun_alt_read_make_fit(q, config, skb);
}

/**
 * tun_alt_read_put_payload() - copy a packet behind its headers
 * @entry: the packet
 * @length: tun_alt_read_frame_length() of it
 * @to: where it goes; what does not fit is left out
 *
 * Context: Process context, may sleep.
 * Return: 0 or -EFAULT.
 */
static inline int tun_alt_read_put_payload(void *entry, size_t length, struct iov_iter *to)
{
	const struct sk_buff *skb = entry;

	length = min(length, iov_iter_count(to));
	if (tun_alt_fifo_frame(entry) || tun_alt_read_is_tagged(skb) || length > skb_headlen(skb))
		return tun_alt_read_put_rest(entry, length, to);
	return tun_alt_user_put(skb->data, length, to) ? 0 : -EFAULT;
}

#endif /* TUN_ALT_READ_H */
