/* SPDX-License-Identifier: GPL-2.0 */
/*
 * On a kernel that looks for faults, one queueing discipline for a device of many queues. Of its
 * own each of the 256 gets one when the device goes up, each with a class of locks, and to forget
 * those is a third of what a test costs there.
 */
#ifndef SELFTESTS_ONE_QDISC_H
#define SELFTESTS_ONE_QDISC_H

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "tun_test.h"

/* A device with fewer is as others are. */
#define ONE_QDISC_QUEUES 100

union one_qdisc_message {
	struct nlmsghdr nlh;
	char room[8192];
};

/* Sends the message in @m with one attribute more and receives the answer there; 0 or -errno */
static inline int one_qdisc_ask(int fd, union one_qdisc_message *m, int attr, const char *value)
{
	struct rtattr *rta = (struct rtattr *)(m->room + NLMSG_ALIGN(m->nlh.nlmsg_len));
	const struct nlmsgerr *err = NLMSG_DATA(&m->nlh);

	rta->rta_type = attr;
	rta->rta_len = RTA_LENGTH(strlen(value) + 1);
	memcpy(RTA_DATA(rta), value, strlen(value) + 1);
	m->nlh.nlmsg_len = NLMSG_ALIGN(m->nlh.nlmsg_len) + RTA_ALIGN(rta->rta_len);
	m->nlh.nlmsg_flags |= NLM_F_REQUEST;
	if (send(fd, m, m->nlh.nlmsg_len, 0) < 0 || recv(fd, m, sizeof(*m), 0) < 0)
		return -errno;
	return m->nlh.nlmsg_type == NLMSG_ERROR ? err->error : 0;
}

/* The index of a device with many queues, 0 of one with few; or -errno */
static inline int one_qdisc_index(int fd, const char *name)
{
	union one_qdisc_message m = {
		.nlh = { NLMSG_LENGTH(sizeof(struct ifinfomsg)), RTM_GETLINK },
	};
	const struct ifinfomsg *ifi = NLMSG_DATA(&m.nlh);
	const struct rtattr *rta;
	int ret = one_qdisc_ask(fd, &m, IFLA_IFNAME, name), len;

	if (ret)
		return ret;
	len = IFLA_PAYLOAD(&m.nlh);
	for (rta = IFLA_RTA(ifi); RTA_OK(rta, len); rta = RTA_NEXT(rta, len))
		if (rta->rta_type == IFLA_NUM_TX_QUEUES)
			return *(__u32 *)RTA_DATA(rta) > ONE_QDISC_QUEUES ? ifi->ifi_index : 0;
	return -ENODATA;
}

/* For a device that is about to go up; one that has such a discipline keeps it */
static inline void one_qdisc(const char *name)
{
	union one_qdisc_message m = {
		.nlh = { NLMSG_LENGTH(sizeof(struct tcmsg)), RTM_NEWQDISC,
			 NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL },
	};
	struct tcmsg *tcm = NLMSG_DATA(&m.nlh);
	int fd;

	if (tun_divisor() == 1)
		return;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	tcm->tcm_ifindex = one_qdisc_index(fd, name);
	tcm->tcm_parent = TC_H_ROOT;
	if (tcm->tcm_ifindex > 0)
		one_qdisc_ask(fd, &m, TCA_KIND, "pfifo");
	close(fd);
}

#endif /* SELFTESTS_ONE_QDISC_H */
