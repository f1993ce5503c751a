/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The program takes a packet.
 */
#ifndef TUN_ALT_READ_H
#define TUN_ALT_READ_H

#include <linux/types.h>

#include "refusal.h"
#include "vnet.h"

struct iov_iter;
struct kiocb;
struct tun_alt_config;
struct tun_alt_dev;
struct tun_alt_queue;

ssize_t tun_alt_read(struct tun_alt_queue *q, struct iov_iter *to, bool may_wait, void *entry);
ssize_t tun_alt_read_iter(struct kiocb *iocb, struct iov_iter *to);
int tun_alt_read_peek(struct tun_alt_queue *q);
int tun_alt_read_length(struct tun_alt_queue *q, const struct tun_alt_dev *tun);

/* The steps of it, for burst_read.c */
unsigned int tun_alt_read_frame_length(void *entry);
unsigned int tun_alt_read_header_length(u32 flags, struct tun_alt_vnet_shape vnet);
int tun_alt_read_wait(struct tun_alt_queue *q, struct tun_alt_config *config, void **entry);
int tun_alt_read_fit(struct tun_alt_queue *q, const struct tun_alt_config *config, void *entry);
int tun_alt_read_put_headers(const struct tun_alt_config *config, void *entry, unsigned int total,
			     struct iov_iter *to);
int tun_alt_read_put_payload(void *entry, size_t length, struct iov_iter *to);
int tun_alt_read_refuse(struct tun_alt_queue *q, int err, enum tun_alt_reason reason, u64 first,
			u64 second);

#endif /* TUN_ALT_READ_H */
