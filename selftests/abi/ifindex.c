// SPDX-License-Identifier: GPL-2.0
/* TUNSETIFINDEX: the interface index that the next device gets */
#include <limits.h>

#include "kselftest_harness.h"
#include "abi.h"

FIXTURE(ifindex)
{
	int fd;
};

FIXTURE_SETUP(ifindex)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(ifindex)
{
	close(self->fd);
}

static int set(int fd, int index)
{
	return tun_ioctl(fd, TUNSETIFINDEX, (unsigned long)&index);
}

TEST_F(ifindex, next_device_has_it)
{
	ASSERT_EQ(0, set(self->fd, 4711));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(4711, if_nametoindex("t0"));
}

TEST_F(ifindex, last_word_counts)
{
	ASSERT_EQ(0, set(self->fd, 4711));
	ASSERT_EQ(0, set(self->fd, 4712));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(4712, if_nametoindex("t0"));
}

TEST_F(ifindex, zero_is_automatic)
{
	ASSERT_EQ(0, set(self->fd, 4711));
	ASSERT_EQ(0, set(self->fd, 0));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_NE(0, if_nametoindex("t0"));
	EXPECT_NE(4711, if_nametoindex("t0"));
}

TEST_F(ifindex, largest_int_is_taken)
{
	ASSERT_EQ(0, set(self->fd, INT_MAX));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(INT_MAX, if_nametoindex("t0"));
}

TEST_F(ifindex, negative_is_einval_and_changes_nothing)
{
	ASSERT_EQ(0, set(self->fd, 4711));
	EXPECT_EQ(-EINVAL, set(self->fd, -1));
	EXPECT_EQ(-EINVAL, set(self->fd, INT_MIN));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(4711, if_nametoindex("t0"));
}

TEST_F(ifindex, one_in_use_makes_tunsetiff_ebusy)
{
	ASSERT_EQ(0, set(self->fd, if_nametoindex("lo")));
	EXPECT_EQ(-EBUSY, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(0, rtnl_index("t0"));
	EXPECT_EQ(-EBADFD, abi_flags(self->fd));
	ASSERT_EQ(0, set(self->fd, 0));
	EXPECT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
}

TEST_F(ifindex, wish_outlives_a_device_that_was_not_made)
{
	ASSERT_EQ(0, set(self->fd, if_nametoindex("lo")));
	EXPECT_EQ(-EBUSY, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(-EBUSY, abi_set_iff(self->fd, "t0", IFF_TAP | IFF_MULTI_QUEUE));
}

TEST_F(ifindex, attached_is_eperm)
{
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(-EPERM, set(self->fd, 4711));
	EXPECT_EQ(-EPERM, set(self->fd, -1));
}

TEST_F(ifindex, disabled_queue_is_eperm)
{
	int fd = abi_disabled();

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EPERM, set(fd, 4711));
	close(fd);
}

TEST_F(ifindex, deleted_device_frees_the_descriptor_for_it)
{
	int fd = abi_deleted(ABI_SINGLE);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, set(fd, 4711));
	ASSERT_EQ(0, abi_set_iff(fd, "t0", ABI_SINGLE));
	EXPECT_EQ(4711, if_nametoindex("t0"));
	close(fd);
}

TEST_F(ifindex, state_is_judged_before_a_bad_pointer)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFINDEX, tun_bad_pointer()));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, TUNSETIFINDEX, tun_bad_pointer()));
}

TEST_F(ifindex, needs_no_right)
{
	int index = 4711;
	struct abi_call call = { self->fd, TUNSETIFINDEX, (unsigned long)&index };

	ASSERT_EQ(0, abi_as_nobody(abi_call, &call));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(4711, if_nametoindex("t0"));
}

TEST_HARNESS_MAIN
