/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One rtnetlink request and its answer. The kernel does all of it while the request is sent, so
 * that a fault is one of send(); the answer is read when faults are over.
 */
#ifndef SELFTESTS_FAULTS_LINK_H
#define SELFTESTS_FAULTS_LINK_H

#include <linux/if_link.h>

#include "rtnl.h"
#include "world.h"

static inline void link_request(struct rtnl_request *req, int type, int index)
{
	rtnl_link_request(req, type, NULL);
	req->ifi.ifi_index = index;
}

static inline void link_put_u32(struct rtnl_request *req, int type, unsigned int value)
{
	rtnl_put(req, type, &value, sizeof(value));
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
static inline int link_do(int sock, struct rtnl_request *req)
{
	if (send(sock, req, req->nlh.nlmsg_len, 0) < 0)
		return -errno;
	return link_answer(sock);
}

/* With the next fault. An answer that the kernel had no memory for is ENOBUFS. */
static inline int link_faulted(struct fault *f, int sock, struct rtnl_request *req)
{
	int ret;

	fault_arm(f);
	ret = fault_errno(send(sock, req, req->nlh.nlmsg_len, 0));
	fault_stop(f);
	return fault_judge(f, ret < 0 ? ret : link_answer(sock));
}

/* IFLA_XDP with @prog, -1 for none, in the mode of @flags */
static inline void link_put_xdp(struct rtnl_request *req, int prog, unsigned int flags)
{
	struct rtattr *nest = rtnl_put(req, IFLA_XDP | NLA_F_NESTED, NULL, 0);

	link_put_u32(req, IFLA_XDP_FD, prog);
	link_put_u32(req, IFLA_XDP_FLAGS, flags);
	rtnl_nest_end(req, nest);
}

#endif /* SELFTESTS_FAULTS_LINK_H */
