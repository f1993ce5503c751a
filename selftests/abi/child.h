/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A child with other rights. Descriptors are opened before, so that only the ioctl
 * is judged and never the mode of the node.
 */
#ifndef SELFTESTS_ABI_CHILD_H
#define SELFTESTS_ABI_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "iff.h"

/* What a child answers when its rights could not be set */
#define CHILD_NOT_SET_UP (-EOWNERDEAD)

/**
 * struct child_rights - who the child is
 * @uid: real, effective and saved user
 * @gid: real, effective and saved group
 * @extra: the only supplementary group, 0 for none
 * @cap: whether it keeps CAP_NET_ADMIN; no other capability in any case
 */
struct child_rights {
	uid_t uid;
	gid_t gid;
	gid_t extra;
	bool cap;
};

static inline int child_set_caps(bool net_admin)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	if (net_admin)
		data[0].permitted = 1U << CAP_NET_ADMIN;
	data[0].effective = data[0].permitted;
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

static inline int child_become(const struct child_rights *rights)
{
	if (setgroups(rights->extra ? 1 : 0, &rights->extra) ||
	    setresgid(rights->gid, rights->gid, rights->gid) ||
	    prctl(PR_SET_KEEPCAPS, 1) ||
	    setresuid(rights->uid, rights->uid, rights->uid))
		return -errno;
	return child_set_caps(rights->cap);
}

/* Runs @fn in a child; what it returned, which is 0 or -errno */
static inline int child_run(int (*fn)(void *arg), void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(-fn(arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return CHILD_NOT_SET_UP;
	return -WEXITSTATUS(status);
}

/* One ioctl() to be done by a child */
struct child_ioctl {
	const struct child_rights *rights;
	int fd;
	unsigned long cmd;
	unsigned long arg;
};

static inline int child_ioctl_fn(void *arg)
{
	struct child_ioctl *call = arg;

	if (child_become(call->rights))
		return CHILD_NOT_SET_UP;
	return ioctl(call->fd, call->cmd, call->arg) < 0 ? -errno : 0;
}

/* What ioctl() answers to somebody with @rights: 0 or -errno */
static inline int child_ioctl(const struct child_rights *rights, int fd, unsigned long cmd,
			      unsigned long arg)
{
	struct child_ioctl call = { rights, fd, cmd, arg };

	return child_run(child_ioctl_fn, &call);
}

/* What TUNSETIFF of @name answers to somebody with @rights on a new descriptor of ours */
static inline int child_set_iff(const struct child_rights *rights, const char *name, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };
	int fd = tun_open(O_NONBLOCK);
	int ret;

	if (fd < 0)
		return fd;
	snprintf(ifr.ifr_name, IFNAMSIZ, "%s", name);
	ret = child_ioctl(rights, fd, TUNSETIFF, (unsigned long)&ifr);
	close(fd);
	return ret;
}

static inline int child_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = write(fd, text, strlen(text));
	close(fd);
	return len < 0 ? -EIO : 0;
}

/* A user namespace that knows one user and one group: @id there is who we are here */
static inline int child_userns(int id, int flags)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];
	int ret;

	if (unshare(CLONE_NEWUSER | flags))
		return -errno;
	snprintf(map, sizeof(map), "%d %u 1", id, uid);
	ret = child_write("/proc/self/uid_map", map);
	if (ret)
		return ret;
	ret = child_write("/proc/self/setgroups", "deny");
	if (ret)
		return ret;
	snprintf(map, sizeof(map), "%d %u 1", id, gid);
	return child_write("/proc/self/gid_map", map);
}

#endif /* SELFTESTS_ABI_CHILD_H */
