// SPDX-License-Identifier: GPL-2.0
/* TUNGETVNETHDRSZ and TUNSETVNETHDRSZ, and where IFF_VNET_HDR shows */
#include <limits.h>

#include "kselftest_harness.h"
#include "iff.h"
#include "netlink.h"
#include "state.h"
#include "vnet.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR)

FIXTURE(vnet_size)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(vnet_size)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, FLAGS);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(vnet_size)
{
	close(self->fd);
}

TEST_F(vnet_size, default_is_10)
{
	EXPECT_EQ(10, vnet_get_size(self->fd));
}

TEST_F(vnet_size, size_from_10_on_is_kept_as_given)
{
	static const int sizes[] = {
		10, 11, 12, 20, 24, 25, 255, 4096, 65535, 65536, INT_MAX - 1, INT_MAX,
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(0, vnet_set_size(self->fd, sizes[i])) TH_LOG("size %d", sizes[i]);
		EXPECT_EQ(sizes[i], vnet_get_size(self->fd));
	}
}

TEST_F(vnet_size, size_below_10_is_einval_and_changes_nothing)
{
	static const int sizes[] = { 9, 1, 0, -1, -10, INT_MIN };

	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(-EINVAL, vnet_set_size(self->fd, sizes[i])) TH_LOG("size %d", sizes[i]);
		EXPECT_EQ(12, vnet_get_size(self->fd));
	}
}

TEST_F(vnet_size, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETVNETHDRSZ, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETVNETHDRSZ, tun_bad_pointer()));
	EXPECT_EQ(10, vnet_get_size(self->fd));
}

TEST_F(vnet_size, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, vnet_set_size(self->fd, 12));
	EXPECT_EQ(12, vnet_get_size(self->fd));
}

TEST_F(vnet_size, set_works_on_a_device_that_is_up)
{
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(0, vnet_set_size(self->fd, 12));
	EXPECT_EQ(12, vnet_get_size(self->fd));
}

TEST_F(vnet_size, all_queues_have_the_same)
{
	int second = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	EXPECT_EQ(12, vnet_get_size(second));
	ASSERT_EQ(0, vnet_set_size(second, 20));
	EXPECT_EQ(20, vnet_get_size(self->fd));
	close(second);
}

TEST_F(vnet_size, later_queue_has_the_same)
{
	int second;

	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	second = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, second);
	EXPECT_EQ(12, vnet_get_size(second));
	close(second);
}

TEST_F(vnet_size, disabled_queue_may_set_it)
{
	int second = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);

	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, vnet_set_size(second, 12));
	EXPECT_EQ(12, vnet_get_size(second));
	EXPECT_EQ(12, vnet_get_size(self->fd));
	close(second);
}

TEST_F(vnet_size, persistent_device_keeps_it_for_the_next_holder)
{
	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	self->fd = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(12, vnet_get_size(self->fd));
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST_F(vnet_size, holder_without_the_flag_finds_it_too)
{
	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	self->fd = tun_dev_queue(self->name, FLAGS & ~IFF_VNET_HDR, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(12, vnet_get_size(self->fd));
	EXPECT_EQ(0, vnet_set_size(self->fd, 20));
	EXPECT_EQ(20, vnet_get_size(self->fd));
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST_F(vnet_size, new_device_on_a_used_descriptor_has_10)
{
	ASSERT_EQ(0, vnet_set_size(self->fd, 12));
	ASSERT_EQ(0, net_dellink(self->name));
	ASSERT_EQ(0, tun_dev_attach(self->fd, self->name, FLAGS));
	EXPECT_EQ(10, vnet_get_size(self->fd));
}

TEST(device_without_the_flag_has_a_size)
{
	char name[IFNAMSIZ];
	int fd;

	ASSERT_EQ(0, tun_dev_netns());
	fd = state_attached(name, IFF_TAP);
	ASSERT_LE(0, fd);
	EXPECT_EQ(10, vnet_get_size(fd));
	EXPECT_EQ(0, vnet_set_size(fd, 12));
	EXPECT_EQ(12, vnet_get_size(fd));
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, vnet_get_size(tun_open(0)));
	EXPECT_EQ(-EBADFD, vnet_set_size(tun_open(0), 12));
	EXPECT_EQ(-EBADFD, vnet_set_size(tun_open(0), 0));
}

TEST(state_is_judged_before_bad_memory)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNGETVNETHDRSZ, tun_bad_pointer()));
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETVNETHDRSZ, tun_bad_pointer()));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, vnet_get_size(state_deleted()));
	EXPECT_EQ(-EBADFD, vnet_set_size(state_deleted(), 12));
}

TEST_F(vnet_size, flag_shows_in_tungetiff)
{
	int plain;

	EXPECT_EQ(IFF_VNET_HDR, iff_get_flags(self->fd) & IFF_VNET_HDR);
	plain = iff_open("plain", IFF_TUN);
	ASSERT_LE(0, plain);
	EXPECT_EQ(0, iff_get_flags(plain) & IFF_VNET_HDR);
	close(plain);
}

TEST_F(vnet_size, flag_shows_in_sysfs)
{
	ASSERT_EQ(0, iff_sysfs());
	EXPECT_EQ(FLAGS, iff_sysfs_number(self->name, "tun_flags"));
}

TEST_F(vnet_size, flag_shows_in_netlink)
{
	static struct rtnl_link link;

	ASSERT_EQ(0, netlink_get(self->name, &link));
	EXPECT_EQ(1, netlink_tun_value(&link, IFLA_TUN_VNET_HDR));
}

TEST_F(vnet_size, flag_follows_the_next_holder)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	self->fd = tun_dev_queue(self->name, FLAGS & ~IFF_VNET_HDR, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, iff_get_flags(self->fd) & IFF_VNET_HDR);
	close(self->fd);
	self->fd = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(IFF_VNET_HDR, iff_get_flags(self->fd) & IFF_VNET_HDR);
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST_F(vnet_size, second_queue_does_not_change_the_flag)
{
	int second = tun_dev_queue(self->name, FLAGS & ~IFF_VNET_HDR, O_NONBLOCK);

	ASSERT_LE(0, second);
	EXPECT_EQ(IFF_VNET_HDR, iff_get_flags(self->fd) & IFF_VNET_HDR);
	EXPECT_EQ(IFF_VNET_HDR, iff_get_flags(second) & IFF_VNET_HDR);
	close(second);
}

TEST_F(vnet_size, flag_is_among_the_features)
{
	unsigned int features = 0;

	ASSERT_EQ(0, ioctl(self->fd, TUNGETFEATURES, &features));
	EXPECT_EQ(IFF_VNET_HDR, features & IFF_VNET_HDR);
}

TEST_HARNESS_MAIN
