/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the ABI tests: descriptors in each state that a call can find them in, other
 * users, and memory that can be read and not written.
 */
#ifndef SELFTESTS_ABI_H
#define SELFTESTS_ABI_H

#include <grp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "tun_dev.h"

/* A user and a group that own nothing */
#define ABI_NOBODY 65534

#define ABI_SINGLE (IFF_TUN | IFF_NO_PI)
#define ABI_MULTI (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)

/* One more descriptor on @name, which is created if need be; fd or -errno */
static inline int abi_attach(const char *name, int flags)
{
	char copy[IFNAMSIZ];

	snprintf(copy, sizeof(copy), "%s", name);
	return tun_dev_queue(copy, flags, O_NONBLOCK);
}

/* TUNSETIFF on an open descriptor; 0 or -errno */
static inline int abi_set_iff(int fd, const char *name, int flags)
{
	char copy[IFNAMSIZ];

	snprintf(copy, sizeof(copy), "%s", name);
	return tun_dev_attach(fd, copy, flags);
}

/* The flags of TUNGETIFF, or -errno */
static inline int abi_flags(int fd)
{
	struct ifreq ifr = {};
	int ret = tun_ioctl(fd, TUNGETIFF, (unsigned long)&ifr);

	return ret ? ret : (unsigned short)ifr.ifr_flags;
}

/* A descriptor whose device was deleted under it; fd or -errno */
static inline int abi_deleted(int flags)
{
	int fd = abi_attach("gone", flags);
	int ret;

	if (fd < 0)
		return fd;
	ret = net_dellink("gone");
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* A disabled queue of a device that has no other; fd or -errno */
static inline int abi_disabled(void)
{
	int fd = abi_attach("parked", ABI_MULTI);
	int ret;

	if (fd < 0)
		return fd;
	ret = tun_dev_set_queue(fd, IFF_DETACH_QUEUE);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

/* What @call gives in a child that has no capabilities: 0 or -errno; -ECHILD if it died */
static inline int abi_as(uid_t uid, gid_t gid, int (*call)(void *data), void *data)
{
	pid_t pid = fork();
	int status, ret;

	if (pid < 0)
		return -errno;
	if (!pid) {
		if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(255);
		ret = call(data);
		_exit(ret < 0 ? -ret : 0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -ECHILD;
	return -WEXITSTATUS(status);
}

static inline int abi_as_nobody(int (*call)(void *data), void *data)
{
	return abi_as(ABI_NOBODY, ABI_NOBODY, call, data);
}

/**
 * struct abi_call - an ioctl for abi_as() to make
 * @fd: the descriptor
 * @cmd: the number
 * @arg: its argument
 */
struct abi_call {
	int fd;
	unsigned long cmd;
	unsigned long arg;
};

static inline int abi_call(void *data)
{
	struct abi_call *call = data;

	return tun_ioctl(call->fd, call->cmd, call->arg);
}

/* A page with a copy of @data that the kernel can read and not write; NULL if there is none */
static inline void *abi_read_only(const void *data, size_t len)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	memcpy(page, data, len);
	return mprotect(page, 4096, PROT_READ) ? NULL : page;
}

#endif /* SELFTESTS_ABI_H */
