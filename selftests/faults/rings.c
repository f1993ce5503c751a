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
	unsigned int buffers;
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

FIXTURE_VARIANT_ADD(both, lent)
{
	.name = "lent", .flags = IFF_TUN | IFF_NO_PI, .buffers = 2 * TUN_ALT_BUFFER_BYTES,
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

static int setup(FIXTURE_DATA(both) * self, const FIXTURE_VARIANT(both) * variant)
{
	self->rings.setup = (struct tun_alt_ring_setup){
		.size = sizeof(self->rings.setup), .flags = variant->options,
		.read.bytes = LEAST, .write.bytes = LEAST, .buffers.bytes = variant->buffers,
	};
	return tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)&self->rings.setup);
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
		ret = fault_call(&f, setup(self, variant));
		ASSERT_EQ(ret ? -EINVAL : 0, detach(self))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, setup(self, variant))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, detach(self));
	}
	fault_end(_metadata, &f, variant->name);
}

/* The buffers, if there are any; else the read ring */
static int map_one(FIXTURE_DATA(both) * self)
{
	if (self->rings.setup.buffers.bytes)
		return rings_map_buffers(self->dev.fd, &self->rings);
	return rings_map(self->dev.fd, &self->rings.setup.read, &self->rings.read);
}

TEST_F(both, mapped_or_not)
{
	struct fault f = FAULT(ENOMEM);

	ASSERT_EQ(0, setup(self, variant));
	while (fault_next(&f)) {
		fault_call(&f, map_one(self));
		rings_unmap(&self->rings);
		ASSERT_EQ(0, map_one(self))
			TH_LOG("fault %d", f.n);
		rings_unmap(&self->rings);
	}
	fault_end(_metadata, &f, variant->name);
}

/* Some records, which are shown and not yet taken; the last is lent if there are buffers */
static void write_records(FIXTURE_DATA(both) * self, int flags)
{
	struct packet p;

	for (int i = 0; i < RECORDS; i++) {
		world_frame(&p, flags, LEN - world_header(flags));
		if (self->rings.buffer && i == RECORDS - 1) {
			memcpy(self->rings.buffer, p.data, p.len);
			rings_lend(&self->rings, 0, 2 * TUN_ALT_BUFFER_COPIED, 0);
		} else {
			rings_add(&self->rings, p.data, p.len);
		}
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

	ASSERT_EQ(0, setup(self, variant));
	ASSERT_EQ(0, rings_map(self->dev.fd, &self->rings.setup.write, &self->rings.write));
	ASSERT_EQ(0, rings_map_buffers(self->dev.fd, &self->rings));
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
