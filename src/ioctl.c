// SPDX-License-Identifier: GPL-2.0
/*
 * How an ioctl gets in and out. The order in which faults, states and rights are judged is
 * in-tree's; what is copied from and to the program is copied with no lock held.
 */
#include "ioctl.h"

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/uaccess.h>

#include "control.h"
#include "debug.h"
#include "device.h"
#include "queue.h"

#ifdef CONFIG_COMPAT
#define IOCTL_COMPAT_IFREQ	sizeof(struct compat_ifreq)
#endif

static int ioctl_copy_in(struct tun_alt_call *call, const struct tun_alt_call_def *def,
			 void __user *argp, size_t ifreq_size)
{
	switch (def->arg) {
	case TUN_ALT_ARG_IFREQ:
	case TUN_ALT_ARG_IFREQ_IN:
		if (copy_from_user(&call->ifr, argp, ifreq_size))
			return tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
		break;
	case TUN_ALT_ARG_INT_IN:
		call->fault = copy_from_user(&call->number, argp, sizeof(call->number));
		break;
	default:
		break;
	}
	return 0;
}

static int ioctl_copy_out(struct tun_alt_call *call, const struct tun_alt_call_def *def,
			  void __user *argp, size_t ifreq_size)
{
	unsigned long left = 0;

	switch (def->arg) {
	case TUN_ALT_ARG_IFREQ:
	case TUN_ALT_ARG_IFREQ_OUT:
		left = copy_to_user(argp, &call->ifr, ifreq_size);
		break;
	case TUN_ALT_ARG_INT_OUT:
		left = copy_to_user(argp, &call->number, sizeof(call->number));
		break;
	default:
		break;
	}
	return left ? tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT) : 0;
}

/* Under RTNL, unless the row can do without: state first, then the int that may be missing. */
static int ioctl_judge_and_run(struct tun_alt_call *call, const struct tun_alt_call_def *def)
{
	int ret;

	if (def->flags & TUN_ALT_CALL_NO_RTNL)
		return def->fn(call);

	rtnl_lock();
	call->tun = rtnl_dereference(call->q->tun);
	if (def->flags & TUN_ALT_CALL_NEED_DEV && !call->tun)
		ret = tun_alt_refuse(&call->why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	else if (def->flags & TUN_ALT_CALL_NEED_DEV && call->fault)
		ret = tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	else
		ret = def->fn(call);
	if (call->notify)
		netdev_state_change(call->tun->dev);
	rtnl_unlock();
	return ret;
}

static long ioctl_dispatch(struct file *file, unsigned int cmd, unsigned long arg,
			   size_t ifreq_size)
{
	const struct tun_alt_call_def *def = tun_alt_control_find(cmd);
	struct tun_alt_call call = { .q = file->private_data, .cmd = cmd, .value = arg };
	void __user *argp = (void __user *)arg;
	long ret;

	ret = ioctl_copy_in(&call, def, argp, ifreq_size);
	if (!ret)
		ret = ioctl_judge_and_run(&call, def);
	if (!ret)
		ret = ioctl_copy_out(&call, def, argp, ifreq_size);
	if (call.why.err)
		tun_alt_queue_remember(call.q, &call.why);
	return tun_alt_debug_errno(cmd, ret);
}

/**
 * tun_alt_ioctl() - ioctl() of a native program
 * @file: the file
 * @cmd: the number
 * @arg: its argument
 *
 * Context: Process context, takes RTNL, may sleep.
 * Return: 0 or a descriptor; a negative errno as Documentation/uapi/ioctls.rst lists by number.
 */
long tun_alt_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioctl_dispatch(file, cmd, arg, sizeof(struct ifreq));
}

#ifdef CONFIG_COMPAT
/**
 * tun_alt_compat_ioctl() - ioctl() of a 32-bit program on a 64-bit kernel
 * @file: the file
 * @cmd: the number
 * @arg: its argument
 *
 * Context: Process context, takes RTNL, may sleep.
 * Return: as tun_alt_ioctl().
 */
long tun_alt_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (tun_alt_control_find(cmd)->arg == TUN_ALT_ARG_VALUE)
		arg = (compat_ulong_t)arg;
	else
		arg = (unsigned long)compat_ptr(arg);
	return ioctl_dispatch(file, cmd, arg, IOCTL_COMPAT_IFREQ);
}
#endif
