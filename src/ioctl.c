// SPDX-License-Identifier: GPL-2.0
/*
 * A table of ioctls and its dispatcher. The order in which faults, states and rights are judged is
 * in-tree's; what is copied from and to the program is copied with no lock held.
 */
#include "ioctl.h"

#include <linux/compat.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>
#include <asm/ioctls.h>

#include "compat.h"
#include "debug.h"
#include "device.h"
#include "linktype.h"
#include "queue.h"
#include "read.h"
#include "socket.h"

#ifdef CONFIG_COMPAT
#define IOCTL_COMPAT_IFREQ	sizeof(struct compat_ifreq)
#endif

/**
 * enum ioctl_argument - what an ioctl's argument is
 * @ARG_VALUE: a number, or nothing
 * @ARG_INT_IN: points to an int that is read after the call's state was judged
 * @ARG_INT_OUT: points to an int that gets the answer
 * @ARG_IFREQ_IN: points to a struct ifreq that is read before anything is judged
 * @ARG_IFREQ_OUT: points to a struct ifreq that gets the answer, zeros where there is none
 * @ARG_IFREQ: both
 */
enum ioctl_argument {
	ARG_VALUE,
	ARG_INT_IN,
	ARG_INT_OUT,
	ARG_IFREQ_IN,
	ARG_IFREQ_OUT,
	ARG_IFREQ,
};

#define NEED_DEV	BIT(0)	/* -EBADFD without a device */
#define NO_RTNL		BIT(1)	/* the handler needs nothing that RTNL guards */

/**
 * struct ioctl_call - one call under way; all of it is kernel memory of the caller's own
 * @q: the descriptor's queue
 * @tun: its device, or NULL
 * @value: ARG_VALUE
 * @number: ARG_INT_IN, ARG_INT_OUT
 * @ifr: ARG_IFREQ and its two halves
 * @notify: set by a handler that changed what RTM_NEWLINK shows
 * @fault: an int that could not be read
 * @why: the refusal
 */
struct ioctl_call {
	struct tun_alt_queue *q;
	struct tun_alt_dev *tun;
	unsigned long value;
	int number;
	struct ifreq ifr;
	bool notify;
	bool fault;
	struct tun_alt_refusal why;
};

/**
 * struct ioctl_def - a row of the table
 * @cmd: the number
 * @arg: what the argument is
 * @flags: NEED_DEV, NO_RTNL
 * @fn: the handler; returns 0 or more, or a negative errno with call->why filled
 */
struct ioctl_def {
	unsigned int cmd;
	enum ioctl_argument arg;
	unsigned int flags;
	int (*fn)(struct ioctl_call *call);
};

static int ioctl_get_features(struct ioctl_call *call)
{
	call->number = TUN_ALT_FEATURES;
	return 0;
}

static int ioctl_set_iff(struct ioctl_call *call)
{
	if (call->tun)
		return tun_alt_refuse(&call->why, -EEXIST, TUN_ALT_REFUSED_ATTACHED);
	return tun_alt_dev_set_iff(call->q, &call->ifr, &call->why);
}

static int ioctl_get_iff(struct ioctl_call *call)
{
	tun_alt_dev_get_iff(call->tun, &call->ifr);
	if (call->q->state == TUN_ALT_QUEUE_DISABLED)
		call->ifr.ifr_flags |= IFF_DETACH_QUEUE;
	/* No classic filter; the bit is IFF_NO_PI's and says both. */
	call->ifr.ifr_flags |= IFF_NOFILTER;
	return 0;
}

static int ioctl_set_queue(struct ioctl_call *call)
{
	int err;

	if (call->ifr.ifr_flags & IFF_ATTACH_QUEUE)
		err = tun_alt_queue_enable(call->q, &call->why);
	else if (call->ifr.ifr_flags & IFF_DETACH_QUEUE)
		err = tun_alt_queue_disable(call->q, &call->why);
	else
		err = tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_NO_ACTION);
	call->notify = !err;
	return err;
}

/*
 * Comes before TUNSETIFF; a second look at @fault is the dispatcher's for calls that need a
 * device.
 */
static int ioctl_set_ifindex(struct ioctl_call *call)
{
	if (call->tun)
		return tun_alt_refuse(&call->why, -EPERM, TUN_ALT_REFUSED_ATTACHED);
	if (call->fault)
		return tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
	if (call->number < 0)
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_IFINDEX);
	call->q->wanted_ifindex = call->number;
	return 0;
}

static int ioctl_set_persist(struct ioctl_call *call)
{
	call->notify = tun_alt_dev_set_persist(call->tun, !!call->value);
	return 0;
}

static int ioctl_set_owner(struct ioctl_call *call)
{
	kuid_t owner = make_kuid(current_user_ns(), call->value);

	if (!uid_valid(owner))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNMAPPED_ID,
					     (u32)call->value, 0);
	WRITE_ONCE(call->tun->owner, owner);
	call->notify = true;
	return 0;
}

static int ioctl_set_group(struct ioctl_call *call)
{
	kgid_t group = make_kgid(current_user_ns(), call->value);

	if (!gid_valid(group))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNMAPPED_ID,
					     (u32)call->value, 0);
	WRITE_ONCE(call->tun->group, group);
	call->notify = true;
	return 0;
}

static int ioctl_set_link(struct ioctl_call *call)
{
	return tun_alt_linktype_set(call->tun->dev, call->value, &call->why);
}

/* Checksums are the stack's business since long; kept for programs that still ask. */
static int ioctl_set_nocsum(struct ioctl_call *call)
{
	return 0;
}

static int ioctl_set_debug(struct ioctl_call *call)
{
	WRITE_ONCE(call->tun->msg_enable, (u32)call->value);
	return 0;
}

static int ioctl_get_sndbuf(struct ioctl_call *call)
{
	call->number = call->q->sk.sk_sndbuf;
	return 0;
}

static int ioctl_set_sndbuf(struct ioctl_call *call)
{
	if (call->number <= 0)
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_SNDBUF);
	tun_alt_socket_set_sndbuf(call->tun, call->number);
	return 0;
}

static int ioctl_set_carrier(struct ioctl_call *call)
{
	struct net_device *dev = call->tun->dev;
	int err = dev->netdev_ops->ndo_change_carrier(dev, !!call->number);

	return err ? tun_alt_refuse(&call->why, err, TUN_ALT_REFUSED_CARRIER) : 0;
}

static int ioctl_open_netns(struct net *net, struct tun_alt_refusal *why)
{
	if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_NETNS_RIGHT);
	return open_related_ns(&net->ns, get_net_ns);
}

static int ioctl_get_dev_netns(struct ioctl_call *call)
{
	return ioctl_open_netns(dev_net(call->tun->dev), &call->why);
}

static int ioctl_get_open_netns(struct ioctl_call *call)
{
	return ioctl_open_netns(sock_net(&call->q->sk), &call->why);
}

/* Read under RTNL, under which every writer of the address is. What it does not fill stays zero. */
static int ioctl_get_mac(struct ioctl_call *call)
{
	const struct net_device *dev = call->tun->dev;
	struct sockaddr *address = &call->ifr.ifr_hwaddr;
	const size_t most = sizeof(call->ifr.ifr_hwaddr) - offsetof(struct sockaddr, sa_data);

	memset(address, 0, sizeof(*address));
	address->sa_family = dev->type;
	memcpy((u8 *)address + offsetof(struct sockaddr, sa_data), dev->dev_addr,
	       min_t(size_t, dev->addr_len, most));
	return 0;
}

static int ioctl_set_mac(struct ioctl_call *call)
{
	struct net_device *dev = call->tun->dev;
	struct sockaddr_storage address = { };
	int err;

	if (dev->addr_len > sizeof(call->ifr.ifr_hwaddr))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_MAC, EINVAL, 0);
	memcpy(&address, &call->ifr.ifr_hwaddr, sizeof(call->ifr.ifr_hwaddr));
	err = tun_alt_set_mac(dev, &address);
	return err ? tun_alt_refuse_values(&call->why, err, TUN_ALT_REFUSED_MAC, -err, 0) : 0;
}

static int ioctl_next_length(struct ioctl_call *call)
{
	call->number = tun_alt_read_length(call->q, call->tun);
	return 0;
}

static int ioctl_unknown(struct ioctl_call *call)
{
	return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNKNOWN_IOCTL,
				     call->value, 0);
}

static const struct ioctl_def ioctl_table[] = {
	{ TUNGETFEATURES,	ARG_INT_OUT,	NO_RTNL,	ioctl_get_features },
	{ TUNSETIFF,		ARG_IFREQ,	0,		ioctl_set_iff },
	{ TUNGETIFF,		ARG_IFREQ_OUT,	NEED_DEV,	ioctl_get_iff },
	{ TUNSETQUEUE,		ARG_IFREQ_IN,	0,		ioctl_set_queue },
	{ TUNSETIFINDEX,	ARG_INT_IN,	0,		ioctl_set_ifindex },
	{ TUNSETPERSIST,	ARG_VALUE,	NEED_DEV,	ioctl_set_persist },
	{ TUNSETOWNER,		ARG_VALUE,	NEED_DEV,	ioctl_set_owner },
	{ TUNSETGROUP,		ARG_VALUE,	NEED_DEV,	ioctl_set_group },
	{ TUNSETLINK,		ARG_VALUE,	NEED_DEV,	ioctl_set_link },
	{ TUNSETNOCSUM,		ARG_VALUE,	NEED_DEV,	ioctl_set_nocsum },
	{ TUNSETDEBUG,		ARG_VALUE,	NEED_DEV,	ioctl_set_debug },
	{ TUNGETSNDBUF,		ARG_INT_OUT,	NEED_DEV,	ioctl_get_sndbuf },
	{ TUNSETSNDBUF,		ARG_INT_IN,	NEED_DEV,	ioctl_set_sndbuf },
	{ TUNSETCARRIER,	ARG_INT_IN,	NEED_DEV,	ioctl_set_carrier },
	{ TUNGETDEVNETNS,	ARG_VALUE,	NEED_DEV,	ioctl_get_dev_netns },
	{ SIOCGSKNS,		ARG_VALUE,	NO_RTNL,	ioctl_get_open_netns },
	{ SIOCGIFHWADDR,	ARG_IFREQ,	NEED_DEV,	ioctl_get_mac },
	{ SIOCSIFHWADDR,	ARG_IFREQ_IN,	NEED_DEV,	ioctl_set_mac },
	{ FIONREAD,		ARG_INT_OUT,	NEED_DEV,	ioctl_next_length },
};

/*
 * What is in no row. Socket ioctls read their ifreq before they turn out to be unknown, as
 * in-tree's do.
 */
static const struct ioctl_def ioctl_no_row = {
	.arg = ARG_VALUE, .flags = NEED_DEV, .fn = ioctl_unknown,
};

static const struct ioctl_def ioctl_no_socket_row = {
	.arg = ARG_IFREQ_IN, .flags = NEED_DEV, .fn = ioctl_unknown,
};

static const struct ioctl_def *ioctl_find(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ioctl_table); i++)
		if (ioctl_table[i].cmd == cmd)
			return &ioctl_table[i];
	return _IOC_TYPE(cmd) == SOCK_IOC_TYPE ? &ioctl_no_socket_row : &ioctl_no_row;
}

static int ioctl_copy_in(struct ioctl_call *call, const struct ioctl_def *def, void __user *argp,
			 size_t ifreq_size)
{
	switch (def->arg) {
	case ARG_IFREQ:
	case ARG_IFREQ_IN:
		if (copy_from_user(&call->ifr, argp, ifreq_size))
			return tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT);
		break;
	case ARG_INT_IN:
		call->fault = copy_from_user(&call->number, argp, sizeof(call->number));
		break;
	default:
		break;
	}
	return 0;
}

static int ioctl_copy_out(struct ioctl_call *call, const struct ioctl_def *def, void __user *argp,
			  size_t ifreq_size)
{
	unsigned long left = 0;

	switch (def->arg) {
	case ARG_IFREQ:
	case ARG_IFREQ_OUT:
		left = copy_to_user(argp, &call->ifr, ifreq_size);
		break;
	case ARG_INT_OUT:
		left = copy_to_user(argp, &call->number, sizeof(call->number));
		break;
	default:
		break;
	}
	return left ? tun_alt_refuse(&call->why, -EFAULT, TUN_ALT_REFUSED_FAULT) : 0;
}

/* Under RTNL, unless the row can do without: state first, then the int that may be missing. */
static int ioctl_judge_and_run(struct ioctl_call *call, const struct ioctl_def *def)
{
	int ret;

	if (def->flags & NO_RTNL)
		return def->fn(call);

	rtnl_lock();
	call->tun = rtnl_dereference(call->q->tun);
	if (def->flags & NEED_DEV && !call->tun)
		ret = tun_alt_refuse(&call->why, -EBADFD, TUN_ALT_REFUSED_NOT_ATTACHED);
	else if (def->flags & NEED_DEV && call->fault)
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
	const struct ioctl_def *def = ioctl_find(cmd);
	struct ioctl_call call = { .q = file->private_data };
	void __user *argp = (void __user *)arg;
	long ret;

	call.value = def->fn == ioctl_unknown ? cmd : arg;
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
	if (ioctl_find(cmd)->arg == ARG_VALUE)
		arg = (compat_ulong_t)arg;
	else
		arg = (unsigned long)compat_ptr(arg);
	return ioctl_dispatch(file, cmd, arg, IOCTL_COMPAT_IFREQ);
}
#endif
