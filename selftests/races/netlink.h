/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests of rtnetlink, one message and its answer each, on a socket that is there already: what
 * an iteration does must cost no more than the call that it is about.
 */
#ifndef SELFTESTS_RACES_NETLINK_H
#define SELFTESTS_RACES_NETLINK_H

#include <linux/if_link.h>

#include "abi/netlink.h"

/* The index of a device, 0 if there is none. An ioctl of a name that is gone runs modprobe. */
static inline unsigned int race_link_index(int fd, const char *name)
{
	const unsigned int mask = RTEXT_FILTER_SKIP_STATS;
	struct rtnl_request req, reply;

	rtnl_link_request(&req, RTM_GETLINK, name);
	req.nlh.nlmsg_flags = NLM_F_REQUEST;
	rtnl_put(&req, IFLA_EXT_MASK, &mask, sizeof(mask));
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0 || recv(fd, &reply, sizeof(reply), 0) < 0)
		return 0;
	return reply.nlh.nlmsg_type == RTM_NEWLINK ? reply.ifi.ifi_index : 0;
}

static inline int race_link_up(int fd, const char *name, bool up)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_SETLINK, name);
	req.ifi.ifi_change = IFF_UP;
	req.ifi.ifi_flags = up ? IFF_UP : 0;
	return rtnl_ask(fd, &req);
}

/* Before it is up: the group by which it is deleted with others, and a ring of little room */
static inline int race_link_prepare(int fd, const char *name, unsigned int group,
				    unsigned int length)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_SETLINK, name);
	rtnl_put(&req, IFLA_GROUP, &group, sizeof(group));
	rtnl_put(&req, IFLA_TXQLEN, &length, sizeof(length));
	return rtnl_ask(fd, &req);
}

static inline int race_link_delete(int fd, const char *name)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_DELLINK, name);
	return rtnl_ask(fd, &req);
}

/* Into the namespace that @ns is a descriptor of */
static inline int race_link_move(int fd, const char *name, int ns)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_SETLINK, name);
	rtnl_put(&req, IFLA_NET_NS_FD, &ns, sizeof(ns));
	return rtnl_ask(fd, &req);
}

/* @prog: a descriptor, -1 for no program */
static inline int race_link_xdp(int fd, const char *name, int prog)
{
	struct rtnl_request req;
	struct rtattr *nest;

	rtnl_link_request(&req, RTM_SETLINK, name);
	nest = rtnl_put(&req, IFLA_XDP | NLA_F_NESTED, NULL, 0);
	rtnl_put(&req, IFLA_XDP_FD, &prog, sizeof(prog));
	rtnl_nest_end(&req, nest);
	return rtnl_ask(fd, &req);
}

#endif /* SELFTESTS_RACES_NETLINK_H */
