// SPDX-License-Identifier: GPL-2.0
/* RWF_NOWAIT: one call that does not block on a descriptor that does */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define SEED 5

static unsigned char room[2048];

FIXTURE(nowait)
{
	struct tun_dev dev;
	int sock;
	struct iovec iov;
};

FIXTURE_SETUP(nowait)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	self->iov = (struct iovec) { room, sizeof(room) };
}

FIXTURE_TEARDOWN(nowait)
{
	close(self->sock);
	close(self->dev.fd);
}

TEST_F(nowait, read_of_an_empty_queue_is_eagain)
{
	EXPECT_EQ(-1, preadv2(self->dev.fd, &self->iov, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(-1, preadv2(self->dev.fd, &self->iov, 1, 0, RWF_NOWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(nowait, read_takes_a_waiting_packet)
{
	static struct packet packet;

	packet_fill(&packet, 80, SEED);
	ASSERT_EQ(0, net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet.data, 80));
	EXPECT_EQ(80, preadv2(self->dev.fd, &self->iov, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(80, packet_match(room, 80, SEED));
}

TEST_F(nowait, write_is_received)
{
	memset(room, 0, 40);
	room[0] = 0x45;
	self->iov.iov_len = 40;
	EXPECT_EQ(40, pwritev2(self->dev.fd, &self->iov, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
}

TEST_F(nowait, errors_come_first)
{
	self->iov.iov_len = 40;
	EXPECT_EQ(-1, pwritev2(self->dev.fd, &self->iov, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-1, preadv2(self->dev.fd, &self->iov, 1, -1, RWF_NOWAIT));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(nowait, descriptor_still_blocks_without_it)
{
	EXPECT_EQ(0, fcntl(self->dev.fd, F_GETFL) & O_NONBLOCK);
	alarm(1);
	signal(SIGALRM, SIG_DFL);
	if (!fork()) {
		alarm(1);
		_exit(read(self->dev.fd, room, sizeof(room)) < 0);
	}
	alarm(0);
	int status = 0;

	ASSERT_LT(0, wait(&status));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGALRM, WTERMSIG(status));
}

TEST_HARNESS_MAIN
