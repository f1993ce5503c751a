/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TUNSETIFF and its family on plain descriptors, answers as 0 or -errno, and what
 * the rest of the kernel shows of a device.
 */
#ifndef SELFTESTS_ABI_IFF_H
#define SELFTESTS_ABI_IFF_H

#include <sys/mman.h>
#include <sys/mount.h>

#include <linux/ethtool.h>

#include "tun_dev.h"

/* Bits of ifr_flags that no kernel up to now gives a meaning */
#define IFF_UNASSIGNED 0x000c

/* Not in every kernel's header */
#ifndef IFF_NO_CARRIER
#define IFF_NO_CARRIER 0x0040
#endif

/* TUNSETIFF; the name that came back is not looked at */
static inline int iff_set(int fd, const char *name, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	return tun_ioctl(fd, TUNSETIFF, (unsigned long)&ifr);
}

/* A new descriptor, attached to @name with @flags; it or -errno */
static inline int iff_open(const char *name, int flags)
{
	int fd = tun_open(O_NONBLOCK);
	int ret;

	if (fd < 0)
		return fd;
	ret = iff_set(fd, name, flags);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* The flags that TUNGETIFF shows, or -errno */
static inline int iff_get_flags(int fd)
{
	struct ifreq ifr;
	int ret = tun_ioctl(fd, TUNGETIFF, (unsigned long)&ifr);

	return ret ? ret : (unsigned short)ifr.ifr_flags;
}

static inline int iff_set_ifindex(int fd, int ifindex)
{
	return tun_ioctl(fd, TUNSETIFINDEX, (unsigned long)&ifindex);
}

/* An ifreq that can be read and not written to; NULL if there is no memory */
static inline struct ifreq *iff_read_only(const char *name, int flags)
{
	struct ifreq *ifr = mmap(NULL, sizeof(*ifr), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (ifr == MAP_FAILED)
		return NULL;
	snprintf(ifr->ifr_name, IFNAMSIZ, "%s", name);
	ifr->ifr_flags = flags;
	mprotect(ifr, sizeof(*ifr), PROT_READ);
	return ifr;
}

/* Whether @name, which is up, has carrier; or -errno */
static inline int iff_carrier(const char *name)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	struct ifreq ifr = { .ifr_data = (char *)&value };
	int ret = net_ifreq(name, SIOCETHTOOL, &ifr);

	return ret ? ret : (int)value.data;
}

/* /sys of this network namespace, seen by this process only; 0 or -errno */
static inline int iff_sysfs(void)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -errno;
	return 0;
}

/* The number in a file of the device's sysfs directory, after iff_sysfs(); or -errno */
static inline long long iff_sysfs_number(const char *name, const char *file)
{
	char path[128], text[32] = "";
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	return len < 0 ? -EIO : strtoll(text, NULL, 0);
}

/* Writes such a file; 0 or -errno */
static inline int iff_put(const char *name, const char *file, const char *text)
{
	char path[128];
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ret = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

#endif /* SELFTESTS_ABI_IFF_H */
