// SPDX-License-Identifier: GPL-2.0
/* Which flags of TUNSETIFF a device keeps, and when they change; sysfs shows them all */
#include "kselftest_harness.h"
#include "iff.h"

FIXTURE(flags)
{
	int fd;
};

FIXTURE_SETUP(flags)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, iff_sysfs());
	self->fd = -1;
}

FIXTURE_TEARDOWN(flags)
{
	if (self->fd >= 0)
		close(self->fd);
	net_dellink("x0");
}

static int kept(void)
{
	return iff_sysfs_number("x0", "tun_flags");
}

/* Makes x0 persistent and leaves it */
static int leave(int flags)
{
	int fd = iff_open("x0", flags);
	int ret;

	if (fd < 0)
		return fd;
	ret = tun_ioctl(fd, TUNSETPERSIST, 1);
	close(fd);
	return ret;
}

TEST_F(flags, new_device_keeps_what_it_knows)
{
	static const struct {
		int set;
		int kept;
	} rows[] = {
		{ IFF_TUN, IFF_TUN },
		{ IFF_TAP, IFF_TAP },
		{ IFF_TUN | IFF_TAP, IFF_TUN },
		{ IFF_TUN | IFF_NO_PI, IFF_TUN | IFF_NO_PI },
		{ IFF_TUN | IFF_ONE_QUEUE, IFF_TUN | IFF_ONE_QUEUE },
		{ IFF_TAP | IFF_MULTI_QUEUE, IFF_TAP | IFF_MULTI_QUEUE },
		{ IFF_TAP | IFF_NO_PI | IFF_ONE_QUEUE | IFF_MULTI_QUEUE,
		  IFF_TAP | IFF_NO_PI | IFF_ONE_QUEUE | IFF_MULTI_QUEUE },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", rows[i].set);

		ASSERT_LE(0, fd);
		EXPECT_EQ(rows[i].kept, kept())
			TH_LOG("flags %#x", rows[i].set);
		close(fd);
	}
}

TEST_F(flags, new_device_forgets_what_is_said_once)
{
	static const int rows[] = {
		IFF_NO_CARRIER, IFF_TUN_EXCL, IFF_ATTACH_QUEUE, IFF_DETACH_QUEUE, IFF_UNASSIGNED,
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", IFF_TUN | rows[i]);

		ASSERT_LE(0, fd);
		EXPECT_EQ(IFF_TUN, kept())
			TH_LOG("flag %#x", rows[i]);
		close(fd);
	}
}

TEST_F(flags, persist_cannot_be_asked_for_at_creation)
{
	self->fd = iff_open("x0", IFF_TUN | IFF_PERSIST);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(IFF_TUN, kept());
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(flags, persist_cannot_be_taken_back_by_attaching)
{
	ASSERT_EQ(0, leave(IFF_TUN));
	for (int i = 0; i < 2; i++) {
		self->fd = iff_open("x0", i ? IFF_TUN | IFF_PERSIST : IFF_TUN);
		ASSERT_LE(0, self->fd);
		EXPECT_EQ(IFF_TUN | IFF_PERSIST, kept());
		close(self->fd);
	}
	self->fd = -1;
	EXPECT_NE(0, if_nametoindex("x0"));
}

TEST_F(flags, flags_stay_while_nobody_is_attached)
{
	int flags = IFF_TUN | IFF_NO_PI | IFF_ONE_QUEUE;

	ASSERT_EQ(0, leave(flags));
	EXPECT_EQ(flags | IFF_PERSIST, kept());
}

TEST_F(flags, first_descriptor_of_a_persistent_device_changes_them)
{
	static const int rows[] = {
		IFF_NO_PI, 0, IFF_ONE_QUEUE, IFF_NO_PI | IFF_ONE_QUEUE, IFF_NO_PI, 0,
	};

	ASSERT_EQ(0, leave(IFF_TUN));
	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", IFF_TUN | rows[i]);

		ASSERT_LE(0, fd);
		EXPECT_EQ(IFF_TUN | IFF_PERSIST | rows[i], kept())
			TH_LOG("flags %#x", rows[i]);
		close(fd);
	}
}

TEST_F(flags, type_does_not_change_with_both_asked_for)
{
	ASSERT_EQ(0, leave(IFF_TAP));
	self->fd = iff_open("x0", IFF_TUN | IFF_TAP);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(IFF_TAP | IFF_PERSIST, kept());
}

TEST_F(flags, later_queue_of_a_persistent_device_changes_nothing)
{
	int multi = IFF_TAP | IFF_MULTI_QUEUE;
	int later;

	ASSERT_EQ(0, leave(multi));
	self->fd = iff_open("x0", multi | IFF_NO_PI);
	ASSERT_LE(0, self->fd);
	later = iff_open("x0", multi | IFF_ONE_QUEUE);
	ASSERT_LE(0, later);
	EXPECT_EQ(multi | IFF_NO_PI | IFF_PERSIST, kept());
	close(self->fd);
	/* Still one queue: the next is not the first. */
	self->fd = iff_open("x0", multi);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(multi | IFF_NO_PI | IFF_PERSIST, kept());
	close(later);
}

TEST_F(flags, refused_descriptor_changes_nothing)
{
	self->fd = iff_open("x0", IFF_TUN | IFF_NO_PI);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EBUSY, iff_open("x0", IFF_TUN | IFF_ONE_QUEUE));
	EXPECT_EQ(IFF_TUN | IFF_NO_PI, kept());
}

TEST_F(flags, sysfs_and_ioctl_agree_but_for_the_filter_bit)
{
	int flags = IFF_TAP | IFF_ONE_QUEUE | IFF_MULTI_QUEUE;

	self->fd = iff_open("x0", flags);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(flags, kept());
	EXPECT_EQ(flags | IFF_NOFILTER, iff_get_flags(self->fd));
}

TEST_HARNESS_MAIN
