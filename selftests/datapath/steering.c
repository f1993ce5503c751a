// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue a packet of the stack goes to: the one that wrote the flow's last packet,
 * for three seconds; else one that the flow's hash chooses.
 */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"
#define LOCAL_PORT 2000
#define FIRST_PORT 5000
#define QUEUES 4
#define FLOWS 64

static struct packet packet;
static unsigned char room[2048];

FIXTURE(steering)
{
	struct tun_dev dev;
	int fd[QUEUES];
	int queues;
	int udp;
};

FIXTURE_SETUP(steering)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, FLAGS, O_NONBLOCK));
	self->fd[0] = self->dev.fd;
	self->queues = 1;
	ASSERT_EQ(0, net_addr4(self->dev.name, LOCAL, "255.255.255.0"));
	self->udp = net_udp_socket(LOCAL, LOCAL_PORT);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(steering)
{
	while (self->queues)
		close(self->fd[--self->queues]);
	close(self->udp);
}

/* Adds queues until there are @n */
static int add_queues(FIXTURE_DATA(steering) * self, int n)
{
	while (self->queues < n) {
		self->fd[self->queues] = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
		if (self->fd[self->queues] < 0)
			return self->fd[self->queues];
		self->queues++;
	}
	return 0;
}

/* The program writes one packet of flow @port on queue @queue, and the stack has it */
static int teach(FIXTURE_DATA(steering) * self, int queue, int port)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, port, LOCAL_PORT);

	packet_reset(&packet);
	packet_udp(&packet, &flow, 20, 0);
	if (write(self->fd[queue], packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	return recv(self->udp, room, sizeof(room), 0) == 20 ? 0 : -EIO;
}

/* The stack sends one packet of flow @port; the queue that it comes out of, or -errno */
static int answer(FIXTURE_DATA(steering) * self, int port, unsigned int number)
{
	struct pollfd pfd[QUEUES];
	struct packet_view view;
	ssize_t len;
	int ret;

	ret = net_udp_send(self->udp, PEER, port, &number, sizeof(number));
	if (ret)
		return ret;
	for (int i = 0; i < self->queues; i++)
		pfd[i] = (struct pollfd) { .fd = self->fd[i], .events = POLLIN };
	if (poll(pfd, self->queues, NET_SOON_MS) != 1)
		return -ETIMEDOUT;
	for (int i = 0; i < self->queues; i++) {
		if (!pfd[i].revents)
			continue;
		len = read(self->fd[i], room, sizeof(room));
		if (len < 0 || !packet_parse(&view, room, len) || view.dport != port)
			return -EPROTO;
		return memcmp(view.payload, &number, sizeof(number)) ? -EBADMSG : i;
	}
	return -ENODATA;
}

TEST_F(steering, flow_comes_back_on_the_queue_that_wrote_it)
{
	ASSERT_EQ(0, add_queues(self, QUEUES));
	for (int flow = 0; flow < FLOWS; flow++)
		ASSERT_EQ(0, teach(self, flow % QUEUES, FIRST_PORT + flow));
	for (int flow = 0; flow < FLOWS; flow++)
		EXPECT_EQ(flow % QUEUES, answer(self, FIRST_PORT + flow, flow));
}

TEST_F(steering, flow_follows_its_writer)
{
	ASSERT_EQ(0, add_queues(self, QUEUES));
	for (int round = 0; round < 3 * QUEUES; round++) {
		ASSERT_EQ(0, teach(self, round % QUEUES, FIRST_PORT));
		EXPECT_EQ(round % QUEUES, answer(self, FIRST_PORT, round));
	}
}

TEST_F(steering, unknown_flow_keeps_to_one_queue)
{
	int queue;

	ASSERT_EQ(0, add_queues(self, QUEUES));
	for (int flow = 0; flow < 8; flow++) {
		queue = answer(self, FIRST_PORT + flow, 0);
		ASSERT_LE(0, queue);
		for (int i = 1; i < 10; i++)
			EXPECT_EQ(queue, answer(self, FIRST_PORT + flow, i));
	}
}

TEST_F(steering, unknown_flows_spread)
{
	int used[QUEUES] = {};
	int queue;

	ASSERT_EQ(0, add_queues(self, QUEUES));
	for (int flow = 0; flow < FLOWS; flow++) {
		queue = answer(self, FIRST_PORT + flow, flow);
		ASSERT_LE(0, queue);
		used[queue]++;
	}
	/* 64 flows that all miss one of 4 queues: one chance in 100 million */
	for (int i = 0; i < QUEUES; i++)
		EXPECT_LT(0, used[i]);
}

TEST_F(steering, flow_keeps_its_order)
{
	struct packet_view view;
	unsigned int number;

	ASSERT_EQ(0, add_queues(self, QUEUES));
	ASSERT_EQ(0, teach(self, 2, FIRST_PORT));
	for (number = 0; number < 200; number++)
		ASSERT_EQ(0, net_udp_send(self->udp, PEER, FIRST_PORT, &number, sizeof(number)));
	for (unsigned int i = 0; i < 200; i++) {
		ASSERT_EQ(32, tun_dev_read(self->fd[2], room, sizeof(room)));
		ASSERT_TRUE(packet_parse(&view, room, 32));
		memcpy(&number, view.payload, sizeof(number));
		ASSERT_EQ(i, number);
	}
}

/* Flows that the hash of two queues sends to the second; how many of @ports were filled */
static int flows_of_queue_1(FIXTURE_DATA(steering) * self, int *ports, int want)
{
	int found = 0;

	for (int flow = 0; flow < 200 && found < want; flow++)
		if (answer(self, FIRST_PORT + flow, flow) == 1)
			ports[found++] = FIRST_PORT + flow;
	return found;
}

TEST_F(steering, flow_is_forgotten_after_some_seconds)
{
	int port, queue = -1;

	ASSERT_EQ(0, add_queues(self, 2));
	ASSERT_EQ(1, flows_of_queue_1(self, &port, 1));
	ASSERT_EQ(0, teach(self, 0, port));
	ASSERT_EQ(0, answer(self, port, 0));
	for (int i = 0; i < 40 && queue != 1; i++) {
		net_sleep_ms(500);
		queue = answer(self, port, i);
		ASSERT_LE(0, queue);
	}
	EXPECT_EQ(1, queue);
}

TEST_F(steering, flow_that_is_written_again_is_not_forgotten)
{
	int port;

	ASSERT_EQ(0, add_queues(self, 2));
	ASSERT_EQ(1, flows_of_queue_1(self, &port, 1));
	for (int i = 0; i < 12; i++) {
		ASSERT_EQ(0, teach(self, 0, port));
		EXPECT_EQ(0, answer(self, port, i));
		net_sleep_ms(500);
	}
}

/* In-tree looks for flows of a queue that cannot be: they all end on queue 0 */
TEST_F(steering, flows_of_a_closed_queue_go_where_their_hash_says)
{
	int ports[8];

	ASSERT_EQ(0, add_queues(self, 2));
	ASSERT_EQ(8, flows_of_queue_1(self, ports, 8));
	ASSERT_EQ(0, add_queues(self, 3));
	for (int i = 0; i < 8; i++) {
		ASSERT_EQ(0, teach(self, 2, ports[i]));
		ASSERT_EQ(2, answer(self, ports[i], i));
	}
	close(self->fd[--self->queues]);
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(1, answer(self, ports[i], i));
}

TEST_F(steering, flows_of_a_disabled_queue_go_where_their_hash_says)
{
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	int ports[8];

	ASSERT_EQ(0, add_queues(self, 2));
	ASSERT_EQ(8, flows_of_queue_1(self, ports, 8));
	ASSERT_EQ(0, add_queues(self, 3));
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(0, teach(self, 2, ports[i]));
	ASSERT_EQ(0, ioctl(self->fd[2], TUNSETQUEUE, &detach));
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(1, answer(self, ports[i], i));
}

TEST_F(steering, other_flows_survive_a_closed_queue)
{
	ASSERT_EQ(0, add_queues(self, 3));
	for (int flow = 0; flow < 16; flow++)
		ASSERT_EQ(0, teach(self, flow % 2, FIRST_PORT + flow));
	close(self->fd[--self->queues]);
	for (int flow = 0; flow < 16; flow++)
		EXPECT_EQ(flow % 2, answer(self, FIRST_PORT + flow, flow));
}

TEST_F(steering, more_flows_than_the_table_holds_do_no_harm)
{
	ASSERT_EQ(0, add_queues(self, 2));
	for (int flow = 0; flow < 5000; flow++)
		ASSERT_EQ(0, teach(self, flow % 2, FIRST_PORT + flow));
	EXPECT_LE(0, answer(self, FIRST_PORT + 4999, 1));
}

TEST_HARNESS_MAIN
