/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack takes a packet.
 */
#ifndef TUN_ALT_RECEIVE_H
#define TUN_ALT_RECEIVE_H

#include "chunk.h"
#include "drop.h"
#include "vnet.h"

struct tun_alt_config;
struct tun_alt_dev;
struct tun_alt_queue;
struct tun_alt_refusal;

/**
 * struct tun_alt_packet - a written packet on its way to the stack
 * @burst: whether others are written with it: nobody asks for its socket
 * @merge: whether it may go up as part of another one
 * @merged: whether it did
 * @marked: whether it tells sockets of the queue's NAPI, which brings more of them
 * @polled: whether that has brought it
 * @checked: whether the writer answers for its checksums
 * @again: whether the writer hears of nothing if it is refused, and comes back with it: it is
 *	counted then
 * @goes_on: whether those behind it go up all the same if it is refused
 * @more: whether the writer is about to write more: the stack need not hear of it before that
 * @protocol: what the packet information says, 0 without
 * @vnet: what its virtio-net header says, all zero without one
 * @chunk: where the frame is until it becomes an skb; no memory if it is one at once
 * @for_program: whether the chunk has room for an XDP program
 * @judged: whether a program judged it there, and let it go on
 * @skb: the frame, from its first byte
 */
struct tun_alt_packet {
	bool burst;
	bool merge;
	bool merged;
	bool marked;
	bool polled;
	bool checked;
	bool again;
	bool goes_on;
	bool more;
	__be16 protocol;
	struct tun_alt_vnet vnet;
	struct tun_alt_chunk chunk;
	bool for_program;
	bool judged;
	struct sk_buff *skb;
};

unsigned int tun_alt_receive(struct tun_alt_queue *q, const struct tun_alt_config *config,
			     struct tun_alt_packet *packets, unsigned int nr, int *err,
			     struct tun_alt_refusal *why);
int tun_alt_receive_judge(struct tun_alt_queue *q, struct tun_alt_dev *tun,
			  const struct tun_alt_config *config, struct tun_alt_packet *packet,
			  struct tun_alt_refusal *why);
void tun_alt_receive_drop(struct tun_alt_queue *q, u32 attachment,
			  const struct tun_alt_packet *packet, enum tun_alt_drop reason);

#endif /* TUN_ALT_RECEIVE_H */
