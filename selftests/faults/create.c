// SPDX-License-Identifier: GPL-2.0
/* TUNSETIFF that makes a device: what fails leaves nothing, and the next one works */
#include "kselftest_harness.h"
#include "world.h"

FIXTURE(create)
{
	struct world world;
	struct world_dev dev;
};

FIXTURE_SETUP(create)
{
	ASSERT_EQ(0, world_setup(&self->world));
}

FIXTURE_TEARDOWN(create)
{
	world_teardown(&self->world);
}

/* How often the device comes up: with 256 queueing disciplines that takes its time */
FIXTURE_VARIANT(create)
{
	int flags;
	int each;
};

FIXTURE_VARIANT_ADD(create, tun)
{
	.flags = IFF_TUN | IFF_NO_PI, .each = 1,
};

FIXTURE_VARIANT_ADD(create, tap)
{
	.flags = IFF_TAP | IFF_NO_PI, .each = 1,
};

FIXTURE_VARIANT_ADD(create, queues)
{
	.flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, .each = 16,
};

FIXTURE_VARIANT_ADD(create, frags)
{
	.flags = IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_NAPI_FRAGS, .each = 1,
};

/* A fault in the answer comes too late: the device is there. */
TEST_F(create, tunsetiff_makes_a_device_or_nothing)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT, EINVAL);
	int ret;

	while (fault_next(&f)) {
		self->dev = (struct world_dev){ .flags = variant->flags };
		self->dev.fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, self->dev.fd);
		ret = fault_call(&f, world_set_iff(&self->dev));
		if (!world_attached(self->dev.fd)) {
			ASSERT_GT(0, ret)
				TH_LOG("fault %d", f.n);
			ASSERT_EQ(self->world.before.netdevs, world_count().netdevs)
				TH_LOG("fault %d", f.n);
			ASSERT_EQ(0, world_set_iff(&self->dev))
				TH_LOG("fault %d", f.n);
		}
		if (f.n % variant->each == 0) {
			ASSERT_EQ(0, world_up(&self->dev))
				TH_LOG("fault %d", f.n);
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("fault %d", f.n);
		}
		close(self->dev.fd);
		ASSERT_TRUE(world_left_nothing(&self->world.before))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETIFF");
}

#include "leak.h"

TEST_HARNESS_MAIN
