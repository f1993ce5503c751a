// SPDX-License-Identifier: GPL-2.0
/*
 * Link kinds and sysfs attributes. Dumps may run without RTNL on new kernels: fields are read ONCE.
 */
#include "link.h"

#include <linux/if_link.h>
#include <linux/if_tun_alt.h>

#include "device.h"
#include "netdev.h"
#include "refusal.h"

static int link_validate(struct nlattr *tb[], struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct tun_alt_refusal why;

	tun_alt_refuse(&why, -EOPNOTSUPP, TUN_ALT_REFUSED_NETLINK_CREATE);
	return tun_alt_refusal_to_extack(&why, extack);
}

static size_t link_get_size(const struct net_device *dev)
{
	/* TYPE PI VNET_HDR PERSIST MULTI_QUEUE, then OWNER GROUP NUM_QUEUES NUM_DISABLED_QUEUES */
	return 5 * nla_total_size(sizeof(u8)) + 4 * nla_total_size(sizeof(u32));
}

static int link_fill_owner(struct sk_buff *skb, const struct tun_alt_dev *tun)
{
	kuid_t owner = READ_ONCE(tun->owner);
	kgid_t group = READ_ONCE(tun->group);

	if (uid_valid(owner) &&
	    nla_put_u32(skb, IFLA_TUN_OWNER, from_kuid_munged(current_user_ns(), owner)))
		return -EMSGSIZE;
	if (gid_valid(group) &&
	    nla_put_u32(skb, IFLA_TUN_GROUP, from_kgid_munged(current_user_ns(), group)))
		return -EMSGSIZE;
	return 0;
}

static int link_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct tun_alt_dev *tun = netdev_priv(dev);
	u32 flags = READ_ONCE(tun->flags);

	if (nla_put_u8(skb, IFLA_TUN_TYPE, flags & (IFF_TUN | IFF_TAP)) ||
	    link_fill_owner(skb, tun) ||
	    nla_put_u8(skb, IFLA_TUN_PI, !(flags & IFF_NO_PI)) ||
	    nla_put_u8(skb, IFLA_TUN_VNET_HDR, !!(flags & IFF_VNET_HDR)) ||
	    nla_put_u8(skb, IFLA_TUN_PERSIST, !!(flags & IFF_PERSIST)) ||
	    nla_put_u8(skb, IFLA_TUN_MULTI_QUEUE, !!(flags & IFF_MULTI_QUEUE)))
		return -EMSGSIZE;
	if (!(flags & IFF_MULTI_QUEUE))
		return 0;
	if (nla_put_u32(skb, IFLA_TUN_NUM_QUEUES, READ_ONCE(tun->nr_queues)) ||
	    nla_put_u32(skb, IFLA_TUN_NUM_DISABLED_QUEUES, READ_ONCE(tun->nr_disabled)))
		return -EMSGSIZE;
	return 0;
}

static void link_delete(struct net_device *dev, struct list_head *head)
{
	unregister_netdevice_queue(dev, head);
}

struct rtnl_link_ops tun_alt_link_tun_ops = {
	.kind		= TUN_ALT_KIND_TUN,
	.priv_size	= sizeof(struct tun_alt_dev),
	.setup		= tun_alt_netdev_setup_tun,
	.validate	= link_validate,
	.dellink	= link_delete,
	.get_size	= link_get_size,
	.fill_info	= link_fill_info,
};

struct rtnl_link_ops tun_alt_link_tap_ops = {
	.kind		= TUN_ALT_KIND_TAP,
	.priv_size	= sizeof(struct tun_alt_dev),
	.setup		= tun_alt_netdev_setup_tap,
	.validate	= link_validate,
	.dellink	= link_delete,
	.get_size	= link_get_size,
	.fill_info	= link_fill_info,
};

static const struct tun_alt_dev *link_of(struct device *device)
{
	return netdev_priv(to_net_dev(device));
}

static ssize_t tun_flags_show(struct device *device, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "0x%x\n", READ_ONCE(link_of(device)->flags) & TUN_ALT_SHOWN_FLAGS);
}
static DEVICE_ATTR_RO(tun_flags);

static ssize_t owner_show(struct device *device, struct device_attribute *attr, char *text)
{
	kuid_t owner = READ_ONCE(link_of(device)->owner);

	if (!uid_valid(owner))
		return sysfs_emit(text, "-1\n");
	return sysfs_emit(text, "%u\n", from_kuid_munged(current_user_ns(), owner));
}
static DEVICE_ATTR_RO(owner);

static ssize_t group_show(struct device *device, struct device_attribute *attr, char *text)
{
	kgid_t group = READ_ONCE(link_of(device)->group);

	if (!gid_valid(group))
		return sysfs_emit(text, "-1\n");
	return sysfs_emit(text, "%u\n", from_kgid_munged(current_user_ns(), group));
}
static DEVICE_ATTR_RO(group);

static struct attribute *link_attributes[] = {
	&dev_attr_tun_flags.attr,
	&dev_attr_owner.attr,
	&dev_attr_group.attr,
	NULL
};

const struct attribute_group tun_alt_link_sysfs = {
	.attrs	= link_attributes,
};

/**
 * tun_alt_link_init() - make the two link kinds known
 *
 * Context: Process context, takes RTNL.
 * Return: 0 or a negative errno.
 */
int tun_alt_link_init(void)
{
	int err;

	err = rtnl_link_register(&tun_alt_link_tun_ops);
	if (err)
		return err;
	err = rtnl_link_register(&tun_alt_link_tap_ops);
	if (err)
		rtnl_link_unregister(&tun_alt_link_tun_ops);
	return err;
}

/**
 * tun_alt_link_exit() - take the two link kinds back, and what devices are left of them
 *
 * Context: Process context, takes RTNL; waits for devices that are on their way out.
 */
void tun_alt_link_exit(void)
{
	rtnl_link_unregister(&tun_alt_link_tap_ops);
	rtnl_link_unregister(&tun_alt_link_tun_ops);
}
