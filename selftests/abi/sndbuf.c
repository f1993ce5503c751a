// SPDX-License-Identifier: GPL-2.0
/* TUNGETSNDBUF and TUNSETSNDBUF as ioctls; what the limit does is for the datapath suite */
#include <limits.h>

#include "kselftest_harness.h"
#include "state.h"

FIXTURE(sndbuf)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(sndbuf)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, STATE_QUEUES);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(sndbuf)
{
	close(self->fd);
}

/* The size, or -errno */
static int get(int fd)
{
	int size = -1;
	int ret = tun_ioctl(fd, TUNGETSNDBUF, (unsigned long)&size);

	return ret ? ret : size;
}

static int set(int fd, int size)
{
	return tun_ioctl(fd, TUNSETSNDBUF, (unsigned long)&size);
}

TEST_F(sndbuf, default_is_int_max)
{
	EXPECT_EQ(INT_MAX, get(self->fd));
}

TEST_F(sndbuf, size_is_kept_as_given)
{
	static const int sizes[] = { 1, 2, 1000, 4608, 1 << 20, INT_MAX - 1, INT_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(0, set(self->fd, sizes[i])) TH_LOG("size %d", sizes[i]);
		EXPECT_EQ(sizes[i], get(self->fd));
	}
}

TEST_F(sndbuf, size_that_is_not_positive_is_einval)
{
	static const int sizes[] = { 0, -1, INT_MIN };

	ASSERT_EQ(0, set(self->fd, 4000));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(-EINVAL, set(self->fd, sizes[i])) TH_LOG("size %d", sizes[i]);
		EXPECT_EQ(4000, get(self->fd));
	}
}

TEST_F(sndbuf, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETSNDBUF, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETSNDBUF, tun_bad_pointer()));
	EXPECT_EQ(INT_MAX, get(self->fd));
}

TEST_F(sndbuf, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, set(self->fd, 4000));
	EXPECT_EQ(4000, get(self->fd));
}

TEST_F(sndbuf, set_works_on_a_device_that_is_up)
{
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(0, set(self->fd, 4000));
	EXPECT_EQ(4000, get(self->fd));
}

TEST_F(sndbuf, all_enabled_queues_get_it)
{
	int fd[3];

	for (int i = 0; i < 3; i++)
		fd[i] = tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK);
	ASSERT_EQ(0, set(fd[1], 5000));
	EXPECT_EQ(5000, get(self->fd));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(5000, get(fd[i])) TH_LOG("queue %d", i + 1);
		close(fd[i]);
	}
}

TEST_F(sndbuf, disabled_queue_keeps_its_own_until_it_is_enabled)
{
	int second = tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK);

	ASSERT_EQ(0, set(self->fd, 5000));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, set(self->fd, 6000));
	EXPECT_EQ(5000, get(second));
}

TEST_F(sndbuf, disabled_queue_sets_it_for_the_enabled_ones)
{
	int second = tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK);

	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, set(second, 7000));
	EXPECT_EQ(7000, get(self->fd));
	EXPECT_EQ(INT_MAX, get(second));
}

/* In-tree gives a queue that comes later no limit */
TEST_F(sndbuf, new_queue_gets_what_the_device_has)
{
	ASSERT_EQ(0, set(self->fd, 8000));
	EXPECT_EQ(8000, get(tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK)));
}

/* In-tree leaves it with what it had */
TEST_F(sndbuf, queue_enabled_again_gets_what_the_device_has)
{
	int second = tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK);

	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, set(self->fd, 9000));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_ATTACH_QUEUE));
	EXPECT_EQ(9000, get(second));
}

/* In-tree forgets it when the last descriptor goes */
TEST_F(sndbuf, next_holder_of_a_persistent_device_gets_what_it_has)
{
	ASSERT_EQ(0, set(self->fd, 8000));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	self->fd = tun_dev_queue(self->name, STATE_QUEUES, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(8000, get(self->fd));
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get(tun_open(0)));
	EXPECT_EQ(-EBADFD, set(tun_open(0), 4000));
	EXPECT_EQ(-EBADFD, set(tun_open(0), 0));
}

TEST(state_is_judged_before_bad_memory)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNGETSNDBUF, tun_bad_pointer()));
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETSNDBUF, tun_bad_pointer()));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get(state_deleted()));
	EXPECT_EQ(-EBADFD, set(state_deleted(), 4000));
}

/* In-tree's limit sticks to the descriptor */
TEST_F(sndbuf, new_device_on_a_used_descriptor_is_unlimited)
{
	ASSERT_EQ(0, set(self->fd, 8000));
	ASSERT_EQ(0, net_dellink(self->name));
	ASSERT_EQ(0, tun_dev_attach(self->fd, self->name, STATE_QUEUES));
	EXPECT_EQ(INT_MAX, get(self->fd));
}

TEST_HARNESS_MAIN
