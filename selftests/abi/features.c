// SPDX-License-Identifier: GPL-2.0
/* TUNGETFEATURES: by which programs learn what they may ask for */
#include "kselftest_harness.h"
#include "abi.h"

/* What every kernel's in-tree driver has; that of 7.3 has IFF_BACKPRESSURE beside it */
#define COMMON (IFF_TUN | IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS | IFF_NO_CARRIER | \
		IFF_MULTI_QUEUE | IFF_NO_PI | IFF_ONE_QUEUE | IFF_VNET_HDR)

FIXTURE(features)
{
	int fd;
};

FIXTURE_SETUP(features)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(features)
{
	close(self->fd);
}

static int features(int fd)
{
	unsigned int value = 0;
	int ret = tun_ioctl(fd, TUNGETFEATURES, (unsigned long)&value);

	return ret ? ret : (int)value;
}

TEST_F(features, name_what_both_drivers_have)
{
	EXPECT_EQ(COMMON, features(self->fd) & COMMON);
}

TEST_F(features, are_those_of_linux_7_3)
{
	EXPECT_EQ(0x71f3, features(self->fd));
}

TEST_F(features, name_no_flag_that_is_an_action_or_a_state)
{
	int actions = IFF_ATTACH_QUEUE | IFF_DETACH_QUEUE | IFF_PERSIST | IFF_TUN_EXCL;

	EXPECT_EQ(0, features(self->fd) & actions);
}

TEST_F(features, fill_the_whole_int)
{
	unsigned int value = ~0U;

	ASSERT_EQ(0, ioctl(self->fd, TUNGETFEATURES, &value));
	EXPECT_EQ(0, value & ~0xffffU);
}

TEST_F(features, are_the_same_in_every_state)
{
	int before = features(self->fd);
	int fd;

	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(before, features(self->fd));
	ASSERT_EQ(0, net_dellink("t0"));
	EXPECT_EQ(before, features(self->fd));
	fd = abi_disabled();
	ASSERT_LE(0, fd);
	EXPECT_EQ(before, features(fd));
	close(fd);
}

TEST_F(features, are_for_everybody)
{
	unsigned int value = 0;
	struct abi_call call = { self->fd, TUNGETFEATURES, (unsigned long)&value };

	EXPECT_EQ(0, abi_as_nobody(abi_call, &call));
}

TEST_F(features, bad_pointer_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETFEATURES, tun_bad_pointer()));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_SINGLE));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETFEATURES, tun_bad_pointer()));
}

TEST_HARNESS_MAIN
