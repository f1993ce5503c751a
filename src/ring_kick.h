/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A write ring is drained.
 */
#ifndef TUN_ALT_RING_KICK_H
#define TUN_ALT_RING_KICK_H

struct tun_alt_queue;
struct tun_alt_refusal;
struct tun_alt_write_ring_ops;

extern const struct tun_alt_write_ring_ops tun_alt_ring_kick_ops;

int tun_alt_ring_kick(struct tun_alt_queue *q, struct tun_alt_refusal *why);

#endif /* TUN_ALT_RING_KICK_H */
