// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a handle.
 */
#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>

#define NODE_ALT "/dev/" TUN_ALT_NODE_NAME
#define NODE_TUN "/dev/net/tun"

#ifndef IFF_BACKPRESSURE
#define IFF_BACKPRESSURE 0x0080
#endif

#define STEP_WAYS "what carries frames"

/* The frame's place in the receiver's memory is aligned to 4 behind this one, not behind 10. */
#define VNET_SIZE 12

static const struct way *const ways[] = { &way_ring, &way_burst, &way_plain };

static int step(struct tunalt_config *config, const char *what)
{
	config->step = what;
	return 0;
}

/* A result that is an errno, for what was tried last */
static int told(int ret)
{
	return ret < 0 ? -errno : 0;
}

/* Other drivers, and older ones, have no words. */
static const char *reason_of(int fd, int error, struct tun_alt_error *told)
{
	unsigned int number = error < 0 ? -error : error;

	told->size = sizeof(*told);
	if (fd < 0 || ioctl(fd, TUN_ALT_GET_ERROR, told) || told->error != number)
		return strerror(number);
	return told->text;
}

/* What failed, of a configuration whose size is right: an ioctl of the driver's, or another step */
static int failed(struct tunalt_config *config, int fd, int error)
{
	struct tun_alt_error told;

	if (!error || !config || config->size != sizeof(*config))
		return error;
	if (strncmp(config->step, "TUN", 3) && strcmp(config->step, STEP_WAYS))
		fd = -1;
	snprintf(config->reason, sizeof(config->reason), "%s", reason_of(fd, error, &told));
	return error;
}

static bool is_ring_size(uint32_t bytes)
{
	return !bytes || (!(bytes & (bytes - 1)) && bytes >= TUN_ALT_RING_LEAST &&
			  bytes <= TUN_ALT_RING_MOST);
}

static int check(struct tunalt_config *config)
{
	const uint32_t all = TUNALT_HASH * 2 - 1;

	if (!config || config->size != sizeof(*config))
		return -EINVAL;
	step(config, "configuration");
	if (config->flags & ~all || config->ways & ~(TUNALT_RING | TUNALT_BURST | TUNALT_PLAIN) ||
	    config->reserved || config->lend_bytes % TUN_ALT_BUFFER_BYTES ||
	    config->lend_bytes > TUN_ALT_RING_MOST ||
	    !is_ring_size(config->read_bytes) || !is_ring_size(config->write_bytes) ||
	    (config->offloads && !(config->flags & TUNALT_VNET)) ||
	    (config->flags & TUNALT_MAC && !(config->flags & TUNALT_TAP)) ||
	    (config->name && strlen(config->name) >= IFNAMSIZ))
		return -EINVAL;
	return 0;
}

static int open_node(struct tunalt_config *config)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NONBLOCK;
	int fd;

	step(config, config->node ? config->node : NODE_ALT);
	fd = open(config->step, flags);
	if (fd < 0 && !config->node && (errno == ENOENT || errno == ENODEV)) {
		step(config, NODE_TUN);
		fd = open(NODE_TUN, flags);
	}
	return fd < 0 ? -errno : fd;
}

/* 0 of a driver that knows nothing of it */
static unsigned int features_of(int fd)
{
	struct tun_alt_caps caps = { .size = sizeof(caps) };

	return ioctl(fd, TUN_ALT_GET_CAPS, &caps) ? 0 : caps.features;
}

static int attach(int fd, struct tunalt_config *config, struct ifreq *ifr)
{
	const uint32_t flags = config->flags;
	unsigned int known = 0;

	ifr->ifr_flags = IFF_NO_PI | (flags & TUNALT_TAP ? IFF_TAP : IFF_TUN) |
			 (flags & TUNALT_VNET ? IFF_VNET_HDR : 0) |
			 (flags & TUNALT_MULTI_QUEUE ? IFF_MULTI_QUEUE : 0) |
			 (flags & TUNALT_EXCLUSIVE ? IFF_TUN_EXCL : 0);
	if (flags & TUNALT_BACKPRESSURE && !ioctl(fd, TUNGETFEATURES, &known))
		ifr->ifr_flags |= known & IFF_BACKPRESSURE;
	if (config->name)
		strcpy(ifr->ifr_name, config->name);
	step(config, "TUNSETIFF");
	return told(ioctl(fd, TUNSETIFF, ifr));
}

static int set_queues(int fd, struct tunalt_config *config)
{
	struct tun_alt_queues queues = { .size = sizeof(queues), .most = config->queues };

	if (!config->queues || !(features_of(fd) & TUN_ALT_CAP_QUEUES))
		return 0;
	step(config, "TUN_ALT_SET_QUEUES");
	return told(ioctl(fd, TUN_ALT_SET_QUEUES, &queues));
}

/* @before gets what it was, of a device that was there maybe. */
static int set_header(int fd, struct tunalt_config *config, int *before)
{
	int size = VNET_SIZE;

	if (!(config->flags & TUNALT_VNET))
		return 0;
	step(config, "TUNSETVNETHDRSZ");
	if (ioctl(fd, TUNGETVNETHDRSZ, before))
		return -errno;
	return *before == size ? 0 : told(ioctl(fd, TUNSETVNETHDRSZ, &size));
}

static void set_header_back(int fd, const struct tunalt_config *config, int before)
{
	if (config->flags & TUNALT_VNET && before && before != VNET_SIZE)
		ioctl(fd, TUNSETVNETHDRSZ, &before);
}

/* What a device that was there before keeps, even if what follows fails. */
static int set_rest(int fd, struct tunalt_config *config)
{
	int ret = 0;

	if (config->flags & TUNALT_VNET && !step(config, "TUNSETOFFLOAD"))
		ret = told(ioctl(fd, TUNSETOFFLOAD, config->offloads));
	if (!ret && config->flags & TUNALT_OWNER && !step(config, "TUNSETOWNER"))
		ret = told(ioctl(fd, TUNSETOWNER, config->owner));
	if (!ret && config->flags & TUNALT_GROUP && !step(config, "TUNSETGROUP"))
		ret = told(ioctl(fd, TUNSETGROUP, config->group));
	if (!ret && config->flags & TUNALT_PERSIST && !step(config, "TUNSETPERSIST"))
		ret = told(ioctl(fd, TUNSETPERSIST, 1));
	return ret;
}

static int begin(struct tunalt *t, struct tunalt_config *config)
{
	const uint32_t wanted = config->ways ? config->ways : ~0U;
	unsigned int features = features_of(t->fd);
	int ret = -EOPNOTSUPP;

	step(config, STEP_WAYS);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways) && ret == -EOPNOTSUPP; i++) {
		if (!(wanted & ways[i]->bit))
			continue;
		t->way = ways[i];
		ret = ways[i]->begin(t, config, features);
		if (ret)
			ways[i]->end(t);
	}
	return ret;
}

/* As long as a ring carries: what is written has room for no more either. */
static int header_of(struct tunalt *t, int flags)
{
	if (flags & IFF_VNET_HDR && ioctl(t->fd, TUNGETVNETHDRSZ, &t->header))
		return -errno;
	return t->header > TUN_ALT_RING_HEADER ? -EINVAL : 0;
}

static int adopt(struct tunalt **made, int fd, struct tunalt_config *config)
{
	struct ifreq ifr = { };
	struct tunalt *t;
	int flags, ret;

	step(config, "TUNGETIFF");
	if (ioctl(fd, TUNGETIFF, &ifr))
		return -errno;
	/* No other form of frames is known here. */
	if (!(ifr.ifr_flags & IFF_NO_PI))
		return -EINVAL;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	t = calloc(1, sizeof(*t) + sizeof(*t->told));
	ret = t ? 0 : -ENOMEM;
	if (!ret) {
		t->fd = fd;
		t->told = (struct tun_alt_error *)(t + 1);
		t->spin_us = config->spin_us;
		memcpy(t->name, ifr.ifr_name, IFNAMSIZ - 1);
		ret = header_of(t, ifr.ifr_flags);
	}
	if (!ret)
		ret = begin(t, config);
	if (!ret) {
		*made = t;
		return 0;
	}
	free(t);
	fcntl(fd, F_SETFL, flags);
	return ret;
}

int tunalt_adopt(struct tunalt **t, int fd, struct tunalt_config *config)
{
	int ret = check(config);

	return ret ? failed(config, -1, ret) : failed(config, fd, adopt(t, fd, config));
}

static int make(struct tunalt **made, int fd, struct tunalt_config *config)
{
	struct change *change = NULL;
	struct ifreq ifr = { };
	struct tunalt *t;
	int ret = set_queues(fd, config), header = 0;

	if (!ret)
		ret = attach(fd, config, &ifr);
	if (!ret)
		ret = set_header(fd, config, &header);
	if (!ret)
		ret = adopt(&t, fd, config);
	if (ret) {
		set_header_back(fd, config, header);
		return ret;
	}
	ret = device_change(ifr.ifr_name, config, &change);
	if (!ret)
		ret = set_rest(fd, config);
	if (!ret) {
		device_change_keep(change);
		*made = t;
		return 0;
	}
	device_change_back(change);
	t->way->end(t);
	set_header_back(fd, config, header);
	free(t);
	return ret;
}

int tunalt_open(struct tunalt **t, struct tunalt_config *config)
{
	int ret = check(config), fd;

	if (ret)
		return failed(config, -1, ret);
	fd = open_node(config);
	if (fd < 0)
		return failed(config, -1, fd);
	ret = failed(config, fd, make(t, fd, config));
	if (ret)
		close(fd);
	return ret;
}

void tunalt_close(struct tunalt *t)
{
	if (!t)
		return;
	t->way->end(t);
	close(t->fd);
	free(t);
}

int tunalt_fd(const struct tunalt *t)
{
	return t->fd;
}

const char *tunalt_name(const struct tunalt *t)
{
	return t->name;
}

unsigned int tunalt_way(const struct tunalt *t)
{
	return t->way->bit;
}

const char *tunalt_strerror(const struct tunalt *t, int error)
{
	/* These are the library's own. */
	bool ours = error == -EINVAL || error == -EMSGSIZE || error == -EAGAIN;

	return t && !ours ? reason_of(t->fd, error, t->told) : strerror(error < 0 ? -error : error);
}

const char *tunalt_version(void)
{
	return TUN_ALT_VERSION;
}
