/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which queue a packet of the stack goes to.
 */
#ifndef TUN_ALT_STEERING_H
#define TUN_ALT_STEERING_H

#include <linux/types.h>

struct sk_buff;
struct tun_alt_flow_table;
struct tun_alt_program;

u16 tun_alt_steer(const struct tun_alt_program *program, struct tun_alt_flow_table *flows,
		  struct sk_buff *skb, u16 nr_queues);

#endif /* TUN_ALT_STEERING_H */
