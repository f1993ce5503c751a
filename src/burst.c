// SPDX-License-Identifier: GPL-2.0
/*
 * The mode of a descriptor.
 */
#include "burst.h"

#include <linux/errno.h>
#include <linux/log2.h>

#include "queue.h"

#define BURST_ALIGN_LEAST	8
#define BURST_ALIGN_MOST	4096

/**
 * tun_alt_burst_set() - TUN_ALT_SET_BURST
 * @q: the queue
 * @burst: what the program asks for
 * @why: gets the reason of a refusal
 *
 * Calls that are under way end as they began.
 *
 * Context: Process context, RTNL held.
 * Return: 0; -EINVAL, with nothing changed, for an unknown flag or one that lacks another, more
 * than TUN_ALT_BURST_MOST frames, or an alignment that is no power of two from 8 to 4096.
 */
int tun_alt_burst_set(struct tun_alt_queue *q, const struct tun_alt_burst *burst,
		      struct tun_alt_refusal *why)
{
	u32 align = burst->align ? : BURST_ALIGN_LEAST;

	if (burst->flags & ~TUN_ALT_BURST_KNOWN ||
	    (burst->flags & TUN_ALT_BURST_GRO && !(burst->flags & TUN_ALT_BURST_WRITE)) ||
	    (burst->flags & TUN_ALT_BURST_COALESCE && !(burst->flags & TUN_ALT_BURST_READ)))
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_BURST, burst->flags, 1);
	if (burst->max_frames > TUN_ALT_BURST_MOST)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_BURST,
					     burst->max_frames, 2);
	if (!is_power_of_2(align) || align < BURST_ALIGN_LEAST || align > BURST_ALIGN_MOST)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_BURST, align, 3);
	if (burst->flags & TUN_ALT_BURST_GRO)
		tun_alt_queue_merge(q);
	/* Who merges finds the NAPI that is there now: pairs with the acquire in chardev.c. */
	smp_store_release(&q->burst, burst->flags | ilog2(align) << TUN_ALT_BURST_ALIGN |
				     burst->max_frames << TUN_ALT_BURST_FRAMES |
				     (q->burst & TUN_ALT_QUEUE_RINGS));
	return 0;
}

/**
 * tun_alt_burst_batch() - how many written frames may be taken before the stack gets them
 * @q: the queue
 *
 * With a limit, room in the send buffer is looked for in front of each: no other may be on its way
 * there.
 *
 * Context: Any.
 * Return: frames, up to TUN_ALT_BURST_BATCH.
 */
unsigned int tun_alt_burst_batch(const struct tun_alt_queue *q)
{
	return tun_alt_queue_is_limited(q) ? 1 : TUN_ALT_BURST_BATCH;
}
