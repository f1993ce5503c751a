// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, program to stack: headers are taken off and the frame becomes an skb.
 */
#include "write.h"

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/uio.h>

#include "device.h"
#include "queue.h"
#include "receive.h"
#include "socket.h"

static int write_take_pi(const struct tun_alt_config *config, struct iov_iter *from,
			 struct tun_pi *pi, struct tun_alt_refusal *why)
{
	size_t length = iov_iter_count(from);

	if (config->flags & IFF_NO_PI)
		return 0;
	if (length < sizeof(*pi))
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER,
					     length, sizeof(*pi));
	if (!copy_from_iter_full(pi, sizeof(*pi), from))
		return tun_alt_refuse(why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	return 0;
}

static int write_take_headers(const struct tun_alt_config *config, struct iov_iter *from,
			      struct tun_pi *pi, struct tun_alt_vnet *vnet,
			      struct tun_alt_refusal *why)
{
	size_t shortest;
	int err;

	err = write_take_pi(config, from, pi, why);
	if (!err)
		err = tun_alt_vnet_take(config->vnet, from, vnet, why);
	if (err || !(config->flags & IFF_TAP))
		return err;
	shortest = iov_iter_count(from);
	if (vnet->header_length)
		shortest = min_t(size_t, shortest, vnet->header_length);
	if (shortest < ETH_HLEN)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_SHORT_FRAME,
					     shortest, ETH_HLEN);
	return 0;
}

/*
 * A frame that fits is linear. A larger one has a linear part of about a page and the rest in
 * fragments; what @most_paged bytes of those cannot hold makes the linear part grow, so that no
 * length is refused before memory is.
 */
static struct sk_buff *write_alloc(struct tun_alt_queue *q, size_t prepad, size_t length,
				   size_t most_paged, int *err)
{
	size_t linear = min_t(size_t, length, SKB_MAX_HEAD(prepad));
	struct sk_buff *skb;

	if (prepad + length < PAGE_SIZE)
		linear = length;
	if (length - linear > most_paged)
		linear = length - most_paged;
	skb = sock_alloc_send_pskb(&q->sk, prepad + linear, length - linear, 1, err,
				   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return NULL;
	skb_reserve(skb, prepad);
	skb_put(skb, linear);
	skb->data_len = length - linear;
	skb->len += length - linear;
	return skb;
}

/*
 * Fragments of more than a page, if the kernel has them: 6.1 counts one for each page and says
 * EMSGSIZE; later ones fill them with pages when memory has no larger piece, and say ENOBUFS when
 * there are more pages than fragments.
 */
static struct sk_buff *write_alloc_any(struct tun_alt_queue *q, size_t prepad, size_t length,
				       int *err)
{
	const size_t pages = MAX_SKB_FRAGS * PAGE_SIZE;
	struct sk_buff *skb;

	skb = write_alloc(q, prepad, length, pages << PAGE_ALLOC_COSTLY_ORDER, err);
	if (!skb && length > pages && (*err == -EMSGSIZE || *err == -ENOBUFS))
		skb = write_alloc(q, prepad, length, pages, err);
	return skb;
}

static bool write_has_room(struct tun_alt_queue *q, u32 attachment)
{
	return !tun_alt_queue_still(q, attachment) ||
	       sk_wmem_alloc_get(&q->sk) < READ_ONCE(q->sk.sk_sndbuf);
}

/*
 * Whether there is anything to go on for: room, or the end of the device. Asks to be told before it
 * looks a second time, so that room in between is not missed.
 */
static bool write_may_go_on(struct tun_alt_queue *q, u32 attachment)
{
	if (write_has_room(q, attachment))
		return true;
	tun_alt_socket_ask_for_room(q);
	return write_has_room(q, attachment);
}

/*
 * The core's own wait for room knows the socket, but not the device whose end is to end it. And its
 * EAGAIN looks, then asks: who may not wait would miss the room in between.
 */
static struct sk_buff *write_alloc_wait(struct tun_alt_queue *q,
					const struct tun_alt_config *config, size_t length,
					bool may_wait, int *err)
{
	size_t prepad = config->headroom + (config->flags & IFF_TAP ? NET_IP_ALIGN : 0);
	struct sk_buff *skb;

	for (;;) {
		skb = write_alloc_any(q, prepad, length, err);
		if (skb || *err != -EAGAIN)
			return skb;
		if (may_wait)
			*err = wait_event_interruptible(*tun_alt_queue_wait(q),
							write_may_go_on(q, config->attachment));
		else
			*err = write_may_go_on(q, config->attachment) ? 0 : -EAGAIN;
		if (*err)
			return NULL;
		if (!tun_alt_queue_still(q, config->attachment)) {
			*err = -EIO;
			return NULL;
		}
	}
}

/*
 * As in-tree, a call that was told not to wait has lost nothing, and one that a signal ended is
 * counted, though it may be restarted.
 */
static void write_count_failure(struct tun_alt_queue *q, u32 attachment, int err,
				struct tun_alt_refusal *why)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_NO_MEMORY;

	switch (err) {
	case -EAGAIN:
		return;
	case -EIO:
		tun_alt_refuse(why, err, TUN_ALT_REFUSED_DEVICE_GONE);
		reason = TUN_ALT_DROP_QUEUE_GONE;
		break;
	case -ERESTARTSYS:
		reason = TUN_ALT_DROP_INTERRUPTED;
		break;
	default:
		tun_alt_refuse(why, err, TUN_ALT_REFUSED_NO_MEMORY);
	}
	tun_alt_receive_drop(q, attachment, NULL, reason);
}

static int write_packet(struct tun_alt_queue *q, const struct tun_alt_config *config,
			struct iov_iter *from, bool may_wait, struct tun_alt_refusal *why)
{
	struct tun_alt_packet packet;
	struct tun_pi pi = { 0 };
	struct sk_buff *skb;
	int err;

	err = write_take_headers(config, from, &pi, &packet.vnet, why);
	if (err)
		return err;
	skb = write_alloc_wait(q, config, iov_iter_count(from), may_wait, &err);
	if (!skb) {
		write_count_failure(q, config->attachment, err, why);
		return err;
	}
	if (skb_copy_datagram_from_iter(skb, 0, from, skb->len)) {
		tun_alt_receive_drop(q, config->attachment, skb, TUN_ALT_DROP_FAULT);
		return tun_alt_refuse(why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	}
	skb->protocol = pi.proto;
	packet.skb = skb;
	return tun_alt_receive_skb(q, config, &packet, why);
}

/**
 * tun_alt_write_iter() - write(), writev(), io_uring's writes: one packet
 * @iocb: the call; %IOCB_NOWAIT and O_NONBLOCK are heeded
 * @from: the packet, headers first
 *
 * Context: Process context, may sleep for room in the send buffer.
 * Return: the length of @from, never less, once the stack has the packet; -EBADFD without a
 * device; -EINVAL for what is no packet; -EFAULT; -EIO while the device is down, or if it went
 * meanwhile; -ENOMEM, -ENOBUFS; -EAGAIN or -ERESTARTSYS while the send buffer is full.
 */
ssize_t tun_alt_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	bool may_wait = !(file->f_flags & O_NONBLOCK) && !(iocb->ki_flags & IOCB_NOWAIT);
	struct tun_alt_queue *q = file->private_data;
	struct tun_alt_refusal why = { 0 };
	size_t length = iov_iter_count(from);
	struct tun_alt_config config;
	int err;

	if (!tun_alt_queue_config(q, &config)) {
		tun_alt_refuse(&why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
		return tun_alt_queue_remember(q, &why);
	}
	err = write_packet(q, &config, from, may_wait, &why);
	if (why.err)
		tun_alt_queue_remember(q, &why);
	return err ? err : length;
}
