/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between the kernels that tun-alt is built for, and the only file that knows one.
 * Probed shapes come from features.mk as TUN_ALT_HAVE_x, macros are tested by their own name, and a
 * fallback carries a name of ours.
 */
#ifndef TUN_ALT_COMPAT_H
#define TUN_ALT_COMPAT_H

#include <linux/fs.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <uapi/linux/virtio_net.h>

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
