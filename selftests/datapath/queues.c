// SPDX-License-Identifier: GPL-2.0
/* Queues that are switched off and on: what happens to their packets, readers and writers */
#include <pthread.h>

#include <linux/filter.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)

static unsigned char room[2048];

FIXTURE(queues)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(queues)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, FLAGS, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, net_packet_bypass(self->sock));
}

FIXTURE_TEARDOWN(queues)
{
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(queues) * self, int n)
{
	memset(room, 0x45, 64);
	for (int i = 0; i < n; i++) {
		int ret = net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 64);

		if (ret)
			return ret;
	}
	return 0;
}

TEST_F(queues, disabling_throws_its_packets_away)
{
	ASSERT_EQ(0, xmit(self, 10));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(queues, enabling_again_makes_it_work_again)
{
	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
		ASSERT_EQ(0, xmit(self, 3));
		EXPECT_EQ(3, tun_dev_drain(self->dev.fd));
	}
}

TEST_F(queues, packets_are_dropped_while_no_queue_is_enabled)
{
	long long before = net_stat(self->dev.name, NET_XMITTED_DROPS);

	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-ENOBUFS, xmit(self, 1));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_XMITTED_DROPS) - before);
}

TEST_F(queues, disabled_queue_still_takes_writes)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	memset(room, 0x45, 60);
	EXPECT_EQ(60, write(self->dev.fd, room, 60));
	EXPECT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
}

TEST_F(queues, other_queue_takes_over)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, xmit(self, 5));
	EXPECT_EQ(5, tun_dev_drain(second));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, xmit(self, 5));
	EXPECT_EQ(5, tun_dev_drain(self->dev.fd));
	EXPECT_EQ(0, tun_dev_drain(second));
}

TEST_F(queues, closing_one_keeps_the_packets_of_the_other)
{
	int second;

	ASSERT_EQ(0, xmit(self, 5));
	second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, second);
	close(second);
	EXPECT_EQ(5, tun_dev_drain(self->dev.fd));
}

TEST_F(queues, closing_the_first_keeps_the_packets_of_the_moved_one)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, xmit(self, 5));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	close(self->dev.fd);
	EXPECT_EQ(5, tun_dev_drain(second));
	ASSERT_EQ(0, xmit(self, 5));
	EXPECT_EQ(5, tun_dev_drain(second));
	self->dev.fd = second;
}

/* A thread in a blocking read() and what it came back with */
struct reader {
	int fd;
	ssize_t ret;
};

static void *reader_main(void *arg)
{
	static unsigned char data[2048];
	struct reader *reader = arg;

	reader->ret = read(reader->fd, data, sizeof(data));
	return NULL;
}

TEST_F(queues, blocked_reader_of_a_disabled_queue_stays_blocked)
{
	struct reader reader = { .fd = self->dev.fd };
	pthread_t thread;

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, xmit(self, 1));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(64, reader.ret);
}

TEST_F(queues, reader_that_starts_on_a_disabled_queue_waits)
{
	struct reader reader = { .fd = self->dev.fd };
	pthread_t thread;

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, xmit(self, 1));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(64, reader.ret);
}

/* Of a packet socket, that takes what came by queue @n; the kernel counts from 1 */
static int take_queue(int sock, int n)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_QUEUE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, n + 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { ARRAY_SIZE(insns), insns };

	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ? -errno : 0;
}

TEST_F(queues, received_packet_tells_its_queue)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
	int sock = net_packet_socket(self->dev.name, ETH_P_ALL);

	ASSERT_LE(0, second);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, take_queue(sock, 1));
	memset(room, 0x45, 200);
	ASSERT_EQ(100, write(self->dev.fd, room, 100));
	ASSERT_EQ(200, write(second, room, 200));
	ASSERT_EQ(POLLIN, net_poll(sock, POLLIN, NET_SOON_MS));
	EXPECT_EQ(200, recv(sock, room, sizeof(room), MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(sock, room, sizeof(room), MSG_DONTWAIT));
}

TEST_HARNESS_MAIN
