/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What rtnetlink says of one device: asked for (RTM_GETLINK) or told (RTM_NEWLINK to
 * a listener).
 */
#ifndef SELFTESTS_ABI_RTNL_H
#define SELFTESTS_ABI_RTNL_H

#include <linux/if_link.h>

#include "net_test.h"

/**
 * struct rtnl_link - one message about a link
 * @nlh: its header
 * @ifi: the link's type, flags and index
 * @attrs: the attributes
 */
struct rtnl_link {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	char attrs[32768];
};

static inline int rtnl_socket(unsigned int groups)
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

/* The first of @len bytes of attributes that is of @type, or NULL */
static inline struct rtattr *rtnl_find(void *attrs, int len, int type)
{
	struct rtattr *rta;

	for (rta = attrs; RTA_OK(rta, len); rta = RTA_NEXT(rta, len))
		if ((rta->rta_type & NLA_TYPE_MASK) == type)
			return rta;
	return NULL;
}

static inline struct rtattr *rtnl_attr(struct rtnl_link *link, int type)
{
	return rtnl_find(link->attrs, link->nlh.nlmsg_len - NLMSG_LENGTH(sizeof(link->ifi)), type);
}

static inline struct rtattr *rtnl_nested(struct rtattr *in, int type)
{
	return in ? rtnl_find(RTA_DATA(in), RTA_PAYLOAD(in), type) : NULL;
}

/* An attribute of one or four bytes as a number; -1 if it is not there */
static inline long long rtnl_number(struct rtattr *rta)
{
	unsigned int number;

	if (!rta)
		return -1;
	if (RTA_PAYLOAD(rta) == 1)
		return *(unsigned char *)RTA_DATA(rta);
	memcpy(&number, RTA_DATA(rta), sizeof(number));
	return number;
}

/* An IFLA_TUN_ attribute as a number; -1 if it is not there */
static inline long long rtnl_tun(struct rtnl_link *link, int type)
{
	struct rtattr *info = rtnl_nested(rtnl_attr(link, IFLA_LINKINFO), IFLA_INFO_DATA);

	return rtnl_number(rtnl_nested(info, type));
}

/* Asks for the device @name; 0 or -errno */
static inline int rtnl_get(const char *name, struct rtnl_link *link)
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
	int ret = -EIO, fd = rtnl_socket(0);

	if (fd < 0)
		return fd;
	if (send(fd, &req, sizeof(req), 0) == sizeof(req) && recv(fd, link, sizeof(*link), 0) > 0)
		ret = link->nlh.nlmsg_type == RTM_NEWLINK ? 0 : -ENODEV;
	close(fd);
	return ret;
}

/* The length of the device's address as netlink shows it, or -errno */
static inline int rtnl_addr_len(const char *name)
{
	static struct rtnl_link link;
	struct rtattr *rta;
	int ret = rtnl_get(name, &link);

	if (ret)
		return ret;
	rta = rtnl_attr(&link, IFLA_ADDRESS);
	return rta ? RTA_PAYLOAD(rta) : 0;
}

/* The next RTM_NEWLINK about @index that a listener is told within @ms; 0 or -ETIMEDOUT */
static inline int rtnl_told(int fd, int index, struct rtnl_link *link, int ms)
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
static inline void rtnl_forget(int fd)
{
	static struct rtnl_link link;

	while (net_poll(fd, POLLIN, 0) & POLLIN)
		if (recv(fd, &link, sizeof(link), 0) <= 0)
			break;
}

#endif /* SELFTESTS_ABI_RTNL_H */
