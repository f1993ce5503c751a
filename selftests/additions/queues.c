// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_SET_QUEUES: a device has no more queues than its creator said */
#include "kselftest_harness.h"
#include "struct.h"

#define MANY (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)

FIXTURE(queues)
{
	int fd[6];
	char name[IFNAMSIZ];
};

FIXTURE_SETUP(queues)
{
	ASSERT_EQ(0, tun_dev_netns());
	for (int i = 0; i < 6; i++) {
		self->fd[i] = tun_open(O_NONBLOCK);
		ASSERT_LE(0, self->fd[i]);
	}
}

FIXTURE_TEARDOWN(queues)
{
	for (int i = 0; i < 6; i++)
		close(self->fd[i]);
}

static int say(int fd, unsigned int most)
{
	struct tun_alt_queues queues = { .size = sizeof(queues), .most = most };

	return tun_ioctl(fd, TUN_ALT_SET_QUEUES, (unsigned long)&queues);
}

/* How many of the six come to be queues; -errno of the one that does not is @why */
static int attached(FIXTURE_DATA(queues) * self, int flags, int *why)
{
	int n = 0;

	*why = 0;
	while (n < 6 && !(*why = tun_dev_attach(self->fd[n], self->name, flags)))
		n++;
	return n;
}

TEST_F(queues, structure_that_is_wrong_is_refused)
{
	const struct tun_alt_queues asked = { .size = sizeof(asked), .most = 2 };
	const char *bad = struct_refusals(self->fd[0], TUN_ALT_SET_QUEUES, &asked, sizeof(asked));

	EXPECT_EQ(NULL, bad)
		TH_LOG("%s", bad);
}

TEST_F(queues, one_more_than_was_said_is_e2big)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 4));
	EXPECT_EQ(4, attached(self, MANY, &why));
	EXPECT_EQ(-E2BIG, why);
}

TEST_F(queues, second_of_one_is_e2big)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 1));
	EXPECT_EQ(1, attached(self, MANY, &why));
	EXPECT_EQ(-E2BIG, why);
}

TEST_F(queues, disabled_ones_count)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 2));
	ASSERT_EQ(2, attached(self, MANY, &why));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_DETACH_QUEUE));
	EXPECT_EQ(-E2BIG, tun_dev_attach(self->fd[2], self->name, MANY));
	EXPECT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, close(self->fd[1]));
	EXPECT_EQ(0, tun_dev_attach(self->fd[2], self->name, MANY));
	self->fd[1] = -1;
}

TEST_F(queues, zero_takes_the_word_back)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 1));
	ASSERT_EQ(0, say(self->fd[0], 0));
	EXPECT_EQ(6, attached(self, MANY, &why));
}

TEST_F(queues, refused_number_changes_nothing)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 3));
	ASSERT_EQ(-EINVAL, say(self->fd[0], TUN_ALT_MAX_QUEUES + 1));
	EXPECT_EQ(3, attached(self, MANY, &why));
}

TEST_F(queues, word_of_who_attaches_is_not_asked)
{
	int why;

	for (int i = 1; i < 6; i++)
		ASSERT_EQ(0, say(self->fd[i], 1));
	EXPECT_EQ(6, attached(self, MANY, &why));
}

TEST_F(queues, device_of_one_queue_has_one_whatever_was_said)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 4));
	EXPECT_EQ(1, attached(self, MANY & ~IFF_MULTI_QUEUE, &why));
	EXPECT_EQ(-EBUSY, why);
}

TEST_F(queues, word_outlives_the_device)
{
	int why;

	ASSERT_EQ(0, say(self->fd[0], 2));
	ASSERT_EQ(0, tun_dev_attach(self->fd[0], self->name, MANY));
	ASSERT_EQ(0, net_dellink(self->name));
	EXPECT_EQ(2, attached(self, MANY, &why));
	EXPECT_EQ(-E2BIG, why);
}

TEST_HARNESS_MAIN
