/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One rtnetlink request and its answer. The kernel does all of it while the request is sent, so
 * that a fault is one of send(); the answer is read when faults are over.
 */
#ifndef SELFTESTS_FAULTS_LINK_H
#define SELFTESTS_FAULTS_LINK_H

#include <linux/if_link.h>

#include "world.h"

/**
 * struct link_request - a message about a link
 * @nlh: its head
 * @ifi: its fixed part
 * @attributes: the rest
 */
struct link_request {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	unsigned char attributes[256];
};

static inline void link_request(struct link_request *req, int type, int index)
{
	memset(req, 0, sizeof(*req));
	req->nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req->ifi));
	req->nlh.nlmsg_type = type;
	req->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	req->ifi.ifi_index = index;
}

/* Appends an attribute; where it is, for link_nest_end() */
static inline struct rtattr *link_put(struct link_request *req, int type, const void *data,
				      size_t len)
{
	struct rtattr *rta = (void *)req + NLMSG_ALIGN(req->nlh.nlmsg_len);

	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(rta), data, len);
	req->nlh.nlmsg_len = NLMSG_ALIGN(req->nlh.nlmsg_len) + RTA_ALIGN(rta->rta_len);
	return rta;
}

static inline void link_put_u32(struct link_request *req, int type, unsigned int value)
{
	link_put(req, type, &value, sizeof(value));
}

static inline void link_nest_end(struct link_request *req, struct rtattr *nest)
{
	nest->rta_len = (void *)req + req->nlh.nlmsg_len - (void *)nest;
}

static inline int link_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? -errno : fd;
}

/* What the kernel answered to what was sent: 0 or -errno; 1 for a message that is no error */
static inline int link_answer(int sock)
{
	static union {
		struct {
			struct nlmsghdr nlh;
			struct nlmsgerr err;
		};
		char room[16384];
	} answer;

	if (recv(sock, &answer, sizeof(answer), MSG_DONTWAIT) < 0)
		return -errno;
	return answer.nlh.nlmsg_type == NLMSG_ERROR ? answer.err.error : 1;
}

/* Without a fault; 0 or -errno */
static inline int link_do(int sock, struct link_request *req)
{
	if (send(sock, req, req->nlh.nlmsg_len, 0) < 0)
		return -errno;
	return link_answer(sock);
}

/* With the next fault. An answer that the kernel had no memory for is ENOBUFS. */
static inline int link_faulted(struct fault *f, int sock, struct link_request *req)
{
	int ret;

	fault_arm(f);
	ret = fault_errno(send(sock, req, req->nlh.nlmsg_len, 0));
	fault_stop(f);
	return fault_judge(f, ret < 0 ? ret : link_answer(sock));
}

/* IFLA_XDP with @prog, -1 for none, in the mode of @flags */
static inline void link_put_xdp(struct link_request *req, int prog, unsigned int flags)
{
	struct rtattr *nest = link_put(req, IFLA_XDP | NLA_F_NESTED, NULL, 0);

	link_put_u32(req, IFLA_XDP_FD, prog);
	link_put_u32(req, IFLA_XDP_FLAGS, flags);
	link_nest_end(req, nest);
}

#endif /* SELFTESTS_FAULTS_LINK_H */
