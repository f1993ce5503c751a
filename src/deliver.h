/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How packets go up: each at once, in batches, as GRO has merged them, or by a NAPI's poll.
 */
#ifndef TUN_ALT_DELIVER_H
#define TUN_ALT_DELIVER_H

#include <linux/types.h>

struct tun_alt_config;
struct tun_alt_dev;
struct tun_alt_packet;
struct tun_alt_queue;

int tun_alt_deliver(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		    const struct tun_alt_config *config, struct tun_alt_packet *packet);
void tun_alt_deliver_waiting(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			     const struct tun_alt_config *config);
bool tun_alt_deliver_merge_begin(struct tun_alt_queue *q, const struct tun_alt_config *config,
				 struct tun_alt_packet *packets, unsigned int nr);
void tun_alt_deliver_merge_end(struct tun_alt_queue *q, const struct tun_alt_packet *packets,
			       unsigned int nr);

#endif /* TUN_ALT_DELIVER_H */
