/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program takes a packet.
 */
#ifndef TUN_ALT_READ_H
#define TUN_ALT_READ_H

#include <linux/types.h>

struct iov_iter;
struct kiocb;
struct tun_alt_dev;
struct tun_alt_queue;

ssize_t tun_alt_read(struct tun_alt_queue *q, struct iov_iter *to, bool may_wait, void *entry);
int tun_alt_read_peek(struct tun_alt_queue *q);
ssize_t tun_alt_read_iter(struct kiocb *iocb, struct iov_iter *to);
int tun_alt_read_length(struct tun_alt_queue *q, const struct tun_alt_dev *tun);

#endif /* TUN_ALT_READ_H */
