/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that tun-alt is built for, and the only file that knows one.
 * Probed shapes come from features.mk as TUN_ALT_HAVE_x, macros are tested by their own name, and a
 * fallback carries a name of ours.
 */
#ifndef TUN_ALT_COMPAT_H
#define TUN_ALT_COMPAT_H

#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <uapi/linux/virtio_net.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#ifndef TUN_ALT_HAVE_RX_QUEUE_INSIDE
#include <net/netdev_rx_queue.h>
#endif
#ifndef TUN_ALT_HAVE_RPS_INSIDE
#include <net/rps.h>
#endif
#ifdef TUN_ALT_HAVE_STAT_OPS
#include <net/netdev_queues.h>
#endif

/* Whether the stack hands on, and takes, segments inside a UDP tunnel that a header describes. */
#ifdef VIRTIO_NET_HDR_GSO_UDP_TUNNEL
#define TUN_ALT_CARRIES_TUNNELS		true
#else
#define TUN_ALT_CARRIES_TUNNELS		false
#endif

/* kmalloc_obj() and friends: the spelling that the newest checkpatch asks for. */
#ifndef kzalloc_obj
#define kzalloc_obj(p, gfp)		kzalloc(sizeof(p), gfp)
#endif
#ifndef kmalloc_obj
#define kmalloc_obj(p, gfp)		kmalloc(sizeof(p), gfp)
#endif
#ifndef kvzalloc_obj
#define kvzalloc_obj(p, gfp)		kvzalloc(sizeof(p), gfp)
#endif
#ifndef kvmalloc_objs
#define kvmalloc_objs(p, count, gfp)	kvmalloc_array(count, sizeof(p), gfp)
#endif

/**
 * tun_alt_set_lltx() - say that a device's transmit path brings its own locking
 * @dev: a device that is not registered yet
 *
 * Context: Process context, before register_netdevice().
 */
static inline void tun_alt_set_lltx(struct net_device *dev)
{
#ifdef TUN_ALT_HAVE_LLTX_BIT
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/**
 * tun_alt_set_xdp_features() - say what XDP a device has: all but zero copy and frames in pieces
 * @dev: a device that is not registered yet
 *
 * Context: Process context, before register_netdevice().
 */
static inline void tun_alt_set_xdp_features(struct net_device *dev)
{
#ifdef TUN_ALT_HAVE_XDP_FEATURES
	dev->xdp_features = NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
			    NETDEV_XDP_ACT_NDO_XMIT;
#endif
}

#ifndef TUN_ALT_HAVE_STAT_OPS
/* As much of the core's structures as we fill, for kernels that have none and never ask. */
struct netdev_queue_stats_rx {
	u64 bytes;
	u64 packets;
	u64 alloc_fail;
	u64 hw_drops;
};

struct netdev_queue_stats_tx {
	u64 bytes;
	u64 packets;
	u64 hw_drops;
	u64 stop;
	u64 wake;
};

struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *dev, int index,
				   struct netdev_queue_stats_rx *stats);
	void (*get_queue_stats_tx)(struct net_device *dev, int index,
				   struct netdev_queue_stats_tx *stats);
	void (*get_base_stats)(struct net_device *dev, struct netdev_queue_stats_rx *received,
			       struct netdev_queue_stats_tx *xmitted);
};
#endif

/**
 * tun_alt_set_stat_ops() - say who knows the counters of a device's queues
 * @dev: a device that is not registered yet
 * @ops: the functions that know them
 *
 * Context: Process context, before register_netdevice().
 */
static inline void tun_alt_set_stat_ops(struct net_device *dev, const struct netdev_stat_ops *ops)
{
#ifdef TUN_ALT_HAVE_STAT_OPS
	dev->stat_ops = ops;
#endif
}

/**
 * tun_alt_dump_attrs() - the attributes that a dump was asked for with
 * @cb: the dump, of generic netlink and with a policy
 *
 * Context: In the dump.
 * Return: the attributes by number, NULL where there was none.
 */
static inline struct nlattr **tun_alt_dump_attrs(struct netlink_callback *cb)
{
#ifdef TUN_ALT_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/**
 * struct tun_alt_device_cursor - a place among the devices of a network namespace, all 0 at first
 * @at: the index of a device, or the bucket that it is in
 * @within: likewise its index, in a bucket
 */
struct tun_alt_device_cursor {
	unsigned long at;
	unsigned long within;
};

/**
 * tun_alt_device_at() - the device at a place, or the first behind it
 * @net: the network namespace
 * @cursor: the place, moved to that device
 *
 * Context: RTNL held.
 * Return: the device, or NULL if there is none.
 */
static inline struct net_device *tun_alt_device_at(struct net *net,
						   struct tun_alt_device_cursor *cursor)
{
#ifdef TUN_ALT_HAVE_DEV_BY_INDEX
	return xa_find(&net->dev_by_index, &cursor->at, ULONG_MAX, XA_PRESENT);
#else
	struct net_device *dev, *least = NULL;

	/* By index within a bucket: what comes and goes moves nobody. */
	for (; !least && cursor->at < NETDEV_HASHENTRIES; cursor->at++) {
		hlist_for_each_entry(dev, &net->dev_index_head[cursor->at], index_hlist)
			if (dev->ifindex >= cursor->within &&
			    (!least || dev->ifindex < least->ifindex))
				least = dev;
		cursor->within = 0;
	}
	if (least) {
		cursor->at--;
		cursor->within = least->ifindex;
	}
	return least;
#endif
}

/**
 * tun_alt_device_next() - go on behind a device
 * @cursor: its place, as tun_alt_device_at() left it
 *
 * Context: Any.
 */
static inline void tun_alt_device_next(struct tun_alt_device_cursor *cursor)
{
#ifdef TUN_ALT_HAVE_DEV_BY_INDEX
	cursor->at++;
#else
	cursor->within++;
#endif
}

/**
 * tun_alt_is_registered() - whether the stack has a device, and it is not about to leave
 * @dev: the device
 *
 * Context: Any; the answer may be old without RTNL.
 * Return: true if so.
 */
static inline bool tun_alt_is_registered(const struct net_device *dev)
{
#ifdef TUN_ALT_HAVE_REG_STATE_BITS
	/* A byte of its own, in which no neighbour lies: the compiler reads it whole. */
	return dev->reg_state == NETREG_REGISTERED;
#else
	return READ_ONCE(dev->reg_state) == NETREG_REGISTERED;
#endif
}

/**
 * tun_alt_change_vm_flags() - change the flags of a mapping that is being made
 * @vma: the mapping
 * @set: those to set
 * @clear: those to clear
 *
 * Context: Process context, mmap_lock is held for writing.
 */
static inline void tun_alt_change_vm_flags(struct vm_area_struct *vma, unsigned long set,
					   unsigned long clear)
{
#ifdef TUN_ALT_HAVE_VM_FLAGS_MOD
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/**
 * struct tun_alt_bpf_context - what an XDP program needs around it, on the stack
 * @room: the context's memory
 * @set: the context that was set, NULL if the task had one
 */
struct tun_alt_bpf_context {
#ifdef TUN_ALT_HAVE_BPF_NET_CONTEXT
	struct bpf_net_context room;
	struct bpf_net_context *set;
#endif
};

/**
 * tun_alt_bpf_enter() - before an XDP program runs
 * @context: to be given to tun_alt_bpf_leave() once its verdict was carried out
 *
 * Context: Softirqs off.
 */
static inline void tun_alt_bpf_enter(struct tun_alt_bpf_context *context)
{
#ifdef TUN_ALT_HAVE_BPF_NET_CONTEXT
	context->set = bpf_net_ctx_set(&context->room);
#endif
}

/**
 * tun_alt_bpf_leave() - after the verdict of an XDP program was carried out
 * @context: that of tun_alt_bpf_enter()
 *
 * Context: Softirqs off.
 */
static inline void tun_alt_bpf_leave(struct tun_alt_bpf_context *context)
{
#ifdef TUN_ALT_HAVE_BPF_NET_CONTEXT
	bpf_net_ctx_clear(context->set);
#endif
}

/**
 * tun_alt_ubuf_complete() - tell who lent memory for a packet that it is no longer in use
 * @ubuf: who
 * @skb: the packet, or NULL if it never held the memory
 * @sent: whether the memory was used where it is, and not copied
 *
 * Context: Any.
 */
static inline void tun_alt_ubuf_complete(struct ubuf_info *ubuf, struct sk_buff *skb, bool sent)
{
#ifdef TUN_ALT_HAVE_UBUF_OPS
	ubuf->ops->complete(skb, ubuf, sent);
#else
	ubuf->callback(skb, ubuf, sent);
#endif
}

/**
 * tun_alt_prepare_owner() - make room for the owner of a file's SIGIO
 * @file: the file that asked for FASYNC
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOMEM.
 */
static inline int tun_alt_prepare_owner(struct file *file)
{
#ifdef TUN_ALT_HAVE_F_OWNER_ALLOCATE
	return file_f_owner_allocate(file);
#else
	return 0;
#endif
}

/**
 * tun_alt_set_mac() - change a device's hardware address on behalf of a user
 * @dev: the device
 * @address: family and address, with zeros behind what the family uses
 *
 * Context: Process context, RTNL held; takes the core's address semaphore.
 * Return: 0, or what the core or a notifier says: -EOPNOTSUPP without an address, -EINVAL for
 * another family, -EADDRNOTAVAIL for an address that no station may have.
 */
static inline int tun_alt_set_mac(struct net_device *dev, struct sockaddr_storage *address)
{
#ifdef TUN_ALT_HAVE_MAC_SOCKADDR_STORAGE
	return dev_set_mac_address_user(dev, address, NULL);
#else
	return dev_set_mac_address_user(dev, (struct sockaddr *)address, NULL);
#endif
}

#endif /* TUN_ALT_COMPAT_H */
