// SPDX-License-Identifier: GPL-2.0
/* IFF_BACKPRESSURE as a flag: whose it is, who changes it, who is told */
#include "kselftest_harness.h"
#include "iff.h"

#define PLAIN (IFF_TUN | IFF_NO_PI)
#define MULTI (PLAIN | IFF_MULTI_QUEUE)

FIXTURE(backpressure)
{
	int first;
	int second;
};

FIXTURE_SETUP(backpressure)
{
	ASSERT_TRUE(tun_has(IFF_BACKPRESSURE))
		TH_LOG("the node has no IFF_BACKPRESSURE");
	ASSERT_EQ(0, tun_dev_netns());
	self->first = -1;
	self->second = -1;
}

FIXTURE_TEARDOWN(backpressure)
{
	close(self->first);
	close(self->second);
}

static int shown(int fd)
{
	int flags = iff_get_flags(fd);

	return flags < 0 ? flags : flags & IFF_BACKPRESSURE;
}

TEST_F(backpressure, is_a_feature)
{
	unsigned int features;

	self->first = tun_open(0);
	ASSERT_EQ(0, ioctl(self->first, TUNGETFEATURES, &features));
	EXPECT_EQ(IFF_BACKPRESSURE, features & IFF_BACKPRESSURE);
}

TEST_F(backpressure, is_shown_as_it_was_asked_for)
{
	self->first = iff_open("t0", PLAIN | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->first);
	self->second = iff_open("t1", PLAIN);
	ASSERT_LE(0, self->second);
	EXPECT_EQ(IFF_BACKPRESSURE, shown(self->first));
	EXPECT_EQ(0, shown(self->second));
	ASSERT_EQ(0, iff_sysfs());
	EXPECT_TRUE(iff_sysfs_number("t0", "tun_flags") & IFF_BACKPRESSURE);
}

TEST_F(backpressure, second_queue_cannot_set_it)
{
	self->first = iff_open("t0", MULTI);
	ASSERT_LE(0, self->first);
	self->second = iff_open("t0", MULTI | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->second);
	EXPECT_EQ(0, shown(self->first));
	EXPECT_EQ(0, shown(self->second));
}

TEST_F(backpressure, second_queue_cannot_clear_it)
{
	self->first = iff_open("t0", MULTI | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->first);
	self->second = iff_open("t0", MULTI);
	ASSERT_LE(0, self->second);
	EXPECT_EQ(IFF_BACKPRESSURE, shown(self->first));
	EXPECT_EQ(IFF_BACKPRESSURE, shown(self->second));
}

TEST_F(backpressure, disabled_queue_keeps_it)
{
	self->first = iff_open("t0", MULTI | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->first);
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	self->second = iff_open("t0", MULTI);
	ASSERT_LE(0, self->second);
	EXPECT_EQ(IFF_BACKPRESSURE, shown(self->second));
}

TEST_F(backpressure, next_first_queue_of_a_persistent_device_decides_again)
{
	self->first = iff_open("t0", MULTI | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->first);
	ASSERT_EQ(0, ioctl(self->first, TUNSETPERSIST, 1));
	ASSERT_EQ(0, close(self->first));
	self->first = iff_open("t0", MULTI);
	ASSERT_LE(0, self->first);
	EXPECT_EQ(0, shown(self->first));
	ASSERT_EQ(0, close(self->first));
	self->first = iff_open("t0", MULTI | IFF_BACKPRESSURE);
	ASSERT_LE(0, self->first);
	EXPECT_EQ(IFF_BACKPRESSURE, shown(self->first));
	ASSERT_EQ(0, ioctl(self->first, TUNSETPERSIST, 0));
}

TEST_HARNESS_MAIN
