// SPDX-License-Identifier: GPL-2.0
/*
 * A queue that comes, or comes back, to a device with a classic filter. In-tree attaches the filter
 * and forgets the queue, and reads the program again where it was, if it is there still (U1, U2).
 */
#include "kselftest_harness.h"
#include "abi.h"
#include "classic.h"

#define TAP (IFF_TAP | IFF_MULTI_QUEUE)

static struct sock_filter program[] = CLASSIC_SAYS(CLASSIC_ALL);
static const struct sock_filter junk = BPF_STMT(0xffff, 0);

FIXTURE(classic_again)
{
	int fd;
};

FIXTURE_SETUP(classic_again)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, classic_attach(self->fd, program, 1));
}

FIXTURE_TEARDOWN(classic_again)
{
	close(self->fd);
	ASSERT_EQ(0, net_dellink("t0"));
}

static int disabled(int fd)
{
	int flags = abi_flags(fd);

	return flags < 0 ? flags : !!(flags & IFF_DETACH_QUEUE);
}

TEST_F(classic_again, disabled_queue_is_enabled_again)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, disabled(self->fd));
}

TEST_F(classic_again, queue_is_enabled_whatever_became_of_the_memory)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	program[0] = junk;
	EXPECT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, disabled(self->fd));
}

TEST_F(classic_again, descriptor_gets_the_persistent_device)
{
	close(self->fd);
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, disabled(self->fd));
}

TEST_F(classic_again, second_descriptor_becomes_a_queue)
{
	int second = abi_attach("t0", TAP);

	ASSERT_LE(0, second);
	EXPECT_EQ(0, disabled(second));
	close(second);
}

TEST_F(classic_again, descriptor_that_wants_no_filter_gets_the_device)
{
	close(self->fd);
	self->fd = abi_attach("t0", TAP | IFF_NOFILTER);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, disabled(self->fd));
}

TEST_F(classic_again, device_has_its_filter_without_any_queue)
{
	struct sock_fprog prog = {};

	close(self->fd);
	self->fd = abi_attach("t0", TAP | IFF_NOFILTER);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, classic_get(self->fd, &prog));
	EXPECT_EQ(&program[0], prog.filter);
}

TEST_F(classic_again, program_that_became_junk_is_no_hindrance)
{
	close(self->fd);
	program[0] = junk;
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, disabled(self->fd));
}

/* A process that has something else, or nothing, where the other one had its program */
static int attach_elsewhere(void *data)
{
	int *set = data;
	int fd;

	if (*set && munmap(data, 4096))
		return -errno;
	fd = abi_attach("t0", TAP);
	return fd < 0 ? fd : disabled(fd);
}

TEST_F(classic_again, process_without_the_memory_gets_the_device)
{
	struct sock_filter *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	ASSERT_NE(MAP_FAILED, page);
	*page = program[0];
	ASSERT_EQ(0, classic_attach(self->fd, page, 1));
	close(self->fd);
	self->fd = -1;
	pid = fork();
	if (!pid)
		_exit(-attach_elsewhere(page) & 0xff);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status))
		TH_LOG("errno %d", WEXITSTATUS(status));
}

TEST_F(classic_again, owner_gets_the_device_of_somebody_elses_filter)
{
	int fd;

	ASSERT_EQ(0, ioctl(self->fd, TUNSETOWNER, ABI_NOBODY));
	close(self->fd);
	program[0] = junk;
	ASSERT_EQ(0, seteuid(ABI_NOBODY));
	fd = abi_attach("t0", TAP);
	ASSERT_EQ(0, seteuid(0));
	ASSERT_LE(0, fd);
	self->fd = fd;
	EXPECT_EQ(0, disabled(self->fd));
}

TEST_HARNESS_MAIN
