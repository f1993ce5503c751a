// SPDX-License-Identifier: GPL-2.0
/*
 * Making, finding and ending a device, and the right to use one.
 */
#include "device.h"

#include <linux/cred.h>
#include <linux/if_tun_alt.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/security.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "backpressure.h"
#include "filter.h"
#include "flow.h"
#include "netdev.h"
#include "program.h"
#include "queue.h"
#include "refusal.h"

static int device_refuse_lsm(struct tun_alt_refusal *why, int err)
{
	return tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_BY_LSM, -err, 0);
}

/*
 * Owner and group, each one that is set, or the capability. A device with neither is for the
 * administrator: the rule of Linux 7.3, which 6.1 did not have.
 */
static bool device_permits(const struct tun_alt_dev *tun)
{
	bool owned = uid_valid(tun->owner), grouped = gid_valid(tun->group);

	if ((owned || grouped) &&
	    (!owned || uid_eq(current_euid(), tun->owner)) &&
	    (!grouped || in_egroup_p(tun->group)))
		return true;
	/* Last: asking for a capability that nobody needs leaves a denial in the audit log. */
	return ns_capable(dev_net(tun->dev)->user_ns, CAP_NET_ADMIN);
}

/* Runs when the last reference is gone; the core frees the device itself. */
static void device_destruct(struct net_device *dev)
{
	struct tun_alt_dev *tun = netdev_priv(dev);

	tun_alt_program_free(rcu_dereference_protected(tun->steering, true));
	tun_alt_program_free(rcu_dereference_protected(tun->ebpf, true));
	tun_alt_program_free(rcu_dereference_protected(tun->classic, true));
	tun_alt_filter_free(rcu_dereference_protected(tun->filter, true));
	tun_alt_flow_table_free(tun->flows);
	security_tun_dev_free_security(tun->security);
}

static struct tun_alt_dev *device_new(const struct tun_alt_queue *q, const char *name, u32 flags)
{
	unsigned int queues = 1;
	struct tun_alt_dev *tun;
	void (*setup)(struct net_device *dev) = tun_alt_netdev_setup_tap;
	struct net_device *dev;

	if (flags & IFF_MULTI_QUEUE)
		queues = q->wanted_queues ? : TUN_ALT_MAX_QUEUES;
	if (flags & IFF_TUN)
		setup = tun_alt_netdev_setup_tun;
	if (!*name)
		name = flags & IFF_TUN ? "tun%d" : "tap%d";
	dev = alloc_netdev_mqs(struct_size(tun, queues, queues), name, NET_NAME_UNKNOWN,
			       setup, queues, queues);
	if (!dev)
		return NULL;
	dev_net_set(dev, sock_net(&q->sk));
	tun = netdev_priv(dev);
	tun->max_queues = queues;
	tun->flags = flags;
	return tun;
}

/* Made to exercise the stack with headers in any place: for the administrator of the machine. */
static int device_may_have_frags(u32 flags, struct tun_alt_refusal *why)
{
	if (!(flags & IFF_NAPI_FRAGS))
		return 0;
	if (!capable(CAP_NET_ADMIN))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_FRAGS_RIGHT);
	if (!(flags & IFF_NAPI) || (flags & (IFF_TUN | IFF_TAP)) != IFF_TAP)
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_FRAGS_ALONE);
	return 0;
}

static enum tun_alt_delivery device_delivery(u32 flags)
{
	if (!(flags & IFF_NAPI))
		return TUN_ALT_DELIVER_AT_ONCE;
	return flags & IFF_NAPI_FRAGS ? TUN_ALT_DELIVER_FRAGS : TUN_ALT_DELIVER_NAPI;
}

/*
 * Allocate, publish, register: the core's first word of the device counts its queue. The program
 * sees nothing of it yet, and the destructor is only set on a device that was registered.
 */
static int device_make(struct tun_alt_queue *q, const char *name, u32 flags,
		       struct tun_alt_dev **made, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun;
	int err;

	tun = device_new(q, name, flags);
	if (!tun)
		return tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
	if (flags & IFF_MULTI_QUEUE) {
		tun->flows = tun_alt_flow_table_alloc();
		if (!tun->flows) {
			err = tun_alt_refuse(why, -ENOMEM, TUN_ALT_REFUSED_NO_MEMORY);
			goto err_free_dev;
		}
	}
	err = security_tun_dev_alloc_security(&tun->security);
	if (err) {
		device_refuse_lsm(why, err);
		goto err_free_flows;
	}
	err = tun_alt_queue_prepare(q, tun, why);
	if (err)
		goto err_free_security;

	WRITE_ONCE(q->filtered, false);
	WRITE_ONCE(q->delivery, device_delivery(flags));
	tun_alt_queue_publish(q, tun);
	tun->dev->ifindex = q->wanted_ifindex;
	err = register_netdevice(tun->dev);
	if (err) {
		tun_alt_refuse_values(why, err, TUN_ALT_REFUSED_BY_CORE, -err, 0);
		goto err_detach;
	}
	tun->dev->needs_free_netdev = true;
	tun->dev->priv_destructor = device_destruct;
	*made = tun;
	return 0;

err_detach:
	tun_alt_queue_detach_all(tun);
err_free_security:
	security_tun_dev_free_security(tun->security);
err_free_flows:
	tun_alt_flow_table_free(tun->flows);
err_free_dev:
	free_netdev(tun->dev);
	return err;
}

static int device_may_create(struct net *net, u32 flags, struct tun_alt_refusal *why)
{
	int err;

	if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_CREATE_RIGHT);
	err = security_tun_dev_create();
	if (err < 0)
		return device_refuse_lsm(why, err);
	if (!(flags & (IFF_TUN | IFF_TAP)))
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_NO_TYPE);
	return 0;
}

/*
 * The device of that name, if it is ours, of the type and with the number of queues that was
 * asked for.
 */
static int device_may_attach(struct net_device *dev, u32 flags, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	int err;

	if (flags & IFF_TUN_EXCL)
		return tun_alt_refuse(why, -EBUSY, TUN_ALT_REFUSED_NAME_EXISTS);
	if (!tun_alt_netdev_is_ours(dev) || !(tun->flags & flags & (IFF_TUN | IFF_TAP)))
		return tun_alt_refuse(why, -EINVAL, TUN_ALT_REFUSED_OTHER_KIND);
	if ((tun->flags ^ flags) & IFF_MULTI_QUEUE)
		return tun_alt_refuse_values(why, -EINVAL, TUN_ALT_REFUSED_MULTI_QUEUE,
					     !!(tun->flags & IFF_MULTI_QUEUE),
					     !!(flags & IFF_MULTI_QUEUE));
	if (!device_permits(tun))
		return tun_alt_refuse(why, -EPERM, TUN_ALT_REFUSED_ATTACH_RIGHT);
	err = security_tun_dev_open(tun->security);
	if (err < 0)
		return device_refuse_lsm(why, err);
	return 0;
}

static int device_reuse(struct tun_alt_queue *q, struct net_device *dev, u32 flags,
			struct tun_alt_dev **used, struct tun_alt_refusal *why)
{
	struct tun_alt_dev *tun = netdev_priv(dev);
	int err;

	err = device_may_attach(dev, flags, why);
	if (err)
		return err;
	err = tun_alt_queue_prepare(q, tun, why);
	if (err)
		return err;
	WRITE_ONCE(q->filtered, !(flags & IFF_NOFILTER) && rcu_access_pointer(tun->classic));
	WRITE_ONCE(q->delivery, device_delivery(flags));
	tun_alt_queue_publish(q, tun);
	*used = tun;
	return 0;
}

/*
 * The first queue of a device decides its flags and its carrier, each time that there is a first
 * one.
 */
static void device_start(struct tun_alt_dev *tun, u32 flags)
{
	WRITE_ONCE(tun->flags, (tun->flags & ~TUN_ALT_KEPT_FLAGS) | (flags & TUN_ALT_KEPT_FLAGS));
	/* What TUNSETOFFLOAD allowed is worth as much as the headers that describe it. */
	netdev_update_features(tun->dev);
	if (flags & IFF_NO_CARRIER)
		netif_carrier_off(tun->dev);
	else
		netif_carrier_on(tun->dev);
	if (netif_running(tun->dev))
		netif_tx_wake_all_queues(tun->dev);
	tun_alt_backpressure_settle_all(tun);
}

/**
 * tun_alt_dev_set_iff() - TUNSETIFF: attach to a device, creating it if there is none of the name
 * @q: an unattached queue; names are looked up in the namespace that its file was opened in
 * @ifr: name and flags; gets the name
 * @why: gets the reason of a refusal
 *
 * Context: Process context, RTNL held, may sleep.
 * Return: 0; -EBUSY, -EINVAL, -EPERM, -E2BIG, -ENOMEM, -ENFILE as
 * Documentation/uapi/ioctls.rst explains.
 */
int tun_alt_dev_set_iff(struct tun_alt_queue *q, struct ifreq *ifr, struct tun_alt_refusal *why)
{
	u32 flags = (unsigned short)ifr->ifr_flags, create_flags;
	struct net *net = sock_net(&q->sk);
	struct net_device *dev;
	struct tun_alt_dev *tun;
	int err;

	err = device_may_have_frags(flags, why);
	if (err)
		return err;
	ifr->ifr_name[IFNAMSIZ - 1] = '\0';
	dev = __dev_get_by_name(net, ifr->ifr_name);
	if (dev) {
		err = device_reuse(q, dev, flags, &tun, why);
	} else {
		err = device_may_create(net, flags, why);
		if (err)
			return err;
		/* Both types asked for: TUN wins. */
		create_flags = flags & IFF_TUN ? IFF_TUN : IFF_TAP;
		create_flags |= flags & TUN_ALT_KEPT_FLAGS;
		err = device_make(q, ifr->ifr_name, create_flags, &tun, why);
	}
	if (err)
		return err;

	q->wanted_ifindex = 0;
	if (tun->nr_queues + tun->nr_disabled == 1) {
		device_start(tun, flags);
		strscpy(ifr->ifr_name, tun->dev->name, IFNAMSIZ);
	}
	tun_alt_holder_attach(&q->holder);
	/* Last: no call may find the device with the flags of whoever had it before. */
	tun_alt_queue_connect(q, tun);
	netdev_state_change(tun->dev);
	return 0;
}

/**
 * tun_alt_dev_get_iff() - a device's name and flags, as TUNGETIFF shows them
 * @tun: the device
 * @ifr: gets both
 *
 * Context: Process context, RTNL held: names change under it.
 */
void tun_alt_dev_get_iff(const struct tun_alt_dev *tun, struct ifreq *ifr)
{
	strscpy(ifr->ifr_name, tun->dev->name, IFNAMSIZ);
	ifr->ifr_flags = tun->flags & TUN_ALT_SHOWN_FLAGS;
}

/**
 * tun_alt_dev_set_persist() - TUNSETPERSIST
 * @tun: the device
 * @persist: whether it outlives its last queue
 *
 * A persistent device keeps the module in memory.
 *
 * Context: Process context, RTNL held.
 * Return: whether anything changed.
 */
bool tun_alt_dev_set_persist(struct tun_alt_dev *tun, bool persist)
{
	if (persist == !!(tun->flags & IFF_PERSIST))
		return false;
	if (persist)
		__module_get(THIS_MODULE);
	else
		module_put(THIS_MODULE);
	WRITE_ONCE(tun->flags, tun->flags ^ IFF_PERSIST);
	return true;
}

/**
 * tun_alt_dev_set_classic() - give a device another classic filter
 * @tun: the device
 * @program: the filter, or NULL for none; it is the device's from now on
 *
 * It holds for each enabled queue, and for each that is enabled or attached later, unless
 * TUNSETIFF says %IFF_NOFILTER.
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_dev_set_classic(struct tun_alt_dev *tun, struct tun_alt_program *program)
{
	struct tun_alt_queue *q;
	unsigned int i;

	for (i = 0; i < tun->nr_queues; i++)
		WRITE_ONCE(rtnl_dereference(tun->queues[i])->filtered, program);
	if (!program) {
		list_for_each_entry(q, &tun->disabled, parked)
			WRITE_ONCE(q->filtered, false);
	}
	tun_alt_program_replace(&tun->classic, program);
}

/**
 * tun_alt_dev_no_queue_left() - the last queue of a device was closed
 * @tun: the device; unless persistent it is being unregistered on return
 *
 * Context: Process context, RTNL held.
 */
void tun_alt_dev_no_queue_left(struct tun_alt_dev *tun)
{
	netif_carrier_off(tun->dev);
	if (!(tun->flags & IFF_PERSIST) && tun->dev->reg_state == NETREG_REGISTERED)
		unregister_netdevice(tun->dev);
}

/**
 * tun_alt_dev_uninit() - the device is being unregistered
 * @tun: the device, down
 *
 * Whoever began it: the last close, `ip link del`, the end of a namespace, a failed registration.
 *
 * Context: Process context, RTNL held, may sleep. The caller's own module reference, or the core's
 * wait for devices under way in rtnl_link_unregister(), keeps the code of the destructor in memory.
 */
void tun_alt_dev_uninit(struct tun_alt_dev *tun)
{
	tun_alt_queue_detach_all(tun);
	if (tun->flags & IFF_PERSIST)
		module_put(THIS_MODULE);
}
