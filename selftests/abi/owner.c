// SPDX-License-Identifier: GPL-2.0
/* TUNSETOWNER and TUNSETGROUP: what they take; seen in sysfs */
#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

/* Of the two calls, which differ in nothing else */
static const struct call {
	unsigned long cmd;
	const char *file;
} calls[] = {
	{ TUNSETOWNER, "owner" },
	{ TUNSETGROUP, "group" },
};

FIXTURE(owner)
{
	int fd;
};

FIXTURE_VARIANT(owner)
{
	int call;
};

FIXTURE_VARIANT_ADD(owner, user) { .call = 0 };
FIXTURE_VARIANT_ADD(owner, group) { .call = 1 };

FIXTURE_SETUP(owner)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, iff_sysfs());
	self->fd = iff_open("x0", IFF_TUN | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(owner)
{
	close(self->fd);
	net_dellink("x0");
}

static int set(int fd, int call, unsigned long id)
{
	return tun_ioctl(fd, calls[call].cmd, id);
}

static long long shown(int call)
{
	return iff_sysfs_number("x0", calls[call].file);
}

TEST_F(owner, is_nobody_at_first)
{
	EXPECT_EQ(-1, shown(variant->call));
}

TEST_F(owner, can_be_set_and_changed)
{
	static const unsigned long ids[] = { 0, 1, 1000, 65534, 65535, 0x7fffffff, 0xfffffffe, 0 };

	for (int i = 0; i < ARRAY_SIZE(ids); i++) {
		EXPECT_EQ(0, set(self->fd, variant->call, ids[i]))
			TH_LOG("id %lu", ids[i]);
		EXPECT_EQ(ids[i], (unsigned int)shown(variant->call))
			TH_LOG("id %lu", ids[i]);
	}
}

TEST_F(owner, minus_one_is_einval_and_clears_nothing)
{
	ASSERT_EQ(-EINVAL, set(self->fd, variant->call, -1UL));
	EXPECT_EQ(-1, shown(variant->call));
	ASSERT_EQ(0, set(self->fd, variant->call, 1000));
	EXPECT_EQ(-EINVAL, set(self->fd, variant->call, -1UL));
	EXPECT_EQ(-EINVAL, set(self->fd, variant->call, 0xffffffffUL));
	EXPECT_EQ(1000, shown(variant->call));
}

TEST_F(owner, upper_half_of_a_long_is_not_looked_at)
{
	if (sizeof(long) == 4)
		SKIP(return, "a long is 32 bits here");
	EXPECT_EQ(0, set(self->fd, variant->call, 0x500000000UL + 1000));
	EXPECT_EQ(1000, shown(variant->call));
}

TEST_F(owner, other_id_stays)
{
	ASSERT_EQ(0, set(self->fd, variant->call, 1000));
	EXPECT_EQ(-1, shown(!variant->call));
}

TEST_F(owner, goes_with_the_device)
{
	ASSERT_EQ(0, set(self->fd, variant->call, 1000));
	ASSERT_EQ(0, net_dellink("x0"));
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	EXPECT_EQ(-1, shown(variant->call));
}

TEST_F(owner, outlives_the_descriptor_of_a_persistent_device)
{
	ASSERT_EQ(0, set(self->fd, variant->call, 1000));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	EXPECT_EQ(1000, shown(variant->call));
	self->fd = iff_open("x0", IFF_TUN | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(1000, shown(variant->call));
}

TEST_F(owner, unattached_is_ebadfd_whatever_the_id)
{
	int fd = tun_open(0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, set(fd, variant->call, 1000));
	EXPECT_EQ(-EBADFD, set(fd, variant->call, -1UL));
	close(fd);
}

TEST_F(owner, deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, net_dellink("x0"));
	EXPECT_EQ(-EBADFD, set(self->fd, variant->call, 1000));
}

TEST_F(owner, disabled_queue_may_set_it)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, set(self->fd, variant->call, 1000));
	EXPECT_EQ(1000, shown(variant->call));
}

TEST_F(owner, nobody_may_set_it_if_he_has_the_descriptor)
{
	struct child_rights nobody = { .uid = 65534, .gid = 65534 };

	EXPECT_EQ(0, child_ioctl(&nobody, self->fd, calls[variant->call].cmd, 1000));
	EXPECT_EQ(1000, shown(variant->call));
}

/* One call from a user namespace in which root is @root (none is mapped: -1) */
struct from_userns {
	int fd;
	int call;
	int root;
	unsigned long id;
};

static int set_from_userns(void *arg)
{
	struct from_userns *from = arg;
	int ret = from->root < 0 ? unshare(CLONE_NEWUSER) : child_userns(from->root, 0);

	return ret ? CHILD_NOT_SET_UP : set(from->fd, from->call, from->id);
}

TEST_F(owner, is_an_id_of_the_callers_user_namespace)
{
	static const struct {
		int root;
		unsigned long id;
		int want;
		int shown;
	} rows[] = {
		{ 5, 5, 0, 0 },
		{ 5, 0, -EINVAL, 1000 },
		{ 5, 1000, -EINVAL, 1000 },
		{ 5, -1UL, -EINVAL, 1000 },
		{ -1, 0, -EINVAL, 1000 },
		{ -1, 65534, -EINVAL, 1000 },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct from_userns from = { self->fd, variant->call, rows[i].root, rows[i].id };

		ASSERT_EQ(0, set(self->fd, variant->call, 1000));
		EXPECT_EQ(rows[i].want, child_run(set_from_userns, &from))
			TH_LOG("root is %d, id %lu", rows[i].root, rows[i].id);
		EXPECT_EQ(rows[i].shown, shown(variant->call))
			TH_LOG("root is %d, id %lu", rows[i].root, rows[i].id);
	}
}

TEST_HARNESS_MAIN
