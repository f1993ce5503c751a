// SPDX-License-Identifier: GPL-2.0
/* TUNSETIFF of a name that exists */
#include "kselftest_harness.h"
#include "iff.h"

#define MULTI (IFF_TAP | IFF_MULTI_QUEUE)
#define MOST_QUEUES 256

FIXTURE(attach)
{
	int fd;
	int index;
};

/* A persistent single-queue TUN device x0 that nobody holds, and a free descriptor */
FIXTURE_SETUP(attach)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = iff_open("x0", IFF_TUN);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, net_up("x0"));
	self->index = if_nametoindex("x0");
	close(self->fd);
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(attach)
{
	close(self->fd);
	net_dellink("x0");
}

TEST_F(attach, free_device_is_attached_and_not_made_again)
{
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(self->index, (int)if_nametoindex("x0"));
}

TEST_F(attach, both_types_attach_to_either)
{
	int tap = iff_open("y0", IFF_TAP);

	ASSERT_LE(0, tap);
	ASSERT_EQ(0, tun_ioctl(tap, TUNSETPERSIST, 1));
	close(tap);
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_TAP));
	tap = iff_open("y0", IFF_TUN | IFF_TAP);
	EXPECT_LE(0, tap);
	close(tap);
	net_dellink("y0");
}

TEST_F(attach, excl_is_ebusy_for_any_device_of_the_name)
{
	EXPECT_EQ(-EBUSY, iff_set(self->fd, "x0", IFF_TUN | IFF_TUN_EXCL));
	EXPECT_EQ(-EBUSY, iff_set(self->fd, "lo", IFF_TUN | IFF_TUN_EXCL));
	EXPECT_EQ(-EBUSY, iff_set(self->fd, "lo", IFF_TAP | IFF_TUN_EXCL));
}

TEST_F(attach, excl_comes_before_type_and_queues)
{
	static const int flags[] = { 0, IFF_TAP, IFF_TUN | IFF_MULTI_QUEUE, MULTI };

	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-EBUSY, iff_set(self->fd, "x0", flags[i] | IFF_TUN_EXCL))
			TH_LOG("flags %#x", flags[i]);
	}
}

TEST_F(attach, device_of_another_driver_is_einval)
{
	static const int flags[] = { 0, IFF_TUN, IFF_TAP, IFF_TUN | IFF_TAP, MULTI };

	for (int i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(-EINVAL, iff_set(self->fd, "lo", flags[i]))
			TH_LOG("flags %#x", flags[i]);
	}
}

TEST_F(attach, other_type_is_einval)
{
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", IFF_TAP));
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", 0));
}

TEST_F(attach, other_type_is_einval_for_a_tap_too)
{
	int tap = iff_open("y0", IFF_TAP);

	ASSERT_LE(0, tap);
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "y0", IFF_TUN));
	close(tap);
}

TEST_F(attach, multi_queue_on_a_single_queue_device_is_einval)
{
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", IFF_TUN | IFF_MULTI_QUEUE));
}

TEST_F(attach, single_queue_on_a_multi_queue_device_is_einval)
{
	int multi = iff_open("y0", MULTI);

	ASSERT_LE(0, multi);
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "y0", IFF_TAP));
	close(multi);
}

TEST_F(attach, second_descriptor_of_a_single_queue_device_is_ebusy)
{
	int other;

	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	other = iff_open("x0", IFF_TUN);
	EXPECT_EQ(-EBUSY, other);
}

TEST_F(attach, mismatch_comes_before_ebusy)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-EINVAL, iff_open("x0", IFF_TAP));
	EXPECT_EQ(-EINVAL, iff_open("x0", IFF_TUN | IFF_MULTI_QUEUE));
}

TEST_F(attach, refused_descriptor_attaches_when_the_device_is_free)
{
	int other = tun_open(0);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(-EBUSY, iff_set(other, "x0", IFF_TUN));
	close(self->fd);
	self->fd = other;
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

TEST_F(attach, refusals_leave_the_device_alone)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN | IFF_ONE_QUEUE));
	EXPECT_EQ(-EBUSY, iff_open("x0", IFF_TUN | IFF_NO_CARRIER));
	EXPECT_EQ(IFF_ONE_QUEUE, iff_get_flags(self->fd) & IFF_ONE_QUEUE);
	EXPECT_EQ(1, iff_carrier("x0"));
}

TEST_F(attach, name_of_another_namespace_is_not_found)
{
	int other;

	ASSERT_EQ(0, tun_dev_netns());
	other = iff_open("x0", IFF_TUN | IFF_TUN_EXCL);
	EXPECT_LE(0, other);
	close(other);
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

TEST_F(attach, alternative_name_finds_the_device_and_its_name_comes_back)
{
	struct ifreq ifr = { .ifr_name = "other", .ifr_flags = IFF_TUN };

	ASSERT_EQ(0, net_ip("link property add dev x0 altname other"));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_STREQ("x0", ifr.ifr_name);
}

TEST_F(attach, second_queue_gets_no_name_back)
{
	struct ifreq ifr = { .ifr_name = "other", .ifr_flags = MULTI };
	int multi = iff_open("y0", MULTI);

	ASSERT_LE(0, multi);
	ASSERT_EQ(0, net_ip("link property add dev y0 altname other"));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)&ifr));
	EXPECT_STREQ("other", ifr.ifr_name);
	close(multi);
}

TEST_F(attach, second_queue_leaves_flags_and_carrier_alone)
{
	int flags = MULTI | IFF_ONE_QUEUE;
	int multi = iff_open("y0", flags);

	ASSERT_LE(0, multi);
	ASSERT_EQ(0, net_up("y0"));
	ASSERT_EQ(0, iff_set(self->fd, "y0", MULTI | IFF_NO_CARRIER));
	EXPECT_EQ(flags, iff_get_flags(multi) & flags);
	EXPECT_EQ(1, iff_carrier("y0"));
	close(multi);
}

TEST_F(attach, second_queue_does_not_turn_carrier_on)
{
	int multi = iff_open("y0", MULTI | IFF_NO_CARRIER);

	ASSERT_LE(0, multi);
	ASSERT_EQ(0, net_up("y0"));
	ASSERT_EQ(0, iff_set(self->fd, "y0", MULTI));
	EXPECT_EQ(0, iff_carrier("y0"));
	close(multi);
}

TEST_F(attach, disabled_first_queue_is_a_queue)
{
	int multi = iff_open("y0", MULTI | IFF_ONE_QUEUE);

	ASSERT_LE(0, multi);
	ASSERT_EQ(0, net_up("y0"));
	ASSERT_EQ(0, tun_dev_set_queue(multi, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, iff_set(self->fd, "y0", MULTI | IFF_NO_CARRIER));
	EXPECT_EQ(IFF_ONE_QUEUE, iff_get_flags(multi) & IFF_ONE_QUEUE);
	EXPECT_EQ(1, iff_carrier("y0"));
	close(multi);
}

TEST_F(attach, no_carrier_turns_carrier_off_and_the_next_without_turns_it_on)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(1, iff_carrier("x0"));
	for (int i = 0; i < 3; i++) {
		close(self->fd);
		self->fd = iff_open("x0", IFF_TUN | IFF_NO_CARRIER);
		ASSERT_LE(0, self->fd);
		EXPECT_EQ(0, iff_carrier("x0"));
		close(self->fd);
		self->fd = iff_open("x0", IFF_TUN);
		ASSERT_LE(0, self->fd);
		EXPECT_EQ(1, iff_carrier("x0"));
	}
}

TEST_F(attach, answer_that_cannot_be_written_leaves_the_descriptor_attached)
{
	struct ifreq *ifr = iff_read_only("x0", IFF_TUN);

	ASSERT_NE(NULL, ifr);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETIFF, (unsigned long)ifr));
	EXPECT_LE(0, iff_get_flags(self->fd));
	EXPECT_EQ(-EBUSY, iff_open("x0", IFF_TUN));
}

TEST_F(attach, descriptor_of_a_deleted_device_attaches_again)
{
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, iff_set(self->fd, "y0", i & 1 ? IFF_TUN : MULTI));
		ASSERT_EQ(0, net_dellink("y0"));
		ASSERT_EQ(-EBADFD, iff_get_flags(self->fd));
	}
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

TEST_F(attach, descriptor_of_a_deleted_disabled_queue_attaches_again)
{
	ASSERT_EQ(0, iff_set(self->fd, "y0", MULTI));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, net_dellink("y0"));
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
}

/* Opens @n queues of y0 and deletes it; the descriptor of the last one or -errno */
static int freed_queue(int n)
{
	int fd[64], ret = 0;

	for (int i = 0; i < n; i++) {
		fd[i] = iff_open("y0", MULTI);
		if (fd[i] < 0)
			return fd[i];
	}
	ret = net_dellink("y0");
	for (int i = 0; i < n - 1; i++)
		close(fd[i]);
	return ret ? ret : fd[n - 1];
}

TEST_F(attach, descriptor_of_a_deleted_second_queue_makes_a_device)
{
	int fd = freed_queue(2);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, iff_set(fd, "z0", IFF_TUN));
	close(fd);
}

TEST_F(attach, queue_number_of_a_deleted_device_is_no_index)
{
	int fd = freed_queue(61);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, iff_set(fd, "z0", IFF_TUN));
	EXPECT_NE(60, (int)if_nametoindex("z0"));
	close(fd);
}

/* 257 descriptors on y0, the first @disabled of which are disabled: what the last one gets */
static int fill(int disabled, int *refused, int *fd)
{
	int ret;

	for (int i = 0; i < MOST_QUEUES; i++) {
		fd[i] = iff_open("y0", MULTI);
		if (fd[i] < 0)
			return fd[i];
		ret = i < disabled ? tun_dev_set_queue(fd[i], IFF_DETACH_QUEUE) : 0;
		if (ret)
			return ret;
	}
	*refused = iff_open("y0", MULTI);
	return 0;
}

TEST_F(attach, queues_are_256_and_the_next_is_e2big)
{
	int fd[MOST_QUEUES], refused;

	ASSERT_EQ(0, fill(0, &refused, fd));
	EXPECT_EQ(-E2BIG, refused);
	close(fd[100]);
	fd[100] = iff_open("y0", MULTI);
	EXPECT_LE(0, fd[100]);
	EXPECT_EQ(-E2BIG, iff_open("y0", MULTI));
	EXPECT_EQ(-EINVAL, iff_open("y0", IFF_TUN | IFF_MULTI_QUEUE));
	net_dellink("y0");
}

TEST_F(attach, disabled_queues_count)
{
	int fd[MOST_QUEUES], refused;

	ASSERT_EQ(0, fill(3, &refused, fd));
	EXPECT_EQ(-E2BIG, refused);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(0, tun_dev_set_queue(fd[i], IFF_ATTACH_QUEUE));
	EXPECT_EQ(-E2BIG, iff_open("y0", MULTI));
	net_dellink("y0");
}

TEST_HARNESS_MAIN
