// SPDX-License-Identifier: GPL-2.0
/* The node and its descriptors: open(), poll(), epoll, SIGIO, mmap(), fdinfo */
#include <sys/epoll.h>

#include "kselftest_harness.h"
#include "world.h"

FIXTURE(node)
{
	struct world world;
	struct world_dev dev;
};

FIXTURE_SETUP(node)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TUN | IFF_NO_PI));
}

FIXTURE_TEARDOWN(node)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* Memory for the file is the VFS's, for queue and ring the driver's. */
TEST_F(node, failed_open_can_be_repeated)
{
	struct world_count before = world_settled();
	struct fault f = FAULT(ENOMEM, EFAULT);
	const char *path = tun_node();
	struct world_dev dev;
	int ret;

	while (fault_next(&f)) {
		ret = fault_call(&f, fault_errno(open(path, O_RDWR | O_NONBLOCK)));
		if (ret < 0) {
			ASSERT_TRUE(world_left_nothing(&before))
				TH_LOG("fault %d", f.n);
			ret = open(path, O_RDWR | O_NONBLOCK);
		}
		dev = (struct world_dev){ .fd = ret, .flags = IFF_TUN | IFF_NO_PI };
		ASSERT_EQ(0, world_set_iff(&dev))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_up(&dev));
		ASSERT_EQ(0, world_passes(&self->world, &dev))
			TH_LOG("fault %d", f.n);
		close(dev.fd);
		ASSERT_TRUE(world_left_nothing(&before))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "open");
}

/* The last close of a file without a device */
TEST_F(node, closed_descriptor_is_gone)
{
	struct world_count before = world_settled();
	struct fault f = FAULT(0);
	int fd;

	while (fault_next(&f)) {
		fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, fault_call(&f, fault_errno(close(fd))));
		ASSERT_TRUE(world_left_nothing(&before));
	}
	/* It asks for nothing. */
	fault_tell(&f, "close without a device");
	EXPECT_EQ(0, f.wrong);
}

TEST_F(node, failed_poll_can_be_repeated)
{
	struct pollfd pfd = { .fd = self->dev.fd, .events = POLLOUT };
	struct fault f = FAULT(ENOMEM, EFAULT);

	while (fault_next(&f)) {
		if (fault_call(&f, fault_errno(poll(&pfd, 1, 0))) < 0)
			ASSERT_EQ(1, poll(&pfd, 1, 0));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "poll");
}

TEST_F(node, failed_epoll_can_be_repeated)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT }, got;
	struct fault f = FAULT(ENOMEM, EFAULT);
	int set;

	while (fault_next(&f)) {
		set = epoll_create1(EPOLL_CLOEXEC);
		ASSERT_LE(0, set);
		if (fault_call(&f, fault_errno(epoll_ctl(set, EPOLL_CTL_ADD, self->dev.fd,
							 &event))))
			ASSERT_EQ(0, epoll_ctl(set, EPOLL_CTL_ADD, self->dev.fd, &event));
		ASSERT_EQ(1, epoll_wait(set, &got, 1, 0))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
		close(set);
	}
	fault_end(_metadata, &f, "epoll_ctl");
}

/* Of a new descriptor each time: what an older one was given it keeps. */
TEST_F(node, failed_request_of_sigio_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM);
	int fd;

	while (fault_next(&f)) {
		fd = tun_open(O_NONBLOCK);
		ASSERT_LE(0, fd);
		if (fault_call(&f, fault_errno(fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC))))
			ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK | O_ASYNC));
		ASSERT_EQ(O_ASYNC, fcntl(fd, F_GETFL) & O_ASYNC);
		close(fd);
	}
	fault_end(_metadata, &f, "fasync");
}

/* There is nothing to map yet. The kernel has asked for memory before it is told so. */
TEST_F(node, nothing_can_be_mapped)
{
	struct fault f = FAULT(ENOMEM, ENODEV);
	void *at;

	while (fault_next(&f)) {
		fault_arm(&f);
		at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->dev.fd, 0);
		fault_stop(&f);
		ASSERT_EQ(MAP_FAILED, at);
		if (f.fired)
			fault_judge(&f, -errno);
		else
			ASSERT_EQ(ENODEV, errno);
	}
	fault_tell(&f, "mmap");
	EXPECT_EQ(0, f.wrong);
}

TEST_F(node, failed_look_at_fdinfo_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, EFAULT);
	char path[64], text[1024];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->dev.fd);
	while (fault_next(&f)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		memset(text, 0, sizeof(text));
		if (fault_call(&f, fault_errno(pread(fd, text, sizeof(text) - 1, 0))) < 0)
			ASSERT_LT(0, pread(fd, text, sizeof(text) - 1, 0));
		ASSERT_NE(NULL, strstr(text, self->dev.name))
			TH_LOG("fault %d: %s", f.n, text);
		close(fd);
	}
	fault_end(_metadata, &f, "fdinfo");
}

#include "leak.h"

TEST_HARNESS_MAIN
