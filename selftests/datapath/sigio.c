// SPDX-License-Identifier: GPL-2.0
/* SIGIO: a signal for each packet and for a link that goes up, to whom F_SETOWN says */
#include <signal.h>

#include "kselftest_harness.h"
#include "tun_dev.h"

static unsigned char room[2048];

FIXTURE(sigio)
{
	struct tun_dev dev;
	int sock;
	sigset_t set;
};

FIXTURE_SETUP(sigio)
{
	sigemptyset(&self->set);
	sigaddset(&self->set, SIGIO);
	sigaddset(&self->set, SIGRTMIN);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &self->set, NULL));
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(sigio)
{
	close(self->sock);
	close(self->dev.fd);
}

/* The next signal within @ms, 0 when none came */
static int next_signal(sigset_t *set, siginfo_t *info, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };
	int ret = sigtimedwait(set, info, &ts);

	return ret < 0 ? 0 : ret;
}

static int async(int fd, int on)
{
	int flags = fcntl(fd, F_GETFL);

	return fcntl(fd, F_SETFL, on ? flags | O_ASYNC : flags & ~O_ASYNC);
}

static int xmit(FIXTURE_DATA(sigio) * self)
{
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 64);
}

TEST_F(sigio, packet_sends_the_signal_to_the_process_that_asked)
{
	siginfo_t info;

	ASSERT_EQ(0, async(self->dev.fd, 1));
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(SIGIO, next_signal(&self->set, &info, NET_SOON_MS));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(sigio, owner_is_set_by_asking)
{
	ASSERT_EQ(0, fcntl(self->dev.fd, F_GETOWN));
	ASSERT_EQ(0, async(self->dev.fd, 1));
	EXPECT_EQ(getpid(), fcntl(self->dev.fd, F_GETOWN));
}

TEST_F(sigio, real_time_signal_tells_descriptor_and_band)
{
	siginfo_t info = {};

	ASSERT_EQ(0, async(self->dev.fd, 1));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETSIG, SIGRTMIN));
	ASSERT_EQ(0, xmit(self));
	ASSERT_EQ(SIGRTMIN, next_signal(&self->set, &info, NET_SOON_MS));
	EXPECT_EQ(self->dev.fd, info.si_fd);
	EXPECT_EQ(POLL_IN, info.si_code);
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(SIGRTMIN, next_signal(&self->set, &info, NET_SOON_MS));
}

TEST_F(sigio, link_up_says_that_writing_is_possible)
{
	siginfo_t info = {};

	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, async(self->dev.fd, 1));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETSIG, SIGRTMIN));
	/* the writer has to have seen that it cannot write */
	ASSERT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(SIGRTMIN, next_signal(&self->set, &info, NET_SOON_MS));
	EXPECT_EQ(POLL_OUT, info.si_code);
}

TEST_F(sigio, nothing_comes_after_switching_it_off)
{
	siginfo_t info;

	ASSERT_EQ(0, async(self->dev.fd, 1));
	ASSERT_EQ(0, async(self->dev.fd, 0));
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(0, next_signal(&self->set, &info, NET_NEVER_MS));
}

TEST_F(sigio, nothing_comes_unasked)
{
	siginfo_t info;

	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(0, next_signal(&self->set, &info, NET_NEVER_MS));
}

TEST_F(sigio, asking_before_attaching_works)
{
	struct tun_dev late = { .name = "" };
	siginfo_t info;
	int sock;

	late.fd = open(tun_node(), O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, late.fd);
	ASSERT_EQ(0, async(late.fd, 1));
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	sock = net_packet_socket(late.name, 0);
	ASSERT_LE(0, sock);
	while (next_signal(&self->set, &info, 0))
		;
	ASSERT_EQ(0, net_packet_send(sock, late.name, ETH_P_IP, room, 64));
	EXPECT_EQ(SIGIO, next_signal(&self->set, &info, NET_SOON_MS));
}

TEST_HARNESS_MAIN
