/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network device: what it is set to, who may use it, how long it lives.
 *
 * Letters that say what excludes whom from a field:
 *
 * I:  set before the device is registered, read-only afterwards.
 * R:  RTNL.
 * RR: RTNL for writes, RCU for reads.
 * RO: RTNL and WRITE_ONCE() for writes, READ_ONCE() for reads.
 * A:  atomic.
 */
#ifndef TUN_ALT_DEVICE_H
#define TUN_ALT_DEVICE_H

#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/uidgid.h>
#include <linux/virtio_byteorder.h>

#include "count.h"
#include "napi.h"
#include "program.h"
#include "vnet.h"

struct bpf_prog;
struct tun_alt_filter;
struct tun_alt_flow_table;
struct tun_alt_queue;
struct tun_alt_refusal;

/* IFF_BACKPRESSURE, which headers before Linux 7.3 do not have. */
#define TUN_ALT_IFF_BACKPRESSURE	0x0080

/* Flags of TUNSETIFF that a device keeps, and TUNGETFEATURES of this build. */
#define TUN_ALT_KEPT_FLAGS	(IFF_NO_PI | IFF_ONE_QUEUE | IFF_MULTI_QUEUE | IFF_VNET_HDR | \
				 IFF_NAPI | IFF_NAPI_FRAGS | TUN_ALT_IFF_BACKPRESSURE)
#define TUN_ALT_FEATURES	(IFF_TUN | IFF_TAP | IFF_NO_CARRIER | TUN_ALT_KEPT_FLAGS)

/* What TUNGETIFF, netlink and sysfs show of a device's flags. */
#define TUN_ALT_SHOWN_FLAGS	(TUN_ALT_KEPT_FLAGS | IFF_PERSIST | IFF_TUN | IFF_TAP)

/* Locks of a device for what its XDP program redirects: queue numbers take them in turn. */
#define TUN_ALT_REDIRECT_LOCKS	8

/**
 * enum tun_alt_vnet_order - in which byte order virtio-net headers are
 * @TUN_ALT_VNET_NATIVE: the processor's, or what TUNSETVNETBE says where there is such a thing
 * @TUN_ALT_VNET_BIG: big endian: TUNSETVNETBE
 * @TUN_ALT_VNET_LITTLE: little endian: TUNSETVNETLE, which goes over TUNSETVNETBE
 *
 * Bits, since each is set and asked for by itself.
 */
enum tun_alt_vnet_order {
	TUN_ALT_VNET_NATIVE	= 0,
	TUN_ALT_VNET_BIG	= BIT(0),
	TUN_ALT_VNET_LITTLE	= BIT(1),
};

/**
 * struct tun_alt_dev - private part of a TUN or TAP net_device
 * @dev: the device around it; I
 * @flags: %IFF_TUN or %IFF_TAP, what the first attach asked for, %IFF_PERSIST; RO
 * @headroom: room before a written frame, as a master device may ask for; RO
 * @vnet_hdr_size: bytes of a virtio-net header, whether the frames have one or not; RO
 * @vnet_order: byte order that the program asked for; RO
 * @offload: what TUNSETOFFLOAD allowed, as features; RO
 * @xdp: program that judges written frames, or NULL; RR
 * @redirect_lock: held with softirqs off while the core redirects a frame of a queue number, so
 *	that frames of one number go one by one; nothing of ours but a ring's lock is taken inside
 * @napi: whether a queue ever had a NAPI; R
 * @nr_queues: enabled queues, @queues[0] to @queues[@nr_queues - 1]; RO
 * @max_queues: size of @queues, 1 without %IFF_MULTI_QUEUE; I
 * @flows: which queue a flow was written to, NULL without %IFF_MULTI_QUEUE; I
 * @filter: addresses that the program wants frames for, NULL for all; RR
 * @classic: what packets have to pass on the way to a filtered queue, or NULL; RR
 * @ebpf: what packets have to pass on the way to any queue, or NULL; RR
 * @steering: what chooses a packet's queue in the place of @flows, or NULL; RR
 * @account: what it has counted; its own rules
 * @nr_disabled: queues in @disabled; RO
 * @disabled: queues that TUNSETQUEUE parked; R
 * @owner: who may attach, or INVALID_UID; RO
 * @group: whose members may attach, or INVALID_GID; RO
 * @sndbuf: send buffer of each queue, in bytes; R
 * @msg_enable: what TUNSETDEBUG and ethtool's msglvl set; RO
 * @rx_frames: packets that the stack may be handed at a time, ethtool -C rx-frames; RO
 * @fprog: what TUNATTACHFILTER was given last; R
 * @link: what ethtool shows as the link and lets be set; R
 * @security: blob of the security modules; I
 * @queues: enabled queues by index; RR
 */
struct tun_alt_dev {
	struct net_device *dev;
	u32 flags;
	u32 headroom;
	u32 vnet_hdr_size;
	enum tun_alt_vnet_order vnet_order;
	netdev_features_t offload;
	struct bpf_prog __rcu *xdp;
	spinlock_t redirect_lock[TUN_ALT_REDIRECT_LOCKS]; /* redirects; BH off, above a ring's */
	bool napi;
	u16 nr_queues;
	u16 max_queues;
	struct tun_alt_flow_table *flows;
	struct tun_alt_filter __rcu *filter;
	struct tun_alt_program __rcu *classic;
	struct tun_alt_program __rcu *ebpf;
	struct tun_alt_program __rcu *steering;
	struct tun_alt_account account;

	u16 nr_disabled;
	struct list_head disabled;
	kuid_t owner;
	kgid_t group;
	int sndbuf;
	u32 msg_enable;
	u32 rx_frames;
	struct tun_alt_fprog fprog;
	struct ethtool_link_ksettings link;
	void *security;

	struct tun_alt_queue __rcu *queues[];
};

/**
 * tun_alt_dev_vnet_shape() - what the virtio-net headers of a device look like
 * @tun: the device
 *
 * Context: Any.
 * Return: size, 0 without %IFF_VNET_HDR, and byte order, of no matter then.
 */
static inline struct tun_alt_vnet_shape tun_alt_dev_vnet_shape(const struct tun_alt_dev *tun)
{
	enum tun_alt_vnet_order order;
	struct tun_alt_vnet_shape shape = { };

	if (!(READ_ONCE(tun->flags) & IFF_VNET_HDR))
		return shape;
	shape.size = READ_ONCE(tun->vnet_hdr_size);
	order = READ_ONCE(tun->vnet_order);
	if (order & TUN_ALT_VNET_LITTLE)
		shape.little_endian = true;
	else
		shape.little_endian = !(order & TUN_ALT_VNET_BIG) &&
				      virtio_legacy_is_little_endian();
	return shape;
}

int tun_alt_dev_set_iff(struct tun_alt_queue *q, struct ifreq *ifr, struct tun_alt_refusal *why);
void tun_alt_dev_get_iff(const struct tun_alt_dev *tun, struct ifreq *ifr);
bool tun_alt_dev_set_persist(struct tun_alt_dev *tun, bool persist);
void tun_alt_dev_set_classic(struct tun_alt_dev *tun, struct tun_alt_program *program);
void tun_alt_dev_uninit(struct tun_alt_dev *tun);
void tun_alt_dev_no_queue_left(struct tun_alt_dev *tun);

#endif /* TUN_ALT_DEVICE_H */
