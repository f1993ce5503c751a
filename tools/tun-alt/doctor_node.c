// SPDX-License-Identifier: GPL-2.0
/* `doctor`: the node, and what the driver behind it lets this process do. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/nsfs.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "conf.h"
#include "kernel.h"
#include "node.h"

#define MISC_MAJOR	10

static int minor_of(const struct doctor *d)
{
	return d->misc_minor >= 0 ? d->misc_minor : CONF_MINOR;
}

void doctor_check_node(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];

	if (d->node_error == ENOENT && !d->loaded) {
		doctor_say(d, DOCTOR_FAIL, "node", "modprobe " CONF_MODULE,
			   "%s does not exist, as the driver is not loaded", CONF_NODE);
		return;
	}
	snprintf(fix, sizeof(fix), "mkdir -p /dev/net && mknod -m 0666 %s c %d %d", CONF_NODE,
		 MISC_MAJOR, minor_of(d));
	if (d->node_error == ENOENT && *d->container)
		snprintf(fix, sizeof(fix), "%s run --device %s ...", d->container, CONF_NODE);
	if (d->node_error) {
		doctor_say(d, DOCTOR_FAIL, "node", fix, "%s: %s", CONF_NODE,
			   strerror(d->node_error));
		return;
	}
	snprintf(fix, sizeof(fix), "rm %s && mknod -m 0666 %s c %d %d", CONF_NODE, CONF_NODE,
		 MISC_MAJOR, minor_of(d));
	if (!S_ISCHR(d->node.st_mode)) {
		doctor_say(d, DOCTOR_FAIL, "node", fix, "%s is not a device node", CONF_NODE);
		return;
	}
	if (d->node.st_rdev != makedev(MISC_MAJOR, minor_of(d))) {
		doctor_say(d, DOCTOR_FAIL, "node", fix,
			   "%s has the number %u:%u, which is not this driver's %d:%d", CONF_NODE,
			   major(d->node.st_rdev), minor(d->node.st_rdev), MISC_MAJOR,
			   minor_of(d));
		return;
	}
	doctor_say(d, DOCTOR_OK, "node", NULL, "%s exists and has the number %d:%d", CONF_NODE,
		   MISC_MAJOR, minor_of(d));
}

/* The mount point is the last directory upwards that is on the same device. */
static void remount_fix(char *fix, size_t size)
{
	char path[] = CONF_NODE;
	char point[] = CONF_NODE;
	struct stat below;
	struct stat above;
	char *slash;

	while ((slash = strrchr(path, '/')) && slash != path) {
		*slash = '\0';
		if (stat(path, &above) || stat(point, &below) || above.st_dev != below.st_dev)
			break;
		memcpy(point, path, sizeof(path));
	}
	snprintf(fix, size, "mount -o remount,dev %s", point);
}

static bool is_nodev(void)
{
	struct statvfs fs;

	return !statvfs(CONF_NODE, &fs) && (fs.f_flag & ST_NODEV);
}

void doctor_check_mode(struct doctor *d)
{
	unsigned int mode = d->node.st_mode & 07777;
	char fix[DOCTOR_FIX_MAX];

	if (d->node_error)
		return;
	if (is_nodev()) {
		remount_fix(fix, sizeof(fix));
		doctor_say(d, DOCTOR_FAIL, "mode", fix,
			   "%s is on a file system that is mounted nodev", CONF_NODE);
		return;
	}
	if (mode == 0666) {
		doctor_say(d, DOCTOR_OK, "mode", NULL, "0666: the driver decides who may do what");
		return;
	}
	doctor_say(d, access(CONF_NODE, R_OK | W_OK) ? DOCTOR_FAIL : DOCTOR_WARN, "mode",
		   "chmod 0666 " CONF_NODE, "%04o keeps ordinary users out: 0666 is safe", mode);
}

/* The command that lets this process's device cgroup have the node. */
static void cgroup_fix(const struct doctor *d, char *fix, size_t size)
{
	if (!strcmp(d->container, "docker") || !strcmp(d->container, "podman"))
		snprintf(fix, size, "%s run --device %s:%s ...", d->container, CONF_NODE,
			 CONF_TUN_NODE);
	else if (!strcmp(d->container, "lxc"))
		snprintf(fix, size, "lxc-device add -n NAME %s   # on the host", CONF_NODE);
	else if (*d->unit && !d->unit_asked)
		snprintf(fix, size, "systemctl set-property %s DeviceAllow='%s rw'", d->unit,
			 CONF_NODE);
	else
		snprintf(fix, size, "echo $$ > /sys/fs/cgroup/cgroup.procs");
}

/* EACCES has three causes; the first two have lines of their own, with the same command. */
static void say_no_access(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];

	if (is_nodev()) {
		remount_fix(fix, sizeof(fix));
		doctor_say(d, DOCTOR_FAIL, "open", fix, "the nodev mount forbids it (EACCES)");
	} else if (access(CONF_NODE, R_OK | W_OK)) {
		doctor_say(d, DOCTOR_FAIL, "open", "chmod 0666 " CONF_NODE,
			   "the mode forbids it (EACCES)");
	} else {
		doctor_say(d, DOCTOR_FAIL, "open", "journalctl -k -g denied",
			   "a security module forbids it (EACCES); its log says which rule");
	}
}

void doctor_check_open(struct doctor *d)
{
	char fix[DOCTOR_FIX_MAX];

	switch (d->open_error) {
	case 0:
		doctor_say(d, DOCTOR_OK, "open", NULL,
			   "the device cgroup and all else let %s be opened", CONF_NODE);
		break;
	case EPERM:
		cgroup_fix(d, fix, sizeof(fix));
		doctor_say(d, DOCTOR_FAIL, "open", fix,
			   "the device cgroup %s forbids c %u:%u (EPERM)", d->cgroup,
			   major(d->node.st_rdev), minor(d->node.st_rdev));
		break;
	case EACCES:
		say_no_access(d);
		break;
	case ENXIO:
	case ENODEV:
		doctor_say(d, DOCTOR_FAIL, "open", "modprobe " CONF_MODULE,
			   "no driver stands behind the node");
		break;
	case ENOENT:
		/* The line about the node says it. */
		break;
	default:
		doctor_say(d, DOCTOR_FAIL, "open",
			   "modprobe -r " CONF_MODULE " && modprobe " CONF_MODULE, "%s",
			   strerror(d->open_error));
	}
}

static bool has_net_admin(void)
{
	unsigned long long effective = 0;
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "CapEff:", 7))
			effective = strtoull(line + 7, NULL, 16);
	if (file)
		fclose(file);
	return effective & BIT_ULL(CAP_NET_ADMIN);
}

enum userns {
	USERNS_SAME,
	USERNS_BELOW,
	USERNS_ABOVE,
};

/* Where the user namespace that owns this network namespace is, seen from this process's own. */
static enum userns owner_of_netns(void)
{
	enum userns where = USERNS_SAME;
	struct stat owner;
	struct stat own;
	int net;
	int fd;

	net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (net < 0)
		return where;
	fd = ioctl(net, NS_GET_USERNS);
	if (fd < 0 && errno == EPERM)
		where = USERNS_ABOVE;
	if (fd >= 0 && !fstat(fd, &owner) && !stat("/proc/self/ns/user", &own) &&
	    owner.st_ino != own.st_ino)
		where = USERNS_BELOW;
	if (fd >= 0)
		close(fd);
	close(net);
	return where;
}

/* The command that gives this process, or this user, a device. */
static void capability_fix(const struct doctor *d, char *fix, size_t size)
{
	struct passwd *pw = getpwuid(geteuid());

	if (owner_of_netns() != USERNS_ABOVE && geteuid())
		snprintf(fix, size, "sudo tun-alt add dev vpn0 mode tun user %s",
			 pw ? pw->pw_name : "NAME");
	else if (owner_of_netns() != USERNS_ABOVE && *d->container)
		snprintf(fix, size, "%s run --cap-add NET_ADMIN ...", d->container);
	else
		snprintf(fix, size, "unshare --user --map-root-user --net -- COMMAND");
}

void doctor_check_capability(struct doctor *d)
{
	enum userns where = owner_of_netns();
	char fix[DOCTOR_FIX_MAX];

	capability_fix(d, fix, sizeof(fix));
	if (where == USERNS_ABOVE)
		doctor_say(d, DOCTOR_FAIL, "capability", fix,
			   "the network namespace belongs to a user namespace above this one");
	else if (has_net_admin())
		doctor_say(d, DOCTOR_OK, "capability", NULL,
			   "CAP_NET_ADMIN in the user namespace of the network namespace");
	else
		doctor_say(d, DOCTOR_FAIL, "capability", fix,
			   "no CAP_NET_ADMIN: only devices that are made for this user can be used");
}

void doctor_check_create(struct doctor *d)
{
	struct ifreq ifr = { .ifr_name = "tundoctor%d" };
	char fix[DOCTOR_FIX_MAX];
	int error;

	if (d->fd < 0) {
		doctor_say(d, DOCTOR_WARN, "create", NULL,
			   "not tried, as the node cannot be opened: see above");
		return;
	}
	/* Not persistent and without carrier: nobody has time to notice it. */
	ifr.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | IFF_NO_CARRIER | IFF_TUN_EXCL);
	if (!ioctl(d->fd, TUNSETIFF, &ifr)) {
		doctor_say(d, DOCTOR_OK, "create", NULL,
			   "a device (%s) could be made in this network namespace, and is gone again",
			   ifr.ifr_name);
		return;
	}
	error = errno;
	capability_fix(d, fix, sizeof(fix));
	doctor_say(d, DOCTOR_FAIL, "create", error == EPERM ? fix : "dmesg | grep " CONF_MODULE,
		   "the driver makes no device in this network namespace: %s",
		   node_reason(d->fd, error));
}
