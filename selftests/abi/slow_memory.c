// SPDX-License-Identifier: GPL-2.0
/*
 * A program whose memory takes its time holds up nobody but itself: while an ioctl waits
 * for a page that userfaultfd does not deliver, the rest of the network goes on.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "abi.h"
#include "slow_page.h"

/* How long somebody else's change of an MTU may take; in-tree makes it wait for ever */
#define PATIENCE_MS 3000

/**
 * struct slow - what the two threads of a test share
 * @fd: an attached descriptor, of a TAP device
 * @fresh: one that is not
 * @page: the page that is not there
 * @cmd: the ioctl
 * @answer: what it gave
 */
struct slow {
	int fd;
	int fresh;
	struct slow_page page;
	unsigned long cmd;
	int answer;
};

FIXTURE(slow_memory)
{
	struct slow slow;
};

FIXTURE_SETUP(slow_memory)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->slow.fd = abi_attach("t0", IFF_TAP | IFF_NO_PI);
	ASSERT_LE(0, self->slow.fd);
	self->slow.fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->slow.fresh);
	ASSERT_EQ(0, slow_page_setup(&self->slow.page));
}

FIXTURE_TEARDOWN(slow_memory)
{
	slow_page_teardown(&self->slow.page);
	close(self->slow.fresh);
	close(self->slow.fd);
}

static void *call_with_slow_page(void *data)
{
	struct slow *slow = data;
	int fd = slow->cmd == TUNSETIFINDEX || slow->cmd == TUNSETIFF ? slow->fresh : slow->fd;

	slow->answer = tun_ioctl(fd, slow->cmd, (unsigned long)slow->page.memory);
	return NULL;
}

/* Whether the MTU of "lo" can be changed in time. A child waits, since nothing could wake it */
static int rtnl_is_free(pid_t *pid)
{
	int status;

	*pid = fork();
	if (!*pid)
		_exit(-net_set_mtu("lo", 1400));
	for (int i = 0; i < PATIENCE_MS / 10; i++) {
		if (waitpid(*pid, &status, WNOHANG) == *pid) {
			*pid = 0;
			return status ? -EIO : 1;
		}
		net_sleep_ms(10);
	}
	return 0;
}

/* 1 if others could work while @cmd waited, 0 if not, -errno if the test itself failed */
static int others_go_on(struct slow *slow, unsigned long cmd, int number)
{
	pthread_t thread;
	pid_t pid;
	int ret;

	slow->cmd = cmd;
	if (pthread_create(&thread, NULL, call_with_slow_page, slow))
		return -EAGAIN;
	if (slow_page_wanted(&slow->page))
		return -ETIMEDOUT;
	ret = rtnl_is_free(&pid);
	if (slow_page_deliver(&slow->page, &number, sizeof(number)))
		return -EFAULT;
	pthread_join(thread, NULL);
	if (pid)
		waitpid(pid, NULL, 0);
	return ret;
}

TEST_F(slow_memory, of_tunsetsndbuf_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETSNDBUF, 5000));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tungetsndbuf_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNGETSNDBUF, 0));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsetcarrier_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETCARRIER, 1));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tungetiff_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNGETIFF, 0));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsetifindex_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETIFINDEX, 4711));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsettxfilter_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETTXFILTER, 0));
	EXPECT_EQ(0, self->slow.answer);
}

/* Zeros are an empty program */
TEST_F(slow_memory, of_tunattachfilter_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNATTACHFILTER, 0));
	EXPECT_EQ(-EINVAL, self->slow.answer);
}

TEST_F(slow_memory, of_tungetfilter_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNGETFILTER, 0));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsetsteeringebpf_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETSTEERINGEBPF, -1));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsetfilterebpf_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETFILTEREBPF, -1));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_F(slow_memory, of_tunsetiff_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, TUNSETIFF, 0));
	EXPECT_EQ(-EINVAL, self->slow.answer);
}

TEST_F(slow_memory, of_siocgifhwaddr_holds_up_nobody)
{
	EXPECT_EQ(1, others_go_on(&self->slow, SIOCGIFHWADDR, 0));
	EXPECT_EQ(0, self->slow.answer);
}

TEST_HARNESS_MAIN
