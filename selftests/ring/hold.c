// SPDX-License-Identifier: GPL-2.0
/*
 * IFF_BACKPRESSURE and a read ring: who sends is stopped and nothing is lost, and whatever happens
 * to the ring or the device under traffic, the traffic goes on.
 */
#include "kselftest_harness.h"
#include "abi/iff.h"
#include "shared.h"
#include "under_traffic.h"

#define PRESS (IFF_TUN | IFF_NO_PI | IFF_BACKPRESSURE | IFF_MULTI_QUEUE)
#define LEAST TUN_ALT_RING_LEAST
#define LEN 1000
#define TURNS scaled(50)

/**
 * struct traffic - a device that is sent to, and whose ring is read, at once
 * @dev: the device
 * @sock: the sender's
 * @rings: the ring
 * @threads: who sends and who reads
 * @sent: packets that the sender has got rid of
 */
struct traffic {
	struct tun_dev dev;
	int sock;
	struct rings rings;
	struct under_traffic threads;
	int sent;
};

FIXTURE(hold)
{
	struct traffic t;
};

FIXTURE_SETUP(hold)
{
	struct traffic *t = &self->t;

	ASSERT_EQ(0, tun_dev_setup(&t->dev, PRESS, O_NONBLOCK));
	ASSERT_EQ(0, under_traffic_qdisc(t->dev.name, "pfifo limit 5000"));
	t->sock = net_packet_socket(t->dev.name, 0);
	ASSERT_LE(0, t->sock);
	ASSERT_EQ(0, rings_begin(t->dev.fd, &t->rings, LEAST, 0, 0));
}

FIXTURE_TEARDOWN(hold)
{
	rings_unmap(&self->t.rings);
	close(self->t.sock);
	close(self->t.dev.fd);
}

static int send_one(struct traffic *t, unsigned int seed)
{
	static unsigned char packet[LEN];

	rings_packet(packet, LEN, seed);
	return net_packet_send(t->sock, t->dev.name, ETH_P_IP, packet, LEN);
}

/* As a program does that was told to kick: reads all there is; how many there were */
static int read_all(struct traffic *t)
{
	struct tun_alt_record record;
	int n = 0;

	while (rings_next(&t->rings, &record)) {
		n++;
		if (tun_alt_ring_release(&t->rings.read))
			rings_kick(t->dev.fd);
	}
	return n;
}

static void *sender_main(void *arg)
{
	struct traffic *t = arg;

	while (!under_traffic_stopped(&t->threads)) {
		if (!send_one(t, t->sent))
			t->sent++;
		else
			sched_yield();
	}
	return NULL;
}

static void *reader_main(void *arg)
{
	struct traffic *t = arg;

	while (!under_traffic_stopped(&t->threads)) {
		struct pollfd fd = { .fd = t->dev.fd, .events = POLLIN };
		int n = read_all(t);

		under_traffic_saw(&t->threads, n);
		if (!n && !tun_alt_ring_want_records(&t->rings.read))
			poll(&fd, 1, 20);
	}
	return NULL;
}

TEST_F(hold, what_finds_no_room_waits_in_the_qdisc)
{
	struct traffic *t = &self->t;
	int n = 0;

	for (int i = 0; i < 1000; i++)
		ASSERT_EQ(0, send_one(t, i));
	EXPECT_EQ(0, net_stat(t->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(0, t->rings.read.shared->drops);
	for (int i = 0; i < 400 && n < 1000; i++) {
		n += read_all(t);
		net_sleep_ms(1);
	}
	EXPECT_EQ(1000, n);
	EXPECT_EQ(0, net_stat(t->dev.name, NET_XMITTED_DROPS));
}

TEST_F(hold, without_a_discipline_it_is_dropped)
{
	struct traffic *t = &self->t;
	const int fit = LEAST / tun_alt_ring_span(LEN);

	ASSERT_EQ(0, under_traffic_qdisc(t->dev.name, "noqueue"));
	for (int i = 0; i < fit + 10; i++)
		send_one(t, i);
	EXPECT_EQ(10, t->rings.read.shared->drops);
	EXPECT_EQ(fit, read_all(t));
}

TEST_F(hold, all_of_a_long_time_come_in_order)
{
	const int packets = scaled(20000);
	struct traffic *t = &self->t;
	struct tun_alt_record record;
	int n = 0;

	ASSERT_EQ(0, under_traffic_qdisc(t->dev.name, "pfifo limit 100000"));
	ASSERT_EQ(0, pthread_create(&t->threads.sender, NULL, sender_main, t));
	while (n < packets) {
		const unsigned char *data = rings_wait(t->dev.fd, &t->rings, &record);

		ASSERT_TRUE(rings_is_packet(data, LEN, n++))
			TH_LOG("packet %d", n);
		if (tun_alt_ring_release(&t->rings.read))
			rings_kick(t->dev.fd);
	}
	__atomic_store_n(&t->threads.stop, 1, __ATOMIC_RELEASE);
	pthread_join(t->threads.sender, NULL);
	EXPECT_EQ(0, t->rings.read.shared->drops);
}

TEST_F(hold, down_and_up_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, net_down(self->t.dev.name));
		ASSERT_EQ(0, net_set_up(self->t.dev.name, 1));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F(hold, disable_and_enable_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_ATTACH_QUEUE));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F(hold, resize_under_traffic_goes_on)
{
	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, i % 2 ? 1 : 500));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

TEST_F_TIMEOUT(hold, other_disciplines_under_traffic_go_on, 300)
{
	static const char * const kinds[] = { "fq_codel", "noqueue", "pfifo limit 100" };

	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, under_traffic_qdisc(self->t.dev.name, kinds[i % 3]));
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

/* The subqueue that the ring is above becomes another one. */
TEST_F(hold, move_under_traffic_goes_on)
{
	int other;

	ASSERT_TRUE(under_traffic_begin(&self->t.threads, sender_main, reader_main, &self->t));
	for (int i = 0; i < TURNS; i++) {
		other = tun_dev_queue(self->t.dev.name, PRESS, O_NONBLOCK);
		ASSERT_LE(0, other);
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_ATTACH_QUEUE));
		close(other);
		ASSERT_TRUE(under_traffic_goes_on(&self->t.threads, 10));
	}
	under_traffic_end(&self->t.threads);
}

/* A reader that says what it has not read: more, less, and all of it at once. */
TEST_F(hold, head_that_lies_does_no_harm)
{
	struct traffic *t = &self->t;
	struct tun_alt_ring *shared = t->rings.read.shared;

	for (int i = 0; i < TURNS && !shared->state; i++) {
		for (int n = 0; n < 100; n++)
			send_one(t, n);
		switch (i % 3) {
		case 0:
			shared->head = shared->tail;
			break;
		case 1:
			shared->head = shared->tail - tun_alt_ring_span(LEN);
			break;
		case 2:
			shared->head += TUN_ALT_RECORD_ALIGN;
			break;
		}
		ASSERT_EQ(0, rings_kick(t->dev.fd));
	}
	EXPECT_EQ(0, shared->state);
	shared->head = shared->tail + LEAST;
	rings_kick(t->dev.fd);
	EXPECT_EQ(TUN_ALT_RING_BROKEN, shared->state);
	/* Who sends is not stopped for ever: all of it is lost, and counted. */
	shared->drops = 0;
	for (int n = 0; n < 200; n++)
		send_one(t, n);
	/* Another processor may be at it. */
	for (int i = 0; i < NET_SOON_MS && TUN_ALT_RING_LOAD(shared->drops) < 200; i++)
		net_sleep_ms(1);
	EXPECT_LE(200, shared->drops);
}

TEST_HARNESS_MAIN
