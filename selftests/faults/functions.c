// SPDX-License-Identifier: GPL-2.0
/*
 * What no allocation of slab or pages makes fail, or not at the place that matters: memory of each
 * processor, which mostly is there already, functions of the core, listeners. And what the module
 * asks for when it is loaded.
 */
#include "kselftest_harness.h"
#include "../module/module.h"
#include "kernel_fault.h"
#include "world.h"

FIXTURE(functions)
{
	struct world world;
	struct world_dev dev;
	int test;
};

FIXTURE_SETUP(functions)
{
	self->test = kernel_fault_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, world_setup(&self->world));
	self->dev.fd = -1;
}

FIXTURE_TEARDOWN(functions)
{
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
	EXPECT_EQ(0, kernel_fault_close(self->test));
}

/* One TUNSETIFF of a new descriptor that is to fail, and one that is not; what the first said */
static int refused_once(struct __test_metadata *_metadata, FIXTURE_DATA(functions) * self,
			int flags)
{
	struct world_dev *dev = &self->dev;
	int ret;

	*dev = (struct world_dev){ .flags = flags, .name = "vetoed" };
	dev->fd = tun_open(O_NONBLOCK);
	EXPECT_LE(0, dev->fd);
	ret = world_set_iff(dev);
	EXPECT_FALSE(world_attached(dev->fd));
	EXPECT_EQ(self->world.before.netdevs, world_count().netdevs);
	EXPECT_LT(0, kernel_fault_fired(self->test));
	EXPECT_EQ(0, kernel_fault_function(self->test, "", 0, 0, 0));
	EXPECT_EQ(0, kernel_fault_veto(self->test, "", 0, 0));
	EXPECT_EQ(0, world_set_iff(dev));
	EXPECT_EQ(0, world_up(dev));
	EXPECT_EQ(0, world_passes(&self->world, dev));
	close(dev->fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	return ret;
}

/* 0, or -ENOENT if this kernel has no such function to go wrong */
static int fail_percpu(int test, unsigned int nth)
{
	int ret = kernel_fault_function(test, "pcpu_alloc_noprof", nth, 1, 0);

	return ret == -ENOENT ? kernel_fault_function(test, "pcpu_alloc", nth, 1, 0) : ret;
}

/* A listener of the kernel that has no memory may say no without a reason, which is EPERM. */
static void fail_each_percpu(struct __test_metadata *_metadata, FIXTURE_DATA(functions) * self,
			     int flags)
{
	struct world_dev *dev = &self->dev;
	int n = 0, ret, fired;

	do {
		*dev = (struct world_dev){ .flags = flags };
		dev->fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, dev->fd);
		ASSERT_EQ(0, fail_percpu(self->test, ++n));
		ret = world_set_iff(dev);
		fired = kernel_fault_fired(self->test);
		ASSERT_EQ(0, kernel_fault_function(self->test, "", 0, 0, 0));
		ASSERT_TRUE(!ret || (fired && (ret == -ENOMEM || ret == -ENOBUFS || ret == -EPERM)))
			TH_LOG("call %d: %d", n, ret);
		if (ret)
			ASSERT_EQ(0, world_set_iff(dev));
		ASSERT_EQ(0, world_up(dev));
		ASSERT_EQ(0, world_passes(&self->world, dev));
		close(dev->fd);
		ASSERT_TRUE(world_left_nothing(&self->world.before));
	} while (fired && n < 100);
	printf("# percpu: %d faults\n", n - 1);
	EXPECT_LT(1, n);
	EXPECT_EQ(0, fired);
}

TEST_F(functions, tunsetiff_without_memory_of_each_processor_leaves_nothing)
{
	fail_each_percpu(_metadata, self, IFF_TUN | IFF_NO_PI);
}

TEST_F(functions, tunsetiff_of_queues_without_memory_of_each_processor_leaves_nothing)
{
	fail_each_percpu(_metadata, self, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_NAPI);
}

/* What the core says comes back as it is. */
TEST_F(functions, device_that_the_core_refuses_leaves_nothing)
{
	static const int errnos[] = { ENOMEM, ENFILE, EINTR };

	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		ASSERT_EQ(0, kernel_fault_function(self->test, "register_netdevice", 1, 1,
						   -errnos[i]));
		EXPECT_EQ(-errnos[i], refused_once(_metadata, self, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, kernel_fault_function(self->test, "register_netdevice", 1, 1,
						   -errnos[i]));
		EXPECT_EQ(-errnos[i], refused_once(_metadata, self, IFF_TAP | IFF_NO_PI |
						   IFF_MULTI_QUEUE | IFF_NAPI));
	}
}

TEST_F(functions, device_that_a_listener_refuses_leaves_nothing)
{
	static const unsigned int events[] = {
		TUN_TEST_FAULT_POST_INIT, TUN_TEST_FAULT_REGISTER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		ASSERT_EQ(0, kernel_fault_veto(self->test, "vetoed", events[i], EADV));
		EXPECT_EQ(-EADV, refused_once(_metadata, self, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, kernel_fault_veto(self->test, "vetoed", events[i], EADV));
		EXPECT_EQ(-EADV, refused_once(_metadata, self, IFF_TAP | IFF_NO_PI |
					      IFF_MULTI_QUEUE | IFF_NAPI));
	}
}

TEST_F(functions, device_that_is_not_allowed_up_stays_down_and_works_later)
{
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, kernel_fault_veto(self->test, self->dev.name, TUN_TEST_FAULT_PRE_UP, EADV));
	EXPECT_EQ(-EADV, net_up(self->dev.name));
	ASSERT_EQ(0, kernel_fault_veto(self->test, "", 0, 0));
	EXPECT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(0, world_passes(&self->world, &self->dev));
	close(self->dev.fd);
}

TEST_F(functions, link_type_that_a_listener_refuses_stays)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, world_dev(&self->dev, IFF_TAP | IFF_NO_PI));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, kernel_fault_veto(self->test, self->dev.name,
				       TUN_TEST_FAULT_PRE_TYPE_CHANGE, EADV));
	EXPECT_EQ(-EADV, tun_ioctl(self->dev.fd, TUNSETLINK, ARPHRD_PPP));
	ASSERT_EQ(0, net_ifreq(self->dev.name, SIOCGIFHWADDR, &ifr));
	EXPECT_EQ(ARPHRD_ETHER, ifr.ifr_hwaddr.sa_family);
	ASSERT_EQ(0, kernel_fault_veto(self->test, "", 0, 0));
	EXPECT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(0, world_passes(&self->world, &self->dev));
	close(self->dev.fd);
}

/* The steps of loading, each refused by the kernel in turn */
TEST_F(functions, module_that_cannot_be_loaded_leaves_nothing)
{
	static const char *const steps[] = {
		"rtnl_link_register", "rtnl_link_register", "register_netdevice_notifier",
		"misc_register",
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		ASSERT_EQ(0, module_unload());
		ASSERT_EQ(0, kernel_fault_function(self->test, steps[i], i == 1 ? 2 : 1, 1,
						   -ENOMEM));
		EXPECT_EQ(-ENOMEM, module_load(""))
			TH_LOG("%s", steps[i]);
		EXPECT_EQ(1, kernel_fault_fired(self->test));
		EXPECT_FALSE(module_is_loaded());
		ASSERT_EQ(0, kernel_fault_function(self->test, "", 0, 0, 0));
		ASSERT_EQ(0, module_load(""));
		ASSERT_EQ(0, world_dev(&self->dev, IFF_TUN | IFF_NO_PI));
		EXPECT_EQ(0, world_passes(&self->world, &self->dev));
		close(self->dev.fd);
	}
}

#include "leak.h"

TEST_HARNESS_MAIN
