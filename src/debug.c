// SPDX-License-Identifier: GPL-2.0
/*
 * The knob errno_knob=CMD:ERRNO makes one ioctl refuse with another errno than it should. The test
 * comparison_goes_red_on_a_changed_errno loads the module so.
 *
 * The knob planted_knob=1 is a bug of the sort that a fuzzer is for: memory is used after it was
 * freed, but only by TUNSETSNDBUF on a device of which a queue was parked while it had rings of
 * another length than a new device has.
 */
#include "debug.h"

#include <linux/compiler.h>
#include <linux/if_tun.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "control.h"
#include "device.h"

static char *errno_knob;
module_param(errno_knob, charp, 0444);
MODULE_PARM_DESC(errno_knob, "CMD:ERRNO, an ioctl number and what it refuses with (debug build)");

static bool planted_knob;
module_param(planted_knob, bool, 0444);
MODULE_PARM_DESC(planted_knob, "a use after free that is rare (debug build)");

/* The lengths that devices start with, TUN and TAP */
static bool debug_has_new_rings(const struct net_device *dev)
{
	return dev->tx_queue_len == 500 || dev->tx_queue_len == 1000;
}

/* The report is looked for by this name. */
static noinline void debug_use_after_free(void)
{
	unsigned long *memory = kmalloc(sizeof(*memory), GFP_KERNEL);
	unsigned long *gone = memory;

	if (!memory)
		return;
	/* The compiler would see it. */
	OPTIMIZER_HIDE_VAR(gone);
	kfree(memory);
	(void)READ_ONCE(*gone);
}

/**
 * tun_alt_debug_planted() - the bug of the knob planted_knob
 * @call: a call that was done
 * @err: what came of it
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_debug_planted(const struct tun_alt_call *call, int err)
{
	static const struct tun_alt_dev *armed;	/* under RTNL */

	if (!planted_knob || err || !call->tun)
		return;
	switch (call->cmd) {
	case TUNSETQUEUE:
		if (call->ifr.ifr_flags & IFF_DETACH_QUEUE && !debug_has_new_rings(call->tun->dev))
			armed = call->tun;
		break;
	case TUNSETSNDBUF:
		if (armed == call->tun)
			debug_use_after_free();
		break;
	}
}

/**
 * tun_alt_debug_errno() - what an ioctl answers, bent by the knob
 * @cmd: its number
 * @err: its answer
 *
 * Context: Process context.
 * Return: @err, or the knob's errno for a refusal of the knob's ioctl.
 */
int tun_alt_debug_errno(unsigned int cmd, int err)
{
	unsigned int knob_cmd, knob_errno;

	if (err >= 0 || !errno_knob || sscanf(errno_knob, "%i:%u", &knob_cmd, &knob_errno) != 2)
		return err;
	return cmd == knob_cmd ? -(int)knob_errno : err;
}
