// SPDX-License-Identifier: GPL-2.0
/*
 * First hop, program to stack: headers are taken off and the frame becomes an skb.
 */
#include "write.h"

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/socket.h>
#include <linux/uio.h>

#include "config.h"
#include "copy.h"
#include "frags.h"
#include "receive.h"
#include "user.h"

static int write_take_pi(struct tun_alt_copy *call)
{
	size_t length = iov_iter_count(call->from);
	struct tun_pi pi;

	if (call->config->flags & IFF_NO_PI)
		return 0;
	if (length < sizeof(pi))
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_SHORT_HEADER,
					     length, sizeof(pi));
	if (!tun_alt_user_take(&pi, sizeof(pi), call->from))
		return tun_alt_refuse(call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	call->packet->protocol = pi.proto;
	return 0;
}

static int write_take_headers(struct tun_alt_copy *call)
{
	struct tun_alt_vnet *vnet = &call->packet->vnet;
	size_t shortest;
	int err;

	err = write_take_pi(call);
	if (!err && call->config->vnet.size)
		err = tun_alt_vnet_take(call->config->vnet, call->from, vnet, call->why);
	if (err || !(call->config->flags & IFF_TAP))
		return err;
	shortest = iov_iter_count(call->from);
	if (vnet->header_length)
		shortest = min_t(size_t, shortest, vnet->header_length);
	if (shortest < ETH_HLEN)
		return tun_alt_refuse_values(call->why, -EINVAL, TUN_ALT_REFUSED_SHORT_FRAME,
					     shortest, ETH_HLEN);
	return 0;
}

/* Refused, and as in-tree counted, whoever is to see the frame. */
static int write_check_pieces(struct tun_alt_copy *call)
{
	int err;

	if (call->config->delivery != TUN_ALT_DELIVER_FRAGS)
		return 0;
	err = tun_alt_frags_check(call->from, !call->packet->burst, call->why);
	if (err)
		tun_alt_receive_drop(call->q, call->config->attachment, call->packet,
				     TUN_ALT_DROP_BAD_FRAME);
	return err;
}

/* As in-tree, what does not get as far as its frame is none of the device's counters. */
static noinline int write_refused(const struct tun_alt_copy *call, int err, size_t length)
{
	enum tun_alt_drop reason = TUN_ALT_DROP_SHORT_WRITE;

	/* A record of a ring: nobody else hears of it. */
	if (call->packet->goes_on)
		reason = TUN_ALT_DROP_BAD_FRAME;
	else if (err == -EFAULT)
		reason = TUN_ALT_DROP_HEADER_FAULT;
	else if (call->why->reason == TUN_ALT_REFUSED_VNET_LENGTH)
		reason = TUN_ALT_DROP_VNET_LENGTH;
	else if (!length)
		return err; /* a write of nothing, which some do to see what they are told */
	tun_alt_receive_drop(call->q, call->config->attachment, call->packet, reason);
	return err;
}

/**
 * tun_alt_write_take() - take a packet out of the program's memory
 * @call: where it is, headers first, all of which is taken; its packet is zero, but for how it is
 *	to be counted, and becomes one for tun_alt_receive()
 *
 * Context: As tun_alt_copy_frame().
 * Return: 0, or as tun_alt_write(), with nothing held.
 */
int tun_alt_write_take(struct tun_alt_copy *call)
{
	size_t length = iov_iter_count(call->from);
	int err = write_take_headers(call);

	if (err)
		return write_refused(call, err, length);
	err = write_check_pieces(call);
	return err ? err : tun_alt_copy_frame(call);
}

/**
 * tun_alt_write() - write one packet
 * @q: the queue
 * @from: the packet, headers first
 * @flags: %MSG_DONTWAIT and %MSG_MORE are heeded: the last of more packets is to come without it
 * @ubuf: whom to tell when the memory of @from is no longer in use, so that the payload need not be
 *	copied; NULL to have it copied. Told if 0 or more comes back; if not, perhaps
 *
 * Context: Process context, may sleep for room in the send buffer.
 * Return: the length of @from, never less, once the stack has the packet; -EBADFD without a
 * device; -EINVAL for what is no packet; -EFAULT; -EIO while the device is down, or if it went
 * meanwhile; -EBUSY for a disabled queue with a NAPI; -EMSGSIZE for more than IFF_NAPI_FRAGS
 * takes; -ENOMEM, -ENOBUFS; -EAGAIN or -ERESTARTSYS while the send buffer is full.
 */
ssize_t tun_alt_write(struct tun_alt_queue *q, struct iov_iter *from, int flags,
		      struct ubuf_info *ubuf)
{
	struct tun_alt_packet packet = { .more = flags & MSG_MORE };
	size_t length = iov_iter_count(from);
	struct tun_alt_config config;
	struct tun_alt_refusal why;
	struct tun_alt_copy call = {
		.q = q, .config = &config, .from = from, .wait = !(flags & MSG_DONTWAIT),
		.ubuf = ubuf, .packet = &packet, .why = &why,
	};
	int err;

	why.err = 0;
	if (!tun_alt_queue_config(q, &config))
		err = tun_alt_refuse(&why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	else
		err = tun_alt_write_take(&call);
	if (!err)
		tun_alt_receive(q, &config, &packet, 1, &err, &why);
	if (why.err)
		tun_alt_queue_remember(q, &why);
	return err ? err : length;
}
