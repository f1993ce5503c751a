// SPDX-License-Identifier: GPL-2.0
/*
 * sendmsg() and recvmsg() of a queue's socket. No program reaches them: the socket has no file.
 * They are what in-tree tun offers to the rest of the kernel, in its terms (struct tun_msg_ctl).
 */
#include "message.h"

#include <linux/if_tun.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <net/sock.h>

#include "fifo.h"
#include "queue.h"
#include "read.h"
#include "write.h"

static struct tun_alt_queue *message_queue(struct socket *sock)
{
	return container_of(sock, struct tun_alt_queue, socket);
}

/*
 * A control message may ask for the payload to be sent from where it is. Those with frames that
 * vhost-net has made up already are for the flavour of the driver that takes in-tree's place.
 */
static int message_send(struct socket *sock, struct msghdr *message, size_t length)
{
	struct tun_msg_ctl *control = message->msg_control;
	struct ubuf_info *ubuf = NULL;

	if (control) {
		if (message->msg_controllen != sizeof(*control) || control->type != TUN_MSG_UBUF)
			return -EINVAL;
		ubuf = control->ptr;
	}
	return tun_alt_write(message_queue(sock), &message->msg_iter, message->msg_flags, ubuf);
}

/* The error queue has control messages of its own: no packet is handed in with it. */
static bool message_flags_fit(int flags, const void *entry)
{
	return !(flags & ~(MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE)) &&
	       !(entry && flags & MSG_ERRQUEUE);
}

/*
 * A caller that took a packet out of the ring itself hands it in as the control message, and has
 * parted with it whatever comes back. Without a device it is tun_alt_read() that says so, whatever
 * the flags.
 */
static int message_receive(struct socket *sock, struct msghdr *message, size_t length, int flags)
{
	struct tun_alt_queue *q = message_queue(sock);
	u32 attachment = tun_alt_queue_attachment(q);
	bool attached = attachment & 1;
	void *entry = message->msg_control;
	ssize_t ret;

	if (attached && !message_flags_fit(flags, entry)) {
		if (entry)
			tun_alt_read_drop(q, attachment, entry, TUN_ALT_DROP_SHORT_READ);
		return -EINVAL;
	}
	if (attached && flags & MSG_ERRQUEUE)
		return sock_recv_errqueue(&q->sk, message, length, SOL_PACKET, TUN_TX_TIMESTAMP);

	ret = tun_alt_read(q, &message->msg_iter, !(flags & MSG_DONTWAIT), entry);
	if (ret > (ssize_t)length) {
		message->msg_flags |= MSG_TRUNC;
		if (!(flags & MSG_TRUNC))
			ret = length;
	}
	return ret;
}

/* Of the frame alone: who asks adds the headers. */
static int message_peek_length(struct socket *sock)
{
	return tun_alt_read_peek(message_queue(sock));
}

/* What a queue's socket can do. Context: process, may sleep; peek_len takes the consumer lock. */
const struct proto_ops tun_alt_message_ops = {
	.peek_len	= message_peek_length,
	.sendmsg	= message_send,
	.recvmsg	= message_receive,
};
