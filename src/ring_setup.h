/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TUN_ALT_RING_SETUP.
 */
#ifndef TUN_ALT_RING_SETUP_H
#define TUN_ALT_RING_SETUP_H

struct tun_alt_dev;
struct tun_alt_queue;
struct tun_alt_refusal;
struct tun_alt_ring_setup;

int tun_alt_ring_setup(struct tun_alt_queue *q, struct tun_alt_dev *tun,
		       struct tun_alt_ring_setup *setup, struct tun_alt_refusal *why);

#endif /* TUN_ALT_RING_SETUP_H */
