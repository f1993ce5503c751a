// SPDX-License-Identifier: GPL-2.0
/*
 * Who may attach to a device that exists: owner and group, each one that is set, or
 * CAP_NET_ADMIN over the device's namespace. Linux 7.3's rule.
 */
#include "kselftest_harness.h"
#include <sys/stat.h>
#include "child.h"
#include "iff.h"

#define USER 1000
#define GROUP 1001
#define OTHER 2000
#define NONE (-1)

static const struct child_rights user = { .uid = USER, .gid = GROUP };

FIXTURE(permission)
{
	int fd;
};

FIXTURE_SETUP(permission)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(permission)
{
	if (self->fd >= 0)
		close(self->fd);
	net_dellink("x0");
}

/* Leaves a persistent x0 of @owner and @group */
static int leave(int flags, int owner, int group)
{
	int fd, ret;

	net_dellink("x0");
	fd = iff_open("x0", flags);
	if (fd < 0)
		return fd;
	ret = tun_ioctl(fd, TUNSETPERSIST, 1);
	if (!ret && owner != NONE)
		ret = tun_ioctl(fd, TUNSETOWNER, owner);
	if (!ret && group != NONE)
		ret = tun_ioctl(fd, TUNSETGROUP, group);
	close(fd);
	return ret;
}

TEST_F(permission, owner_and_group_that_are_set_must_match)
{
	static const struct {
		int owner;
		int group;
		int want;
	} rows[] = {
		{ NONE, GROUP, 0 },
		{ NONE, OTHER, -EPERM },
		{ USER, NONE, 0 },
		{ USER, GROUP, 0 },
		{ USER, OTHER, -EPERM },
		{ OTHER, NONE, -EPERM },
		{ OTHER, GROUP, -EPERM },
		{ OTHER, OTHER, -EPERM },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_EQ(0, leave(IFF_TUN, rows[i].owner, rows[i].group));
		EXPECT_EQ(rows[i].want, child_set_iff(&user, "x0", IFF_TUN))
			TH_LOG("owner %d group %d", rows[i].owner, rows[i].group);
	}
}

TEST_F(permission, capability_is_enough_whoever_owns)
{
	static const struct {
		int owner;
		int group;
	} rows[] = {
		{ NONE, NONE }, { NONE, GROUP }, { NONE, OTHER },
		{ USER, NONE }, { USER, GROUP }, { USER, OTHER },
		{ OTHER, NONE }, { OTHER, GROUP }, { OTHER, OTHER },
	};
	struct child_rights able = { .uid = USER, .gid = GROUP, .cap = true };

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_EQ(0, leave(IFF_TUN, rows[i].owner, rows[i].group));
		EXPECT_EQ(0, child_set_iff(&able, "x0", IFF_TUN))
			TH_LOG("owner %d group %d", rows[i].owner, rows[i].group);
	}
}

TEST_F(permission, device_of_nobody_needs_the_capability)
{
	ASSERT_EQ(0, leave(IFF_TUN, NONE, NONE));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TUN));
}

TEST_F(permission, later_queue_of_a_device_of_nobody_needs_the_capability)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TAP | IFF_MULTI_QUEUE));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TAP | IFF_MULTI_QUEUE));
}

TEST_F(permission, supplementary_group_counts)
{
	struct child_rights member = { .uid = USER, .gid = OTHER, .extra = GROUP };

	ASSERT_EQ(0, leave(IFF_TUN, NONE, GROUP));
	EXPECT_EQ(0, child_set_iff(&member, "x0", IFF_TUN));
	ASSERT_EQ(0, leave(IFF_TUN, USER, GROUP));
	EXPECT_EQ(0, child_set_iff(&member, "x0", IFF_TUN));
}

TEST_F(permission, root_without_the_capability_is_a_user)
{
	struct child_rights powerless = {};

	ASSERT_EQ(0, leave(IFF_TUN, USER, NONE));
	EXPECT_EQ(-EPERM, child_set_iff(&powerless, "x0", IFF_TUN));
	ASSERT_EQ(0, leave(IFF_TUN, 0, NONE));
	EXPECT_EQ(0, child_set_iff(&powerless, "x0", IFF_TUN));
	ASSERT_EQ(0, leave(IFF_TUN, NONE, 0));
	EXPECT_EQ(0, child_set_iff(&powerless, "x0", IFF_TUN));
}

/* @arg: a descriptor; TUNSETIFF with the real user USER and the effective OTHER */
static int attach_real(void *arg)
{
	int fd = *(int *)arg;

	if (setgroups(0, NULL) || setresgid(GROUP, OTHER, GROUP) ||
	    setresuid(USER, OTHER, USER))
		return CHILD_NOT_SET_UP;
	return iff_set(fd, "x0", IFF_TUN);
}

TEST_F(permission, effective_ids_count_and_real_ones_do_not)
{
	static const struct {
		int owner;
		int group;
		int want;
	} rows[] = {
		{ USER, NONE, -EPERM }, { NONE, GROUP, -EPERM }, { OTHER, OTHER, 0 },
	};

	for (int i = 0; i < ARRAY_SIZE(rows); i++) {
		int fd = tun_open(0);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, leave(IFF_TUN, rows[i].owner, rows[i].group));
		EXPECT_EQ(rows[i].want, child_run(attach_real, &fd))
			TH_LOG("owner %d group %d", rows[i].owner, rows[i].group);
		close(fd);
	}
}

TEST_F(permission, shape_is_judged_before_the_right)
{
	ASSERT_EQ(0, leave(IFF_TUN, OTHER, NONE));
	EXPECT_EQ(-EBUSY, child_set_iff(&user, "x0", IFF_TUN | IFF_TUN_EXCL));
	EXPECT_EQ(-EINVAL, child_set_iff(&user, "x0", IFF_TAP));
	EXPECT_EQ(-EINVAL, child_set_iff(&user, "x0", IFF_TUN | IFF_MULTI_QUEUE));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TUN));
}

TEST_F(permission, right_is_judged_before_the_queue)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETOWNER, OTHER));
	EXPECT_EQ(-EPERM, child_set_iff(&user, "x0", IFF_TUN));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETOWNER, USER));
	EXPECT_EQ(-EBUSY, child_set_iff(&user, "x0", IFF_TUN));
}

TEST_F(permission, owner_cannot_create)
{
	struct ifreq ifr = { .ifr_name = "x1", .ifr_flags = IFF_TUN };

	ASSERT_EQ(0, leave(IFF_TUN, USER, GROUP));
	EXPECT_EQ(-EPERM, child_ioctl(&user, self->fd, TUNSETIFF, (unsigned long)&ifr));
}

TEST_F(permission, owner_may_keep_what_he_attached_to)
{
	ASSERT_EQ(0, iff_set(self->fd, "x0", IFF_TUN));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETOWNER, OTHER));
	EXPECT_EQ(0, child_ioctl(&user, self->fd, TUNSETOWNER, USER));
	EXPECT_EQ(0, child_ioctl(&user, self->fd, TUNSETGROUP, GROUP));
	EXPECT_EQ(0, child_ioctl(&user, self->fd, TUNSETPERSIST, 1));
}

/* @arg: a descriptor of outside; every capability, but over a new user namespace only */
static int attach_from_userns(void *arg)
{
	if (child_userns(0, 0))
		return CHILD_NOT_SET_UP;
	return iff_set(*(int *)arg, "x0", IFF_TUN);
}

TEST_F(permission, capability_over_another_namespace_is_not_enough)
{
	ASSERT_EQ(0, leave(IFF_TUN, OTHER, NONE));
	EXPECT_EQ(-EPERM, child_run(attach_from_userns, &self->fd));
	ASSERT_EQ(0, net_dellink("x0"));
	EXPECT_EQ(-EPERM, child_run(attach_from_userns, &self->fd));
}

TEST_F(permission, owner_is_the_owner_in_a_user_namespace_too)
{
	ASSERT_EQ(0, leave(IFF_TUN, 0, NONE));
	EXPECT_EQ(0, child_run(attach_from_userns, &self->fd));
}

/* Makes a device of no owner, leaves it and attaches again, in a network namespace of its own */
static int own_userns(void *arg)
{
	int fd, ret;

	(void)arg;
	if (child_userns(0, CLONE_NEWNET))
		return CHILD_NOT_SET_UP;
	fd = iff_open("x0", IFF_TUN);
	if (fd < 0)
		return fd;
	ret = tun_ioctl(fd, TUNSETPERSIST, 1);
	close(fd);
	if (ret)
		return ret;
	fd = iff_open("x0", IFF_TUN);
	return fd < 0 ? fd : 0;
}

TEST_F(permission, root_of_a_user_namespace_may_all_in_its_own_network)
{
	EXPECT_EQ(0, child_run(own_userns, NULL));
}

/* A copy of the node that everybody may open, seen by this process only; 0 or -errno */
static int open_to_all(void)
{
	struct stat st;

	if (stat(tun_node(), &st) || unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, "mode=755") ||
	    mknod("/tmp/node", S_IFCHR | 0600, st.st_rdev) || chmod("/tmp/node", 0666) ||
	    setenv("TUN_NODE", "/tmp/node", 1))
		return -errno;
	return 0;
}

/* The same by a user: no capability of the first user namespace at all */
static int own_userns_as_user(void *arg)
{
	if (child_become(&user) || prctl(PR_SET_DUMPABLE, 1))
		return CHILD_NOT_SET_UP;
	return own_userns(arg);
}

TEST_F(permission, user_may_all_in_a_network_of_his_own)
{
	ASSERT_EQ(0, open_to_all());
	EXPECT_EQ(0, child_run(own_userns_as_user, NULL));
}

TEST_HARNESS_MAIN
