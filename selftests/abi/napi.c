// SPDX-License-Identifier: GPL-2.0
/* IFF_NAPI and IFF_NAPI_FRAGS of TUNSETIFF: who may ask, what is shown, which queue it is for */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

#define USER 1000
#define QUEUES (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)
#define FRAGS (IFF_NAPI | IFF_NAPI_FRAGS)

static const struct child_rights user = { .uid = USER, .gid = USER };
static const struct child_rights able = { .uid = USER, .gid = USER, .cap = true };
static const unsigned char frame[60] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";

FIXTURE(napi)
{
	int fd;
};

FIXTURE_SETUP(napi)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(napi)
{
	close(self->fd);
	net_dellink("x0");
}

/* Leaves a persistent x0 of USER */
static int leave(int flags)
{
	int fd = iff_open("x0", flags);
	int ret;

	if (fd < 0)
		return fd;
	ret = tun_ioctl(fd, TUNSETPERSIST, 1);
	if (!ret)
		ret = tun_ioctl(fd, TUNSETOWNER, USER);
	close(fd);
	return ret;
}

static int write_frame(int fd)
{
	return write(fd, frame, sizeof(frame)) == sizeof(frame) ? 0 : -errno;
}

TEST_F(napi, both_flags_are_features)
{
	unsigned int value = 0;

	ASSERT_EQ(0, ioctl(self->fd, TUNGETFEATURES, &value));
	EXPECT_EQ(FRAGS, value & FRAGS);
}

TEST_F(napi, flags_are_shown_as_they_were_asked_for)
{
	static const int rows[] = {
		IFF_TUN | IFF_NAPI,
		IFF_TAP | IFF_NAPI,
		IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS,
		IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS | IFF_VNET_HDR | IFF_MULTI_QUEUE,
		IFF_TAP,
	};

	ASSERT_EQ(0, iff_sysfs());
	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", rows[i]);

		ASSERT_LE(0, fd);
		EXPECT_EQ(rows[i], iff_get_flags(fd) & ~IFF_NOFILTER)
			TH_LOG("flags %#x", rows[i]);
		EXPECT_EQ(rows[i], iff_sysfs_number("x0", "tun_flags"));
		close(fd);
	}
}

/* Napi itself is for everybody and for both types, also where both are asked for */
TEST_F(napi, both_types_have_napi)
{
	static const int rows[] = { IFF_TUN, IFF_TAP, IFF_TUN | IFF_TAP };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", rows[i] | IFF_NAPI);

		ASSERT_LE(0, fd);
		EXPECT_EQ(IFF_NAPI, iff_get_flags(fd) & FRAGS);
		close(fd);
	}
}

TEST_F(napi, frags_without_napi_is_einval)
{
	static const int rows[] = { IFF_TAP, IFF_TUN, IFF_TUN | IFF_TAP, 0 };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", rows[i] | IFF_NAPI_FRAGS))
			TH_LOG("flags %#x", rows[i]);
	}
	EXPECT_EQ(0, rtnl_index("x0"));
	EXPECT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | FRAGS));
}

TEST_F(napi, frags_are_for_taps_alone)
{
	static const int rows[] = { IFF_TUN, IFF_TUN | IFF_TAP, 0 };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", rows[i] | FRAGS))
			TH_LOG("flags %#x", rows[i]);
	}
	EXPECT_EQ(0, rtnl_index("x0"));
}

TEST_F(napi, frags_need_the_capability)
{
	ASSERT_EQ(0, leave(IFF_TAP));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TAP | FRAGS));
	EXPECT_EQ(0, child_set_iff(&user, "x0", IFF_TAP | IFF_NAPI));
	EXPECT_EQ(0, child_set_iff(&able, "x0", IFF_TAP | FRAGS));
}

TEST_F(napi, frags_of_a_later_queue_need_the_capability_too)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", QUEUES | FRAGS));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETOWNER, USER));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", QUEUES | FRAGS));
	EXPECT_EQ(0, child_set_iff(&user, "x0", QUEUES | IFF_NAPI));
	EXPECT_EQ(0, child_set_iff(&user, "x0", QUEUES));
	EXPECT_EQ(0, child_set_iff(&able, "x0", QUEUES | FRAGS));
}

TEST_F(napi, right_is_judged_before_the_combination)
{
	static const int rows[] = { IFF_TUN | FRAGS, IFF_TAP | IFF_NAPI_FRAGS, IFF_NAPI_FRAGS };

	ASSERT_EQ(0, leave(IFF_TAP));
	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", rows[i]))
			TH_LOG("flags %#x", rows[i]);
	}
}

/* The flags are judged before the device that there is */
TEST_F(napi, right_and_combination_are_judged_before_the_name)
{
	ASSERT_EQ(0, leave(IFF_TAP));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TAP | FRAGS | IFF_TUN_EXCL));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", QUEUES | FRAGS));
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "x0", IFF_TAP | IFF_NAPI_FRAGS | IFF_TUN_EXCL));
	EXPECT_EQ(-EINVAL, iff_set(self->fd, "lo", IFF_TUN | FRAGS | IFF_TUN_EXCL));
	EXPECT_EQ(-EBUSY, iff_set(self->fd, "x0", IFF_TAP | FRAGS | IFF_TUN_EXCL));
}

TEST_F(napi, attached_descriptor_is_judged_before_the_flags)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP));
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "x0", IFF_TUN | IFF_NAPI_FRAGS));
}

/* @arg: what to ask for; root of a user namespace asks in a network namespace that it owns */
static int make_in_own_userns(void *arg)
{
	int fd;

	if (child_userns(0, CLONE_NEWNET))
		return CHILD_NOT_SET_UP;
	fd = iff_open("x0", *(int *)arg);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

TEST_F(napi, root_of_a_user_namespace_may_napi_and_not_frags)
{
	int napi = IFF_TAP | IFF_NAPI, frags = IFF_TAP | FRAGS, bad = IFF_TUN | FRAGS;

	EXPECT_EQ(0, child_run(make_in_own_userns, &napi));
	EXPECT_EQ(-EPERM, child_run(make_in_own_userns, &frags));
	EXPECT_EQ(-EPERM, child_run(make_in_own_userns, &bad));
}

/* A frame for a disabled queue is refused if the queue has NAPI, and received if it has not */
TEST_F(napi, each_queue_goes_by_what_its_descriptor_asked_for)
{
	static const struct {
		int first;
		int second;
	} rows[] = {
		{ IFF_NAPI, 0 }, { 0, IFF_NAPI }, { FRAGS, 0 }, { 0, FRAGS }, { IFF_NAPI, FRAGS },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int first = iff_open("x0", QUEUES | rows[i].first);
		int second = iff_open("x0", QUEUES | rows[i].second);

		ASSERT_LE(0, first);
		ASSERT_LE(0, second);
		ASSERT_EQ(0, net_up("x0"));
		EXPECT_EQ(rows[i].first, iff_get_flags(second) & FRAGS);
		ASSERT_EQ(0, tun_dev_set_queue(first, IFF_DETACH_QUEUE));
		EXPECT_EQ(rows[i].first ? -EBUSY : 0, write_frame(first));
		EXPECT_EQ(0, write_frame(second));
		ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
		EXPECT_EQ(rows[i].second ? -EBUSY : 0, write_frame(second));
		close(first);
		close(second);
	}
}

TEST_F(napi, next_first_queue_of_a_persistent_device_decides_again)
{
	static const int rows[] = { 0, IFF_NAPI, FRAGS, IFF_NAPI, 0 };

	ASSERT_EQ(0, leave(QUEUES | FRAGS));
	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", QUEUES | rows[i]);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, net_up("x0"));
		EXPECT_EQ(rows[i], iff_get_flags(fd) & FRAGS);
		EXPECT_EQ(0, write_frame(fd));
		ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
		EXPECT_EQ(rows[i] ? -EBUSY : 0, write_frame(fd));
		close(fd);
	}
}

TEST_F(napi, refused_frame_of_a_disabled_queue_is_not_counted)
{
	static const int rows[] = { IFF_NAPI, FRAGS };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", QUEUES | rows[i]);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, net_up("x0"));
		ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
		for (int j = 0; j < 100; j++)
			ASSERT_EQ(-EBUSY, write_frame(fd));
		EXPECT_EQ(0, net_stat("x0", NET_RECEIVED_PACKETS));
		EXPECT_EQ(0, net_stat("x0", NET_RECEIVED_DROPS));
		close(fd);
	}
}

TEST_F(napi, disabled_queue_that_is_enabled_again_takes_frames)
{
	static const int rows[] = { IFF_NAPI, FRAGS };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = iff_open("x0", QUEUES | rows[i]);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, net_up("x0"));
		for (int j = 0; j < 3; j++) {
			ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
			EXPECT_EQ(-EBUSY, write_frame(fd));
			ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
			EXPECT_EQ(0, write_frame(fd));
		}
		EXPECT_EQ(3, net_stat("x0", NET_RECEIVED_PACKETS));
		close(fd);
	}
}

/* What is wrong with the frame or the device is said first */
TEST_F(napi, disabled_queue_is_judged_last)
{
	struct iovec bad = { (void *)tun_bad_pointer(), sizeof(frame) };
	int fd = iff_open("x0", QUEUES | IFF_NAPI);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EIO, write_frame(fd));
	ASSERT_EQ(0, net_up("x0"));
	EXPECT_EQ(-1, write(fd, frame, 13));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, writev(fd, &bad, 1));
	EXPECT_EQ(EFAULT, errno);
	close(fd);
}

TEST_HARNESS_MAIN
