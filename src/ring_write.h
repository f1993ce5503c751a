/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Out of a write ring: its records become packets for the stack.
 */
#ifndef TUN_ALT_RING_WRITE_H
#define TUN_ALT_RING_WRITE_H

struct tun_alt_queue;
struct tun_alt_refusal;

int tun_alt_ring_kick(struct tun_alt_queue *q, struct tun_alt_refusal *why);

#endif /* TUN_ALT_RING_WRITE_H */
