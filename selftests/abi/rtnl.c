// SPDX-License-Identifier: GPL-2.0
/* What netlink shows of a device, hears of its changes, and may do to it */
#include "kselftest_harness.h"
#include "abi.h"
#include "netlink.h"

FIXTURE(rtnl)
{
	int fd;
	int monitor;
	struct rtnl_link link;
};

FIXTURE_SETUP(rtnl)
{
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };

	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", ABI_MULTI);
	ASSERT_LE(0, self->fd);
	self->monitor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	ASSERT_LE(0, self->monitor);
	ASSERT_EQ(0, bind(self->monitor, (struct sockaddr *)&group, sizeof(group)));
}

FIXTURE_TEARDOWN(rtnl)
{
	close(self->monitor);
	close(self->fd);
}

/* How many messages of @type the monitor has got since it was asked last */
static int heard(int monitor, int type)
{
	struct rtnl_link link;
	int n = 0;

	while (recv(monitor, &link, sizeof(link), 0) > 0)
		n += link.nlh.nlmsg_type == type;
	return n;
}

/* The core tells of changes of devices that are up; what else that causes is heard out first */
static int up_and_quiet(const char *name, int monitor)
{
	int ret = net_up(name);

	if (ret || !net_running_is(name, 1))
		return ret ? ret : -ETIMEDOUT;
	net_sleep_ms(50);
	heard(monitor, 0);
	return 0;
}

static const char *kind_of(struct rtnl_link *link)
{
	struct rtattr *info = netlink_attribute(link, IFLA_LINKINFO);
	struct rtattr *kind = netlink_nested(info, IFLA_INFO_KIND);

	return kind ? RTA_DATA(kind) : "";
}

TEST_F(rtnl, kind_is_the_drivers)
{
	int tap = abi_attach("tap", IFF_TAP);

	ASSERT_LE(0, tap);
	ASSERT_EQ(0, netlink_get("t0", &self->link));
	EXPECT_STREQ(tun_is_alt() ? TUN_ALT_KIND_TUN : "tun", kind_of(&self->link));
	ASSERT_EQ(0, netlink_get("tap", &self->link));
	EXPECT_STREQ(tun_is_alt() ? TUN_ALT_KIND_TAP : "tun", kind_of(&self->link));
	close(tap);
}

TEST_F(rtnl, attributes_follow_the_flags)
{
	static const struct {
		int flags;
		int type;
		int pi;
		int multi;
	} rows[] = {
		{ IFF_TUN, IFF_TUN, 1, 0 },
		{ IFF_TUN | IFF_NO_PI, IFF_TUN, 0, 0 },
		{ IFF_TAP, IFF_TAP, 1, 0 },
		{ IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, IFF_TAP, 0, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = abi_attach("row", rows[i].flags);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, netlink_get("row", &self->link));
		EXPECT_EQ(rows[i].type, netlink_tun_value(&self->link, IFLA_TUN_TYPE));
		EXPECT_EQ(rows[i].pi, netlink_tun_value(&self->link, IFLA_TUN_PI));
		EXPECT_EQ(rows[i].multi, netlink_tun_value(&self->link, IFLA_TUN_MULTI_QUEUE));
		EXPECT_EQ(0, netlink_tun_value(&self->link, IFLA_TUN_VNET_HDR));
		EXPECT_EQ(0, netlink_tun_value(&self->link, IFLA_TUN_PERSIST));
		EXPECT_EQ(rows[i].multi ? 1 : -1,
			  netlink_tun_value(&self->link, IFLA_TUN_NUM_QUEUES));
		EXPECT_EQ(rows[i].multi ? 0 : -1,
			  netlink_tun_value(&self->link, IFLA_TUN_NUM_DISABLED_QUEUES));
		close(fd);
	}
}

TEST_F(rtnl, owner_and_group_are_shown_if_there_are_any)
{
	EXPECT_EQ(-1, netlink_link_tun_value("t0", IFLA_TUN_OWNER));
	EXPECT_EQ(-1, netlink_link_tun_value("t0", IFLA_TUN_GROUP));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETOWNER, 1000));
	EXPECT_EQ(1000, netlink_link_tun_value("t0", IFLA_TUN_OWNER));
	EXPECT_EQ(-1, netlink_link_tun_value("t0", IFLA_TUN_GROUP));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETGROUP, 2000));
	EXPECT_EQ(1000, netlink_link_tun_value("t0", IFLA_TUN_OWNER));
	EXPECT_EQ(2000, netlink_link_tun_value("t0", IFLA_TUN_GROUP));
}

TEST_F(rtnl, persistence_is_shown)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_PERSIST));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(0, netlink_link_tun_value("t0", IFLA_TUN_PERSIST));
}

TEST_F(rtnl, monitor_hears_of_owner_and_group)
{
	ASSERT_EQ(0, up_and_quiet("t0", self->monitor));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETOWNER, 1000));
	EXPECT_EQ(1, heard(self->monitor, RTM_NEWLINK));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETGROUP, 1000));
	EXPECT_EQ(1, heard(self->monitor, RTM_NEWLINK));
}

TEST_F(rtnl, monitor_hears_of_persistence_when_it_changes)
{
	ASSERT_EQ(0, up_and_quiet("t0", self->monitor));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(1, heard(self->monitor, RTM_NEWLINK));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(0, heard(self->monitor, RTM_NEWLINK));
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(1, heard(self->monitor, RTM_NEWLINK));
}

TEST_F(rtnl, monitor_hears_of_queues_that_come_and_go)
{
	int fd;

	ASSERT_EQ(0, up_and_quiet("t0", self->monitor));
	fd = abi_attach("t0", ABI_MULTI);
	ASSERT_LE(0, fd);
	EXPECT_LE(1, heard(self->monitor, RTM_NEWLINK));
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_LE(1, heard(self->monitor, RTM_NEWLINK));
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
	EXPECT_LE(1, heard(self->monitor, RTM_NEWLINK));
	close(fd);
	EXPECT_LE(1, heard(self->monitor, RTM_NEWLINK));
}

TEST_F(rtnl, first_word_of_a_new_device_counts_its_queue)
{
	struct rtnl_link link;
	int fd;

	heard(self->monitor, 0);
	fd = abi_attach("t1", ABI_MULTI);
	ASSERT_LE(0, fd);
	ASSERT_LT(0, recv(self->monitor, &link, sizeof(link), 0));
	EXPECT_EQ(RTM_NEWLINK, link.nlh.nlmsg_type);
	EXPECT_EQ(if_nametoindex("t1"), link.ifi.ifi_index);
	EXPECT_EQ(1, netlink_tun_value(&link, IFLA_TUN_NUM_QUEUES));
	EXPECT_EQ(0, netlink_tun_value(&link, IFLA_TUN_NUM_DISABLED_QUEUES));
	close(fd);
}

TEST_F(rtnl, monitor_hears_nothing_of_a_refusal)
{
	ASSERT_EQ(0, up_and_quiet("t0", self->monitor));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETOWNER, -1));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(-EINVAL, abi_attach("t0", ABI_SINGLE));
	EXPECT_EQ(0, heard(self->monitor, RTM_NEWLINK));
}

TEST_F(rtnl, monitor_hears_of_creation_and_the_end)
{
	int fd = abi_attach("brief", ABI_SINGLE);

	ASSERT_LE(0, fd);
	EXPECT_LE(1, heard(self->monitor, RTM_NEWLINK));
	close(fd);
	EXPECT_EQ(1, heard(self->monitor, RTM_DELLINK));
}

TEST_F(rtnl, device_can_be_deleted)
{
	EXPECT_EQ(0, net_dellink("t0"));
	EXPECT_EQ(0, rtnl_index("t0"));
	EXPECT_EQ(-EBADFD, abi_flags(self->fd));
}

/**
 * struct create - RTM_NEWLINK of a kind
 * @nlh: netlink's header
 * @ifi: empty
 * @info: IFLA_LINKINFO around @kind
 * @kind: IFLA_INFO_KIND
 * @name: its value
 */
struct create {
	struct nlmsghdr nlh;
	struct ifinfomsg ifi;
	struct rtattr info;
	struct rtattr kind;
	char name[8];
};

/* Asks for a device of @kind; 0 or -errno, and whether the kernel had a text to say */
static int create(const char *kind, bool *text)
{
	struct create req = {
		.nlh.nlmsg_len = sizeof(req),
		.nlh.nlmsg_type = RTM_NEWLINK,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
		.info.rta_len = RTA_LENGTH(sizeof(req.kind) + sizeof(req.name)),
		.info.rta_type = IFLA_LINKINFO,
		.kind.rta_len = RTA_LENGTH(sizeof(req.name)),
		.kind.rta_type = IFLA_INFO_KIND,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	char room[1024] = "";
	struct nlmsghdr *nlh = (void *)room;
	struct nlmsgerr *err = NLMSG_DATA(nlh);
	int on = 1, ret = -EIO;
	ssize_t len;

	if (fd < 0)
		return -errno;
	snprintf(req.name, sizeof(req.name), "%s", kind);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (send(fd, &req, sizeof(req), 0) == sizeof(req)) {
		len = recv(fd, room, sizeof(room), 0);
		if (len >= NLMSG_LENGTH(sizeof(*err)))
			ret = err->error;
		*text = rtnl_find(err + 1, len - NLMSG_LENGTH(sizeof(*err)), NLMSGERR_ATTR_MSG);
	}
	close(fd);
	return ret;
}

TEST_F(rtnl, creation_is_eopnotsupp_with_a_text)
{
	bool text = false;

	EXPECT_EQ(-EOPNOTSUPP, create(tun_is_alt() ? TUN_ALT_KIND_TUN : "tun", &text));
	EXPECT_TRUE(text);
	text = false;
	EXPECT_EQ(-EOPNOTSUPP, create(tun_is_alt() ? TUN_ALT_KIND_TAP : "tun", &text));
	EXPECT_TRUE(text);
}

TEST_HARNESS_MAIN
