// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that go to another network namespace, and namespaces that end with devices in them. The
 * latter is done by a worker of the kernel: tun_test_fault.ko injects the fault there.
 */
#include "kselftest_harness.h"
#include "kernel_fault.h"
#include "link.h"

FIXTURE(netns)
{
	struct world world;
	struct world_dev dev;
	int home;
	int netlink;
	int test;
};

static int netns_fd(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

FIXTURE_SETUP(netns)
{
	self->test = kernel_fault_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, world_setup(&self->world));
	self->home = netns_fd();
	ASSERT_LE(0, self->home);
	self->netlink = link_socket();
	ASSERT_LE(0, self->netlink);
	self->world.before = world_settled();
}

FIXTURE_TEARDOWN(netns)
{
	close(self->netlink);
	close(self->home);
	world_teardown(&self->world);
	EXPECT_EQ(0, kernel_fault_close(self->test));
}

/* The descriptor hears of it, and makes another device at home. */
static bool gone(int fd)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (!world_attached(fd))
			return true;
		net_sleep_ms(20);
	}
	return false;
}

/* Moves the device to a namespace that lives until @doomed is closed; 0 or -errno */
static int move_away(FIXTURE_DATA(netns) * self, int *doomed)
{
	struct rtnl_request req;

	if (unshare(CLONE_NEWNET))
		return -errno;
	*doomed = netns_fd();
	if (setns(self->home, CLONE_NEWNET))
		return -errno;
	link_request(&req, RTM_SETLINK, self->dev.index);
	link_put_u32(&req, IFLA_NET_NS_FD, *doomed);
	return link_do(self->netlink, &req);
}

TEST_F(netns, device_ends_with_its_namespace_whatever_fails)
{
	int doomed = -1, met, n = 0;

	do {
		ASSERT_EQ(0, world_dev(&self->dev, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, move_away(self, &doomed));
		ASSERT_EQ(0, ioctl(self->test, TUN_TEST_FAULT_CLEANUP, ++n));
		close(doomed);
		met = ioctl(self->test, TUN_TEST_FAULT_CLEANED);
		ASSERT_LE(0, met);
		ASSERT_TRUE(gone(self->dev.fd))
			TH_LOG("fault %d", n);
		self->dev.name[0] = 0;
		ASSERT_EQ(0, world_set_iff(&self->dev))
			TH_LOG("fault %d", n);
		ASSERT_EQ(0, world_up(&self->dev));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", n);
		close(self->dev.fd);
		ASSERT_TRUE(world_left_nothing(&self->world.before))
			TH_LOG("fault %d", n);
	} while (met && n < FAULT_MOST);
	printf("# netns exit: %d faults\n", n - 1);
	EXPECT_LT(1, n);
	EXPECT_EQ(0, met);
}

#include "leak.h"

TEST_HARNESS_MAIN
