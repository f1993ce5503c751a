// SPDX-License-Identifier: GPL-2.0
/*
 * Which queue a packet of the stack goes to: the one that wrote the flow's last packet,
 * for three seconds; else one that the flow's hash chooses.
 */
#include <time.h>

#include "kselftest_harness.h"
#include "flows.h"

#define FLOWS 64

FIXTURE(steering)
{
	struct flows_test t;
};

FIXTURE_SETUP(steering)
{
	ASSERT_EQ(0, flows_setup(&self->t));
}

FIXTURE_TEARDOWN(steering)
{
	flows_teardown(&self->t);
}

TEST_F(steering, flow_comes_back_on_the_queue_that_wrote_it)
{
	time_t taught = time(NULL);

	ASSERT_EQ(0, flows_add_queues(&self->t, FLOWS_QUEUES));
	for (int flow = 0; flow < FLOWS; flow++)
		ASSERT_EQ(0, flows_teach(&self->t, flow % FLOWS_QUEUES, FLOWS_PORT + flow));
	for (int flow = 0; flow < FLOWS; flow++) {
		/* On an emulated machine whose host is busy it may be forgotten by now. */
		if (time(NULL) - taught > 1)
			ASSERT_EQ(0, flows_teach(&self->t, flow % FLOWS_QUEUES, FLOWS_PORT + flow));
		EXPECT_EQ(flow % FLOWS_QUEUES, flows_answer(&self->t, FLOWS_PORT + flow, flow));
	}
}

TEST_F(steering, flow_follows_its_writer)
{
	ASSERT_EQ(0, flows_add_queues(&self->t, FLOWS_QUEUES));
	for (int round = 0; round < 3 * FLOWS_QUEUES; round++) {
		ASSERT_EQ(0, flows_teach(&self->t, round % FLOWS_QUEUES, FLOWS_PORT));
		EXPECT_EQ(round % FLOWS_QUEUES, flows_answer(&self->t, FLOWS_PORT, round));
	}
}

TEST_F(steering, unknown_flow_keeps_to_one_queue)
{
	int queue;

	ASSERT_EQ(0, flows_add_queues(&self->t, FLOWS_QUEUES));
	for (int flow = 0; flow < 8; flow++) {
		queue = flows_answer(&self->t, FLOWS_PORT + flow, 0);
		ASSERT_LE(0, queue);
		for (int i = 1; i < 10; i++)
			EXPECT_EQ(queue, flows_answer(&self->t, FLOWS_PORT + flow, i));
	}
}

TEST_F(steering, unknown_flows_spread)
{
	int used[FLOWS_QUEUES] = {};
	int queue;

	ASSERT_EQ(0, flows_add_queues(&self->t, FLOWS_QUEUES));
	for (int flow = 0; flow < FLOWS; flow++) {
		queue = flows_answer(&self->t, FLOWS_PORT + flow, flow);
		ASSERT_LE(0, queue);
		used[queue]++;
	}
	/* 64 flows that all miss one of 4 queues: one chance in 100 million */
	for (int i = 0; i < FLOWS_QUEUES; i++)
		EXPECT_LT(0, used[i]);
}

TEST_F(steering, flow_keeps_its_order)
{
	struct packet_view view;
	unsigned int number;

	ASSERT_EQ(0, flows_add_queues(&self->t, FLOWS_QUEUES));
	ASSERT_EQ(0, flows_teach(&self->t, 2, FLOWS_PORT));
	for (number = 0; number < 200; number++)
		ASSERT_EQ(0, net_udp_send(self->t.udp, FLOWS_PEER, FLOWS_PORT, &number,
					  sizeof(number)));
	for (unsigned int i = 0; i < 200; i++) {
		ASSERT_EQ(32, tun_dev_read(self->t.fd[2], self->t.room, sizeof(self->t.room)));
		ASSERT_TRUE(packet_parse(&view, self->t.room, 32));
		memcpy(&number, view.payload, sizeof(number));
		ASSERT_EQ(i, number);
	}
}

TEST_F(steering, flow_is_forgotten_after_some_seconds)
{
	int port, queue = -1;

	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	ASSERT_EQ(1, flows_of_queue_1(&self->t, &port, 1));
	ASSERT_EQ(0, flows_teach(&self->t, 0, port));
	ASSERT_EQ(0, flows_answer(&self->t, port, 0));
	for (int i = 0; i < 40 && queue != 1; i++) {
		net_sleep_ms(500);
		queue = flows_answer(&self->t, port, i);
		ASSERT_LE(0, queue);
	}
	EXPECT_EQ(1, queue);
}

TEST_F(steering, flow_that_is_written_again_is_not_forgotten)
{
	int port;

	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	ASSERT_EQ(1, flows_of_queue_1(&self->t, &port, 1));
	for (int i = 0; i < 12; i++) {
		ASSERT_EQ(0, flows_teach(&self->t, 0, port));
		EXPECT_EQ(0, flows_answer(&self->t, port, i));
		net_sleep_ms(500);
	}
}

/* In-tree looks for flows of a queue that cannot be: they all end on queue 0 */
TEST_F(steering, flows_of_a_closed_queue_go_where_their_hash_says)
{
	int ports[8];

	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	ASSERT_EQ(8, flows_of_queue_1(&self->t, ports, 8));
	ASSERT_EQ(0, flows_add_queues(&self->t, 3));
	for (int i = 0; i < 8; i++) {
		ASSERT_EQ(0, flows_teach(&self->t, 2, ports[i]));
		ASSERT_EQ(2, flows_answer(&self->t, ports[i], i));
	}
	close(self->t.fd[--self->t.queues]);
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(1, flows_answer(&self->t, ports[i], i));
}

TEST_F(steering, flows_of_a_disabled_queue_go_where_their_hash_says)
{
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	int ports[8];

	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	ASSERT_EQ(8, flows_of_queue_1(&self->t, ports, 8));
	ASSERT_EQ(0, flows_add_queues(&self->t, 3));
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(0, flows_teach(&self->t, 2, ports[i]));
	ASSERT_EQ(0, ioctl(self->t.fd[2], TUNSETQUEUE, &detach));
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(1, flows_answer(&self->t, ports[i], i));
}

TEST_F(steering, other_flows_survive_a_closed_queue)
{
	ASSERT_EQ(0, flows_add_queues(&self->t, 3));
	for (int flow = 0; flow < 16; flow++)
		ASSERT_EQ(0, flows_teach(&self->t, flow % 2, FLOWS_PORT + flow));
	close(self->t.fd[--self->t.queues]);
	for (int flow = 0; flow < 16; flow++)
		EXPECT_EQ(flow % 2, flows_answer(&self->t, FLOWS_PORT + flow, flow));
}

TEST_F(steering, more_flows_than_the_table_holds_do_no_harm)
{
	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	for (int flow = 0; flow < 5000; flow++)
		ASSERT_EQ(0, flows_teach(&self->t, flow % 2, FLOWS_PORT + flow));
	EXPECT_LE(0, flows_answer(&self->t, FLOWS_PORT + 4999, 1));
}

TEST_HARNESS_MAIN
