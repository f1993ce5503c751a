// SPDX-License-Identifier: GPL-2.0
/* `run`: a private view of the file system, in which /dev/net/tun is the driver's node. */
#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "netns.h"

#define NET_DIR	"/dev/net"

static enum ui_exit refuse(const char *what, const char *path)
{
	ui_error("cannot %s %s: %s", what, path, strerror(errno));
	return UI_KERNEL;
}

static enum ui_exit write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = strlen(text);

	if (fd < 0)
		return refuse("open", path);
	if (write(fd, text, len) != len) {
		refuse("write", path);
		close(fd);
		return UI_KERNEL;
	}
	close(fd);
	return UI_OK;
}

static enum ui_exit map_self(const char *path, unsigned int id)
{
	char map[64];

	snprintf(map, sizeof(map), "%u %u 1\n", id, id);
	return write_file(path, map);
}

/* The kernel knows a device's owner by the number outside, and that stays the same. */
static enum ui_exit unshare_as_user(void)
{
	unsigned int uid = geteuid();
	unsigned int gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS)) {
		ui_error("cannot make a mount namespace: %s", strerror(errno));
		ui_hint("that needs CAP_SYS_ADMIN or user namespaces: use sudo");
		return UI_KERNEL;
	}
	if (write_file("/proc/self/setgroups", "deny\n") ||
	    map_self("/proc/self/uid_map", uid))
		return UI_KERNEL;
	return map_self("/proc/self/gid_map", gid);
}

enum ui_exit run_mount_private(void)
{
	if (unshare(CLONE_NEWNS)) {
		if (errno != EPERM)
			return refuse("unshare the view of", "/");
		if (unshare_as_user())
			return UI_KERNEL;
	}
	/* Mounts of the system still arrive here, but ours do not go there. */
	if (mount("", "/", NULL, MS_REC | MS_SLAVE, NULL))
		return refuse("make slave mounts of", "/");
	return UI_OK;
}

static enum ui_exit bind_over(const char *from, const char *to)
{
	if (mount(from, to, NULL, MS_BIND, NULL))
		return refuse("mount the node over", to);
	return UI_OK;
}

/* An empty file that something can be bound over. */
static enum ui_exit touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return refuse("make", path);
	close(fd);
	return UI_OK;
}

static enum ui_exit bring_back(int old, const char *name, const char *as)
{
	char from[PATH_MAX];
	char to[PATH_MAX];

	snprintf(from, sizeof(from), "/proc/self/fd/%d/%s", old, name);
	snprintf(to, sizeof(to), NET_DIR "/%s", as);
	return touch(to) ? UI_KERNEL : bind_over(from, to);
}

static enum ui_exit bring_back_all(int old)
{
	enum ui_exit ret = UI_OK;
	struct dirent *d;
	DIR *dir;
	int fd;

	fd = openat(old, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return refuse("read", NET_DIR);
	while (!ret && (d = readdir(dir)))
		if (d->d_type == DT_CHR)
			ret = bring_back(old, d->d_name, d->d_name);
	closedir(dir);
	return ret;
}

/*
 * There is no /dev/net/tun to mount over, and to make one would make it for the whole machine:
 * cover the directory with a private one that has the same nodes and this one more.
 */
static enum ui_exit mount_over_directory(void)
{
	int old = open(NET_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum ui_exit ret;

	if (old < 0)
		return refuse("open", NET_DIR);
	if (mount("tun-alt", NET_DIR, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k"))
		ret = refuse("mount a private", NET_DIR);
	else
		ret = bring_back_all(old);
	if (!ret)
		ret = bring_back(old, strrchr(CONF_NODE, '/') + 1, strrchr(CONF_TUN_NODE, '/') + 1);
	close(old);
	return ret;
}

enum ui_exit run_mount_node(void)
{
	struct stat st;

	if (!stat(CONF_TUN_NODE, &st))
		return bind_over(CONF_NODE, CONF_TUN_NODE);
	return mount_over_directory();
}

static void bind_etc(const char *name)
{
	char from[PATH_MAX];
	char to[PATH_MAX];
	struct dirent *d;
	DIR *dir;

	snprintf(from, sizeof(from), "/etc/netns/%s", name);
	dir = opendir(from);
	if (!dir)
		return;
	while ((d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		snprintf(from, sizeof(from), "/etc/netns/%s/%s", name, d->d_name);
		snprintf(to, sizeof(to), "/etc/%s", d->d_name);
		if (mount(from, to, NULL, MS_BIND, NULL))
			ui_warn("cannot mount %s over %s: %s", from, to, strerror(errno));
	}
	closedir(dir);
}

enum ui_exit run_mount_netns(const char *name)
{
	/* sysfs shows the namespace that it was mounted in, and `ip tuntap` reads it. */
	if (umount2("/sys", MNT_DETACH) && errno != EINVAL)
		return refuse("unmount", "/sys");
	if (mount("sysfs", "/sys", "sysfs", 0, NULL))
		return refuse("mount", "/sys");
	if (!strchr(name, '/'))
		bind_etc(name);
	return UI_OK;
}
