// SPDX-License-Identifier: GPL-2.0
/* TUNSETCARRIER, and the two other ways to set a carrier: netlink and sysfs */
#include <limits.h>
#include <sys/mount.h>

#include "kselftest_harness.h"
#include "netlink.h"
#include "state.h"

#include <linux/if.h>

#ifndef IFF_NO_CARRIER
#define IFF_NO_CARRIER 0x0040
#endif

FIXTURE(carrier)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(carrier)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, STATE_QUEUES, O_NONBLOCK));
	ASSERT_TRUE(net_running_is(self->dev.name, 1));
}

FIXTURE_TEARDOWN(carrier)
{
	close(self->dev.fd);
}

static int set(int fd, int on)
{
	return tun_ioctl(fd, TUNSETCARRIER, (unsigned long)&on);
}

/* IFLA_CARRIER, which does not wait for a work item as IFF_RUNNING does */
static int shown(const char *name)
{
	static struct rtnl_link link;
	int ret = netlink_get(name, &link);

	return ret ? ret : netlink_value(netlink_attribute(&link, IFLA_CARRIER));
}

/* IFLA_CARRIER by RTM_SETLINK; 0 or -errno */
static int set_by_netlink(const char *name, unsigned char on)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg ifi;
		struct rtattr rta;
		unsigned char on, pad[3];
	} req = {
		.nlh.nlmsg_len = sizeof(req),
		.nlh.nlmsg_type = RTM_SETLINK,
		.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.ifi.ifi_index = if_nametoindex(name),
		.rta.rta_len = RTA_LENGTH(1),
		.rta.rta_type = IFLA_CARRIER,
		.on = on,
	};
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[512];
	} ack = { .err.error = -EIO };
	int fd = netlink_socket(0);

	if (fd < 0)
		return fd;
	if (send(fd, &req, sizeof(req), 0) == sizeof(req))
		recv(fd, &ack, sizeof(ack), 0);
	close(fd);
	return ack.err.error;
}

/* /sys of this netns, seen by this process only; 0 or -errno */
static int enter_sysfs(void)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL))
		return -errno;
	return 0;
}

/* The device's "carrier" in a sysfs of this netns; 0 or -errno */
static int set_by_sysfs(const char *name, const char *on)
{
	char path[64];
	int ret = 0, fd;

	snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	if (write(fd, on, 1) != 1)
		ret = -errno;
	close(fd);
	return ret;
}

TEST_F(carrier, attached_device_has_one)
{
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, off_and_on_show_in_netlink)
{
	ASSERT_EQ(0, set(self->dev.fd, 0));
	EXPECT_EQ(0, shown(self->dev.name));
	ASSERT_EQ(0, set(self->dev.fd, 1));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, off_and_on_show_in_the_flags)
{
	ASSERT_EQ(0, set(self->dev.fd, 0));
	EXPECT_TRUE(net_running_is(self->dev.name, 0));
	ASSERT_EQ(0, set(self->dev.fd, 1));
	EXPECT_TRUE(net_running_is(self->dev.name, 1));
}

TEST_F(carrier, listeners_are_told)
{
	static struct rtnl_link link;
	int index = if_nametoindex(self->dev.name);
	int fd = netlink_socket(RTMGRP_LINK);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set(self->dev.fd, 0));
	do {
		ASSERT_EQ(0, netlink_told(fd, index, &link, NET_SOON_MS));
	} while (link.ifi.ifi_flags & IFF_LOWER_UP);
	EXPECT_EQ(0, netlink_value(netlink_attribute(&link, IFLA_CARRIER)));
	ASSERT_EQ(0, set(self->dev.fd, 1));
	do {
		ASSERT_EQ(0, netlink_told(fd, index, &link, NET_SOON_MS));
	} while (!(link.ifi.ifi_flags & IFF_LOWER_UP));
	EXPECT_EQ(1, netlink_value(netlink_attribute(&link, IFLA_CARRIER)));
}

TEST_F(carrier, any_value_but_0_is_on)
{
	static const int values[] = { 1, 2, -1, 0x100, INT_MIN };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		ASSERT_EQ(0, set(self->dev.fd, 0));
		ASSERT_EQ(0, set(self->dev.fd, values[i]));
		EXPECT_EQ(1, shown(self->dev.name)) TH_LOG("value %d", values[i]);
	}
}

TEST_F(carrier, twice_the_same_is_fine)
{
	EXPECT_EQ(0, set(self->dev.fd, 1));
	EXPECT_EQ(0, set(self->dev.fd, 0));
	EXPECT_EQ(0, set(self->dev.fd, 0));
	EXPECT_EQ(0, shown(self->dev.name));
}

TEST_F(carrier, device_that_is_down_keeps_it_for_later)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, set(self->dev.fd, 0));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(0, shown(self->dev.name));
}

TEST_F(carrier, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, set(self->dev.fd, 0));
	EXPECT_EQ(0, shown(self->dev.name));
}

TEST_F(carrier, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNSETCARRIER, tun_bad_pointer()));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, on_without_an_enabled_queue_is_eperm)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EPERM, set(self->dev.fd, 1));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNSETCARRIER, tun_bad_pointer()));
}

TEST_F(carrier, disabling_the_last_queue_leaves_it_on)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, off_without_an_enabled_queue_works)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, set(self->dev.fd, 0));
	EXPECT_EQ(0, shown(self->dev.name));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, set(self->dev.fd, 1));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, netlink_sets_the_same)
{
	ASSERT_EQ(0, set_by_netlink(self->dev.name, 0));
	EXPECT_EQ(0, shown(self->dev.name));
	ASSERT_EQ(0, set(self->dev.fd, 1));
	EXPECT_EQ(1, shown(self->dev.name));
	ASSERT_EQ(0, set(self->dev.fd, 0));
	ASSERT_EQ(0, set_by_netlink(self->dev.name, 1));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, netlink_cannot_set_it_on_without_an_enabled_queue)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EPERM, set_by_netlink(self->dev.name, 1));
	EXPECT_EQ(0, set_by_netlink(self->dev.name, 0));
}

TEST_F(carrier, netlink_cannot_set_it_on_without_a_descriptor)
{
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	self->dev.fd = -1;
	EXPECT_EQ(0, shown(self->dev.name));
	EXPECT_EQ(-EPERM, set_by_netlink(self->dev.name, 1));
	EXPECT_EQ(0, net_dellink(self->dev.name));
}

TEST_F(carrier, sysfs_sets_the_same)
{
	ASSERT_EQ(0, enter_sysfs());
	ASSERT_EQ(0, set_by_sysfs(self->dev.name, "0"));
	EXPECT_EQ(0, shown(self->dev.name));
	ASSERT_EQ(0, set_by_sysfs(self->dev.name, "1"));
	EXPECT_EQ(1, shown(self->dev.name));
}

TEST_F(carrier, sysfs_cannot_set_it_on_without_an_enabled_queue)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, enter_sysfs());
	EXPECT_EQ(-EPERM, set_by_sysfs(self->dev.name, "1"));
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, set(tun_open(0), 1));
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETCARRIER, tun_bad_pointer()));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, set(state_deleted(), 0));
}

TEST_F(carrier, enabling_a_queue_does_not_bring_it_back)
{
	ASSERT_EQ(0, set(self->dev.fd, 0));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, shown(self->dev.name));
}

TEST_F(carrier, device_may_be_made_without)
{
	struct tun_dev dev;

	ASSERT_EQ(0, tun_dev_create(&dev, IFF_TUN | IFF_NO_CARRIER, O_NONBLOCK));
	EXPECT_EQ(0, shown(dev.name));
}

TEST_F(carrier, attaching_without_turns_it_off)
{
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	self->dev.fd = tun_dev_queue(self->dev.name, STATE_QUEUES, O_NONBLOCK);
	EXPECT_EQ(1, shown(self->dev.name));
	close(self->dev.fd);
	self->dev.fd = tun_dev_queue(self->dev.name, STATE_QUEUES | IFF_NO_CARRIER, O_NONBLOCK);
	EXPECT_EQ(0, shown(self->dev.name));
	EXPECT_EQ(0, net_dellink(self->dev.name));
}

TEST_HARNESS_MAIN
