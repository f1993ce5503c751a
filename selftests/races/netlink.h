/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests of rtnetlink, one message and its answer each, on a socket that is there already: what
 * an iteration does must cost no more than the call that it is about.
 */
#ifndef SELFTESTS_RACES_NETLINK_H
#define SELFTESTS_RACES_NETLINK_H

#include <linux/if_link.h>
#include <linux/pkt_sched.h>

#include "abi/netlink.h"

struct race_request {
	struct nlmsghdr nlh;
	union {
		struct ifinfomsg ifi;
		struct tcmsg tcm;
	};
	char attributes[256];
};

static inline struct rtattr *race_put(struct race_request *req, unsigned short type,
				      const void *data, size_t len)
{
	struct rtattr *rta = (void *)((char *)req + NLMSG_ALIGN(req->nlh.nlmsg_len));

	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(rta), data, len);
	req->nlh.nlmsg_len = NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_ALIGN(rta->rta_len);
	return rta;
}

/* A request about the device @name, or about none: then an attribute says about which */
static inline void race_link_request(struct race_request *req, int type, const char *name)
{
	memset(req, 0, sizeof(*req));
	req->nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req->ifi));
	req->nlh.nlmsg_type = type;
	req->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (name)
		race_put(req, IFLA_IFNAME, name, strlen(name) + 1);
}

/* Asks, and waits for the answer; 0 or -errno */
static inline int race_ask(int fd, struct race_request *req)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[512];
	} ack = {};

	if (send(fd, req, req->nlh.nlmsg_len, 0) < 0)
		return -errno;
	if (recv(fd, &ack, sizeof(ack), 0) < 0)
		return -errno;
	return ack.nlh.nlmsg_type == NLMSG_ERROR ? ack.err.error : -EPROTO;
}

/* The index of a device, 0 if there is none. An ioctl of a name that is gone runs modprobe. */
static inline unsigned int race_link_index(int fd, const char *name)
{
	const unsigned int mask = RTEXT_FILTER_SKIP_STATS;
	struct race_request req, reply;

	race_link_request(&req, RTM_GETLINK, name);
	req.nlh.nlmsg_flags = NLM_F_REQUEST;
	race_put(&req, IFLA_EXT_MASK, &mask, sizeof(mask));
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0 || recv(fd, &reply, sizeof(reply), 0) < 0)
		return 0;
	return reply.nlh.nlmsg_type == RTM_NEWLINK ? reply.ifi.ifi_index : 0;
}

/* An attribute that is a number */
static inline int race_link_set(int fd, const char *name, unsigned short type, unsigned int value)
{
	struct race_request req;

	race_link_request(&req, RTM_SETLINK, name);
	race_put(&req, type, &value, sizeof(value));
	return race_ask(fd, &req);
}

static inline int race_link_up(int fd, const char *name, bool up)
{
	struct race_request req;

	race_link_request(&req, RTM_SETLINK, name);
	req.ifi.ifi_change = IFF_UP;
	req.ifi.ifi_flags = up ? IFF_UP : 0;
	return race_ask(fd, &req);
}

/* Before it is up: the group by which it is deleted with others, and a ring of little room */
static inline int race_link_prepare(int fd, const char *name, unsigned int group,
				    unsigned int length)
{
	struct race_request req;

	race_link_request(&req, RTM_SETLINK, name);
	race_put(&req, IFLA_GROUP, &group, sizeof(group));
	race_put(&req, IFLA_TXQLEN, &length, sizeof(length));
	return race_ask(fd, &req);
}

/* One call deletes all devices of a group, as it does when a container's are taken away. */
static inline int race_link_delete_group(int fd, unsigned int group)
{
	struct race_request req;

	race_link_request(&req, RTM_DELLINK, NULL);
	race_put(&req, IFLA_GROUP, &group, sizeof(group));
	return race_ask(fd, &req);
}

static inline int race_link_delete(int fd, const char *name)
{
	struct race_request req;

	race_link_request(&req, RTM_DELLINK, name);
	return race_ask(fd, &req);
}

/* Into the namespace that @ns is a descriptor of */
static inline int race_link_move(int fd, const char *name, int ns)
{
	struct race_request req;

	race_link_request(&req, RTM_SETLINK, name);
	race_put(&req, IFLA_NET_NS_FD, &ns, sizeof(ns));
	return race_ask(fd, &req);
}

/* @prog: a descriptor, -1 for no program */
static inline int race_link_xdp(int fd, const char *name, int prog)
{
	struct race_request req;
	struct rtattr *nest;

	race_link_request(&req, RTM_SETLINK, name);
	nest = race_put(&req, IFLA_XDP | NLA_F_NESTED, NULL, 0);
	race_put(&req, IFLA_XDP_FD, &prog, sizeof(prog));
	nest->rta_len = (char *)&req + req.nlh.nlmsg_len - (char *)nest;
	return race_ask(fd, &req);
}

/*
 * A queueing discipline for the whole device. Without it each of the 256 queues that a device may
 * have gets one of its own when it goes up, and bringing it up takes 50 ms in an emulated machine.
 */
static inline int race_link_qdisc(int fd, unsigned int ifindex, const char *kind)
{
	struct race_request req = {
		.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req.tcm)),
		.nlh.nlmsg_type = RTM_NEWQDISC,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
		.tcm.tcm_ifindex = ifindex,
		.tcm.tcm_parent = TC_H_ROOT,
	};

	race_put(&req, TCA_KIND, kind, strlen(kind) + 1);
	return race_ask(fd, &req);
}

#endif /* SELFTESTS_RACES_NETLINK_H */
