/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request of rtnetlink and its answer, on a socket that is there already.
 */
#ifndef SELFTESTS_RTNL_H
#define SELFTESTS_RTNL_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

struct rtnl_request {
	struct nlmsghdr nlh;
	union {
		struct ifinfomsg ifi;
		struct tcmsg tcm;
	};
	char attributes[256];
};

static inline struct rtattr *rtnl_put(struct rtnl_request *req, unsigned short type,
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
static inline void rtnl_link_request(struct rtnl_request *req, int type, const char *name)
{
	memset(req, 0, sizeof(*req));
	req->nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req->ifi));
	req->nlh.nlmsg_type = type;
	req->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (name)
		rtnl_put(req, IFLA_IFNAME, name, strlen(name) + 1);
}

/* Asks, and waits for the answer; 0 or -errno */
static inline int rtnl_ask(int fd, struct rtnl_request *req)
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

/* The attribute @type of @len bytes that start at @rta; NULL if it is not there */
static inline struct rtattr *rtnl_find(void *rta, int len, int type)
{
	struct rtattr *at = rta;

	for (; RTA_OK(at, len); at = RTA_NEXT(at, len))
		if ((at->rta_type & NLA_TYPE_MASK) == type)
			return at;
	return NULL;
}

/* About a queueing discipline for the whole device, in place of one for each of its queues */
static inline void rtnl_qdisc_request(struct rtnl_request *req, unsigned int ifindex,
				      const char *kind, int flags)
{
	*req = (struct rtnl_request){
		.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req->tcm)),
		.nlh.nlmsg_type = RTM_NEWQDISC,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags,
		.tcm.tcm_ifindex = ifindex,
		.tcm.tcm_parent = TC_H_ROOT,
	};
	rtnl_put(req, TCA_KIND, kind, strlen(kind) + 1);
}

#endif /* SELFTESTS_RTNL_H */
