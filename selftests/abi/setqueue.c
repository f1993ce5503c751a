// SPDX-License-Identifier: GPL-2.0
/* TUNSETQUEUE: parking a queue and taking it back, and who may not */
#include "kselftest_harness.h"
#include "abi.h"
#include "netlink.h"

FIXTURE(setqueue)
{
	int first;
	int second;
};

FIXTURE_SETUP(setqueue)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->first = abi_attach("t0", ABI_MULTI);
	ASSERT_LE(0, self->first);
	self->second = abi_attach("t0", ABI_MULTI);
	ASSERT_LE(0, self->second);
}

FIXTURE_TEARDOWN(setqueue)
{
	close(self->first);
	close(self->second);
}

TEST_F(setqueue, disabling_shows_in_tungetiff)
{
	EXPECT_EQ(0, abi_flags(self->second) & IFF_DETACH_QUEUE);
	ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_DETACH_QUEUE));
	EXPECT_EQ(IFF_DETACH_QUEUE, abi_flags(self->second) & IFF_DETACH_QUEUE);
	EXPECT_EQ(0, abi_flags(self->first) & IFF_DETACH_QUEUE);
	ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, abi_flags(self->second) & IFF_DETACH_QUEUE);
}

TEST_F(setqueue, both_kinds_are_counted_for_netlink)
{
	EXPECT_EQ(2, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
	EXPECT_EQ(0, netlink_link_tun_value("t0", IFLA_TUN_NUM_DISABLED_QUEUES));
	ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_DETACH_QUEUE));
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_DISABLED_QUEUES));
	close(self->second);
	self->second = -1;
	EXPECT_EQ(0, netlink_link_tun_value("t0", IFLA_TUN_NUM_DISABLED_QUEUES));
}

TEST_F(setqueue, enabling_an_enabled_one_is_einval)
{
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE));
}

TEST_F(setqueue, disabling_twice_is_einval)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE));
}

TEST_F(setqueue, single_queue_device_is_einval)
{
	int fd = abi_attach("one", ABI_SINGLE);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
	close(fd);
}

TEST_F(setqueue, neither_flag_is_einval)
{
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, 0));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, ABI_MULTI));
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, 0));
}

TEST_F(setqueue, attach_wins_over_detach)
{
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE | IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE | IFF_DETACH_QUEUE));
	EXPECT_EQ(0, abi_flags(self->first) & IFF_DETACH_QUEUE);
}

TEST_F(setqueue, other_flags_are_ignored)
{
	int flags = IFF_DETACH_QUEUE | IFF_TAP | IFF_PERSIST | 0xc;

	EXPECT_EQ(0, tun_dev_set_queue(self->first, flags));
	EXPECT_EQ(IFF_TUN, abi_flags(self->first) & (IFF_TUN | IFF_TAP));
	EXPECT_EQ(0, abi_flags(self->first) & IFF_PERSIST);
}

TEST_F(setqueue, name_is_ignored)
{
	struct ifreq ifr = { .ifr_name = "a/b", .ifr_flags = IFF_DETACH_QUEUE };

	EXPECT_EQ(0, ioctl(self->first, TUNSETQUEUE, &ifr));
	EXPECT_STREQ("a/b", ifr.ifr_name);
}

TEST_F(setqueue, unattached_is_einval_and_never_ebadfd)
{
	static const int flags[] = { 0, IFF_ATTACH_QUEUE, IFF_DETACH_QUEUE };
	int gone = abi_deleted(ABI_MULTI);
	int fresh = tun_open(0);

	ASSERT_LE(0, gone);
	ASSERT_LE(0, fresh);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-EINVAL, tun_dev_set_queue(fresh, flags[i]))
			TH_LOG("flags %#x", flags[i]);
		EXPECT_EQ(-EINVAL, tun_dev_set_queue(gone, flags[i]))
			TH_LOG("flags %#x after deletion", flags[i]);
	}
	close(fresh);
	close(gone);
}

TEST_F(setqueue, deletion_frees_a_disabled_queue)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, net_dellink("t0"));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE));
	EXPECT_EQ(-EBADFD, abi_flags(self->first));
	EXPECT_EQ(0, abi_set_iff(self->first, "t1", ABI_MULTI));
	EXPECT_EQ(0, abi_flags(self->first) & IFF_DETACH_QUEUE);
}

TEST_F(setqueue, bad_pointer_is_efault_in_any_state)
{
	int fresh = tun_open(0);

	ASSERT_LE(0, fresh);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->first, TUNSETQUEUE, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(fresh, TUNSETQUEUE, tun_bad_pointer()));
	close(fresh);
}

TEST_F(setqueue, needs_no_right)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	struct ifreq on = { .ifr_flags = IFF_ATTACH_QUEUE };
	struct abi_call disable = { self->first, TUNSETQUEUE, (unsigned long)&off };
	struct abi_call enable = { self->first, TUNSETQUEUE, (unsigned long)&on };

	EXPECT_EQ(0, abi_as_nobody(abi_call, &disable));
	EXPECT_EQ(0, abi_as_nobody(abi_call, &enable));
}

TEST_F(setqueue, all_may_be_disabled_and_come_back_in_any_order)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
	ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_ATTACH_QUEUE));
	EXPECT_EQ(2, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
}

TEST_F(setqueue, device_lives_as_long_as_a_disabled_queue)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	close(self->second);
	self->second = -1;
	EXPECT_NE(0, if_nametoindex("t0"));
	close(self->first);
	self->first = -1;
	EXPECT_EQ(0, rtnl_index("t0"));
}

TEST_HARNESS_MAIN
