// SPDX-License-Identifier: GPL-2.0
/*
 * What each ioctl does: the table, and handlers of a few lines that call the room which owns the
 * matter. They work on values of the kernel's own; user memory is ioctl.c's.
 */
#include "control.h"

#include <linux/filter.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <linux/proc_fs.h>
#include <linux/sockios.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>
#include <asm/ioctls.h>

#include "addition.h"
#include "compat.h"
#include "device.h"
#include "filter.h"
#include "linktype.h"
#include "offload.h"
#include "program.h"
#include "queue.h"
#include "read.h"
#include "socket.h"

static int control_get_features(struct tun_alt_call *call)
{
	call->number = TUN_ALT_FEATURES;
	return 0;
}

static int control_set_iff(struct tun_alt_call *call)
{
	if (call->tun)
		return tun_alt_refuse(&call->why, -EEXIST, TUN_ALT_REFUSED_ATTACHED);
	return tun_alt_dev_set_iff(call->q, &call->ifr, &call->why);
}

static int control_get_iff(struct tun_alt_call *call)
{
	tun_alt_dev_get_iff(call->tun, &call->ifr);
	if (call->q->state == TUN_ALT_QUEUE_DISABLED)
		call->ifr.ifr_flags |= IFF_DETACH_QUEUE;
	/* The bit is IFF_NO_PI's as well and may say either. */
	if (!call->q->filtered)
		call->ifr.ifr_flags |= IFF_NOFILTER;
	return 0;
}

static int control_set_queue(struct tun_alt_call *call)
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
 * Comes before TUNSETIFF; the look at @unread is the dispatcher's for calls that need a device.
 */
static int control_set_ifindex(struct tun_alt_call *call)
{
	if (call->tun)
		return tun_alt_refuse(&call->why, -EPERM, TUN_ALT_REFUSED_ATTACHED);
	if (call->unread.err) {
		call->why = call->unread;
		return call->why.err;
	}
	if (call->number < 0)
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_IFINDEX);
	call->q->wanted_ifindex = call->number;
	return 0;
}

static int control_set_persist(struct tun_alt_call *call)
{
	call->notify = tun_alt_dev_set_persist(call->tun, !!call->value);
	return 0;
}

static int control_set_owner(struct tun_alt_call *call)
{
	kuid_t owner = make_kuid(current_user_ns(), call->value);

	if (!uid_valid(owner))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNMAPPED_ID,
					     (u32)call->value, 0);
	WRITE_ONCE(call->tun->owner, owner);
	call->notify = true;
	return 0;
}

static int control_set_group(struct tun_alt_call *call)
{
	kgid_t group = make_kgid(current_user_ns(), call->value);

	if (!gid_valid(group))
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNMAPPED_ID,
					     (u32)call->value, 0);
	WRITE_ONCE(call->tun->group, group);
	call->notify = true;
	return 0;
}

static int control_set_link(struct tun_alt_call *call)
{
	return tun_alt_linktype_set(call->tun->dev, call->value, &call->why);
}

/* Checksums are the stack's business since long; kept for programs that still ask. */
static int control_set_nocsum(struct tun_alt_call *call)
{
	return 0;
}

static int control_set_debug(struct tun_alt_call *call)
{
	WRITE_ONCE(call->tun->msg_enable, (u32)call->value);
	return 0;
}

static int control_get_sndbuf(struct tun_alt_call *call)
{
	call->number = call->q->sk.sk_sndbuf;
	return 0;
}

static int control_set_sndbuf(struct tun_alt_call *call)
{
	if (call->number <= 0)
		return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_SNDBUF);
	tun_alt_socket_set_sndbuf(call->tun, call->number);
	return 0;
}

static int control_set_offload(struct tun_alt_call *call)
{
	return tun_alt_offload_set(call->tun, call->value, &call->why);
}

static int control_get_vnet_hdr_size(struct tun_alt_call *call)
{
	call->number = call->tun->vnet_hdr_size;
	return 0;
}

static int control_set_vnet_hdr_size(struct tun_alt_call *call)
{
	if (call->number < TUN_ALT_VNET_LEAST)
		return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_VNET_SIZE,
					     max(call->number, 0), TUN_ALT_VNET_LEAST);
	WRITE_ONCE(call->tun->vnet_hdr_size, call->number);
	netdev_update_features(call->tun->dev);
	return 0;
}

static int control_get_vnet_le(struct tun_alt_call *call)
{
	call->number = !!(call->tun->vnet_order & TUN_ALT_VNET_LITTLE);
	return 0;
}

static void control_set_vnet_order(struct tun_alt_call *call, enum tun_alt_vnet_order order)
{
	enum tun_alt_vnet_order rest = call->tun->vnet_order & ~order;

	WRITE_ONCE(call->tun->vnet_order, call->number ? rest | order : rest);
}

static int control_set_vnet_le(struct tun_alt_call *call)
{
	control_set_vnet_order(call, TUN_ALT_VNET_LITTLE);
	return 0;
}

/* As in-tree: one kernel configuration decides for both drivers. */
static int control_refuse_vnet_be(struct tun_alt_call *call)
{
	if (IS_ENABLED(CONFIG_TUN_VNET_CROSS_LE))
		return 0;
	return tun_alt_refuse(&call->why, -EINVAL, TUN_ALT_REFUSED_NO_BIG_ENDIAN);
}

static int control_get_vnet_be(struct tun_alt_call *call)
{
	call->number = !!(call->tun->vnet_order & TUN_ALT_VNET_BIG);
	return control_refuse_vnet_be(call);
}

static int control_set_vnet_be(struct tun_alt_call *call)
{
	int err = control_refuse_vnet_be(call);

	if (!err)
		control_set_vnet_order(call, TUN_ALT_VNET_BIG);
	return err;
}

static int control_set_carrier(struct tun_alt_call *call)
{
	struct net_device *dev = call->tun->dev;
	int err = dev->netdev_ops->ndo_change_carrier(dev, !!call->number);

	return err ? tun_alt_refuse(&call->why, err, TUN_ALT_REFUSED_CARRIER) : 0;
}

static int control_open_netns(struct net *net, struct tun_alt_refusal *why)
{
	if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_NETNS_RIGHT);
	return open_related_ns(&net->ns, get_net_ns);
}

static int control_get_dev_netns(struct tun_alt_call *call)
{
	return control_open_netns(dev_net(call->tun->dev), &call->why);
}

static int control_get_open_netns(struct tun_alt_call *call)
{
	return control_open_netns(sock_net(&call->q->sk), &call->why);
}

/* Read under RTNL, under which every writer of the address is. What it does not fill stays zero. */
static int control_get_mac(struct tun_alt_call *call)
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

static int control_set_mac(struct tun_alt_call *call)
{
	struct net_device *dev = call->tun->dev;
	struct sockaddr_storage address = { };
	int err;

	memcpy(&address, &call->ifr.ifr_hwaddr, sizeof(call->ifr.ifr_hwaddr));
	err = tun_alt_set_mac(dev, &address);
	return err ? tun_alt_refuse_values(&call->why, err, TUN_ALT_REFUSED_MAC, -err, 0) : 0;
}

static int control_set_filter(struct tun_alt_call *call)
{
	int exact = call->filter ? call->filter->nr_exact : 0;

	tun_alt_filter_replace(&call->tun->filter, call->filter);
	call->filter = NULL;
	return exact;
}

static int control_attach_filter(struct tun_alt_call *call)
{
	call->tun->fprog = call->fprog;
	tun_alt_dev_set_classic(call->tun, call->program);
	call->program = NULL;
	return 0;
}

static int control_detach_filter(struct tun_alt_call *call)
{
	tun_alt_dev_set_classic(call->tun, NULL);
	return 0;
}

/* What was set last, attached or not, and zeros if nothing ever was: in-tree's answer. */
static int control_get_filter(struct tun_alt_call *call)
{
	call->fprog = call->tun->fprog;
	return 0;
}

static int control_set_program(struct tun_alt_call *call, struct tun_alt_program __rcu **place)
{
	struct tun_alt_program *program;
	int err;

	err = tun_alt_program_from_fd(call->number, &program, &call->why);
	if (!err)
		tun_alt_program_replace(place, program);
	return err;
}

static int control_set_steering(struct tun_alt_call *call)
{
	return control_set_program(call, &call->tun->steering);
}

static int control_set_ebpf_filter(struct tun_alt_call *call)
{
	return control_set_program(call, &call->tun->ebpf);
}

static int control_next_length(struct tun_alt_call *call)
{
	call->number = tun_alt_read_length(call->q, call->tun);
	return 0;
}

static int control_unknown(struct tun_alt_call *call)
{
	return tun_alt_refuse_values(&call->why, -EINVAL, TUN_ALT_REFUSED_UNKNOWN_IOCTL,
				     call->cmd, 0);
}

/*
 * What the two of big endian point to. Nothing is read or written, whatever the pointer, where a
 * kernel has no such headers.
 */
#define CONTROL_BIG(arg)	(IS_ENABLED(CONFIG_TUN_VNET_CROSS_LE) ? (arg) : TUN_ALT_ARG_VALUE)
#define TUN_ALT_ARG_BIG_IN	CONTROL_BIG(TUN_ALT_ARG_INT_IN)
#define TUN_ALT_ARG_BIG_OUT	CONTROL_BIG(TUN_ALT_ARG_INT_OUT)

/* Number, kind of argument, what it needs, handler */
#define ROW(cmd, arg, flags, fn) \
	{ cmd, TUN_ALT_ARG_##arg, 0, TUN_ALT_CALL_##flags, fn }
/* What in-tree has not got; the argument is a structure that begins with its size. */
#define ADDITION(cmd, arg, type, flags, fn) UNDOABLE(cmd, arg, type, flags, fn, NULL)
#define UNDOABLE(cmd, arg, type, flags, fn, undo) \
	{ cmd, TUN_ALT_ARG_##arg, sizeof(struct type), TUN_ALT_CALL_##flags, fn, undo }

static const struct tun_alt_call_def control_table[] = {
	ROW(TUNGETFEATURES, INT_OUT, NO_RTNL, control_get_features),
	ROW(TUNSETIFF, IFREQ, ANY, control_set_iff),
	ROW(TUNGETIFF, IFREQ_OUT, NEED_DEV, control_get_iff),
	ROW(TUNSETQUEUE, IFREQ_IN, ANY, control_set_queue),
	ROW(TUNSETIFINDEX, INT_IN, ANY, control_set_ifindex),
	ROW(TUNSETPERSIST, VALUE, NEED_DEV, control_set_persist),
	ROW(TUNSETOWNER, VALUE, NEED_DEV, control_set_owner),
	ROW(TUNSETGROUP, VALUE, NEED_DEV, control_set_group),
	ROW(TUNSETLINK, VALUE, NEED_DEV, control_set_link),
	ROW(TUNSETNOCSUM, VALUE, NEED_DEV, control_set_nocsum),
	ROW(TUNSETDEBUG, VALUE, NEED_DEV, control_set_debug),
	ROW(TUNGETSNDBUF, INT_OUT, NEED_DEV, control_get_sndbuf),
	ROW(TUNSETSNDBUF, INT_IN, NEED_DEV, control_set_sndbuf),
	ROW(TUNSETOFFLOAD, VALUE, NEED_DEV, control_set_offload),
	ROW(TUNGETVNETHDRSZ, INT_OUT, NEED_DEV, control_get_vnet_hdr_size),
	ROW(TUNSETVNETHDRSZ, INT_IN, NEED_DEV, control_set_vnet_hdr_size),
	ROW(TUNGETVNETLE, INT_OUT, NEED_DEV, control_get_vnet_le),
	ROW(TUNSETVNETLE, INT_IN, NEED_DEV, control_set_vnet_le),
	ROW(TUNGETVNETBE, BIG_OUT, NEED_DEV, control_get_vnet_be),
	ROW(TUNSETVNETBE, BIG_IN, NEED_DEV, control_set_vnet_be),
	ROW(TUNSETCARRIER, INT_IN, NEED_DEV, control_set_carrier),
	ROW(TUNGETDEVNETNS, VALUE, NEED_DEV, control_get_dev_netns),
	ROW(SIOCGSKNS, VALUE, NO_RTNL, control_get_open_netns),
	ROW(SIOCGIFHWADDR, IFREQ, NEED_DEV, control_get_mac),
	ROW(SIOCSIFHWADDR, IFREQ_IN, NEED_DEV, control_set_mac),
	ROW(TUNSETTXFILTER, FILTER_IN, NEED_TAP, control_set_filter),
	ROW(TUNATTACHFILTER, FPROG_IN, NEED_TAP, control_attach_filter),
	ROW(TUNDETACHFILTER, VALUE, NEED_TAP, control_detach_filter),
	ROW(TUNGETFILTER, FPROG_OUT, NEED_TAP, control_get_filter),
	ROW(TUNSETSTEERINGEBPF, INT_IN, NEED_DEV, control_set_steering),
	ROW(TUNSETFILTEREBPF, INT_IN, NEED_DEV, control_set_ebpf_filter),
	ROW(FIONREAD, INT_OUT, NEED_DEV, control_next_length),
	ADDITION(TUN_ALT_SET_BURST, STRUCT_IN, tun_alt_burst, ANY, tun_alt_addition_set_burst),
	ADDITION(TUN_ALT_GET_CAPS, STRUCT, tun_alt_caps, NO_RTNL, tun_alt_addition_get_caps),
	ADDITION(TUN_ALT_SET_QUEUES, STRUCT_IN, tun_alt_queues, ANY, tun_alt_addition_set_queues),
	ADDITION(TUN_ALT_SET_OPTIONS, STRUCT_IN, tun_alt_options, ANY,
		 tun_alt_addition_set_options),
	ADDITION(TUN_ALT_READ_ARRAY, STRUCT_IN, tun_alt_array, READS, tun_alt_addition_read_array),
	ADDITION(TUN_ALT_WRITE_ARRAY, STRUCT_IN, tun_alt_array, WRITES,
		 tun_alt_addition_write_array),
	UNDOABLE(TUN_ALT_RING_SETUP, STRUCT, tun_alt_ring_setup, SHARES,
		 tun_alt_addition_setup_rings, tun_alt_addition_undo_rings),
	ROW(TUN_ALT_RING_DETACH, VALUE, NEED_DEV, tun_alt_addition_detach_rings),
	ROW(TUN_ALT_RING_KICK, VALUE, NO_RTNL, tun_alt_addition_kick),
	ADDITION(TUN_ALT_GET_ERROR, STRUCT, tun_alt_error, NO_RTNL, tun_alt_addition_get_error),
};

#ifdef CONFIG_COMPAT
/* The size of the argument is part of a number, and these have another one in a 32-bit program. */
#define CONTROL_ATTACHFILTER32	_IOW('T', 213, struct compat_sock_fprog)
#define CONTROL_DETACHFILTER32	_IOW('T', 214, struct compat_sock_fprog)
#define CONTROL_GETFILTER32	_IOR('T', 219, struct compat_sock_fprog)

static const struct tun_alt_call_def control_table32[] = {
	ROW(CONTROL_ATTACHFILTER32, FPROG32_IN, NEED_TAP, control_attach_filter),
	ROW(CONTROL_DETACHFILTER32, VALUE, NEED_TAP, control_detach_filter),
	ROW(CONTROL_GETFILTER32, FPROG32_OUT, NEED_TAP, control_get_filter),
};
#endif

/* In no row. Socket ioctls read their ifreq before they turn out to be unknown, as in-tree. */
static const struct tun_alt_call_def control_no_row = {
	.arg = TUN_ALT_ARG_VALUE, .flags = TUN_ALT_CALL_NEED_DEV, .fn = control_unknown,
};

static const struct tun_alt_call_def control_no_socket_row = {
	.arg = TUN_ALT_ARG_IFREQ_IN, .flags = TUN_ALT_CALL_NEED_DEV, .fn = control_unknown,
};

static const struct tun_alt_call_def *control_search(const struct tun_alt_call_def *table,
						     size_t rows, unsigned int cmd)
{
	size_t i;

	for (i = 0; i < rows; i++)
		if (table[i].cmd == cmd)
			return &table[i];
	return NULL;
}

/**
 * tun_alt_control_find() - what an ioctl number means
 * @cmd: the number
 *
 * Context: Any.
 * Return: its row, or the one of all numbers that are in none.
 */
const struct tun_alt_call_def *tun_alt_control_find(unsigned int cmd)
{
	const struct tun_alt_call_def *def;

	def = control_search(control_table, ARRAY_SIZE(control_table), cmd);
	if (def)
		return def;
	return _IOC_TYPE(cmd) == SOCK_IOC_TYPE ? &control_no_socket_row : &control_no_row;
}

#ifdef CONFIG_COMPAT
/**
 * tun_alt_control_find_compat() - what an ioctl number means if a 32-bit program gives it
 * @cmd: the number
 *
 * Context: Any.
 * Return: as tun_alt_control_find().
 */
const struct tun_alt_call_def *tun_alt_control_find_compat(unsigned int cmd)
{
	const struct tun_alt_call_def *def;

	def = control_search(control_table32, ARRAY_SIZE(control_table32), cmd);
	return def ? def : tun_alt_control_find(cmd);
}
#endif
