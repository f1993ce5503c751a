// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, program to stack: headers are taken off and the frame becomes an skb.
 */
#include "write.h"

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/skbuff.h>
#include <linux/uio.h>

#include "device.h"
#include "queue.h"
#include "receive.h"

/* A packet that never became one: only the device's counter and the queue's know of it. */
static void write_drop(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct sk_buff *skb,
		       enum tun_alt_drop reason)
{
	dev_core_stats_rx_dropped_inc(tun->dev);
	if (skb)
		tun_alt_drop_skb(&q->drops, skb, reason);
	else
		tun_alt_drop_count(&q->drops, reason);
}

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

/*
 * A frame that fits is linear. A larger one has a linear part of about a page and the rest in
 * fragments; what those cannot hold makes the linear part grow, so that no length is refused
 * before memory is. 6.1 counts a fragment for each page however large the allocations are, and so
 * do we.
 */
static struct sk_buff *write_alloc(struct tun_alt_queue *q, size_t prepad, size_t length,
				   bool may_wait, int *err)
{
	const size_t most_paged = MAX_SKB_FRAGS * PAGE_SIZE;
	size_t linear = min_t(size_t, length, SKB_MAX_HEAD(prepad));
	struct sk_buff *skb;

	if (prepad + length < PAGE_SIZE)
		linear = length;
	if (length - linear > most_paged)
		linear = length - most_paged;
	skb = sock_alloc_send_pskb(&q->sk, prepad + linear, length - linear, !may_wait, err,
				   PAGE_ALLOC_COSTLY_ORDER);
	if (!skb)
		return NULL;
	skb_reserve(skb, prepad);
	skb_put(skb, linear);
	skb->data_len = length - linear;
	skb->len += length - linear;
	return skb;
}

static struct sk_buff *write_build(struct tun_alt_queue *q, struct tun_alt_dev *tun,
				   const struct tun_alt_config *config, struct iov_iter *from,
				   bool may_wait)
{
	size_t prepad = config->headroom + (config->flags & IFF_TAP ? NET_IP_ALIGN : 0);
	struct sk_buff *skb;
	int err;

	skb = write_alloc(q, prepad, iov_iter_count(from), may_wait, &err);
	if (!skb) {
		/* The device went while we slept for room: what writing to it would have said. */
		if (err == -EPIPE)
			err = -EIO;
		if (err == -ENOMEM || err == -ENOBUFS)
			write_drop(q, tun, NULL, TUN_ALT_DROP_NO_MEMORY);
		return ERR_PTR(err);
	}
	if (skb_copy_datagram_from_iter(skb, 0, from, skb->len)) {
		write_drop(q, tun, skb, TUN_ALT_DROP_FAULT);
		return ERR_PTR(-EFAULT);
	}
	return skb;
}

static int write_packet(struct tun_alt_queue *q, struct tun_alt_dev *tun, struct iov_iter *from,
			bool may_wait, struct tun_alt_refusal *why)
{
	struct tun_alt_config config = tun_alt_dev_config(tun);
	struct tun_pi pi = { 0 };
	struct sk_buff *skb;
	int err;

	err = write_take_pi(&config, from, &pi, why);
	if (err)
		return err;
	if (config.flags & IFF_TAP && iov_iter_count(from) < ETH_HLEN)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_SHORT_FRAME,
					     iov_iter_count(from), ETH_HLEN);
	skb = write_build(q, tun, &config, from, may_wait);
	if (IS_ERR(skb)) {
		err = PTR_ERR(skb);
		if (err == -EFAULT)
			tun_alt_refuse(why, err, TUN_ALT_REFUSED_FAULT);
		else if (err == -EIO)
			tun_alt_refuse(why, err, TUN_ALT_REFUSED_DEVICE_GONE);
		else if (err == -ENOMEM || err == -ENOBUFS)
			tun_alt_refuse(why, err, TUN_ALT_REFUSED_NO_MEMORY);
		return err;
	}
	skb->protocol = pi.proto;
	return tun_alt_receive_skb(q, tun, &config, skb, why);
}

/**
 * tun_alt_write_iter() - write(), writev(), io_uring's writes: one packet
 * @iocb: the call; %IOCB_NOWAIT and O_NONBLOCK are heeded
 * @from: the packet, headers first
 *
 * Context: Process context, may sleep for room in the send buffer.
 * Return: the length of @from, never less, once the stack has the packet; -EBADFD without a
 * device; -EINVAL for what is no packet; -EFAULT; -EIO while the device is down; -ENOMEM,
 * -ENOBUFS; -EAGAIN, -ERESTARTSYS or -EINTR while the send buffer is full.
 */
ssize_t tun_alt_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	bool may_wait = !(file->f_flags & O_NONBLOCK) && !(iocb->ki_flags & IOCB_NOWAIT);
	struct tun_alt_queue *q = file->private_data;
	struct tun_alt_refusal why = { 0 };
	size_t length = iov_iter_count(from);
	struct tun_alt_dev *tun;
	int err;

	tun = tun_alt_queue_get_dev(q);
	if (!tun) {
		tun_alt_refuse(&why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
		return tun_alt_queue_remember(q, &why);
	}
	err = write_packet(q, tun, from, may_wait, &why);
	tun_alt_queue_put_dev(tun);
	if (why.err)
		tun_alt_queue_remember(q, &why);
	return err ? err : length;
}
