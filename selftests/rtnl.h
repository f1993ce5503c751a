/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A request of rtnetlink and its answer.
 */
#ifndef SELFTESTS_RTNL_H
#define SELFTESTS_RTNL_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

/**
 * struct rtnl_link - one message about a link
 * @nlh: the message
 * @ifi: its fixed part
 * @attributes: the rest
 */
struct rtnl_link {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	char attributes[16384];
};

/* Appends an attribute, for a nest one of no bytes; where it is, for rtnl_nest_end() */
static inline struct rtattr *rtnl_put(struct rtnl_request *req, unsigned short type,
				      const void *data, size_t len)
{
	struct rtattr *rta = (void *)((char *)req + NLMSG_ALIGN(req->nlh.nlmsg_len));

	if (NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_SPACE(len) > sizeof(*req))
		__builtin_trap();
	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(rta), data, len);
	req->nlh.nlmsg_len = NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_ALIGN(rta->rta_len);
	return rta;
}

/* What was appended since belongs to @nest. */
static inline void rtnl_nest_end(struct rtnl_request *req, struct rtattr *nest)
{
	nest->rta_len = (char *)req + req->nlh.nlmsg_len - (char *)nest;
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

/* Makes a device of @kind, with a name of the kernel's choice for NULL; 0 or -errno */
static inline int rtnl_add(int fd, const char *kind, const char *name)
{
	struct rtnl_request req;
	struct rtattr *info;

	rtnl_link_request(&req, RTM_NEWLINK, name);
	req.nlh.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	info = rtnl_put(&req, IFLA_LINKINFO, NULL, 0);
	rtnl_put(&req, IFLA_INFO_KIND, kind, strlen(kind));
	rtnl_nest_end(&req, info);
	return rtnl_ask(fd, &req);
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

/* What is known of the device @name, in @link; 0 or -errno */
static inline int rtnl_get_link(int fd, const char *name, struct rtnl_link *link)
{
	struct nlmsgerr *err = (struct nlmsgerr *)&link->ifi;
	struct rtnl_request req;

	memset(link, 0, sizeof(*link));
	rtnl_link_request(&req, RTM_GETLINK, name);
	req.nlh.nlmsg_flags = NLM_F_REQUEST;
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0 || recv(fd, link, sizeof(*link), 0) < 0)
		return -errno;
	return link->nlh.nlmsg_type == RTM_NEWLINK ? 0 : err->error;
}

/*
 * The index of the device @name, 0 if there is none, ~0 if that cannot be known. if_nametoindex()
 * asks by ioctl, and for a name that no device has that runs modprobe twice.
 */
static inline unsigned int rtnl_index(const char *name)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), ret;
	struct rtnl_link link;

	ret = rtnl_get_link(fd, name, &link);
	close(fd);
	if (ret)
		return ret == -ENODEV ? 0 : ~0U;
	return link.ifi.ifi_index;
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

/* An attribute of a link that is a number; 0 or -errno */
static inline int rtnl_set_number(int fd, const char *name, unsigned short type,
				  unsigned int value)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_SETLINK, name);
	rtnl_put(&req, type, &value, sizeof(value));
	return rtnl_ask(fd, &req);
}

/* One call deletes all devices of a group, as it does when a container's are taken away. */
static inline int rtnl_delete_group(int fd, unsigned int group)
{
	struct rtnl_request req;

	rtnl_link_request(&req, RTM_DELLINK, NULL);
	rtnl_put(&req, IFLA_GROUP, &group, sizeof(group));
	return rtnl_ask(fd, &req);
}

/*
 * A queueing discipline for the whole device. Without it each of the 256 queues that a device may
 * have gets one of its own when it goes up, and bringing it up takes 50 ms in an emulated machine.
 */
static inline int rtnl_replace_qdisc(int fd, unsigned int ifindex, const char *kind)
{
	struct rtnl_request req;

	rtnl_qdisc_request(&req, ifindex, kind, NLM_F_REPLACE);
	return rtnl_ask(fd, &req);
}

#endif /* SELFTESTS_RTNL_H */
