/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device of the node under test in a network namespace of its own, ready to
 * carry packets. The data path and lifetime tests start from here.
 */
#ifndef SELFTESTS_TUN_DEV_H
#define SELFTESTS_TUN_DEV_H

#include <sched.h>

#include "net_test.h"
#include "tun_test.h"

/**
 * struct tun_dev - a device and the descriptor of its first queue
 * @fd: the descriptor
 * @name: the name that TUNSETIFF gave
 */
struct tun_dev {
	int fd;
	char name[IFNAMSIZ];
};

/* A fresh and silent netns for this process; 0 or -errno */
static inline int tun_dev_netns(void)
{
	if (unshare(CLONE_NEWNET))
		return -errno;
	return net_quiet();
}

/* TUNSETIFF of @dev->name (empty: the kernel chooses) on an open descriptor; 0 or -errno */
static inline int tun_dev_attach(int fd, char *name, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr))
		return -errno;
	snprintf(name, IFNAMSIZ, "%s", ifr.ifr_name);
	return 0;
}

/* TUNSETQUEUE with IFF_ATTACH_QUEUE or IFF_DETACH_QUEUE; 0 or -errno */
static inline int tun_dev_set_queue(int fd, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	return tun_ioctl(fd, TUNSETQUEUE, (unsigned long)&ifr);
}

/* One more descriptor on the device @name; fd or -errno */
static inline int tun_dev_queue(char *name, int flags, int open_flags)
{
	int fd = open(tun_node(), O_RDWR | O_CLOEXEC | open_flags);
	int ret;

	if (fd < 0)
		return -errno;
	ret = tun_dev_attach(fd, name, flags);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* Creates a device and sets it up; 0 or -errno */
static inline int tun_dev_create(struct tun_dev *dev, int flags, int open_flags)
{
	dev->name[0] = 0;
	dev->fd = tun_dev_queue(dev->name, flags, open_flags);
	if (dev->fd < 0)
		return dev->fd;
	return net_up(dev->name);
}

/* Netns and device in one step, what most fixtures want; 0 or -errno */
static inline int tun_dev_setup(struct tun_dev *dev, int flags, int open_flags)
{
	int ret = tun_dev_netns();

	return ret ? ret : tun_dev_create(dev, flags, open_flags);
}

/* Reads until the descriptor is empty; the number of packets that came out */
static inline int tun_dev_drain(int fd)
{
	char room[2048];
	int n = 0;

	while (net_poll(fd, POLLIN, 0) & POLLIN) {
		if (read(fd, room, sizeof(room)) < 0)
			break;
		n++;
	}
	return n;
}

/* Reads one packet, waiting for it; its length, or -errno (-ETIMEDOUT: none came) */
static inline ssize_t tun_dev_read(int fd, void *data, size_t len)
{
	ssize_t ret;

	if (!(net_poll(fd, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	ret = read(fd, data, len);
	return ret < 0 ? -errno : ret;
}

#endif
