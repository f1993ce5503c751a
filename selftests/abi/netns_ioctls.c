// SPDX-License-Identifier: GPL-2.0
/* SIOCGSKNS, the netns that a descriptor was opened in; TUNGETDEVNETNS, the device's own */
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "state.h"

FIXTURE(netns)
{
	char name[IFNAMSIZ];
	int fd;
	int home;
};

FIXTURE_SETUP(netns)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->home);
	self->fd = state_attached(self->name, STATE_QUEUES);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(netns)
{
	close(self->fd);
	close(self->home);
}

/* The number of the namespace that @fd stands for; 0 if it stands for none */
static ino_t number(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

/* Moves the device into a new netns, which the process enters; its descriptor or -errno */
static int move_away(const char *name, int home)
{
	int away, ret;

	if (unshare(CLONE_NEWNET))
		return -errno;
	away = open("/proc/thread-self/ns/net", O_RDONLY);
	if (away < 0 || setns(home, CLONE_NEWNET))
		return -errno;
	ret = net_ip("link set %s netns /proc/%d/fd/%d", name, getpid(), away);
	if (ret)
		return -EIO;
	return away;
}

TEST_F(netns, siocgskns_is_the_netns_of_the_open)
{
	int fd = tun_ioctl(self->fd, SIOCGSKNS, 0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(number(self->home), number(fd));
}

TEST_F(netns, siocgskns_works_unattached)
{
	int fd = tun_ioctl(tun_open(0), SIOCGSKNS, 0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(number(self->home), number(fd));
}

TEST_F(netns, siocgskns_stays_with_the_open_when_the_caller_moves)
{
	int fd;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	fd = tun_ioctl(self->fd, SIOCGSKNS, 0);
	ASSERT_LE(0, fd);
	EXPECT_EQ(number(self->home), number(fd));
}

TEST_F(netns, siocgskns_stays_with_the_open_when_the_device_moves)
{
	int fd, away = move_away(self->name, self->home);

	ASSERT_LE(0, away);
	fd = tun_ioctl(self->fd, SIOCGSKNS, 0);
	ASSERT_LE(0, fd);
	EXPECT_EQ(number(self->home), number(fd));
}

TEST_F(netns, tungetdevnetns_is_the_netns_of_the_device)
{
	int fd = tun_ioctl(self->fd, TUNGETDEVNETNS, 0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(number(self->home), number(fd));
}

TEST_F(netns, tungetdevnetns_goes_with_the_device)
{
	int fd, away = move_away(self->name, self->home);

	ASSERT_LE(0, away);
	EXPECT_EQ(0, rtnl_index(self->name));
	fd = tun_ioctl(self->fd, TUNGETDEVNETNS, 0);
	ASSERT_LE(0, fd);
	EXPECT_EQ(number(away), number(fd));
	EXPECT_NE(number(self->home), number(fd));
}

TEST_F(netns, descriptors_can_be_entered)
{
	int fd, away = move_away(self->name, self->home);

	ASSERT_LE(0, away);
	fd = tun_ioctl(self->fd, TUNGETDEVNETNS, 0);
	ASSERT_EQ(0, setns(fd, CLONE_NEWNET));
	EXPECT_NE(0, if_nametoindex(self->name));
	fd = tun_ioctl(self->fd, SIOCGSKNS, 0);
	ASSERT_EQ(0, setns(fd, CLONE_NEWNET));
	EXPECT_EQ(0, rtnl_index(self->name));
}

TEST_F(netns, descriptors_close_on_exec)
{
	EXPECT_EQ(FD_CLOEXEC, fcntl(tun_ioctl(self->fd, SIOCGSKNS, 0), F_GETFD));
	EXPECT_EQ(FD_CLOEXEC, fcntl(tun_ioctl(self->fd, TUNGETDEVNETNS, 0), F_GETFD));
}

TEST_F(netns, each_call_gives_a_descriptor_of_its_own)
{
	int first = tun_ioctl(self->fd, SIOCGSKNS, 0);
	int second = tun_ioctl(self->fd, SIOCGSKNS, 0);

	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	EXPECT_NE(first, second);
}

TEST_F(netns, argument_does_not_matter)
{
	EXPECT_LE(0, tun_ioctl(self->fd, SIOCGSKNS, tun_bad_pointer()));
	EXPECT_LE(0, tun_ioctl(self->fd, TUNGETDEVNETNS, tun_bad_pointer()));
}

TEST_F(netns, without_the_capability_is_eperm)
{
	int unattached = tun_open(0);

	ASSERT_LE(0, unattached);
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, SIOCGSKNS, 0));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, TUNGETDEVNETNS, 0));
	EXPECT_EQ(-EPERM, tun_ioctl(unattached, SIOCGSKNS, 0));
}

/* Root of a user namespace of its own has no say in the netns of the descriptor */
TEST_F(netns, capability_in_another_user_namespace_is_eperm)
{
	ASSERT_EQ(0, unshare(CLONE_NEWUSER | CLONE_NEWNET));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, SIOCGSKNS, 0));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, TUNGETDEVNETNS, 0));
}

TEST_F(netns, owner_of_the_user_namespace_may)
{
	int fd;

	ASSERT_EQ(0, unshare(CLONE_NEWUSER | CLONE_NEWNET));
	fd = tun_open(0);
	ASSERT_LE(0, fd);
	EXPECT_LE(0, tun_ioctl(fd, SIOCGSKNS, 0));
}

TEST_F(netns, disabled_queue_gives_both)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_LE(0, tun_ioctl(self->fd, SIOCGSKNS, 0));
	EXPECT_LE(0, tun_ioctl(self->fd, TUNGETDEVNETNS, 0));
}

TEST_F(netns, deleted_device_leaves_siocgskns_only)
{
	ASSERT_EQ(0, net_dellink(self->name));
	EXPECT_LE(0, tun_ioctl(self->fd, SIOCGSKNS, 0));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fd, TUNGETDEVNETNS, 0));
}

TEST_F(netns, tungetdevnetns_unattached_is_ebadfd)
{
	int fd = tun_open(0);

	EXPECT_EQ(-EBADFD, tun_ioctl(fd, TUNGETDEVNETNS, 0));
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EBADFD, tun_ioctl(fd, TUNGETDEVNETNS, 0));
}

TEST_HARNESS_MAIN
