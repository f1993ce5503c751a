// SPDX-License-Identifier: GPL-2.0
/* The driver's device node: open, create, attach. */
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conf.h"
#include "holder.h"
#include "kernel.h"
#include "link.h"

/**
 * struct advice - what to do about an errno
 * @error: the errno; 0 ends the table
 * @text: what to do
 */
struct advice {
	int error;
	const char *text;
};

static const struct advice open_advice[] = {
	{ ENOENT, "load the driver: modprobe " CONF_MODULE },
	{ ENXIO, "no driver stands behind the node: modprobe " CONF_MODULE },
	{ ENODEV, "no driver stands behind the node: modprobe " CONF_MODULE },
	{ EPERM, "the device cgroup of this container or unit forbids it: see `tun-alt doctor`" },
	{ EACCES, "its mode or a security module forbids it: see `tun-alt doctor`" },
	{ 0, "see `tun-alt doctor`" },
};

static const struct advice create_advice[] = {
	{ EPERM, "needs CAP_NET_ADMIN in the user namespace of this network namespace: use sudo" },
	{ EBUSY, "it exists: `tun-alt show` lists ours, `ip link` all; vpn%d finds a free name" },
	{ ENFILE, "each name of this template is taken" },
	{ EINVAL, "the driver takes neither this name nor these options" },
	{ 0, NULL },
};

static const struct advice attach_advice[] = {
	{ EPERM, "only its user and group, or CAP_NET_ADMIN, may attach: use sudo" },
	{ E2BIG, "all its queues are in use" },
	{ EINVAL, "it changed meanwhile: try again" },
	{ 0, NULL },
};

static void advise(const struct advice *advice, int error)
{
	while (advice->error && advice->error != error)
		advice++;
	if (advice->text)
		ui_hint("%s", advice->text);
}

const char *node_reason(int fd, int error)
{
	static struct tun_alt_error told;

	told.size = sizeof(told);
	/* Older drivers, and in-tree's, have no such call. */
	if (ioctl(fd, TUN_ALT_GET_ERROR, &told) || told.error != (unsigned int)error)
		return strerror(error);
	return told.text;
}

void node_hint_open(int error)
{
	advise(open_advice, error);
}

int node_open(void)
{
	int fd = open(CONF_NODE, O_RDWR | O_CLOEXEC);
	int error = errno;

	if (fd >= 0)
		return fd;
	ui_error("cannot open %s: %s", CONF_NODE, strerror(error));
	node_hint_open(error);
	return -1;
}

/* Words of the command line and the feature bit that each needs. */
static const struct {
	int flag;
	const char *word;
} features[] = {
	{ IFF_TUN, "mode tun" },
	{ IFF_TAP, "mode tap" },
	{ IFF_ONE_QUEUE, "one_queue" },
	{ IFF_VNET_HDR, "vnet_hdr" },
	{ IFF_MULTI_QUEUE, "multi_queue" },
	{ IFF_NO_CARRIER, "carrier off" },
};

enum ui_exit node_check_flags(int fd, int flags)
{
	unsigned int offered = 0;

	if (ioctl(fd, TUNGETFEATURES, &offered)) {
		ui_error("%s does not answer TUNGETFEATURES: %s", CONF_NODE, strerror(errno));
		ui_hint("it is not this driver's node: see `tun-alt doctor`");
		return UI_KERNEL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		if (!(flags & features[i].flag) || (offered & features[i].flag))
			continue;
		ui_error("this version of the driver cannot do \"%s\"", features[i].word);
		ui_hint("TUNGETFEATURES says 0x%x, without 0x%x: leave the word out", offered,
			features[i].flag);
		return UI_KERNEL;
	}
	return UI_OK;
}

static int set_iff(int fd, const char *name, int flags, struct ifreq *ifr)
{
	memset(ifr, 0, sizeof(*ifr));
	ifr->ifr_flags = flags;
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	return ioctl(fd, TUNSETIFF, ifr) ? errno : 0;
}

enum ui_exit node_create(int fd, char *name, int flags)
{
	struct ifreq ifr;
	int error;

	/* Without EXCL a device of that name would be attached to, and then removed by an error. */
	error = set_iff(fd, name, flags | IFF_TUN_EXCL, &ifr);
	if (!error) {
		snprintf(name, IFNAMSIZ, "%.*s", IFNAMSIZ - 1, ifr.ifr_name);
		return UI_OK;
	}
	ui_error("cannot make device \"%s\": %s", name, node_reason(fd, error));
	advise(create_advice, error);
	return UI_KERNEL;
}

static void explain_busy(const char *name)
{
	struct holder holder;

	if (holder_find(name, &holder, 1) > 0)
		ui_hint("%s (process %d) holds it: stop that first", holder.comm, holder.pid);
	else
		ui_hint("a program holds it and it has one queue: stop that program first");
}

/* The first program that attaches sets these for the device: give back what it has. */
static int flags_of(const struct link *link)
{
	int flags = link->mode | IFF_NO_CARRIER;

	if (!link->pi)
		flags |= IFF_NO_PI;
	if (link->vnet_hdr)
		flags |= IFF_VNET_HDR;
	if (link->multi_queue)
		flags |= IFF_MULTI_QUEUE;
	return flags;
}

enum ui_exit node_attach(int fd, const struct link *link)
{
	struct ifreq ifr;
	int error;

	error = set_iff(fd, link->name, flags_of(link), &ifr);
	if (error) {
		ui_error("cannot attach to \"%s\": %s", link->name, node_reason(fd, error));
		if (error == EBUSY)
			explain_busy(link->name);
		else
			advise(attach_advice, error);
		return UI_KERNEL;
	}
	if (!link->multi_queue)
		return UI_OK;
	/* Nobody reads this queue: park it, so that no packet is steered into it. */
	ifr.ifr_flags = IFF_DETACH_QUEUE;
	if (!ioctl(fd, TUNSETQUEUE, &ifr))
		return UI_OK;
	ui_error("cannot park the queue on \"%s\": %s", link->name, node_reason(fd, errno));
	return UI_KERNEL;
}

enum ui_exit node_ioctl(int fd, unsigned long request, unsigned long value, const char *what)
{
	int error;

	if (!ioctl(fd, request, value))
		return UI_OK;
	error = errno;
	ui_error("cannot %s: %s", what, node_reason(fd, error));
	if (error == EINVAL && request != TUNSETPERSIST)
		ui_hint("the user namespace here does not know this number");
	return UI_KERNEL;
}
