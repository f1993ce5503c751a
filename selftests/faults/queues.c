// SPDX-License-Identifier: GPL-2.0
/* Queues that come, park and go: what fails leaves them where they were */
#include "kselftest_harness.h"
#include "world.h"

FIXTURE(queues)
{
	struct world world;
	struct world_dev dev;
	struct world_count before;
};

FIXTURE_VARIANT(queues)
{
	int flags;
};

FIXTURE_VARIANT_ADD(queues, plain)
{
	.flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE,
};

FIXTURE_VARIANT_ADD(queues, napi)
{
	.flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_NAPI,
};

FIXTURE_SETUP(queues)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	self->before = world_settled();
}

FIXTURE_TEARDOWN(queues)
{
	if (self->dev.fd >= 0)
		close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* One more queue of the device; 0 or -errno */
static int second(struct world_dev *dev, const struct world_dev *first)
{
	*dev = *first;
	dev->fd = tun_open(O_NONBLOCK);
	return dev->fd < 0 ? dev->fd : world_set_iff(dev);
}

/* ATTACHED or not, as TUNGETIFF says */
static bool enabled(int fd)
{
	struct ifreq ifr = {};

	return !ioctl(fd, TUNGETIFF, &ifr) && !(ifr.ifr_flags & IFF_DETACH_QUEUE);
}

/* Every packet comes to the first queue as long as the second is parked */
static int passes_alone(struct world *w, struct world_dev *first, int parked)
{
	int ret = enabled(parked) ? tun_dev_set_queue(parked, IFF_DETACH_QUEUE) : 0;

	return ret ? ret : world_passes(w, first);
}

TEST_F(queues, second_queue_attaches_or_does_not)
{
	struct fault f = FAULT(ENOMEM, EFAULT);
	struct world_dev more = self->dev;
	int ret;

	while (fault_next(&f)) {
		more.fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, more.fd);
		ret = fault_call(&f, world_set_iff(&more));
		if (!world_attached(more.fd)) {
			ASSERT_GT(0, ret);
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("fault %d", f.n);
			ASSERT_EQ(0, world_set_iff(&more))
				TH_LOG("fault %d", f.n);
		}
		ASSERT_EQ(0, passes_alone(&self->world, &self->dev, more.fd))
			TH_LOG("fault %d", f.n);
		close(more.fd);
		ASSERT_TRUE(world_left_nothing(&self->before))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETIFF of a second queue");
}

TEST_F(queues, queue_parks_or_does_not)
{
	struct ifreq ifr = { .ifr_flags = IFF_DETACH_QUEUE };
	struct fault f = FAULT(EFAULT);
	struct world_dev more;
	int ret;

	ASSERT_EQ(0, second(&more, &self->dev));
	while (fault_next(&f)) {
		ret = fault_call(&f, tun_ioctl(more.fd, TUNSETQUEUE, (unsigned long)&ifr));
		ASSERT_EQ(!!ret, enabled(more.fd))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, passes_alone(&self->world, &self->dev, more.fd))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, tun_dev_set_queue(more.fd, IFF_ATTACH_QUEUE))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETQUEUE, detach");
	close(more.fd);
}

TEST_F(queues, queue_is_enabled_or_stays_parked)
{
	struct ifreq ifr = { .ifr_flags = IFF_ATTACH_QUEUE };
	struct fault f = FAULT(EFAULT, ENOMEM);
	struct world_dev more;
	int ret;

	ASSERT_EQ(0, second(&more, &self->dev));
	while (fault_next(&f)) {
		ASSERT_EQ(0, passes_alone(&self->world, &self->dev, more.fd))
			TH_LOG("fault %d", f.n);
		ret = fault_call(&f, tun_ioctl(more.fd, TUNSETQUEUE, (unsigned long)&ifr));
		ASSERT_EQ(!ret, enabled(more.fd))
			TH_LOG("fault %d", f.n);
		if (ret)
			ASSERT_EQ(0, tun_dev_set_queue(more.fd, IFF_ATTACH_QUEUE))
				TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETQUEUE, attach");
	close(more.fd);
}

TEST_F(queues, persistent_device_is_attached_to_or_left_alone)
{
	struct fault f = FAULT(ENOMEM, EFAULT);
	int ret;

	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	while (fault_next(&f)) {
		close(self->dev.fd);
		self->dev.fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, self->dev.fd);
		ret = fault_call(&f, world_set_iff(&self->dev));
		if (!world_attached(self->dev.fd)) {
			ASSERT_GT(0, ret);
			ASSERT_EQ(0, world_set_iff(&self->dev))
				TH_LOG("fault %d", f.n);
		}
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNSETIFF of a persistent device");
	EXPECT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 0));
}

/* close() is never refused: what it cannot tell, it does all the same. */
TEST_F(queues, closed_queue_is_gone)
{
	struct fault f = FAULT(0);
	struct world_dev more;

	while (fault_next(&f)) {
		ASSERT_EQ(0, second(&more, &self->dev));
		ASSERT_EQ(0, fault_call(&f, fault_errno(close(more.fd))));
		ASSERT_TRUE(world_left_nothing(&self->before))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "close of a queue");
}

/* One of a single queue: 256 queueing disciplines take their time to come up. */
TEST_F(queues, closed_device_is_gone)
{
	struct fault f = FAULT(0);
	struct world_dev dev;

	while (fault_next(&f)) {
		ASSERT_EQ(0, world_dev(&dev, variant->flags & ~IFF_MULTI_QUEUE));
		ASSERT_EQ(0, fault_call(&f, fault_errno(close(dev.fd))));
		ASSERT_TRUE(world_left_nothing(&self->before))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "close of a device");
	EXPECT_EQ(0, world_passes(&self->world, &self->dev));
}

#include "leak.h"

TEST_HARNESS_MAIN
