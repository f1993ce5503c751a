/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack takes a packet.
 */
#ifndef TUN_ALT_RECEIVE_H
#define TUN_ALT_RECEIVE_H

#include "drop.h"
#include "vnet.h"

struct tun_alt_config;
struct tun_alt_queue;
struct tun_alt_refusal;

/**
 * struct tun_alt_packet - a written packet on its way to the stack
 * @skb: its frame, from the first byte; on an L3 device with packet information with its protocol
 * @vnet: what its virtio-net header says, all zero without one
 */
struct tun_alt_packet {
	struct sk_buff *skb;
	struct tun_alt_vnet vnet;
};

int tun_alt_receive_skb(struct tun_alt_queue *q, const struct tun_alt_config *config,
			const struct tun_alt_packet *packet, struct tun_alt_refusal *why);
void tun_alt_receive_drop(struct tun_alt_queue *q, u32 attachment, struct sk_buff *skb,
			  enum tun_alt_drop reason);

#endif /* TUN_ALT_RECEIVE_H */
