// SPDX-License-Identifier: GPL-2.0
/*
 * Who may attach to a device that exists, and who may make one: everybody that the rule of Linux
 * 7.3 tells apart against every owner and group.
 */
#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

/* No id, the one of everybody here, and one of somebody who is not here */
#define NONE (-1)
#define MINE 1000
#define OTHER 2000

/*
 * Everybody has the user and the group MINE.
 *
 * user: no capability. able: CAP_NET_ADMIN in the first user namespace. root_elsewhere: every
 * capability, but in a user namespace that the network is not of. For the others the network is
 * of a user namespace that one with MINE made: root_at_home has every capability in there,
 * user_at_home none, and maker, outside of it, has none either: it is his.
 */
enum who { user, able, root_elsewhere, root_at_home, user_at_home, maker };

/**
 * struct home - a user namespace and a network that it owns
 * @user: descriptor of the user namespace, -1 if there is none
 * @fd: an unattached descriptor of the node, opened in the network
 */
struct home {
	int user;
	int fd;
};

/* Makes both namespaces, tells so by a byte and stays until it is killed; never returns */
static void home_child(int ready)
{
	static const struct child_rights rights = { .uid = MINE, .gid = MINE };

	if (child_become(&rights) || prctl(PR_SET_DUMPABLE, 1) || child_userns(0, CLONE_NEWNET) ||
	    write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int home_open(pid_t pid, const char *ns)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, ns);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Moves this process, which stays in its own user namespace, into a network of one with MINE */
static int home_enter(struct home *home)
{
	int ready[2], net;
	pid_t pid;
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		home_child(ready[1]);
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return CHILD_NOT_SET_UP;
	close(ready[0]);
	home->user = home_open(pid, "user");
	net = home_open(pid, "net");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (home->user < 0 || setns(net, CLONE_NEWNET))
		return CHILD_NOT_SET_UP;
	close(net);
	return 0;
}

static int setup(struct home *home, enum who who)
{
	int ret;

	home->user = -1;
	ret = who >= root_at_home ? home_enter(home) : tun_dev_netns();
	if (ret)
		return ret;
	home->fd = tun_open(O_NONBLOCK);
	return home->fd < 0 ? home->fd : 0;
}

static void teardown(struct home *home)
{
	close(home->fd);
	if (home->user >= 0)
		close(home->user);
	net_dellink("x0");
}

static int become(const struct home *home, enum who who)
{
	const struct child_rights rights = {
		.uid = MINE, .gid = MINE, .cap = who == able,
	};
	int ret = child_become(&rights);

	if (ret)
		return ret;
	if (who == root_elsewhere)
		return prctl(PR_SET_DUMPABLE, 1) ? -errno : child_userns(0, 0);
	if (who != root_at_home && who != user_at_home)
		return 0;
	if (setns(home->user, CLONE_NEWUSER))
		return -errno;
	return who == user_at_home ? child_set_caps(false) : 0;
}

/**
 * struct attempt - TUNSETIFF of x0, to be done by a child
 * @home: where
 * @who: by whom
 */
struct attempt {
	const struct home *home;
	enum who who;
};

static int attempt_fn(void *arg)
{
	const struct attempt *attempt = arg;

	if (become(attempt->home, attempt->who))
		return CHILD_NOT_SET_UP;
	return iff_set(attempt->home->fd, "x0", IFF_TUN);
}

/* 0, or -errno */
static int attempt(const struct home *home, enum who who)
{
	struct attempt attempt = { home, who };

	return child_run(attempt_fn, &attempt);
}

/* Leaves a persistent x0 of @owner and @group */
static int leave(int owner, int group)
{
	int fd = iff_open("x0", IFF_TUN);
	int ret;

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

FIXTURE(attach)
{
	struct home home;
};

FIXTURE_VARIANT(attach)
{
	enum who who;
	int owner;
	int no_group;
	int my_group;
	int other_group;
};

/*
 * Without the capability, each of the two that is set must be his, and one of them must be set.
 */
FIXTURE_VARIANT_ADD(attach, user_with_owner_none)
{
	user, NONE, -EPERM, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, user_with_owner_mine)
{
	user, MINE, 0, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, user_with_owner_other)
{
	user, OTHER, -EPERM, -EPERM, -EPERM
};

FIXTURE_VARIANT_ADD(attach, able_with_owner_none)
{
	able, NONE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, able_with_owner_mine)
{
	able, MINE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, able_with_owner_other)
{
	able, OTHER, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, root_elsewhere_with_owner_none)
{
	root_elsewhere, NONE, -EPERM, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, root_elsewhere_with_owner_mine)
{
	root_elsewhere, MINE, 0, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, root_elsewhere_with_owner_other)
{
	root_elsewhere, OTHER, -EPERM, -EPERM, -EPERM
};

FIXTURE_VARIANT_ADD(attach, root_at_home_with_owner_none)
{
	root_at_home, NONE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, root_at_home_with_owner_mine)
{
	root_at_home, MINE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, root_at_home_with_owner_other)
{
	root_at_home, OTHER, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, user_at_home_with_owner_none)
{
	user_at_home, NONE, -EPERM, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, user_at_home_with_owner_mine)
{
	user_at_home, MINE, 0, 0, -EPERM
};

FIXTURE_VARIANT_ADD(attach, user_at_home_with_owner_other)
{
	user_at_home, OTHER, -EPERM, -EPERM, -EPERM
};

FIXTURE_VARIANT_ADD(attach, maker_with_owner_none)
{
	maker, NONE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, maker_with_owner_mine)
{
	maker, MINE, 0, 0, 0
};

FIXTURE_VARIANT_ADD(attach, maker_with_owner_other)
{
	maker, OTHER, 0, 0, 0
};

FIXTURE_SETUP(attach)
{
	ASSERT_EQ(0, setup(&self->home, variant->who));
}

FIXTURE_TEARDOWN(attach)
{
	teardown(&self->home);
}

TEST_F(attach, and_no_group)
{
	ASSERT_EQ(0, leave(variant->owner, NONE));
	EXPECT_EQ(variant->no_group, attempt(&self->home, variant->who));
}

TEST_F(attach, and_group_mine)
{
	ASSERT_EQ(0, leave(variant->owner, MINE));
	EXPECT_EQ(variant->my_group, attempt(&self->home, variant->who));
}

TEST_F(attach, and_group_other)
{
	ASSERT_EQ(0, leave(variant->owner, OTHER));
	EXPECT_EQ(variant->other_group, attempt(&self->home, variant->who));
}

FIXTURE(create)
{
	struct home home;
};

FIXTURE_VARIANT(create)
{
	enum who who;
	int want;
};

FIXTURE_VARIANT_ADD(create, user) { .who = user, .want = -EPERM };
FIXTURE_VARIANT_ADD(create, able) { .who = able, .want = 0 };
FIXTURE_VARIANT_ADD(create, root_elsewhere) { .who = root_elsewhere, .want = -EPERM };
FIXTURE_VARIANT_ADD(create, root_at_home) { .who = root_at_home, .want = 0 };
FIXTURE_VARIANT_ADD(create, user_at_home) { .who = user_at_home, .want = -EPERM };
FIXTURE_VARIANT_ADD(create, maker) { .who = maker, .want = 0 };

FIXTURE_SETUP(create)
{
	ASSERT_EQ(0, setup(&self->home, variant->who));
}

FIXTURE_TEARDOWN(create)
{
	teardown(&self->home);
}

TEST_F(create, creates_as_the_rule_says)
{
	EXPECT_EQ(variant->want, attempt(&self->home, variant->who));
}

TEST_HARNESS_MAIN
