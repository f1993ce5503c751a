// SPDX-License-Identifier: GPL-2.0
/* Network namespaces by name, path or process. */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_process(const char *pid)
{
	char path[64];

	if (strspn(pid, "0123456789") != strlen(pid) || strlen(pid) > 10) {
		errno = ENOENT;
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/%s/ns/net", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int netns_open(const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && !strchr(name, '/'))
		fd = open_process(name);
	if (fd >= 0)
		return fd;
	ui_error("cannot open network namespace \"%s\": %s", name, strerror(errno));
	if (errno == ENOENT && !strchr(name, '/'))
		ui_hint("`ip netns list` shows the names, `ip netns add %s` makes it", name);
	return -1;
}

static enum ui_exit refuse(const char *name)
{
	int error = errno;

	ui_error("cannot enter network namespace \"%s\": %s", name, strerror(error));
	if (error == EPERM)
		ui_hint("that needs CAP_SYS_ADMIN here and in the namespace: run as root");
	else if (error == EINVAL)
		ui_hint("the file is not a network namespace");
	return UI_KERNEL;
}

enum ui_exit netns_enter(const char *name, int *home)
{
	enum ui_exit ret = UI_OK;
	int fd;

	if (home)
		*home = -1;
	if (!name)
		return UI_OK;
	fd = netns_open(name);
	if (fd < 0)
		return UI_KERNEL;
	if (home) {
		*home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		if (*home < 0) {
			ui_error("cannot open /proc/self/ns/net: %s", strerror(errno));
			close(fd);
			return UI_KERNEL;
		}
	}
	if (setns(fd, CLONE_NEWNET)) {
		ret = refuse(name);
		if (home) {
			close(*home);
			*home = -1;
		}
	}
	close(fd);
	return ret;
}

void netns_leave(int home)
{
	if (home < 0)
		return;
	if (setns(home, CLONE_NEWNET)) {
		/* To go on in the wrong namespace would do damage. */
		ui_error("cannot come back to the network namespace of the start: %s",
			 strerror(errno));
		exit(UI_KERNEL);
	}
	close(home);
}
