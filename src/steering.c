// SPDX-License-Identifier: GPL-2.0
/*
 * Steering by a program of the user's, else by flow: an answer goes where its question was written.
 */
#include "steering.h"

#include <linux/math64.h>
#include <linux/skbuff.h>

#include "flow.h"
#include "program.h"

/**
 * tun_alt_steer() - choose the queue of a packet
 * @program: the device's steering program, or NULL
 * @flows: the device's flows, NULL for a single-queue device
 * @skb: the packet
 * @nr_queues: how many queues are enabled
 *
 * A program's answer counts modulo the number of queues. A flow that nobody wrote lately is spread
 * by its hash, so that it stays on one queue.
 *
 * Context: RCU read-side section, softirqs off.
 * Return: an index below @nr_queues, 0 if there is none.
 */
u16 tun_alt_steer(const struct tun_alt_program *program, struct tun_alt_flow_table *flows,
		  struct sk_buff *skb, u16 nr_queues)
{
	u32 hash;
	int queue;

	if (nr_queues < 2)
		return 0;
	if (program)
		return tun_alt_program_run(program, skb) % nr_queues;
	if (!flows)
		return 0;
	hash = __skb_get_hash_symmetric(skb);
	queue = tun_alt_flow_find(flows, hash, skb->hash);
	if (queue >= 0 && queue < nr_queues)
		return queue;
	return reciprocal_scale(hash, nr_queues);
}
