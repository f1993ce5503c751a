// SPDX-License-Identifier: GPL-2.0
/*
 * A program whose memory takes its time holds up nobody but itself: while an ioctl waits
 * for a page that userfaultfd does not deliver, the rest of the network goes on.
 */
#include <pthread.h>
#include <sys/syscall.h>

#include <linux/userfaultfd.h>

#include "kselftest_harness.h"
#include "abi.h"

#define PAGE 4096

/* How long somebody else's change of an MTU may take; in-tree makes it wait for ever */
#define PATIENCE_MS 3000

/**
 * struct slow - what the two threads of a test share
 * @fd: an attached descriptor
 * @fresh: one that is not
 * @faults: userfaultfd
 * @page: the page that is not there
 * @cmd: the ioctl
 * @answer: what it gave
 */
struct slow {
	int fd;
	int fresh;
	int faults;
	void *page;
	unsigned long cmd;
	int answer;
};

FIXTURE(slow_memory)
{
	struct slow slow;
};

FIXTURE_SETUP(slow_memory)
{
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };

	ASSERT_EQ(0, tun_dev_netns());
	self->slow.fd = abi_attach("t0", ABI_SINGLE);
	ASSERT_LE(0, self->slow.fd);
	self->slow.fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->slow.fresh);
	self->slow.faults = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	ASSERT_LE(0, self->slow.faults);
	ASSERT_EQ(0, ioctl(self->slow.faults, UFFDIO_API, &api));
	self->slow.page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);
	ASSERT_NE(MAP_FAILED, self->slow.page);
	range.range.start = (unsigned long)self->slow.page;
	range.range.len = PAGE;
	ASSERT_EQ(0, ioctl(self->slow.faults, UFFDIO_REGISTER, &range));
}

FIXTURE_TEARDOWN(slow_memory)
{
	close(self->slow.faults);
	close(self->slow.fresh);
	close(self->slow.fd);
}

static void *call_with_slow_page(void *data)
{
	struct slow *slow = data;
	int fd = slow->cmd == TUNSETIFINDEX || slow->cmd == TUNSETIFF ? slow->fresh : slow->fd;

	slow->answer = tun_ioctl(fd, slow->cmd, (unsigned long)slow->page);
	return NULL;
}

/* Deliver the page, of @number and zeros */
static int deliver(struct slow *slow, int number)
{
	static char content[PAGE];
	struct uffdio_copy copy = {
		.dst = (unsigned long)slow->page, .src = (unsigned long)content, .len = PAGE,
	};

	memcpy(content, &number, sizeof(number));
	return ioctl(slow->faults, UFFDIO_COPY, &copy) ? -errno : 0;
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
	if (!(net_poll(slow->faults, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	ret = rtnl_is_free(&pid);
	if (deliver(slow, number))
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
