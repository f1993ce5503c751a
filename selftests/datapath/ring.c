// SPDX-License-Identifier: GPL-2.0
/* The ring between xmit and read: txqueuelen is its size, live; order; what is dropped when */
#include <pthread.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define LEN 64

static unsigned char room[2048];

FIXTURE(ring)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(ring)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, net_packet_bypass(self->sock));
}

FIXTURE_TEARDOWN(ring)
{
	close(self->sock);
	close(self->dev.fd);
}

/* A consumer may give its slots back in batches of two cache lines */
static int slots_of_a_batch(void)
{
	return 2 * (machine_is("s390x") ? 256 : 64) / sizeof(void *);
}

/* Sends packets numbered @from to @to - 1; how many the driver took before it dropped one */
static int xmit(int sock, const char *name, unsigned int from, unsigned int to)
{
	unsigned char data[LEN] = { 0x45 };

	for (unsigned int i = from; i < to; i++) {
		memcpy(data + 4, &i, sizeof(i));
		if (net_packet_send(sock, name, ETH_P_IP, data, LEN))
			return i - from;
	}
	return to - from;
}

/* The number in the next packet, -1 when there is none */
static int next(int fd)
{
	unsigned int number;

	if (read(fd, room, sizeof(room)) != LEN)
		return -1;
	memcpy(&number, room + 4, sizeof(number));
	return number;
}

/* How many packets come in the order @from, @from + 1 ... before the queue is empty or wrong */
static int in_order(int fd, int from)
{
	int n = 0;

	while (next(fd) == from + n)
		n++;
	return n;
}

#define XMIT(from, to) xmit(self->sock, self->dev.name, from, to)

TEST_F(ring, tun_holds_500_packets)
{
	EXPECT_EQ(500, XMIT(0, 600));
	EXPECT_EQ(500, in_order(self->dev.fd, 0));
	EXPECT_EQ(-1, next(self->dev.fd));
}

TEST_F(ring, tap_holds_1000_packets)
{
	struct tun_dev tap;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	sock = net_packet_socket(tap.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_bypass(sock));
	EXPECT_EQ(1000, xmit(sock, tap.name, 0, 1100));
	EXPECT_EQ(1000, in_order(tap.fd, 0));
}

TEST_F(ring, newest_packets_are_dropped_and_counted_when_full)
{
	ASSERT_EQ(500, XMIT(0, 600));
	for (int i = 0; i < 9; i++)
		EXPECT_EQ(0, XMIT(1000, 1001));
	EXPECT_EQ(10, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(500, in_order(self->dev.fd, 0));
	EXPECT_EQ(1, XMIT(1, 2));
	EXPECT_EQ(1, next(self->dev.fd));
}

/* Nothing waits in the qdisc: that is what IFF_BACKPRESSURE is for */
TEST_F(ring, full_ring_drops_behind_a_qdisc_as_well)
{
	int sock;

	ASSERT_EQ(0, system("tc qdisc replace dev tun0 root pfifo limit 10000"));
	sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, sock);
	EXPECT_EQ(2000, xmit(sock, self->dev.name, 0, 2000));
	EXPECT_EQ(1500, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(500, in_order(self->dev.fd, 0));
}

TEST_F(ring, one_read_makes_room_for_one_or_more)
{
	ASSERT_EQ(500, XMIT(0, 600));
	for (int i = 0; i < 64; i++)
		ASSERT_EQ(i, next(self->dev.fd));
	EXPECT_LE(1, XMIT(500, 564));
}

TEST_F(ring, order_holds_around_the_end)
{
	for (int round = 0; round < scaled(20); round++) {
		ASSERT_EQ(333, XMIT(round * 333, round * 333 + 333));
		ASSERT_EQ(333, in_order(self->dev.fd, round * 333));
	}
}

TEST_F(ring, interleaved_packets_keep_their_order)
{
	int sent = 0, seen = 0;

	for (int i = 0; i < 200; i++) {
		sent += XMIT(sent, sent + 7);
		for (int j = 0; j < 6 && seen < sent; j++)
			ASSERT_EQ(seen++, next(self->dev.fd));
	}
	EXPECT_EQ(sent - seen, in_order(self->dev.fd, seen));
}

TEST_F(ring, growing_keeps_packets_and_order)
{
	ASSERT_EQ(100, XMIT(0, 50) + XMIT(50, 100));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 2000));
	EXPECT_EQ(1900, XMIT(100, 2100));
	EXPECT_EQ(2000, in_order(self->dev.fd, 0));
}

TEST_F(ring, shrinking_keeps_the_oldest_in_order)
{
	ASSERT_EQ(500, XMIT(0, 500));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 100));
	EXPECT_EQ(0, XMIT(1000, 1001));
	EXPECT_EQ(100, in_order(self->dev.fd, 0));
	EXPECT_EQ(-1, next(self->dev.fd));
}

TEST_F(ring, packets_lost_by_shrinking_are_no_drops)
{
	ASSERT_EQ(500, XMIT(0, 500));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 100));
	EXPECT_EQ(0, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

TEST_F(ring, shrinking_above_the_fill_loses_nothing)
{
	ASSERT_EQ(90, XMIT(0, 90));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 100));
	EXPECT_EQ(10, XMIT(90, 200));
	EXPECT_EQ(100, in_order(self->dev.fd, 0));
}

TEST_F(ring, odd_sizes_are_kept_exactly)
{
	static const int sizes[] = { 1, 2, 3, 7, 100, 129, 1001 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, sizes[i]));
		EXPECT_EQ(sizes[i], XMIT(0, 1100));
		EXPECT_EQ(sizes[i], in_order(self->dev.fd, 0));
	}
}

TEST_F(ring, txqueuelen_0_drops_everything)
{
	ASSERT_EQ(10, XMIT(0, 10));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 0));
	EXPECT_EQ(-1, next(self->dev.fd));
	EXPECT_EQ(0, XMIT(0, 1));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 10));
	EXPECT_EQ(10, XMIT(0, 20));
	EXPECT_EQ(10, in_order(self->dev.fd, 0));
}

TEST_F(ring, resize_after_wrapping_keeps_order)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 100));
	ASSERT_EQ(80, XMIT(0, 80));
	ASSERT_EQ(80, in_order(self->dev.fd, 0));
	ASSERT_EQ(70, XMIT(0, 70));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 150));
	ASSERT_EQ(80, XMIT(70, 200));
	EXPECT_EQ(150, in_order(self->dev.fd, 0));
	ASSERT_EQ(120, XMIT(0, 120));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 60));
	EXPECT_EQ(60, in_order(self->dev.fd, 0));
}

TEST_F(ring, size_of_a_device_goes_for_queues_that_come_later)
{
	int flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE;
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	struct tun_dev multi;
	int second, sock;

	ASSERT_EQ(0, tun_dev_create(&multi, flags, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(multi.name, 20));
	second = tun_dev_queue(multi.name, flags, O_NONBLOCK);
	ASSERT_LE(0, second);
	sock = net_packet_socket(multi.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_bypass(sock));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &detach));
	EXPECT_EQ(20, xmit(sock, multi.name, 0, 100));
	EXPECT_EQ(20, in_order(second, 0));
}

TEST_F(ring, disabled_queue_is_resized_too)
{
	struct ifreq attach = { .ifr_flags = IFF_ATTACH_QUEUE };
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	struct tun_dev multi;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&multi, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK));
	sock = net_packet_socket(multi.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_bypass(sock));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &detach));
	ASSERT_EQ(0, net_set_txqueuelen(multi.name, 30));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &attach));
	EXPECT_EQ(30, xmit(sock, multi.name, 0, 100));
	EXPECT_EQ(30, in_order(multi.fd, 0));
}

static void *resize_main(void *arg)
{
	struct tun_dev *dev = arg;

	for (int i = 0; i < 60; i++)
		if (net_set_txqueuelen(dev->name, i % 2 ? 1 + i : 300))
			return "resize failed";
	return NULL;
}

TEST_F(ring, resize_under_traffic_keeps_order)
{
	void *error = NULL;
	pthread_t thread;
	int last = -1;
	int number;

	ASSERT_EQ(0, pthread_create(&thread, NULL, resize_main, &self->dev));
	for (int i = 0; i < 100000 && pthread_tryjoin_np(thread, &error); i++) {
		XMIT(i * 5, i * 5 + 5);
		for (int j = 0; j < 4; j++) {
			number = next(self->dev.fd);
			ASSERT_TRUE(number < 0 || number > last);
			if (number >= 0)
				last = number;
		}
	}
	EXPECT_EQ(NULL, error);
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 300));
	tun_dev_drain(self->dev.fd);
	number = XMIT(0, 400);
	EXPECT_LT(300 - slots_of_a_batch(), number);
	EXPECT_GE(300, number);
	EXPECT_EQ(number, in_order(self->dev.fd, 0));
}

TEST_HARNESS_MAIN
