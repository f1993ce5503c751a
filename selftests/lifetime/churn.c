// SPDX-License-Identifier: GPL-2.0
/* Numbers: all 256 queues, hundreds of devices, and a long random walk through the states */
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "tun_dev.h"

#define FLAGS (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)
#define QUEUES 256
#define DEVICES scaled(200)
#define SLOW 240

FIXTURE(churn)
{
	char name[IFNAMSIZ];
	int fd[QUEUES];
};

FIXTURE_SETUP(churn)
{
	struct rlimit limit = { 4096, 4096 };

	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
}

FIXTURE_TEARDOWN(churn)
{
}

static int open_all(FIXTURE_DATA(churn) * self)
{
	for (int i = 0; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
		if (self->fd[i] < 0)
			return self->fd[i];
	}
	return 0;
}

static void close_all(FIXTURE_DATA(churn) * self)
{
	for (int i = 0; i < QUEUES; i++)
		close(self->fd[i]);
}

TEST_F_TIMEOUT(churn, queues_of_a_device_are_256, SLOW)
{
	ASSERT_EQ(0, open_all(self));
	EXPECT_EQ(-E2BIG, tun_dev_queue(self->name, FLAGS, 0));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[100], IFF_DETACH_QUEUE));
	EXPECT_EQ(-E2BIG, tun_dev_queue(self->name, FLAGS, 0));
	close(self->fd[7]);
	self->fd[7] = tun_dev_queue(self->name, FLAGS, 0);
	EXPECT_LE(0, self->fd[7]);
	close_all(self);
	EXPECT_EQ(0, rtnl_index(self->name));
}

/* Ends by deletion, which is one grace period for all of them; closing needs one for each */
TEST_F_TIMEOUT(churn, all_queues_are_resized_switched_and_deleted_under_them, SLOW)
{
	char room[64];

	ASSERT_EQ(0, open_all(self));
	ASSERT_EQ(0, net_up(self->name));
	for (int len = 1; len < 2000; len = 3 * len + 1)
		ASSERT_EQ(0, net_set_txqueuelen(self->name, len));
	ASSERT_EQ(0, net_set_txqueuelen(self->name, 0));
	for (int i = 0; i < QUEUES; i += 15)
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[i], IFF_DETACH_QUEUE));
	for (int i = 0; i < QUEUES; i += 30)
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[i], IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, net_dellink(self->name));
	for (int i = 0; i < QUEUES; i++) {
		ASSERT_EQ(-1, read(self->fd[i], room, sizeof(room)));
		ASSERT_EQ(EBADFD, errno);
	}
	close_all(self);
}

TEST_F_TIMEOUT(churn, one_device_after_the_other, SLOW)
{
	struct tun_dev dev;

	for (int i = 0; i < scaled(40); i++) {
		ASSERT_EQ(0, tun_dev_create(&dev, i & 1 ? IFF_TUN : FLAGS, 0));
		close(dev.fd);
		ASSERT_EQ(0, rtnl_index(dev.name));
	}
}

/* They end with their netns, all at once, as a container's do */
TEST_F_TIMEOUT(churn, hundreds_of_devices_at_once, SLOW)
{
	struct tun_dev dev;
	int status;
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		if (tun_dev_netns())
			_exit(1);
		for (int i = 0; i < DEVICES; i++)
			if (tun_dev_create(&dev, i & 1 ? IFF_TUN : IFF_TAP, 0) ||
			    (ioctl(dev.fd, TUNSETPERSIST, 1) | close(dev.fd)))
				_exit(2);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

/* What a queue of the walk is in */
enum state { CLOSED, ENABLED, DISABLED };

/* One random step of one queue; 0, or what the kernel said */
static int step(FIXTURE_DATA(churn) * self, enum state *state, int *fd)
{
	enum state next = rand() % 3;
	int ret = 0;

	if (next == *state)
		return 0;
	if (*state == CLOSED) {
		*fd = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
		if (*fd < 0)
			return *fd;
		*state = ENABLED;
	}
	if (next == CLOSED)
		close(*fd);
	else if (next != *state)
		ret = tun_dev_set_queue(*fd, next == ENABLED ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE);
	*state = next;
	return ret;
}

TEST_F_TIMEOUT(churn, random_walk_through_the_states_of_eight_queues, SLOW)
{
	enum state states[8] = {};
	struct tun_dev keeper;
	char room[64] = "";
	int queue;

	srand(1);
	ASSERT_EQ(0, tun_dev_create(&keeper, FLAGS, O_NONBLOCK));
	snprintf(self->name, sizeof(self->name), "%s", keeper.name);
	for (int i = 0; i < scaled(300); i++) {
		queue = rand() % 8;
		ASSERT_EQ(0, step(self, &states[queue], &self->fd[queue]));
		if (states[queue] != CLOSED)
			ASSERT_EQ(64, write(self->fd[queue], room, 64));
		if (i % 100 == 50)
			ASSERT_EQ(0, net_set_txqueuelen(self->name, 1 + rand() % 1000));
	}
	for (queue = 0; queue < 8; queue++)
		if (states[queue] != CLOSED)
			close(self->fd[queue]);
	ASSERT_NE(0, if_nametoindex(self->name));
	close(keeper.fd);
	EXPECT_EQ(0, rtnl_index(self->name));
}

TEST_HARNESS_MAIN
