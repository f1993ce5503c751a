// SPDX-License-Identifier: GPL-2.0
/*
 * What a descriptor can be told, or tell, beyond in-tree's ioctls: each argument is a structure
 * that begins with its size.
 */
#include "addition.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/if_tun_alt.h>
#include <linux/pid_namespace.h>

#include "array.h"
#include "burst.h"
#include "control.h"
#include "device.h"
#include "offload.h"
#include "queue.h"
#include "ring_kick.h"
#include "ring_setup.h"
#include "rings.h"

#define ADDITION_OPTIONS	TUN_ALT_OPTION_CONGESTION

/**
 * tun_alt_addition_set_burst() - TUN_ALT_SET_BURST
 * @call: the call
 *
 * Context: Process context, RTNL held.
 * Return: as tun_alt_burst_set().
 */
int tun_alt_addition_set_burst(struct tun_alt_call *call)
{
	return tun_alt_burst_set(call->q, &call->own.burst, &call->why);
}

/**
 * tun_alt_addition_get_caps() - TUN_ALT_GET_CAPS
 * @call: the call, gets the answer
 *
 * Context: Any.
 * Return: 0.
 */
int tun_alt_addition_get_caps(struct tun_alt_call *call)
{
	call->own.caps = (struct tun_alt_caps){
		.size = sizeof(call->own.caps),
		.iff = TUN_ALT_FEATURES,
		.features = TUN_ALT_CAP_BURST | TUN_ALT_CAP_QUEUES | TUN_ALT_CAP_OPTIONS |
			    TUN_ALT_CAP_ARRAY | TUN_ALT_CAP_RING | TUN_ALT_CAP_LEND |
			    TUN_ALT_CAP_ERROR,
		.offloads = tun_alt_offload_carried(),
		.burst_flags = TUN_ALT_BURST_KNOWN,
		.max_frames = TUN_ALT_BURST_MOST,
		.max_queues = TUN_ALT_MAX_QUEUES,
		.options = ADDITION_OPTIONS,
		.ring_flags = TUN_ALT_RING_KNOWN,
	};
	return 0;
}

/**
 * tun_alt_addition_set_queues() - TUN_ALT_SET_QUEUES
 * @call: the call
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EINVAL, with nothing changed, for more queues than a device can have.
 */
int tun_alt_addition_set_queues(struct tun_alt_call *call)
{
	if (call->own.queues.most > TUN_ALT_MAX_QUEUES)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_QUEUES,
					     call->own.queues.most, TUN_ALT_MAX_QUEUES);
	call->q->wanted_queues = call->own.queues.most;
	return 0;
}

/**
 * tun_alt_addition_set_options() - TUN_ALT_SET_OPTIONS
 * @call: the call
 *
 * Calls that are under way may end as they began.
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EINVAL, with nothing changed, for a flag that there is not.
 */
int tun_alt_addition_set_options(struct tun_alt_call *call)
{
	u32 unknown = call->own.options.flags & ~ADDITION_OPTIONS;

	if (unknown)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_OPTIONS,
					     unknown, 0);
	WRITE_ONCE(call->q->options, call->own.options.flags);
	return 0;
}

/**
 * tun_alt_addition_read_array() - TUN_ALT_READ_ARRAY
 * @call: the call
 *
 * Context: Process context, may sleep.
 * Return: as tun_alt_array_read().
 */
int tun_alt_addition_read_array(struct tun_alt_call *call)
{
	if (tun_alt_rings_reads(call->q))
		return tun_alt_refuse(&call->why, -EBUSY, TUN_ALT_REFUSED_READ_RING);
	tun_alt_holder_use(&call->q->holder);
	return tun_alt_array_read(call->q, &call->own.array, call->may_wait, &call->why);
}

/**
 * tun_alt_addition_write_array() - TUN_ALT_WRITE_ARRAY
 * @call: the call
 *
 * Context: Process context, may sleep.
 * Return: as tun_alt_array_write().
 */
int tun_alt_addition_write_array(struct tun_alt_call *call)
{
	if (tun_alt_rings_writes(call->q))
		return tun_alt_refuse(&call->why, -EBUSY, TUN_ALT_REFUSED_WRITE_RING);
	tun_alt_holder_use(&call->q->holder);
	return tun_alt_array_write(call->q, &call->own.array, call->may_wait, &call->why);
}

/**
 * tun_alt_addition_setup_rings() - TUN_ALT_RING_SETUP
 * @call: the call, gets where the rings are
 *
 * Context: Process context, RTNL held.
 * Return: as tun_alt_ring_setup().
 */
int tun_alt_addition_setup_rings(struct tun_alt_call *call)
{
	call->own.rings.size = sizeof(call->own.rings);
	return tun_alt_ring_setup(call->q, call->tun, &call->own.rings, &call->why);
}

/**
 * tun_alt_addition_undo_rings() - take TUN_ALT_RING_SETUP back
 * @call: the call
 *
 * Context: Process context, RTNL held, sleeps.
 */
void tun_alt_addition_undo_rings(struct tun_alt_call *call)
{
	u32 rings = (call->own.rings.read.bytes ? TUN_ALT_QUEUE_READ_RING : 0) |
		    (call->own.rings.write.bytes ? TUN_ALT_QUEUE_WRITE_RING : 0);

	tun_alt_rings_detach(call->q, call->tun, rings);
}

/**
 * tun_alt_addition_detach_rings() - TUN_ALT_RING_DETACH
 * @call: the call
 *
 * Context: Process context, RTNL held, sleeps.
 * Return: 0, or -EINVAL if there is no ring.
 */
int tun_alt_addition_detach_rings(struct tun_alt_call *call)
{
	if (!tun_alt_rings_detach(call->q, call->tun, TUN_ALT_QUEUE_RINGS))
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_NO_RING);
	return 0;
}

/**
 * tun_alt_addition_kick() - TUN_ALT_RING_KICK
 * @call: the call
 *
 * Context: Process context, may sleep.
 * Return: as tun_alt_ring_kick().
 */
int tun_alt_addition_kick(struct tun_alt_call *call)
{
	tun_alt_holder_use(&call->q->holder);
	return tun_alt_ring_kick(call->q, &call->why);
}

/**
 * tun_alt_addition_get_error() - TUN_ALT_GET_ERROR
 * @call: the call, gets the answer
 *
 * Context: Process context.
 * Return: 0.
 */
int tun_alt_addition_get_error(struct tun_alt_call *call)
{
	struct tun_alt_error *error = &call->own.error;
	struct user_namespace *network = sock_net(&call->q->sk)->user_ns;
	struct tun_alt_asker asker = {
		.pids = task_active_pid_ns(current), .users = current_user_ns(),
		.uid = current_euid(), .admin = ns_capable_noaudit(network, CAP_NET_ADMIN),
	};

	BUILD_BUG_ON(sizeof(error->text) != TUN_ALT_REFUSAL_TEXT);
	*error = (struct tun_alt_error){ .size = sizeof(*error) };
	error->error = -tun_alt_refused_text(&call->q->refused, &asker, error->text,
					     sizeof(error->text));
	return 0;
}
