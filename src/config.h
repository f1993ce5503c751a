/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a call reads of its queue's device, once, at its top. All of it is inline: it is in the way
 * of each packet.
 */
#ifndef TUN_ALT_CONFIG_H
#define TUN_ALT_CONFIG_H

#include "device.h"
#include "queue.h"

/**
 * struct tun_alt_config - what a packet has to know of its device, as one value
 * @flags: %IFF_TUN or %IFF_TAP, and %IFF_NO_PI
 * @offload: features that the program allowed; for tun_alt_offload_fit()
 * @vnet: what the virtio-net headers look like
 * @headroom: room to leave before the frame of a written packet, in bytes
 * @xdp: whether a program judges written frames: a frame that fits gets a page of its own
 * @delivery: how the queue's packets get to the stack
 * @attachment: what to ask tun_alt_queue_dev() and tun_alt_queue_still() with
 *
 * Read once at the top of a call and handed down, so that a flag that an ioctl changes meanwhile
 * is not seen twice with two values. A call holds no reference on the device while it sleeps or
 * touches user memory: it has this, and looks again.
 */
struct tun_alt_config {
	u32 flags;
	netdev_features_t offload;
	struct tun_alt_vnet_shape vnet;
	u32 headroom;
	bool xdp;
	enum tun_alt_delivery delivery;
	u32 attachment;
};

/**
 * tun_alt_queue_config() - begin a call: what the queue's device is set to
 * @q: the queue
 * @config: gets it
 *
 * With preemption off instead of an RCU read lock, which is two calls on some kernels.
 *
 * Context: Any.
 * Return: false while the queue is unattached.
 */
static inline bool tun_alt_queue_config(struct tun_alt_queue *q, struct tun_alt_config *config)
{
	const struct tun_alt_dev *tun;

	rcu_read_lock_sched();
	config->attachment = tun_alt_queue_attachment(q);
	tun = tun_alt_queue_dev(q, config->attachment);
	if (tun) {
		config->flags = READ_ONCE(tun->flags);
		config->vnet = tun_alt_dev_vnet_shape(tun);
		config->offload = READ_ONCE(tun->offload);
		config->headroom = READ_ONCE(tun->headroom);
		config->xdp = rcu_access_pointer(tun->xdp);
		config->delivery = READ_ONCE(q->delivery);
	}
	rcu_read_unlock_sched();
	return tun;
}

#endif /* TUN_ALT_CONFIG_H */
