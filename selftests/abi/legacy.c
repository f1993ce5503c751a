// SPDX-License-Identifier: GPL-2.0
/* TUNSETNOCSUM and TUNSETDEBUG, which old programs still call */
#include "kselftest_harness.h"
#include "ethtool.h"
#include "state.h"

FIXTURE(legacy)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(legacy)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, STATE_QUEUES);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(legacy)
{
	close(self->fd);
}

static const unsigned long values[] = { 1, 0, 0x7fff, 0x7fffffff, 0xffffffff };

TEST_F(legacy, nocsum_takes_any_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETNOCSUM, values[i]))
			TH_LOG("value 0x%lx", values[i]);
	}
}

TEST_F(legacy, debug_sets_the_message_level)
{
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, values[i]));
		EXPECT_EQ(values[i], ethtool_value(self->name, ETHTOOL_GMSGLVL))
			TH_LOG("value 0x%lx", values[i]);
	}
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, 0));
}

TEST_F(legacy, debug_and_ethtool_set_the_same)
{
	ASSERT_EQ(0, ethtool_set_value(self->name, ETHTOOL_SMSGLVL, 4));
	EXPECT_EQ(4, ethtool_value(self->name, ETHTOOL_GMSGLVL));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, 2));
	EXPECT_EQ(2, ethtool_value(self->name, ETHTOOL_GMSGLVL));
	ASSERT_EQ(0, ethtool_set_value(self->name, ETHTOOL_SMSGLVL, 0));
	EXPECT_EQ(0, ethtool_value(self->name, ETHTOOL_GMSGLVL));
}

TEST_F(legacy, message_level_starts_at_0)
{
	EXPECT_EQ(0, ethtool_value(self->name, ETHTOOL_GMSGLVL));
}

TEST_F(legacy, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETNOCSUM, 1));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, 2));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, 0));
}

TEST_F(legacy, disabled_queue_may)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETNOCSUM, 1));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETDEBUG, 2));
	EXPECT_EQ(2, ethtool_value(self->name, ETHTOOL_GMSGLVL));
}

TEST_F(legacy, unattached_is_ebadfd)
{
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETNOCSUM, 1));
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETDEBUG, 1));
}

TEST_F(legacy, deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, net_dellink(self->name));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNSETNOCSUM, 1));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNSETDEBUG, 1));
}

TEST_HARNESS_MAIN
