/* SPDX-License-Identifier: GPL-2.0 */
/*
 * On a kernel that looks for faults, one queueing discipline for a device of many queues. Of its
 * own each of the 256 gets one when the device goes up, each with a class of locks, and to forget
 * those is a third of what a test costs there.
 */
#ifndef SELFTESTS_ONE_QDISC_H
#define SELFTESTS_ONE_QDISC_H

#include <unistd.h>

#include "rtnl.h"
#include "tun_test.h"

/* A device with fewer is as others are. */
#define ONE_QDISC_QUEUES 100

/* The index of a device with many queues, 0 of any other */
static inline unsigned int one_qdisc_index(int fd, const char *name)
{
	struct rtnl_link link;
	const struct rtattr *queues;

	if (rtnl_get_link(fd, name, &link))
		return 0;
	queues = rtnl_find(IFLA_RTA(&link.ifi), IFLA_PAYLOAD(&link.nlh), IFLA_NUM_TX_QUEUES);
	return queues && *(__u32 *)RTA_DATA(queues) > ONE_QDISC_QUEUES ? link.ifi.ifi_index : 0;
}

/* For a device that is about to go up; one that has such a discipline keeps it */
static inline void one_qdisc(const char *name)
{
	struct rtnl_request req;
	unsigned int ifindex;
	int fd;

	if (tun_divisor() == 1)
		return;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ifindex = one_qdisc_index(fd, name);
	if (ifindex) {
		rtnl_qdisc_request(&req, ifindex, "pfifo", NLM_F_EXCL);
		rtnl_ask(fd, &req);
	}
	close(fd);
}

#endif /* SELFTESTS_ONE_QDISC_H */
