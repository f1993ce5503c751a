// SPDX-License-Identifier: GPL-2.0
/* A ring that a program sees holds the file, and so the device; in-tree has nothing to see */
#include "kselftest_harness.h"
#include "ring/shared.h"

#define LEAST TUN_ALT_RING_LEAST

FIXTURE(mapping)
{
	struct tun_dev dev;
	struct rings rings;
};

FIXTURE_SETUP(mapping)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
}

FIXTURE_TEARDOWN(mapping)
{
	rings_unmap(&self->rings);
	close(self->dev.fd);
}

static bool is_gone(const char *name)
{
	for (int i = 0; i < 400 && net_flags(name) >= 0; i++)
		net_sleep_ms(5);
	return net_flags(name) < 0;
}

TEST_F(mapping, keeps_the_device_of_a_closed_descriptor)
{
	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, 0, 0));
	close(self->dev.fd);
	EXPECT_LE(0, net_flags(self->dev.name));
	rings_unmap(&self->rings);
	EXPECT_TRUE(is_gone(self->dev.name));
}

TEST_F(mapping, second_one_keeps_it_as_well)
{
	struct rings *rings = &self->rings;
	struct tun_alt_ring_view first;

	ASSERT_EQ(0, rings_begin(self->dev.fd, rings, LEAST, 0, 0));
	first = rings->read;
	ASSERT_EQ(0, rings_map(self->dev.fd, &rings->setup.read, &rings->read));
	close(self->dev.fd);
	munmap(first.shared, rings->setup.read.length);
	EXPECT_LE(0, net_flags(self->dev.name));
	rings_unmap(rings);
	EXPECT_TRUE(is_gone(self->dev.name));
}

/* No network namespace, and no device, waits for a program to look away. */
TEST_F(mapping, does_not_keep_a_device_that_is_deleted)
{
	struct rings *rings = &self->rings;

	ASSERT_EQ(0, rings_begin(self->dev.fd, rings, LEAST, 0, 0));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_GT(0, net_flags(self->dev.name));
	EXPECT_EQ(TUN_ALT_RING_ENDED, rings->read.shared->state);
	memset(rings->read.shared, 0x55, rings->setup.read.length);
}

TEST_HARNESS_MAIN
