// SPDX-License-Identifier: GPL-2.0
/* TUNSETPERSIST: the call; lifetime/persist has what becomes of the device */
#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

FIXTURE(persist)
{
	int fd;
};

FIXTURE_SETUP(persist)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(persist)
{
	if (self->fd >= 0)
		close(self->fd);
	net_dellink("x0");
}

/* Whether the descriptor's device is persistent, or -errno */
static int is_set(int fd)
{
	int flags = iff_get_flags(fd);

	return flags < 0 ? flags : !!(flags & IFF_PERSIST);
}

TEST_F(persist, any_number_but_zero_sets_it)
{
	static const unsigned long rows[] = {
		1, 2, -1UL, 0x80000000UL, (-1UL) << (sizeof(long) * 4),
	};

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, rows[i]))
			TH_LOG("%#lx", rows[i]);
		EXPECT_EQ(1, is_set(self->fd))
			TH_LOG("%#lx", rows[i]);
		EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 0));
		EXPECT_EQ(0, is_set(self->fd));
	}
}

TEST_F(persist, setting_it_twice_is_no_error_and_one_clearing_is_enough)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(0, is_set(self->fd));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 0));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(persist, device_without_it_goes_with_the_last_descriptor)
{
	int other;

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
	other = iff_open("x0", IFF_TAP | IFF_MULTI_QUEUE);
	ASSERT_LE(0, other);
	close(self->fd);
	self->fd = -1;
	EXPECT_NE(0, if_nametoindex("x0"));
	close(other);
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(persist, unattached_is_ebadfd)
{
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNSETPERSIST, 0));
}

TEST_F(persist, deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, net_dellink("x0"));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNSETPERSIST, 1));
}

TEST_F(persist, disabled_queue_may_set_it)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(1, is_set(self->fd));
	close(self->fd);
	self->fd = -1;
	EXPECT_NE(0, if_nametoindex("x0"));
}

TEST_F(persist, any_queue_sets_it_for_the_device)
{
	int other;

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
	other = iff_open("x0", IFF_TAP | IFF_MULTI_QUEUE);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, tun_ioctl(other, TUNSETPERSIST, 1));
	EXPECT_EQ(1, is_set(self->fd));
	close(other);
	EXPECT_EQ(1, is_set(self->fd));
}

TEST_F(persist, nobody_may_set_it_if_he_has_the_descriptor)
{
	struct child_rights nobody = { .uid = 65534, .gid = 65534 };

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(0, child_ioctl(&nobody, self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(1, is_set(self->fd));
}

/* Counts the link messages that wait in @sock, and takes them */
static int messages(int sock)
{
	char room[8192];
	int n = 0;

	while (recv(sock, room, sizeof(room), MSG_DONTWAIT) > 0)
		n++;
	return n;
}

TEST_F(persist, change_is_announced_and_a_repetition_is_not)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	ASSERT_LE(0, sock);
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	/* Only of a device that is up; what carrier does to it has to be over. */
	ASSERT_EQ(0, net_up("x0"));
	ASSERT_TRUE(net_running_is("x0", 1));
	ASSERT_EQ(0, bind(sock, (struct sockaddr *)&addr, sizeof(addr)));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(1, messages(sock));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(0, messages(sock));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(1, messages(sock));
	close(sock);
}

TEST_HARNESS_MAIN
