// SPDX-License-Identifier: GPL-2.0
/* Network namespaces that end while their devices are held open from somewhere else */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

static unsigned char room[2048];

FIXTURE(netns_exit)
{
	struct tun_dev dev;
	int home;
};

static int netns_fd(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

FIXTURE_SETUP(netns_exit)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->home = netns_fd();
	ASSERT_LE(0, self->home);
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(netns_exit)
{
	close(self->home);
	close(self->dev.fd);
}

/* Moves the device to a new netns and lets that end; it is gone some time after */
static int move_to_doom(FIXTURE_DATA(netns_exit) * self)
{
	int away, ret;

	if (unshare(CLONE_NEWNET))
		return -errno;
	away = netns_fd();
	if (setns(self->home, CLONE_NEWNET))
		return -errno;
	ret = net_ip("link set %s netns /proc/%d/fd/%d", self->dev.name, getpid(), away);
	close(away);
	return ret;
}

/*
 * The clean-up of a netns is a work item. POLLERR tells that it came to our device (POLLIN wakes),
 * a grace period before the descriptor is free.
 */
static int gone(int fd)
{
	if (!(net_poll(fd, POLLIN, NET_SOON_MS) & POLLERR))
		return 0;
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (read(fd, room, sizeof(room)) < 0 && errno == EBADFD)
			return 1;
		net_sleep_ms(20);
	}
	return 0;
}

TEST_F(netns_exit, moved_device_dies_with_its_netns)
{
	ASSERT_EQ(0, move_to_doom(self));
	ASSERT_TRUE(gone(self->dev.fd));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
	EXPECT_EQ(-1, write(self->dev.fd, room, 64));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(netns_exit, persistent_device_dies_too)
{
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, move_to_doom(self));
	EXPECT_TRUE(gone(self->dev.fd));
}

TEST_F(netns_exit, descriptor_can_make_another_device_after)
{
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, move_to_doom(self));
		ASSERT_TRUE(gone(self->dev.fd));
		self->dev.name[0] = 0;
		ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, net_up(self->dev.name));
		ASSERT_EQ(64, write(self->dev.fd, room, 64));
	}
}

TEST_F(netns_exit, queues_enabled_and_disabled_all_hear_of_it)
{
	int flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE;
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	int fd[4];

	close(self->dev.fd);
	self->dev.name[0] = 0;
	for (int i = 0; i < 4; i++) {
		fd[i] = tun_dev_queue(self->dev.name, flags, O_NONBLOCK);
		ASSERT_LE(0, fd[i]);
	}
	ASSERT_EQ(0, ioctl(fd[1], TUNSETQUEUE, &detach));
	ASSERT_EQ(0, ioctl(fd[3], TUNSETQUEUE, &detach));
	ASSERT_EQ(0, move_to_doom(self));
	for (int i = 0; i < 4; i++) {
		EXPECT_TRUE(gone(fd[i]));
		EXPECT_EQ(-1, read(fd[i], room, sizeof(room)));
		EXPECT_EQ(EBADFD, errno);
	}
	self->dev.fd = fd[0];
}

/* The name is looked up where the descriptor was opened, not where the device went */
TEST_F(netns_exit, device_that_moved_away_cannot_be_joined_from_home)
{
	int flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE;
	struct tun_dev multi;
	int away, joined;

	ASSERT_EQ(0, tun_dev_create(&multi, flags, 0));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	away = netns_fd();
	joined = open(tun_node(), O_RDWR);
	ASSERT_LE(0, joined);
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	ASSERT_EQ(0, net_ip("link set %s netns /proc/%d/fd/%d", multi.name, getpid(), away));
	ASSERT_EQ(0, tun_dev_attach(joined, multi.name, flags));
	ASSERT_EQ(0, setns(away, CLONE_NEWNET));
	EXPECT_NE(0, if_nametoindex(multi.name));
}

/* The descriptor was opened in a netns whose processes have all ended: it keeps the netns */
TEST_F(netns_exit, open_descriptor_keeps_its_netns)
{
	struct tun_dev far = { .name = "" };
	int netns;

	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, tun_dev_create(&far, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	EXPECT_FALSE(net_poll(far.fd, 0, NET_NEVER_MS) & POLLERR);
	EXPECT_EQ(64, write(far.fd, room, 64));
	netns = ioctl(far.fd, SIOCGSKNS);
	ASSERT_LE(0, netns);
	ASSERT_EQ(0, setns(netns, CLONE_NEWNET));
	EXPECT_NE(0, if_nametoindex(far.name));
	close(far.fd);
	EXPECT_EQ(0, rtnl_index(far.name));
}

TEST_F(netns_exit, many_devices_and_a_netns_that_ends_at_once)
{
	struct tun_dev dev;
	int status;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		if (tun_dev_netns())
			_exit(1);
		for (int i = 0; i < 50; i++) {
			if (tun_dev_create(&dev, i & 1 ? IFF_TUN : IFF_TAP, 0))
				_exit(2);
			if (i % 3 == 0 && ioctl(dev.fd, TUNSETPERSIST, 1))
				_exit(3);
		}
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
