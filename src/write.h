/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program hands over a packet.
 */
#ifndef TUN_ALT_WRITE_H
#define TUN_ALT_WRITE_H

#include <linux/types.h>

struct iov_iter;
struct tun_alt_copy;
struct tun_alt_queue;
struct ubuf_info;

int tun_alt_write_take(struct tun_alt_copy *call);
ssize_t tun_alt_write(struct tun_alt_queue *q, struct iov_iter *from, int flags,
		      struct ubuf_info *ubuf);

#endif /* TUN_ALT_WRITE_H */
