// SPDX-License-Identifier: GPL-2.0
/*
 * The refusals of TUNSETIFF in the order in which they are judged, and where a device is
 * made. host/red.sh proves with this program that a changed errno fails a run.
 */
#include "kselftest_harness.h"
#include "abi.h"

FIXTURE(tunsetiff)
{
	int fd;
};

FIXTURE_SETUP(tunsetiff)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(tunsetiff)
{
	close(self->fd);
}

TEST_F(tunsetiff, second_tunsetiff_is_eexist)
{
	ASSERT_EQ(0, abi_set_iff(self->fd, "vpn0", ABI_SINGLE));
	EXPECT_EQ(-EEXIST, abi_set_iff(self->fd, "vpn0", ABI_SINGLE));
	EXPECT_EQ(-EEXIST, abi_set_iff(self->fd, "vpn1", ABI_SINGLE));
	EXPECT_EQ(-EEXIST, abi_set_iff(self->fd, "", 0));
}

TEST_F(tunsetiff, ifreq_is_read_to_its_end)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ifreq ifr = { .ifr_flags = ABI_SINGLE };

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	memcpy(pages + 4096 - 18, &ifr, 18);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)pages + 4096 - 18));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF,
				     (unsigned long)pages + 4096 - sizeof(ifr) + 1));
	EXPECT_EQ(0, rtnl_index("tun0"));
	memcpy(pages + 4096 - sizeof(ifr), &ifr, sizeof(ifr));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)pages + 4096 - sizeof(ifr)));
}

TEST_F(tunsetiff, neither_type_is_einval)
{
	EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, "vpn0", 0));
	EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, "vpn0", IFF_NO_PI | IFF_MULTI_QUEUE));
	EXPECT_EQ(0, rtnl_index("vpn0"));
	EXPECT_EQ(-EBADFD, abi_flags(self->fd));
}

static int create_as_given(void *data)
{
	struct abi_call *call = data;

	return abi_set_iff(call->fd, "vpn0", call->arg);
}

TEST_F(tunsetiff, without_capability_is_eperm)
{
	struct abi_call call = { .fd = self->fd, .arg = ABI_SINGLE };

	EXPECT_EQ(-EPERM, abi_as_nobody(create_as_given, &call));
	EXPECT_EQ(0, rtnl_index("vpn0"));
}

TEST_F(tunsetiff, missing_capability_is_judged_before_the_missing_type)
{
	struct abi_call call = { .fd = self->fd, .arg = 0 };

	EXPECT_EQ(-EPERM, abi_as_nobody(create_as_given, &call));
}

TEST_F(tunsetiff, missing_type_is_judged_before_the_name)
{
	EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, "a/b", 0));
	EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, "a/b", IFF_TUN));
}

static int create_in_user_namespace(void *data)
{
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -errno;
	fd = tun_open(O_NONBLOCK);
	return fd < 0 ? fd : abi_set_iff(fd, "vpn0", ABI_SINGLE);
}

TEST_F(tunsetiff, root_of_a_user_namespace_may_create_in_its_own_netns)
{
	EXPECT_EQ(0, abi_as(0, 0, create_in_user_namespace, NULL));
}

static int create_outside_user_namespace(void *data)
{
	struct abi_call *call = data;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -errno;
	return abi_set_iff(call->fd, "vpn0", ABI_SINGLE);
}

TEST_F(tunsetiff, root_of_a_user_namespace_may_not_create_outside)
{
	struct abi_call call = { .fd = self->fd };

	EXPECT_EQ(-EPERM, abi_as(0, 0, create_outside_user_namespace, &call));
}

TEST_F(tunsetiff, creates_where_the_descriptor_was_opened)
{
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, abi_set_iff(self->fd, "vpn0", ABI_SINGLE));
	EXPECT_EQ(0, rtnl_index("vpn0"));
	EXPECT_LE(0, abi_flags(self->fd));
}

TEST_F(tunsetiff, refused_descriptor_stays_usable)
{
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(-EINVAL, abi_set_iff(self->fd, "a/b", ABI_SINGLE));
		ASSERT_EQ(-EBADFD, abi_flags(self->fd));
	}
	EXPECT_EQ(0, abi_set_iff(self->fd, "vpn0", ABI_SINGLE));
}

TEST_F(tunsetiff, after_deletion_of_the_device_makes_another)
{
	ASSERT_EQ(0, abi_set_iff(self->fd, "vpn0", ABI_SINGLE));
	ASSERT_EQ(0, net_dellink("vpn0"));
	ASSERT_EQ(0, abi_set_iff(self->fd, "vpn1", IFF_TAP));
	EXPECT_EQ(0, rtnl_index("vpn0"));
	EXPECT_NE(0, if_nametoindex("vpn1"));
}

TEST_HARNESS_MAIN
