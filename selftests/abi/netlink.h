/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RTM_GETLINK of one device, and the attributes of its answer.
 */
#ifndef SELFTESTS_ABI_NETLINK_H
#define SELFTESTS_ABI_NETLINK_H

#include <linux/if_link.h>

#include "net_test.h"

/**
 * struct netlink_link - what RTM_GETLINK said
 * @nlh: the message
 * @ifi: its fixed part
 * @attributes: the rest
 */
struct netlink_link {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	char attributes[16384];
};

/* The attribute @type of @len bytes that start at @rta; NULL if it is not there */
static inline struct rtattr *netlink_find(void *rta, int len, int type)
{
	struct rtattr *at = rta;

	for (; RTA_OK(at, len); at = RTA_NEXT(at, len))
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	return NULL;
}

static inline struct rtattr *netlink_attribute(struct netlink_link *link, int type)
{
	return netlink_find(IFLA_RTA(&link->ifi), IFLA_PAYLOAD(&link->nlh), type);
}

static inline struct rtattr *netlink_nested(struct rtattr *outer, int type)
{
	return outer ? netlink_find(RTA_DATA(outer), RTA_PAYLOAD(outer), type) : NULL;
}

/* The value of an attribute of at most 4 bytes; -1 if it is not there */
static inline long long netlink_value(struct rtattr *rta)
{
	unsigned int value = 0;

	if (!rta || RTA_PAYLOAD(rta) > sizeof(value))
		return -1;
	memcpy(&value, RTA_DATA(rta), RTA_PAYLOAD(rta));
	return value;
}

/* One of IFLA_TUN_*; -1 if it is not there */
static inline long long netlink_tun_value(struct netlink_link *link, int type)
{
	struct rtattr *info = netlink_attribute(link, IFLA_LINKINFO);

	return netlink_value(netlink_nested(netlink_nested(info, IFLA_INFO_DATA), type));
}

/* 0 or -errno */
static inline int netlink_get(const char *name, struct netlink_link *link)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg ifi;
	} req = {
		.nlh.nlmsg_len = sizeof(req),
		.nlh.nlmsg_type = RTM_GETLINK,
		.nlh.nlmsg_flags = NLM_F_REQUEST,
		.ifi.ifi_index = if_nametoindex(name),
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct nlmsgerr *err = (struct nlmsgerr *)&link->ifi;
	int ret = 0;

	if (fd < 0)
		return -errno;
	memset(link, 0, sizeof(*link));
	if (send(fd, &req, sizeof(req), 0) < 0 || recv(fd, link, sizeof(*link), 0) < 0)
		ret = -errno;
	else if (link->nlh.nlmsg_type != RTM_NEWLINK)
		ret = err->error;
	close(fd);
	return ret;
}

/* One attribute of a device, as netlink_value() */
static inline long long netlink_link_value(const char *name, int type)
{
	struct netlink_link link;
	int ret = netlink_get(name, &link);

	return ret ? ret : netlink_value(netlink_attribute(&link, type));
}

/* One of IFLA_TUN_* of a device, as netlink_value() */
static inline long long netlink_link_tun_value(const char *name, int type)
{
	struct netlink_link link;
	int ret = netlink_get(name, &link);

	return ret ? ret : netlink_tun_value(&link, type);
}

#endif /* SELFTESTS_ABI_NETLINK_H */
