/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rtnetlink says of one device: asked for (RTM_GETLINK) or told (RTM_NEWLINK to a listener).
 */
#ifndef SELFTESTS_ABI_NETLINK_H
#define SELFTESTS_ABI_NETLINK_H

#include <linux/if_link.h>

#include "net_test.h"

/* A socket that is told what @groups are; it waits for an answer for as long as a test may */
static inline int netlink_socket(unsigned int groups)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
	struct timeval soon = { .tv_sec = NET_SOON_MS / 1000 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	close(fd);
	return -errno;
}

static inline struct rtattr *netlink_attribute(struct rtnl_link *link, int type)
{
	return rtnl_find(IFLA_RTA(&link->ifi), IFLA_PAYLOAD(&link->nlh), type);
}

static inline struct rtattr *netlink_nested(struct rtattr *outer, int type)
{
	return outer ? rtnl_find(RTA_DATA(outer), RTA_PAYLOAD(outer), type) : NULL;
}

/* The value of an attribute of 1, 2 or 4 bytes; -1 if it is not there */
static inline long long netlink_value(struct rtattr *rta)
{
	unsigned short two;
	unsigned int four;

	if (!rta)
		return -1;
	switch (RTA_PAYLOAD(rta)) {
	case sizeof(unsigned char):
		return *(unsigned char *)RTA_DATA(rta);
	case sizeof(two):
		memcpy(&two, RTA_DATA(rta), sizeof(two));
		return two;
	case sizeof(four):
		memcpy(&four, RTA_DATA(rta), sizeof(four));
		return four;
	}
	return -1;
}

/* One of IFLA_TUN_*; -1 if it is not there */
static inline long long netlink_tun_value(struct rtnl_link *link, int type)
{
	struct rtattr *info = netlink_attribute(link, IFLA_LINKINFO);

	return netlink_value(netlink_nested(netlink_nested(info, IFLA_INFO_DATA), type));
}

/* 0 or -errno */
static inline int netlink_get(const char *name, struct rtnl_link *link)
{
	int fd = netlink_socket(0), ret;

	if (fd < 0)
		return fd;
	ret = rtnl_get_link(fd, name, link);
	close(fd);
	return ret;
}

/* One attribute of a device, as netlink_value() */
static inline long long netlink_link_value(const char *name, int type)
{
	struct rtnl_link link;
	int ret = netlink_get(name, &link);

	return ret ? ret : netlink_value(netlink_attribute(&link, type));
}

/* One of IFLA_TUN_* of a device, as netlink_value() */
static inline long long netlink_link_tun_value(const char *name, int type)
{
	struct rtnl_link link;
	int ret = netlink_get(name, &link);

	return ret ? ret : netlink_tun_value(&link, type);
}

/* The length of the device's address as netlink shows it, or -errno */
static inline int netlink_addr_len(const char *name)
{
	static struct rtnl_link link;
	struct rtattr *rta;
	int ret = netlink_get(name, &link);

	if (ret)
		return ret;
	rta = netlink_attribute(&link, IFLA_ADDRESS);
	return rta ? RTA_PAYLOAD(rta) : 0;
}

/* The next RTM_NEWLINK about @index that a listener is told within @ms; 0 or -ETIMEDOUT */
static inline int netlink_told(int fd, int index, struct rtnl_link *link, int ms)
{
	for (int i = 0; i < 100 && net_poll(fd, POLLIN, ms) & POLLIN; i++) {
		if (recv(fd, link, sizeof(*link), 0) <= 0)
			break;
		if (link->nlh.nlmsg_type == RTM_NEWLINK && link->ifi.ifi_index == index)
			return 0;
	}
	return -ETIMEDOUT;
}

/* Forgets what a listener was told up to now */
static inline void netlink_forget(int fd)
{
	static struct rtnl_link link;

	while (net_poll(fd, POLLIN, 0) & POLLIN)
		if (recv(fd, &link, sizeof(link), 0) <= 0)
			break;
}

#endif /* SELFTESTS_ABI_NETLINK_H */
