// SPDX-License-Identifier: GPL-2.0
/*
 * What a device is given beside its queue: MTU, MAC address, IP addresses, and that it is up. Each
 * is remembered as it was, so that all can be taken back.
 */
#include "handle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

/* What is asked for and set by an ioctl, and taken back by the same */
enum attribute {
	MTU,
	MAC,
	UP,
	ATTRIBUTES,
};

static const struct {
	const char *step;
	unsigned long get;
	unsigned long set;
} attributes[ATTRIBUTES] = {
	[MTU] = { "MTU", SIOCGIFMTU, SIOCSIFMTU },
	[MAC] = { "MAC address", SIOCGIFHWADDR, SIOCSIFHWADDR },
	[UP] = { "up", SIOCGIFFLAGS, SIOCSIFFLAGS },
};

/**
 * struct change - what was changed of a device
 * @fd: a socket, for ioctls
 * @link: one of rtnetlink
 * @index: the device's
 * @name: the device's
 * @done: whether an attribute was
 * @before: what it was
 * @addresses: the configuration's
 * @added: which of these were not there before, a bit each
 */
struct change {
	int fd;
	int link;
	int index;
	char name[IFNAMSIZ];
	bool done[ATTRIBUTES];
	struct ifreq before[ATTRIBUTES];
	const char *const *addresses;
	uint64_t added;
};

#define MOST_ADDRESSES 64

struct address_request {
	struct nlmsghdr nlh;
	struct ifaddrmsg ifa;
	struct rtattr local;
	unsigned char local_bytes[sizeof(struct in6_addr)];
	struct rtattr address;
	unsigned char address_bytes[sizeof(struct in6_addr)];
};

static int link_ioctl(const struct change *change, unsigned long request, struct ifreq *ifr)
{
	memcpy(ifr->ifr_name, change->name, IFNAMSIZ);
	return ioctl(change->fd, request, ifr) ? -errno : 0;
}

static void fill_in(struct ifreq *ifr, enum attribute which, const struct tunalt_config *config)
{
	switch (which) {
	case MTU:
		ifr->ifr_mtu = config->mtu;
		break;
	case MAC:
		ifr->ifr_hwaddr.sa_family = ARPHRD_ETHER;
		memcpy(ifr->ifr_hwaddr.sa_data, config->mac, sizeof(config->mac));
		break;
	default:
		ifr->ifr_flags |= IFF_UP;
	}
}

static int set(struct change *change, enum attribute which, struct tunalt_config *config)
{
	struct ifreq ifr;
	int ret;

	config->step = attributes[which].step;
	ret = link_ioctl(change, attributes[which].get, &change->before[which]);
	if (ret)
		return ret;
	ifr = change->before[which];
	fill_in(&ifr, which, config);
	ret = link_ioctl(change, attributes[which].set, &ifr);
	change->done[which] = !ret;
	return ret;
}

static void set_back(struct change *change, enum attribute which)
{
	if (change->done[which])
		link_ioctl(change, attributes[which].set, &change->before[which]);
}

/* "ADDRESS/PREFIX", or an address alone; 0 or -EINVAL */
static int parse(const char *text, struct address_request *request)
{
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long most, prefix;
	char *end = NULL;

	if (len >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, len);
	address[len] = '\0';
	request->ifa.ifa_family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(request->ifa.ifa_family, address, request->local_bytes) != 1)
		return -EINVAL;
	most = request->ifa.ifa_family == AF_INET6 ? 128 : 32;
	prefix = slash ? strtoul(slash + 1, &end, 10) : most;
	if (slash && (end == slash + 1 || *end))
		return -EINVAL;
	if (prefix > most)
		return -EINVAL;
	request->ifa.ifa_prefixlen = prefix;
	memcpy(request->address_bytes, request->local_bytes, sizeof(request->local_bytes));
	return 0;
}

/* Both attributes have room for the longer kind of address; those of the other are made shorter. */
static void lay_out(struct address_request *request)
{
	size_t len = request->ifa.ifa_family == AF_INET6 ? 16 : 4;
	unsigned char *at = (unsigned char *)&request->local + RTA_LENGTH(len);

	request->local.rta_type = IFA_LOCAL;
	request->local.rta_len = RTA_LENGTH(len);
	request->address.rta_type = IFA_ADDRESS;
	request->address.rta_len = RTA_LENGTH(len);
	memmove(at, &request->address, RTA_LENGTH(len));
	request->nlh.nlmsg_len = at + RTA_LENGTH(len) - (unsigned char *)request;
}

static int ask(int fd, struct address_request *request)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[512];
	} answer;
	ssize_t got;

	if (send(fd, request, request->nlh.nlmsg_len, 0) < 0)
		return -errno;
	got = recv(fd, &answer, sizeof(answer), 0);
	if (got < 0)
		return -errno;
	if ((size_t)got < offsetof(typeof(answer), rest) || answer.nlh.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.err.error;
}

static int request_address(const struct change *change, const char *text, bool add)
{
	struct address_request request = {
		.nlh.nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
				   (add ? NLM_F_CREATE | NLM_F_EXCL : 0),
		.ifa.ifa_index = change->index,
	};
	int ret = parse(text, &request);

	if (ret)
		return ret;
	lay_out(&request);
	return ask(change->link, &request);
}

static int set_addresses(struct change *change, struct tunalt_config *config)
{
	int ret;

	for (int i = 0; config->addresses && config->addresses[i]; i++) {
		config->step = config->addresses[i];
		if (i == MOST_ADDRESSES)
			return -E2BIG;
		ret = request_address(change, config->addresses[i], true);
		if (!ret)
			change->added |= 1ULL << i;
		else if (ret != -EEXIST)
			return ret;
	}
	return 0;
}

static int begin(struct change *change)
{
	struct ifreq ifr = { };
	int ret;

	change->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	change->link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (change->fd < 0 || change->link < 0)
		return -errno;
	ret = link_ioctl(change, SIOCGIFINDEX, &ifr);
	change->index = ifr.ifr_ifindex;
	return ret;
}

static int change_all(struct change *change, struct tunalt_config *config)
{
	int ret = begin(change);

	if (!ret && config->mtu)
		ret = set(change, MTU, config);
	if (!ret && config->flags & TUNALT_MAC)
		ret = set(change, MAC, config);
	if (!ret)
		ret = set_addresses(change, config);
	if (!ret && config->flags & TUNALT_UP)
		ret = set(change, UP, config);
	return ret;
}

int device_change(const char *name, struct tunalt_config *config, struct change **made)
{
	struct change *change = calloc(1, sizeof(*change));

	config->step = "device";
	if (!change)
		return -ENOMEM;
	strncpy(change->name, name, IFNAMSIZ - 1);
	change->addresses = config->addresses;
	*made = change;
	return change_all(change, config);
}

/* In the other order. What cannot be taken back either is of a device that has gone. */
void device_change_back(struct change *change)
{
	if (!change)
		return;
	set_back(change, UP);
	for (int i = MOST_ADDRESSES - 1; i >= 0; i--)
		if (change->added & 1ULL << i)
			request_address(change, change->addresses[i], false);
	set_back(change, MAC);
	set_back(change, MTU);
	device_change_keep(change);
}

void device_change_keep(struct change *change)
{
	if (!change)
		return;
	if (change->fd >= 0)
		close(change->fd);
	if (change->link >= 0)
		close(change->link);
	free(change);
}
