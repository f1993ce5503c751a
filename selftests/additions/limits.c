// SPDX-License-Identifier: GPL-2.0
/*
 * Byte queue limits below IFF_BACKPRESSURE: packets wait in the qdisc and not in the ring, and
 * whatever happens to a ring under traffic, the traffic goes on.
 */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "under_traffic.h"

#define PRESS (IFF_TUN | IFF_NO_PI | IFF_BACKPRESSURE | IFF_MULTI_QUEUE)
#define LEN 1000
#define RING 500
#define TURNS scaled(50)

/**
 * struct traffic - a device that is sent to and read from at once
 * @dev: the device and its first queue
 * @second: another one, or -1
 * @sock: the sender's
 * @threads: who sends and who reads
 */
struct traffic {
	struct tun_dev dev;
	int second;
	int sock;
	struct under_traffic threads;
};

FIXTURE(limits)
{
	struct traffic t;
};

FIXTURE_SETUP(limits)
{
	struct traffic *t = &self->t;

	*t = (struct traffic){ .second = -1 };
	ASSERT_EQ(0, tun_dev_setup(&t->dev, PRESS, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(t->dev.name, RING));
	ASSERT_EQ(0, under_traffic_qdisc(t->dev.name, "pfifo limit 5000"));
	t->sock = net_packet_socket(t->dev.name, 0);
	ASSERT_LE(0, t->sock);
}

FIXTURE_TEARDOWN(limits)
{
	close(self->t.sock);
	close(self->t.second);
	close(self->t.dev.fd);
}

/* One of many flows, so that each queue gets some; a full qdisc is no failure. */
static void send_one(const struct traffic *t, unsigned int flow)
{
	unsigned char data[LEN] = {
		0x45, [2] = LEN >> 8, LEN & 0xff, [8] = 64, IPPROTO_UDP, [12] = 10, [16] = 10,
		[23] = 9,
	};

	packet_put16(data + 20, 1000 + flow % 64);
	net_packet_send(t->sock, t->dev.name, ETH_P_IP, data, LEN);
}

static void *sender_main(void *arg)
{
	struct traffic *t = arg;

	for (unsigned int i = 0; !under_traffic_stopped(&t->threads); i++)
		send_one(t, i);
	return NULL;
}

static void *reader_main(void *arg)
{
	static unsigned char room[2048];
	struct traffic *t = arg;

	while (!under_traffic_stopped(&t->threads)) {
		struct pollfd fds[] = {
			{ .fd = t->dev.fd, .events = POLLIN },
			{ .fd = t->second, .events = POLLIN },
		};

		poll(fds, 2, 20);
		for (int i = 0; i < 2; i++)
			while (fds[i].fd >= 0 && !under_traffic_stopped(&t->threads) &&
			       read(fds[i].fd, room, sizeof(room)) > 0)
				under_traffic_saw(&t->threads, 1);
	}
	return NULL;
}

/* Packets that wait in the qdisc; -errno */
static int waiting(const char *name)
{
	char line[256], cmd[64];
	int packets = -EIO;
	FILE *tc;

	snprintf(cmd, sizeof(cmd), "tc -s qdisc show dev %s root", name);
	tc = popen(cmd, "r");
	while (tc && fgets(line, sizeof(line), tc))
		if (sscanf(line, " backlog %*s %dp", &packets) == 1)
			break;
	if (tc)
		pclose(tc);
	return packets;
}

TEST_F(limits, what_nobody_reads_waits_in_the_qdisc)
{
	for (int i = 0; i < 2 * RING; i++)
		send_one(&self->t, 0);
	EXPECT_LT(2 * RING - RING / 10, waiting(self->t.dev.name));
	EXPECT_EQ(0, net_stat(self->t.dev.name, NET_XMITTED_DROPS));
}

TEST_F(limits, without_the_flag_it_waits_in_the_ring)
{
	struct tun_dev plain = {};

	ASSERT_EQ(0, tun_dev_create(&plain, PRESS & ~IFF_BACKPRESSURE, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(plain.name, RING));
	ASSERT_EQ(0, net_up(plain.name));
	ASSERT_EQ(0, under_traffic_qdisc(plain.name, "pfifo limit 5000"));
	close(self->t.dev.fd);
	close(self->t.sock);
	self->t.dev = plain;
	self->t.sock = net_packet_socket(plain.name, 0);
	ASSERT_LE(0, self->t.sock);
	for (int i = 0; i < RING; i++)
		send_one(&self->t, 0);
	EXPECT_EQ(0, waiting(plain.name));
	EXPECT_EQ(0, net_stat(plain.name, NET_XMITTED_DROPS));
}

TEST_F(limits, resize_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, i % 2 ? RING : 4));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F(limits, ring_of_none_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, 0));
		ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, RING));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F(limits, down_and_up_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, net_down(self->t.dev.name));
		ASSERT_EQ(0, net_up(self->t.dev.name));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F(limits, disable_and_enable_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_ATTACH_QUEUE));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

/* The second queue gets the first one's place, and gives it back. */
TEST_F(limits, move_under_traffic_goes_on)
{
	int second = tun_dev_queue(self->t.dev.name, PRESS, O_NONBLOCK);

	ASSERT_LE(0, second);
	self->t.second = second;
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		int fd = i % 2 ? second : self->t.dev.fd;

		ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
		ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F_TIMEOUT(limits, other_disciplines_under_traffic_go_on, 300)
{
	static const char * const kinds[] = { "fq_codel", "noqueue", "pfifo limit 100" };

	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, under_traffic_qdisc(self->t.dev.name, kinds[i % 3]));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_HARNESS_MAIN
