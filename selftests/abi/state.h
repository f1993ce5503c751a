/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of a descriptor that an ioctl has to tell apart. Each helper gives a
 * descriptor in that state, or -errno; all of them need a netns of the test's own.
 */
#ifndef SELFTESTS_ABI_STATE_H
#define SELFTESTS_ABI_STATE_H

#include "tun_dev.h"

#define STATE_QUEUES (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)

/* Attached to a new device with @flags, which is down; @name gets its name */
static inline int state_attached(char *name, int flags)
{
	name[0] = 0;
	return tun_dev_queue(name, flags, O_NONBLOCK);
}

/* The only queue of a new device, disabled */
static inline int state_disabled(char *name)
{
	int fd = state_attached(name, STATE_QUEUES);
	int ret;

	if (fd < 0)
		return fd;
	ret = tun_dev_set_queue(fd, IFF_DETACH_QUEUE);
	return ret ? ret : fd;
}

/* Its device was deleted */
static inline int state_deleted(void)
{
	char name[IFNAMSIZ];
	int fd = state_attached(name, IFF_TUN | IFF_NO_PI);
	int ret;

	if (fd < 0)
		return fd;
	ret = net_dellink(name);
	return ret ? ret : fd;
}

#endif /* SELFTESTS_ABI_STATE_H */
