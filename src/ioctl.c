// SPDX-License-Identifier: GPL-2.0
/*
 * How an ioctl gets in and out. The order in which faults, states and rights are judged is
 * in-tree's; what is copied from and to the program is copied with no lock held.
 */
#include "ioctl.h"

#include <linux/compat.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "control.h"
#include "debug.h"
#include "device.h"
#include "filter.h"
#include "program.h"
#include "queue.h"

#ifdef CONFIG_COMPAT
#define IOCTL_COMPAT_IFREQ	sizeof(struct compat_ifreq)
#endif

static void ioctl_fault(struct tun_alt_call *call)
{
	tun_alt_refuse(&call->unread, -EFAULT, TUN_ALT_REFUSED_FAULT);
}

/* Up to 384 KiB of addresses, of which the filter that is made of them keeps few. */
static void ioctl_copy_filter(struct tun_alt_call *call, const void __user *argp)
{
	const u8 *addresses;
	struct tun_filter head;

	if (copy_from_user(&head, argp, sizeof(head))) {
		ioctl_fault(call);
		return;
	}
	addresses = vmemdup_user(argp + sizeof(head), head.count * ETH_ALEN);
	if (PTR_ERR_OR_ZERO(addresses) == -EFAULT)
		ioctl_fault(call);
	else if (IS_ERR(addresses))
		tun_alt_refuse(&call->unread, PTR_ERR(addresses), TUN_ALT_REFUSED_NO_MEMORY);
	else
		tun_alt_filter_make(head.flags, head.count, addresses, &call->filter,
				    &call->unread);
	if (!IS_ERR(addresses))
		kvfree(addresses);
}

static bool ioctl_get_fprog(struct tun_alt_fprog *fprog, enum tun_alt_argument arg,
			    const void __user *argp)
{
	struct sock_fprog native;

#ifdef CONFIG_COMPAT
	if (arg == TUN_ALT_ARG_FPROG32_IN) {
		struct compat_sock_fprog compat;

		if (copy_from_user(&compat, argp, sizeof(compat)))
			return false;
		fprog->length = compat.len;
		fprog->pointer = (unsigned long)compat_ptr(compat.filter);
		return true;
	}
#endif
	if (copy_from_user(&native, argp, sizeof(native)))
		return false;
	fprog->length = native.len;
	fprog->pointer = (unsigned long)native.filter;
	return true;
}

/* Instructions are read here and never again, whatever becomes of the memory that they are in. */
static void ioctl_copy_fprog(struct tun_alt_call *call, enum tun_alt_argument arg,
			     const void __user *argp)
{
	if (ioctl_get_fprog(&call->fprog, arg, argp))
		tun_alt_program_compile(&call->q->sk, &call->fprog, &call->program, &call->unread);
	else
		ioctl_fault(call);
}

/* The structures have holes, and the stack is nobody's business. */
static unsigned long ioctl_put_fprog(const struct tun_alt_fprog *fprog, enum tun_alt_argument arg,
				     void __user *argp)
{
	struct sock_fprog native;

#ifdef CONFIG_COMPAT
	if (arg == TUN_ALT_ARG_FPROG32_OUT) {
		struct compat_sock_fprog compat;

		memset(&compat, 0, sizeof(compat));
		compat.len = fprog->length;
		compat.filter = fprog->pointer;
		return copy_to_user(argp, &compat, sizeof(compat));
	}
#endif
	memset(&native, 0, sizeof(native));
	native.len = fprog->length;
	native.filter = u64_to_user_ptr(fprog->pointer);
	return copy_to_user(argp, &native, sizeof(native));
}

/* A structure that says its own size: what a shorter one lacks is zero, and so must be the rest. */
static int ioctl_copy_struct(struct tun_alt_call *call, void *to, size_t size,
			     const void __user *argp)
{
	u32 given;
	int err;

	err = get_user(given, (const u32 __user *)argp);
	if (!err && given < size)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_STRUCT, given,
					     size);
	if (!err)
		err = given > PAGE_SIZE ? -E2BIG : copy_struct_from_user(to, size, argp, given);
	if (err == -E2BIG)
		return tun_alt_refuse_values(&call->why, err, TUN_ALT_REFUSED_STRUCT, given, size);
	return err ? tun_alt_refuse(&call->why, err, TUN_ALT_REFUSED_FAULT) : 0;
}

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
		if (copy_from_user(&call->number, argp, sizeof(call->number)))
			ioctl_fault(call);
		break;
	case TUN_ALT_ARG_FILTER_IN:
		ioctl_copy_filter(call, argp);
		break;
	case TUN_ALT_ARG_FPROG_IN:
	case TUN_ALT_ARG_FPROG32_IN:
		ioctl_copy_fprog(call, def->arg, argp);
		break;
	case TUN_ALT_ARG_STRUCT_IN:
	case TUN_ALT_ARG_STRUCT:
		return ioctl_copy_struct(call, &call->own, def->size, argp);
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
	case TUN_ALT_ARG_FPROG_OUT:
	case TUN_ALT_ARG_FPROG32_OUT:
		left = ioctl_put_fprog(&call->fprog, def->arg, argp);
		break;
	case TUN_ALT_ARG_STRUCT:
		left = copy_to_user(argp, &call->own, def->size);
		break;
	default:
		break;
	}
	return left ? tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT) : 0;
}

/* State first, then the argument that may be missing, as in-tree. */
static int ioctl_judge(struct tun_alt_call *call, const struct tun_alt_call_def *def)
{
	if (!(def->flags & TUN_ALT_CALL_NEED_DEV))
		return 0;
	if (!call->tun)
		return tun_alt_refuse(&call->why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	if (def->flags & TUN_ALT_CALL_TAP_ONLY && !(call->tun->flags & IFF_TAP))
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_NOT_TAP);
	call->why = call->unread;
	return call->why.err;
}

/* What moves packets is for files that may, as read() and write() are. */
static int ioctl_may(const struct file *file, struct tun_alt_call *call,
		     const struct tun_alt_call_def *def)
{
	if ((def->flags & TUN_ALT_CALL_MAY_READ && !(file->f_mode & FMODE_READ)) ||
	    (def->flags & TUN_ALT_CALL_MAY_WRITE && !(file->f_mode & FMODE_WRITE)))
		return tun_alt_refuse(&call->why, -EBADF, TUN_ALT_REFUSED_MODE);
	return 0;
}

/* Under RTNL, unless the row can do without. */
static int ioctl_judge_and_run(struct tun_alt_call *call, const struct tun_alt_call_def *def)
{
	int ret;

	if (def->flags & TUN_ALT_CALL_NO_RTNL)
		return def->fn(call);

	rtnl_lock();
	call->tun = rtnl_dereference(call->q->tun);
	ret = ioctl_judge(call, def);
	if (!ret)
		ret = def->fn(call);
	tun_alt_debug_planted(call, ret);
	if (call->notify)
		netdev_state_change(call->tun->dev);
	rtnl_unlock();
	return ret;
}

/* The program cannot be told of it, so it has not happened. */
static void ioctl_undo(struct tun_alt_call *call, const struct tun_alt_call_def *def)
{
	if (!def->undo)
		return;
	rtnl_lock();
	call->tun = rtnl_dereference(call->q->tun);
	if (call->tun)
		def->undo(call);
	rtnl_unlock();
}

static long ioctl_dispatch(struct file *file, const struct tun_alt_call_def *def, unsigned int cmd,
			   unsigned long arg, size_t ifreq_size)
{
	struct tun_alt_call call = {
		.q = file->private_data, .cmd = cmd, .value = arg,
		.may_wait = !(file->f_flags & O_NONBLOCK),
	};
	void __user *argp = (void __user *)arg;
	long ret;

	ret = ioctl_may(file, &call, def);
	if (!ret)
		ret = ioctl_copy_in(&call, def, argp, ifreq_size);
	if (!ret)
		ret = ioctl_judge_and_run(&call, def);
	if (!ret) {
		ret = ioctl_copy_out(&call, def, argp, ifreq_size);
		if (ret)
			ioctl_undo(&call, def);
	}
	/* What was made of the argument and no handler has kept */
	tun_alt_filter_free(call.filter);
	tun_alt_program_free(call.program);
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
	return ioctl_dispatch(file, tun_alt_control_find(cmd), cmd, arg, sizeof(struct ifreq));
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
	const struct tun_alt_call_def *def = tun_alt_control_find_compat(cmd);

	if (def->arg == TUN_ALT_ARG_VALUE)
		arg = (compat_ulong_t)arg;
	else
		arg = (unsigned long)compat_ptr(arg);
	return ioctl_dispatch(file, def, cmd, arg, IOCTL_COMPAT_IFREQ);
}
#endif
