/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A BPF program judges written frames before the stack sees them.
 */
#ifndef TUN_ALT_XDP_H
#define TUN_ALT_XDP_H

#include <linux/types.h>

struct net_device;
struct netdev_bpf;
struct sk_buff;
struct tun_alt_chunk;
struct tun_alt_dev;
struct tun_alt_queue;

/**
 * enum tun_alt_xdp_verdict - what became of a frame at the program
 * @TUN_ALT_XDP_TAKEN: it is gone, and counted
 * @TUN_ALT_XDP_DROPPED: likewise, but for the memory that it was in, which is the caller's
 * @TUN_ALT_XDP_PASSED: it goes on, as the program left it
 * @TUN_ALT_XDP_NO_PROGRAM: it goes on, as there is no program: a writer looks before it copies the
 *	frame, and the program may go meanwhile
 */
enum tun_alt_xdp_verdict {
	TUN_ALT_XDP_TAKEN,
	TUN_ALT_XDP_DROPPED,
	TUN_ALT_XDP_PASSED,
	TUN_ALT_XDP_NO_PROGRAM,
};

int tun_alt_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
bool tun_alt_xdp_plan(struct tun_alt_chunk *chunk, unsigned int headroom, size_t length);
enum tun_alt_xdp_verdict tun_alt_xdp_run_chunk(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					       struct tun_alt_chunk *chunk);
enum tun_alt_xdp_verdict tun_alt_xdp_run_skb(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					     struct sk_buff *skb);

#endif /* TUN_ALT_XDP_H */
