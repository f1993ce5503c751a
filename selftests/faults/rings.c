// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: a set-up that fails leaves none, a record is taken or counted, a packet is in the ring or
 * dropped; whatever failed, the next call works.
 */
#include <linux/if_tun_alt.h>

#include "kselftest_harness.h"
#include "world.h"
#include "ring/shared.h"

#define LEAST TUN_ALT_RING_LEAST
#define LEN 200
#define RECORDS 3

FIXTURE(both)
{
	struct world world;
	struct world_dev dev;
	struct rings rings;
};

FIXTURE_VARIANT(both)
{
	const char *name;
	int flags;
	unsigned int options;
};

FIXTURE_VARIANT_ADD(both, tun)
{
	.name = "tun", .flags = IFF_TUN | IFF_NO_PI,
};

FIXTURE_VARIANT_ADD(both, tap)
{
	.name = "tap", .flags = IFF_TAP | IFF_NO_PI, .options = TUN_ALT_RING_TIME,
};

FIXTURE_VARIANT_ADD(both, header)
{
	.name = "header", .flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR,
};

FIXTURE_VARIANT_ADD(both, merged)
{
	.name = "merged", .flags = IFF_TUN | IFF_NO_PI, .options = TUN_ALT_RING_GRO,
};

FIXTURE_SETUP(both)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
}

FIXTURE_TEARDOWN(both)
{
	rings_unmap(&self->rings);
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

static int setup(FIXTURE_DATA(both) * self, unsigned int options)
{
	return rings_setup(self->dev.fd, &self->rings.setup, LEAST, LEAST, options);
}

static int detach(FIXTURE_DATA(both) * self)
{
	return tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0);
}

TEST_F(both, set_up_whole_or_not_at_all)
{
	struct fault f = FAULT(ENOMEM, EFAULT);
	int ret;

	while (fault_next(&f)) {
		ret = fault_call(&f, setup(self, variant->options));
		ASSERT_EQ(ret ? -EINVAL : 0, detach(self))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, setup(self, variant->options))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, detach(self));
	}
	fault_end(_metadata, &f, variant->name);
}

TEST_F(both, mapped_or_not)
{
	struct fault f = FAULT(ENOMEM);
	int ret;

	ASSERT_EQ(0, setup(self, variant->options));
	while (fault_next(&f)) {
		ret = fault_call(&f, rings_map(self->dev.fd, &self->rings.setup.read,
					       &self->rings.read));
		if (!ret)
			rings_unmap(&self->rings);
		ASSERT_EQ(0, rings_map(self->dev.fd, &self->rings.setup.read, &self->rings.read))
			TH_LOG("fault %d", f.n);
		rings_unmap(&self->rings);
	}
	fault_end(_metadata, &f, variant->name);
}

/* Some records, which are shown and not yet taken */
static void write_records(FIXTURE_DATA(both) * self, int flags)
{
	struct packet p;

	for (int i = 0; i < RECORDS; i++) {
		world_frame(&p, flags, LEN - world_header(flags));
		rings_add(&self->rings, p.data, p.len);
	}
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
}

/* Packets that the stack was given, and those that were not to be had */
static long long accounted(FIXTURE_DATA(both) * self)
{
	return net_stat(self->dev.name, NET_RECEIVED_PACKETS) + self->rings.write.shared->drops;
}

TEST_F(both, record_is_taken_or_counted)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS);
	long long before;
	int ret;

	ASSERT_EQ(0, setup(self, variant->options));
	ASSERT_EQ(0, rings_map(self->dev.fd, &self->rings.setup.write, &self->rings.write));
	while (fault_next(&f)) {
		before = accounted(self);
		write_records(self, variant->flags);
		ret = fault_call(&f, rings_kick(self->dev.fd));
		ret = ret < 0 ? 0 : ret;
		if (ret < RECORDS)
			ASSERT_EQ(RECORDS - ret, rings_kick(self->dev.fd))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(before + RECORDS, accounted(self))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(self->rings.write.shared->tail, self->rings.write.shared->head);
	}
	fault_end(_metadata, &f, variant->name);
}

TEST_HARNESS_MAIN
