/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A BPF program judges written frames before the stack sees them.
 */
#ifndef TUN_ALT_XDP_H
#define TUN_ALT_XDP_H

#include <linux/types.h>

struct net_device;
struct netdev_bpf;
struct page;
struct sk_buff;
struct tun_alt_dev;
struct tun_alt_queue;

/**
 * struct tun_alt_xdp_page - a frame in a page of its own
 * @page: the page, NULL if the frame is elsewhere
 * @start: offset of the frame in it, in bytes
 * @length: bytes of the frame
 * @metadata: bytes that a program left in front of it for the stack's programs
 */
struct tun_alt_xdp_page {
	struct page *page;
	unsigned int start;
	unsigned int length;
	unsigned int metadata;
};

/**
 * enum tun_alt_xdp_verdict - what became of a frame at the program
 * @TUN_ALT_XDP_TAKEN: it is gone, and counted
 * @TUN_ALT_XDP_PASSED: it goes on, as the program left it
 * @TUN_ALT_XDP_NO_PROGRAM: it goes on, as there is no program: a writer looks before it copies the
 *	frame, and the program may go meanwhile
 */
enum tun_alt_xdp_verdict {
	TUN_ALT_XDP_TAKEN,
	TUN_ALT_XDP_PASSED,
	TUN_ALT_XDP_NO_PROGRAM,
};

int tun_alt_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);
unsigned int tun_alt_xdp_start(unsigned int headroom);
bool tun_alt_xdp_fits(unsigned int headroom, size_t length);
enum tun_alt_xdp_verdict tun_alt_xdp_run_page(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					      struct tun_alt_xdp_page *frame);
struct sk_buff *tun_alt_xdp_to_skb(const struct tun_alt_xdp_page *frame);
enum tun_alt_xdp_verdict tun_alt_xdp_run_skb(struct tun_alt_queue *q, struct tun_alt_dev *tun,
					     struct sk_buff *skb);

#endif /* TUN_ALT_XDP_H */
