// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETSNDBUF: what the program has written and the stack still holds counts. The holder is
 * the token bucket of bucket.h.
 */
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>

#include "kselftest_harness.h"
#include "bucket.h"
#include "tun_dev.h"

FIXTURE(sndbuf)
{
	struct tun_dev dev;
	int epoll;
};

/* The flags of every descriptor of the test: queues can be added */
#define FLAGS (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)

FIXTURE_SETUP(sndbuf)
{
	int size = 4000;

	ASSERT_EQ(0, tun_dev_setup(&self->dev, FLAGS, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	self->epoll = epoll_create1(0);
	ASSERT_LE(0, self->epoll);
}

FIXTURE_TEARDOWN(sndbuf)
{
	EXPECT_EQ(0, bucket_remove());
	close(self->epoll);
	close(self->dev.fd);
}

TEST_F(sndbuf, full_buffer_is_eagain)
{
	int n = bucket_fill(self->dev.fd);

	EXPECT_LE(1, n);
	EXPECT_GT(BUCKET_MANY, n);
	EXPECT_EQ(-1, write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(sndbuf, unlimited_buffer_takes_them_all)
{
	int size = INT_MAX;

	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	EXPECT_EQ(BUCKET_MANY, bucket_fill(self->dev.fd));
}

TEST_F(sndbuf, full_buffer_is_not_writable)
{
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(POLLOUT, net_poll(self->dev.fd, POLLOUT, NET_SOON_MS));
	EXPECT_EQ(BUCKET_FRAME_LEN, write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
}

/* Who waits for EPOLLOUT finds room for more than one frame: it comes below half of the buffer */
TEST_F(sndbuf, half_full_buffer_is_not_writable_and_takes_more)
{
	int size = 40000, n = 0, before;

	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	do {
		before = n;
		while (n < BUCKET_MANY && net_poll(self->dev.fd, POLLOUT, 0)) {
			ASSERT_EQ(BUCKET_FRAME_LEN,
				  write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
			n++;
		}
		net_sleep_ms(NET_NEVER_MS);
	} while (n != before);
	ASSERT_GT(BUCKET_MANY, n);
	EXPECT_LE(n / 2, bucket_fill(self->dev.fd));
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
}

TEST_F(sndbuf, edge_comes_when_there_is_room_again)
{
	struct epoll_event event = { .events = EPOLLOUT | EPOLLET };

	ASSERT_LE(1, bucket_fill(self->dev.fd));
	ASSERT_EQ(0, epoll_ctl(self->epoll, EPOLL_CTL_ADD, self->dev.fd, &event));
	EXPECT_EQ(0, epoll_wait(self->epoll, &event, 1, NET_NEVER_MS));
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(1, epoll_wait(self->epoll, &event, 1, NET_SOON_MS));
	EXPECT_EQ(EPOLLOUT, event.events);
}

TEST_F(sndbuf, full_buffer_refuses_after_the_other_errors)
{
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	EXPECT_EQ(-1, write(self->dev.fd, bucket_frame, 13));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(sndbuf, raising_it_lets_more_through)
{
	int size = 40000;

	ASSERT_LE(1, bucket_fill(self->dev.fd));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	EXPECT_LE(1, bucket_fill(self->dev.fd));
}

TEST_F(sndbuf, each_queue_has_a_buffer_of_its_own)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
	int size = 4000;

	ASSERT_LE(0, second);
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	EXPECT_EQ(POLLOUT, net_poll(second, POLLOUT, 0));
	EXPECT_LE(1, bucket_fill(second));
}

/* In-tree gives a queue that comes later no limit at all */
TEST_F(sndbuf, later_queue_inherits_the_limit)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
	int size = 0;

	ASSERT_LE(0, second);
	EXPECT_EQ(0, ioctl(second, TUNGETSNDBUF, &size));
	EXPECT_EQ(4000, size);
	EXPECT_GT(BUCKET_MANY, bucket_fill(second));
}

/* A thread in a blocking write() and what it came back with */
struct writer {
	int fd;
	ssize_t ret;
	int error;
};

static void *writer_main(void *arg)
{
	struct writer *writer = arg;

	writer->ret = write(writer->fd, bucket_frame, BUCKET_FRAME_LEN);
	writer->error = errno;
	return NULL;
}

static int start_blocking(pthread_t *thread, struct writer *writer)
{
	fcntl(writer->fd, F_SETFL, fcntl(writer->fd, F_GETFL) & ~O_NONBLOCK);
	return pthread_create(thread, NULL, writer_main, writer);
}

TEST_F(sndbuf, blocking_write_waits_for_room)
{
	struct writer writer = { .fd = self->dev.fd };
	pthread_t thread;

	ASSERT_LE(1, bucket_fill(self->dev.fd));
	ASSERT_EQ(0, start_blocking(&thread, &writer));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, bucket_let_go());
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(BUCKET_FRAME_LEN, writer.ret);
}

/* The new limit is above what the bucket holds, and below twice that: half is not free yet */
TEST_F(sndbuf, raising_it_wakes_a_blocked_writer)
{
	struct writer writer = { .fd = self->dev.fd };
	pthread_t thread;
	int size = 8000;
	int woken;

	ASSERT_LE(1, bucket_fill(self->dev.fd));
	ASSERT_EQ(0, start_blocking(&thread, &writer));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	for (int i = 0; (woken = !pthread_tryjoin_np(thread, NULL)) == 0 && i < 200; i++)
		net_sleep_ms(20);
	EXPECT_TRUE(woken);
	ASSERT_EQ(0, bucket_let_go());
	if (!woken)
		ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(BUCKET_FRAME_LEN, writer.ret);
}

static void on_signal(int signal)
{
	(void)signal;
}

/* In-tree asks for less than a half of it, which is nothing at all, and wakes nobody */
TEST_F(sndbuf, buffer_of_a_byte_takes_one_frame_at_a_time)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct writer writer = { .fd = self->dev.fd };
	pthread_t thread;
	int size = 1;
	int ended;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	EXPECT_EQ(POLLOUT, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_EQ(0, start_blocking(&thread, &writer));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, bucket_let_go());
	for (int i = 0; (ended = !pthread_tryjoin_np(thread, NULL)) == 0 && i < 200; i++)
		net_sleep_ms(20);
	EXPECT_TRUE(ended);
	while (!ended) {
		pthread_kill(thread, SIGUSR1);
		net_sleep_ms(20);
		ended = !pthread_tryjoin_np(thread, NULL);
	}
	EXPECT_EQ(BUCKET_FRAME_LEN, writer.ret);
}

TEST_F(sndbuf, signal_interrupts_a_blocked_write)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct writer writer = { .fd = self->dev.fd };
	long long drops;
	pthread_t thread;
	int i;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	drops = net_stat(self->dev.name, NET_RECEIVED_DROPS);
	ASSERT_EQ(0, start_blocking(&thread, &writer));
	for (i = 0; i < 100 && pthread_tryjoin_np(thread, NULL); i++) {
		net_sleep_ms(20);
		pthread_kill(thread, SIGUSR1);
	}
	ASSERT_GT(100, i);
	EXPECT_EQ(-1, writer.ret);
	EXPECT_EQ(EINTR, writer.error);
	EXPECT_EQ(drops + 1, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

/* In-tree only signals to who has asked poll() */
TEST_F(sndbuf, room_again_signals_who_was_refused)
{
	struct timespec soon = { .tv_sec = 4 };
	siginfo_t info = {};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, O_NONBLOCK | O_ASYNC));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETSIG, SIGRTMIN));
	ASSERT_LE(1, bucket_fill(self->dev.fd));
	ASSERT_EQ(0, bucket_let_go());
	ASSERT_EQ(SIGRTMIN, sigtimedwait(&set, &info, &soon));
	EXPECT_EQ(POLL_OUT, info.si_code);
}

TEST_HARNESS_MAIN
