// SPDX-License-Identifier: GPL-2.0
/*
 * The knob errno_knob=CMD:ERRNO makes one ioctl refuse with another errno than it should. The test
 * comparison_goes_red_on_a_changed_errno loads the module so.
 */
#include "debug.h"

#include <linux/kernel.h>
#include <linux/module.h>

static char *errno_knob;
module_param(errno_knob, charp, 0444);
MODULE_PARM_DESC(errno_knob, "CMD:ERRNO, an ioctl number and what it refuses with (debug build)");

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
