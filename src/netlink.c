// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family. A dump goes device by device and queue by queue, under RTNL for as
 * much as one message takes. If queues or devices came or went between two messages the dump says
 * so, and whoever asked may ask again.
 */
#include "netlink.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/netdevice.h>
#include <linux/pid_namespace.h>
#include <linux/rtnetlink.h>
#include <linux/tun_alt_netlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "device.h"
#include "fifo.h"
#include "netdev.h"
#include "queue.h"

/**
 * struct netlink_dump - where a dump goes on
 * @cursor: the device
 * @ifindex: its index
 * @entry: what is next of it: enabled queues, then disabled ones, then what is left
 */
struct netlink_dump {
	struct tun_alt_device_cursor cursor;
	int ifindex;
	unsigned int entry;
};

static struct genl_family netlink_family;

static int netlink_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	/* In each of the sets the padding has the number 0. */
	BUILD_BUG_ON(TUN_ALT_A_QUEUE_PAD || TUN_ALT_A_HOLDER_PAD || TUN_ALT_A_DROP_PAD);
	return nla_put_u64_64bit(skb, attr, value, 0);
}

static int netlink_put_holding(struct sk_buff *skb, int attr, const struct tun_alt_holding *holding,
			       const struct tun_alt_asker *asker)
{
	struct nlattr *nest;
	pid_t number;

	if (!holding->pid)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -EMSGSIZE;
	if (tun_alt_holding_is_shown(holding, asker, &number)) {
		if ((number && nla_put_u32(skb, TUN_ALT_A_HOLDER_PID, number)) ||
		    nla_put_string(skb, TUN_ALT_A_HOLDER_COMM, holding->comm))
			return -EMSGSIZE;
	}
	if (nla_put_u32(skb, TUN_ALT_A_HOLDER_UID, from_kuid_munged(asker->users, holding->uid)) ||
	    netlink_put_u64(skb, TUN_ALT_A_HOLDER_SINCE, holding->since))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int netlink_put_holder(struct sk_buff *skb, struct tun_alt_queue *q,
			      const struct tun_alt_asker *asker)
{
	struct tun_alt_holding attached, user;
	int err;

	tun_alt_holder_get(&q->holder, &attached, &user);
	err = netlink_put_holding(skb, TUN_ALT_A_QUEUE_ATTACHED, &attached, asker);
	if (!err)
		err = netlink_put_holding(skb, TUN_ALT_A_QUEUE_USER, &user, asker);
	tun_alt_holding_put(&attached);
	tun_alt_holding_put(&user);
	return err;
}

static int netlink_put_drop(struct sk_buff *skb, enum tun_alt_drop reason, u64 packets)
{
	struct nlattr *nest = nla_nest_start(skb, TUN_ALT_A_QUEUE_DROP);

	if (!nest || nla_put_u32(skb, TUN_ALT_A_DROP_REASON, reason) ||
	    nla_put_string(skb, TUN_ALT_A_DROP_NAME, tun_alt_drop_kinds[reason].name) ||
	    netlink_put_u64(skb, TUN_ALT_A_DROP_PACKETS, packets))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int netlink_put_totals(struct sk_buff *skb, const struct tun_alt_totals *totals)
{
	const struct tun_alt_carried *carried = &totals->carried;
	unsigned int i;

	if (netlink_put_u64(skb, TUN_ALT_A_QUEUE_READ_PACKETS, carried->read_packets) ||
	    netlink_put_u64(skb, TUN_ALT_A_QUEUE_READ_BYTES, carried->read_bytes) ||
	    netlink_put_u64(skb, TUN_ALT_A_QUEUE_RECEIVED_PACKETS, carried->received_packets) ||
	    netlink_put_u64(skb, TUN_ALT_A_QUEUE_RECEIVED_BYTES, carried->received_bytes))
		return -EMSGSIZE;
	for (i = 0; i < TUN_ALT_DROP_REASONS; i++)
		if (totals->drops[i] && netlink_put_drop(skb, i, totals->drops[i]))
			return -EMSGSIZE;
	return 0;
}

static int netlink_put_ring(struct sk_buff *skb, struct tun_alt_queue *q)
{
	unsigned int length, waiting = tun_alt_fifo_count(&q->fifo, &length);

	if (nla_put_u32(skb, TUN_ALT_A_QUEUE_LENGTH, length))
		return -EMSGSIZE;
	if (rcu_access_pointer(q->read_ring))
		return 0;
	return nla_put_u32(skb, TUN_ALT_A_QUEUE_WAITING, waiting);
}

static int netlink_put_queue(struct sk_buff *skb, struct tun_alt_queue *q,
			     const struct tun_alt_asker *asker)
{
	bool enabled = q->state == TUN_ALT_QUEUE_ATTACHED;
	struct tun_alt_totals totals = { };

	if (nla_put_u32(skb, TUN_ALT_A_QUEUE_STATE,
			enabled ? TUN_ALT_NETLINK_ENABLED : TUN_ALT_NETLINK_DISABLED) ||
	    (enabled && nla_put_u32(skb, TUN_ALT_A_QUEUE_ID, q->index)) ||
	    netlink_put_u64(skb, TUN_ALT_A_QUEUE_SERIAL, q->counts->serial) ||
	    netlink_put_holder(skb, q, asker) || netlink_put_ring(skb, q))
		return -EMSGSIZE;
	tun_alt_counts_add(q->counts, &totals);
	if (netlink_put_u64(skb, TUN_ALT_A_QUEUE_STOPS, totals.stops) ||
	    netlink_put_u64(skb, TUN_ALT_A_QUEUE_WAKES, totals.wakes))
		return -EMSGSIZE;
	return netlink_put_totals(skb, &totals);
}

static int netlink_put_rest(struct sk_buff *skb, struct tun_alt_dev *tun)
{
	struct tun_alt_totals totals;

	if (nla_put_u32(skb, TUN_ALT_A_QUEUE_STATE, TUN_ALT_NETLINK_NO_QUEUE))
		return -EMSGSIZE;
	tun_alt_account_get_gone(&tun->account, &totals);
	return netlink_put_totals(skb, &totals);
}

/* NULL stands for what is left behind the last queue. */
static struct tun_alt_queue *netlink_queue_at(struct tun_alt_dev *tun, unsigned int entry)
{
	struct tun_alt_queue *q;

	if (entry < tun->nr_queues)
		return rtnl_dereference(tun->queues[entry]);
	entry -= tun->nr_queues;
	list_for_each_entry(q, &tun->disabled, parked)
		if (!entry--)
			return q;
	return NULL;
}

static int netlink_dump_entry(struct sk_buff *skb, struct netlink_callback *cb,
			      struct tun_alt_dev *tun, const struct tun_alt_asker *asker)
{
	struct netlink_dump *dump = (struct netlink_dump *)cb->ctx;
	struct tun_alt_queue *q = netlink_queue_at(tun, dump->entry);
	void *message;
	int err;

	message = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			      &netlink_family, NLM_F_MULTI, TUN_ALT_CMD_QUEUE_GET);
	if (!message)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, message);
	if (nla_put_u32(skb, TUN_ALT_A_QUEUE_IFINDEX, tun->dev->ifindex) ||
	    nla_put_string(skb, TUN_ALT_A_QUEUE_IFNAME, tun->dev->name))
		err = -EMSGSIZE;
	else
		err = q ? netlink_put_queue(skb, q, asker) : netlink_put_rest(skb, tun);
	if (err) {
		genlmsg_cancel(skb, message);
		return err;
	}
	genlmsg_end(skb, message);
	dump->entry++;
	return 0;
}

static int netlink_dump_dev(struct sk_buff *skb, struct netlink_callback *cb,
			    struct tun_alt_dev *tun, const struct tun_alt_asker *asker)
{
	struct netlink_dump *dump = (struct netlink_dump *)cb->ctx;
	int err = 0;

	/* What was under way is another one's: that has gone. */
	if (dump->ifindex != tun->dev->ifindex)
		dump->entry = 0;
	dump->ifindex = tun->dev->ifindex;
	while (!err && dump->entry <= tun->nr_queues + tun->nr_disabled)
		err = netlink_dump_entry(skb, cb, tun, asker);
	return err;
}

static int netlink_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct net *net,
			    u32 ifindex, const struct tun_alt_asker *asker)
{
	struct netlink_dump *dump = (struct netlink_dump *)cb->ctx;
	struct net_device *dev = __dev_get_by_index(net, ifindex);

	if (!dev) {
		/* It went while it was dumped: no error. */
		if (dump->entry)
			return 0;
		NL_SET_ERR_MSG(cb->extack, "there is no device of that index");
		return -ENODEV;
	}
	if (!tun_alt_netdev_is_ours(dev)) {
		NL_SET_ERR_MSG(cb->extack, "the device is of another driver");
		return -EOPNOTSUPP;
	}
	return netlink_dump_dev(skb, cb, netdev_priv(dev), asker);
}

static int netlink_dump_all(struct sk_buff *skb, struct netlink_callback *cb, struct net *net,
			    const struct tun_alt_asker *asker)
{
	struct netlink_dump *dump = (struct netlink_dump *)cb->ctx;
	struct net_device *dev;
	int err;

	while ((dev = tun_alt_device_at(net, &dump->cursor))) {
		if (tun_alt_netdev_is_ours(dev)) {
			err = netlink_dump_dev(skb, cb, netdev_priv(dev), asker);
			if (err)
				return err;
		}
		tun_alt_device_next(&dump->cursor);
	}
	return 0;
}

/*
 * Both who reads the answer and who opened the socket have to have the right, so that neither can
 * use the other. Nobody who has none leaves a denial in the audit log.
 */
static void netlink_get_asker(const struct netlink_callback *cb, struct net *net,
			      struct tun_alt_asker *asker)
{
	struct file *file = NETLINK_CB(cb->skb).sk->sk_socket->file;

	asker->pids = task_active_pid_ns(current);
	asker->users = file->f_cred->user_ns;
	asker->uid = INVALID_UID;
	if (uid_eq(current_euid(), file->f_cred->euid))
		asker->uid = current_euid();
	asker->admin = ns_capable_noaudit(net->user_ns, CAP_NET_ADMIN) &&
		       file_ns_capable(file, net->user_ns, CAP_NET_ADMIN);
}

static int netlink_dump_queues(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct nlattr *ifindex = tun_alt_dump_attrs(cb)[TUN_ALT_A_QUEUE_IFINDEX];
	struct net *net = sock_net(cb->skb->sk);
	struct tun_alt_asker asker;
	int err;

	BUILD_BUG_ON(sizeof(struct netlink_dump) > sizeof(cb->ctx));
	netlink_get_asker(cb, net, &asker);
	rtnl_lock();
	cb->seq = tun_alt_queue_changes() + net->dev_base_seq;
	if (ifindex)
		err = netlink_dump_one(skb, cb, net, nla_get_u32(ifindex), &asker);
	else
		err = netlink_dump_all(skb, cb, net, &asker);
	rtnl_unlock();
	/* What did not fit comes with the next message, unless nothing did. */
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

static const struct nla_policy netlink_queue_policy[] = {
	[TUN_ALT_A_QUEUE_IFINDEX]	= NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct genl_ops netlink_ops[] = {
	{
		.cmd		= TUN_ALT_CMD_QUEUE_GET,
		.dumpit		= netlink_dump_queues,
		.policy		= netlink_queue_policy,
		.maxattr	= ARRAY_SIZE(netlink_queue_policy) - 1,
	},
};

static struct genl_family netlink_family __ro_after_init = {
	.name		= TUN_ALT_FAMILY_NAME,
	.version	= TUN_ALT_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= netlink_ops,
	.n_ops		= ARRAY_SIZE(netlink_ops),
};

/**
 * tun_alt_netlink_init() - register the family
 *
 * Context: Process context, may sleep.
 * Return: 0 or a negative errno.
 */
int tun_alt_netlink_init(void)
{
	return genl_register_family(&netlink_family);
}

/**
 * tun_alt_netlink_exit() - take the family back
 *
 * Context: Process context; no dump is under way, or the module could not be unloaded.
 */
void tun_alt_netlink_exit(void)
{
	genl_unregister_family(&netlink_family);
}
