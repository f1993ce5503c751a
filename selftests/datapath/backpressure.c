// SPDX-License-Identifier: GPL-2.0
/* IFF_BACKPRESSURE: what the ring cannot hold waits in the qdisc, and nothing waits for ever */
#include <pthread.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define PRESS (IFF_TUN | IFF_NO_PI | IFF_BACKPRESSURE)
#define LEN 64
/* What a TUN device's ring has room for; less on a kernel where a packet is dear */
#define RING (tun_divisor() > 1 ? 60 : 500)
#define MANY (4 * RING)

static unsigned char room[2048];

FIXTURE(backpressure)
{
	struct tun_dev dev;
	int sock;
};

/* mq has a child of its own above each queue; 0 or not */
static int long_qdiscs(const char *name)
{
	static const char * const qdiscs[] = {
		"root handle 1: mq", "parent 1:1 pfifo limit 10000", "parent 1:2 pfifo limit 10000",
	};
	char cmd[128];
	int ret = 0;

	for (int i = 0; i < 3 && !ret; i++) {
		snprintf(cmd, sizeof(cmd), "tc qdisc replace dev %s %s", name, qdiscs[i]);
		ret = system(cmd);
	}
	return ret;
}

static int long_qdisc(const char *name)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "tc qdisc replace dev %s root pfifo limit 10000", name);
	return system(cmd);
}

static int no_qdisc(const char *name)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "tc qdisc replace dev %s root noqueue", name);
	return system(cmd);
}

FIXTURE_SETUP(backpressure)
{
	/* else nothing waits in the qdisc, and each test waits in vain */
	ASSERT_TRUE(tun_has(IFF_BACKPRESSURE))
		TH_LOG("the node has no IFF_BACKPRESSURE");
	ASSERT_EQ(0, tun_dev_setup(&self->dev, PRESS, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	ASSERT_EQ(0, long_qdisc(self->dev.name));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(backpressure)
{
	close(self->sock);
	close(self->dev.fd);
}

/* Sends packets numbered @from to @to - 1 through the qdisc; 0 or -errno of the first refusal */
static int xmit(int sock, const char *name, unsigned int from, unsigned int to)
{
	unsigned char data[LEN] = { 0x45 };
	int ret = 0;

	for (unsigned int i = from; i < to && !ret; i++) {
		memcpy(data + 4, &i, sizeof(i));
		ret = net_packet_send(sock, name, ETH_P_IP, data, LEN);
	}
	return ret;
}

/* The number in the next packet, waiting for it; -errno */
static int next(int fd)
{
	unsigned int number;
	int ret = tun_dev_read(fd, room, sizeof(room));

	if (ret != LEN)
		return ret < 0 ? ret : -EIO;
	memcpy(&number, room + 4, sizeof(number));
	return number;
}

/* Reads the packets @from to @to - 1; the number that came next in order, @to when all did */
static int in_order(int fd, int from, int to)
{
	while (from < to && next(fd) == from)
		from++;
	return from;
}

/* All packets until @last comes, which must come; 0 or -errno */
static int until(int fd, int last)
{
	int number;

	do
		number = next(fd);
	while (number >= 0 && number != last);
	return number < 0 ? number : 0;
}

/*
 * Packets 0 to @to - 1, of which the ring holds as many as it can: all but the last of those by no
 * qdisc, which might fill a part of the ring alone. 0 or not
 */
static int xmit_full(int sock, const char *name, int (*qdisc)(const char *name), unsigned int to)
{
	int ret = no_qdisc(name);

	ret = ret ? ret : xmit(sock, name, 0, RING - 1);
	ret = ret ? ret : qdisc(name);
	return ret ? ret : xmit(sock, name, RING - 1, to);
}

#define XMIT(from, to) xmit(self->sock, self->dev.name, from, to)
#define XMIT_FULL(to) xmit_full(self->sock, self->dev.name, long_qdisc, to)
#define DROPS() net_stat(self->dev.name, NET_XMITTED_DROPS)

TEST_F(backpressure, nothing_is_dropped_behind_a_qdisc)
{
	ASSERT_EQ(0, XMIT(0, MANY));
	EXPECT_EQ(0, DROPS());
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, ring_of_one_passes_everything)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 1));
	ASSERT_EQ(0, XMIT(0, 100));
	EXPECT_EQ(100, in_order(self->dev.fd, 0, 100));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, full_again_and_again_loses_nothing)
{
	for (int i = 0; i < 10; i++) {
		int from = i * (RING + RING / 5), to = from + RING + RING / 5;

		ASSERT_EQ(0, XMIT(from, to));
		ASSERT_EQ(to, in_order(self->dev.fd, from, to));
	}
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, without_a_qdisc_a_full_ring_drops)
{
	int failed = 0;

	ASSERT_EQ(0, no_qdisc(self->dev.name));
	for (int i = 0; i < MANY; i++)
		failed += !!XMIT(i, i + 1);
	EXPECT_EQ(MANY - RING, failed);
	EXPECT_EQ(MANY - RING, DROPS());
	EXPECT_EQ(RING, in_order(self->dev.fd, 0, RING));
	/* and nothing was stopped meanwhile */
	ASSERT_EQ(0, XMIT(0, 10));
	EXPECT_EQ(10, in_order(self->dev.fd, 0, 10));
}

/*
 * A new txqueuelen empties the qdisc, up to a Linux between 6.12 and 7.3: what is sent after it has
 * to arrive.
 */
TEST_F(backpressure, growing_while_stopped_goes_on)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 3 * RING));
	ASSERT_EQ(RING, in_order(self->dev.fd, 0, RING));
	ASSERT_EQ(0, XMIT(MANY, 2 * MANY));
	EXPECT_EQ(0, until(self->dev.fd, 2 * MANY - 1));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, shrinking_while_stopped_goes_on)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING / 5));
	/* the ring keeps its oldest */
	ASSERT_EQ(RING / 5, in_order(self->dev.fd, 0, RING / 5));
	ASSERT_EQ(0, XMIT(MANY, 2 * MANY));
	EXPECT_EQ(0, until(self->dev.fd, 2 * MANY - 1));
}

TEST_F(backpressure, shrinking_while_stopped_drops_nothing_of_the_qdisc)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING / 5));
	EXPECT_EQ(0, DROPS());
	ASSERT_EQ(0, XMIT(MANY, MANY + 10));
	EXPECT_EQ(0, until(self->dev.fd, MANY + 9));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, txqueuelen_0_while_stopped_drops_and_stops_nothing)
{
	long long before;

	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 0));
	before = DROPS();
	ASSERT_EQ(0, XMIT(0, 10));
	/* the first that goes on may be the last that the qdisc held */
	for (int i = 0; i < NET_SOON_MS / 20 && DROPS() < before + 10; i++)
		net_sleep_ms(20);
	EXPECT_LE(before + 10, DROPS());
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 20));
	ASSERT_EQ(0, XMIT(0, 100));
	EXPECT_EQ(100, in_order(self->dev.fd, 0, 100));
}

/* Down empties the qdisc, not the ring */
TEST_F(backpressure, down_and_up_while_stopped_goes_on)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(RING, in_order(self->dev.fd, 0, RING));
	ASSERT_EQ(0, XMIT(0, MANY));
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
}

TEST_F(backpressure, up_with_a_full_ring_drops_nothing)
{
	ASSERT_EQ(0, XMIT_FULL(RING));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(0, XMIT(RING, MANY));
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, ring_read_empty_while_down_goes_on)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(RING, in_order(self->dev.fd, 0, RING));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(0, XMIT(0, MANY));
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, deletion_while_stopped_leaves_a_good_descriptor)
{
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	self->dev.name[0] = 0;
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, PRESS));
	ASSERT_EQ(0, net_up(self->dev.name));
	ASSERT_EQ(0, long_qdisc(self->dev.name));
	close(self->sock);
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_EQ(0, XMIT(0, MANY));
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
	EXPECT_EQ(0, DROPS());
}

TEST_F(backpressure, close_while_stopped_lets_the_qdisc_go)
{
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, XMIT_FULL(MANY));
	ASSERT_EQ(0, close(self->dev.fd));
	self->dev.fd = tun_dev_queue(self->dev.name, PRESS, O_NONBLOCK);
	ASSERT_LE(0, self->dev.fd);
	/* the core looks at a carrier by and by, and without one the qdisc takes nothing */
	ASSERT_TRUE(net_passes(self->dev.name));
	/* the first that arrives is new, or what the qdisc still held, in order */
	ASSERT_EQ(0, XMIT(MANY, MANY + 10));
	ASSERT_EQ(0, until(self->dev.fd, MANY + 9));
	ASSERT_EQ(0, XMIT(0, MANY));
	EXPECT_EQ(MANY, in_order(self->dev.fd, 0, MANY));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 0));
}

/* Two queues, of which the first stopped its subqueue before the second came */
FIXTURE(backpressure_queues)
{
	struct tun_dev dev;
	int second;
	int sock;
};

#define QUEUES (PRESS | IFF_MULTI_QUEUE)

FIXTURE_SETUP(backpressure_queues)
{
	ASSERT_TRUE(tun_has(IFF_BACKPRESSURE))
		TH_LOG("the node has no IFF_BACKPRESSURE");
	ASSERT_EQ(0, tun_dev_setup(&self->dev, QUEUES, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, xmit_full(self->sock, self->dev.name, long_qdiscs, MANY));
	self->second = tun_dev_queue(self->dev.name, QUEUES, O_NONBLOCK);
	ASSERT_LE(0, self->second);
}

FIXTURE_TEARDOWN(backpressure_queues)
{
	close(self->sock);
	close(self->second);
	close(self->dev.fd);
}

TEST_F(backpressure_queues, disabling_the_stopped_one_goes_on_with_the_other)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, XMIT(MANY, MANY + 10));
	EXPECT_EQ(0, until(self->second, MANY + 9));
}

TEST_F(backpressure_queues, closing_the_stopped_one_goes_on_with_the_other)
{
	ASSERT_EQ(0, close(self->dev.fd));
	ASSERT_EQ(0, XMIT(MANY, MANY + 10));
	EXPECT_EQ(0, until(self->second, MANY + 9));
	self->dev.fd = -1;
}

TEST_F(backpressure_queues, disabled_and_enabled_one_goes_on)
{
	ASSERT_EQ(0, close(self->second));
	self->second = -1;
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, XMIT(MANY, 2 * MANY));
	EXPECT_EQ(0, until(self->dev.fd, 2 * MANY - 1));
}

/* Nobody can read, and nothing waits for somebody who can */
TEST_F(backpressure_queues, qdisc_lets_go_when_nobody_is_left)
{
	long long before;

	ASSERT_EQ(0, close(self->second));
	self->second = -1;
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	for (int i = 0; i < NET_SOON_MS / 20 && DROPS() < MANY - RING; i++)
		net_sleep_ms(20);
	before = DROPS();
	EXPECT_EQ(MANY - RING, before);
	ASSERT_EQ(0, XMIT(0, 10));
	EXPECT_EQ(before + 10, DROPS());
}

/* UDP from one port after another, so that both queues get some: enough to fill both */
static int flood(int sock, const char *name, int n)
{
	unsigned char data[LEN] = {
		0x45, 0, 0, LEN, [8] = 64, [9] = IPPROTO_UDP, [12] = 10, [16] = 10, [23] = 9,
	};
	int ret = 0;

	for (int i = 0; i < n && !ret; i++) {
		packet_put16(data + 20, 1000 + i);
		ret = net_packet_send(sock, name, ETH_P_IP, data, LEN);
	}
	return ret;
}

TEST_F(backpressure_queues, full_one_that_moves_goes_on)
{
	ASSERT_EQ(0, flood(self->sock, self->dev.name, MANY));
	EXPECT_EQ(0, DROPS());
	ASSERT_EQ(0, tun_dev_set_queue(self->dev.fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, XMIT(MANY, MANY + 10));
	EXPECT_EQ(0, until(self->second, MANY + 9));
}

TEST_F(backpressure_queues, shrinking_and_growing_goes_on_in_both)
{
	/* far more than the two rings hold */
	const int want = RING * 3 / 5;
	int seen[2] = {};

	ASSERT_EQ(0, flood(self->sock, self->dev.name, MANY));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING / 50));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING / 10));
	ASSERT_EQ(0, flood(self->sock, self->dev.name, MANY));
	while (seen[0] < want && next(self->dev.fd) >= 0)
		seen[0]++;
	while (seen[1] < want && next(self->second) >= 0)
		seen[1]++;
	EXPECT_EQ(want, seen[0]);
	EXPECT_EQ(want, seen[1]);
}

/* A reader that sleeps, a sender that never waits, a ring of a few packets */
static void *reader_main(void *arg)
{
	int *fd = arg;

	return (void *)(long)in_order(*fd, 0, scaled(5000));
}

TEST_F(backpressure, sleeping_reader_gets_all_from_a_short_ring)
{
	pthread_t thread;
	void *seen;

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 8));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &self->dev.fd));
	EXPECT_EQ(0, XMIT(0, scaled(5000)));
	ASSERT_EQ(0, pthread_join(thread, &seen));
	EXPECT_EQ(scaled(5000), (long)seen);
	EXPECT_EQ(0, DROPS());
}

TEST_HARNESS_MAIN
