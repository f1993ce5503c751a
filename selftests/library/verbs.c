// SPDX-License-Identifier: GPL-2.0
/* The six verbs of libtunalt: the same over rings, bursts, read() and write(), and in-tree tun */
#include <pthread.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "ring/shared.h"
#include "tun_dev.h"
#include "tunalt.h"

#define PORT 4005
#define HOST "10.9.0.1"
#define TREE "/dev/net/tun"

static unsigned char room[PACKET_MAX];

FIXTURE(verbs)
{
	struct tunalt *t;
	struct tunalt_config config;
	int udp;
	int sock;
	struct packet packet;
};

FIXTURE_VARIANT(verbs)
{
	const char *node;
	unsigned int ways;
	unsigned int flags;
	unsigned int lend;
};

FIXTURE_VARIANT_ADD(verbs, lending) { .ways = TUNALT_RING, .lend = 0x40000 };
FIXTURE_VARIANT_ADD(verbs, ring) { .ways = TUNALT_RING };
FIXTURE_VARIANT_ADD(verbs, burst) { .ways = TUNALT_BURST };
FIXTURE_VARIANT_ADD(verbs, plain) { .ways = TUNALT_PLAIN };
FIXTURE_VARIANT_ADD(verbs, tree) { .node = TREE };
FIXTURE_VARIANT_ADD(verbs, ring_with_header) { .ways = TUNALT_RING, .flags = TUNALT_VNET };
FIXTURE_VARIANT_ADD(verbs, lending_with_header)
{
	.ways = TUNALT_RING, .flags = TUNALT_VNET, .lend = 0x40000,
};

FIXTURE_VARIANT_ADD(verbs, burst_with_header) { .ways = TUNALT_BURST, .flags = TUNALT_VNET };
FIXTURE_VARIANT_ADD(verbs, tree_with_header) { .node = TREE, .flags = TUNALT_VNET };

static const char *const addresses[] = { HOST "/24", NULL };

FIXTURE_SETUP(verbs)
{
	self->config = (struct tunalt_config){
		.size = sizeof(self->config), .node = variant->node, .ways = variant->ways,
		.flags = TUNALT_UP | variant->flags, .mtu = 60000, .addresses = addresses,
		.lend_bytes = variant->lend,
	};
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, tunalt_open(&self->t, &self->config))
		TH_LOG("%s", self->config.step);
	self->udp = net_udp_socket(HOST, PORT);
	ASSERT_LE(0, self->udp);
	self->sock = net_packet_socket(tunalt_name(self->t), ETH_P_IP);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(verbs)
{
	tunalt_close(self->t);
	close(self->sock);
	close(self->udp);
}

static struct packet *datagram(struct packet *packet, size_t payload, unsigned int seed)
{
	const struct packet_flow flow = packet_flow("10.9.0.2", HOST, PORT, PORT);

	packet_reset(packet);
	packet_udp(packet, &flow, payload, seed);
	return packet;
}

/* The program sends that datagram; 0 or -errno */
static int submit(FIXTURE_DATA(verbs) * self, size_t payload, unsigned int seed)
{
	const struct packet *p = datagram(&self->packet, payload, seed);
	struct tunalt_frame frame;
	int ret = tunalt_reserve(self->t, p->len + 100, &frame);

	if (ret)
		return ret;
	memcpy(frame.data, p->data, p->len);
	frame.len = p->len;
	return tunalt_submit(self->t, &frame);
}

/* Whether the socket has got it */
static bool comes(FIXTURE_DATA(verbs) * self, size_t payload, unsigned int seed)
{
	ssize_t len;

	if (!(net_poll(self->udp, POLLIN, NET_SOON_MS) & POLLIN))
		return false;
	len = recv(self->udp, room, sizeof(room), 0);
	return len == (ssize_t)payload && packet_match(room, payload, seed) == payload;
}

/* The stack sends that datagram; 0 or -errno */
static int xmit(FIXTURE_DATA(verbs) * self, size_t payload, unsigned int seed)
{
	const struct packet *p = datagram(&self->packet, payload, seed);

	return net_packet_send(self->sock, tunalt_name(self->t), ETH_P_IP, p->data, p->len);
}

/* Whether a frame is that datagram */
static bool is_frame(FIXTURE_DATA(verbs) * self, const struct tunalt_frame *frame, size_t payload,
		     unsigned int seed)
{
	const struct packet *p = datagram(&self->packet, payload, seed);

	return frame->len == p->len && !memcmp(frame->data, p->data, p->len) &&
	       !frame->vnet == !(self->config.flags & TUNALT_VNET);
}

static bool next_is(FIXTURE_DATA(verbs) * self, size_t payload, unsigned int seed)
{
	struct tunalt_frame frame;

	return tunalt_next(self->t, &frame) == 1 && is_frame(self, &frame, payload, seed);
}

TEST_F(verbs, way_is_the_one_that_was_asked_for)
{
	EXPECT_EQ(variant->ways ? variant->ways : TUNALT_PLAIN, tunalt_way(self->t));
}

TEST_F(verbs, frames_are_sent_whole_and_in_order)
{
	for (int i = 0; i < scaled(400); i++) {
		ASSERT_EQ(0, submit(self, i * 3, i));
		ASSERT_EQ(0, submit(self, i * 60, i + 1));
		ASSERT_EQ(0, tunalt_flush(self->t));
		ASSERT_TRUE(comes(self, i * 3, i))
			TH_LOG("datagram %d", i);
		ASSERT_TRUE(comes(self, i * 60, i + 1))
			TH_LOG("datagram %d", i);
	}
}

TEST_F(verbs, longest_frames_are_sent_again_and_again)
{
	for (int i = 0; i < 40; i++) {
		ASSERT_EQ(0, submit(self, 59000, i));
		ASSERT_EQ(0, tunalt_flush(self->t));
		ASSERT_TRUE(comes(self, 59000, i))
			TH_LOG("datagram %d", i);
	}
}

/* Which is seen from outside: the stack has a buffer as long as nobody reads. */
TEST_F(verbs, large_frame_is_not_copied_where_it_need_not_be)
{
	const char *info;

	ASSERT_EQ(0, submit(self, 59000, 1));
	ASSERT_EQ(0, tunalt_flush(self->t));
	info = rings_info(tunalt_fd(self->t), "write-ring:");
	EXPECT_EQ(!!variant->lend, info && strstr(info, " busy 1\n"));
	ASSERT_TRUE(comes(self, 59000, 1));
	/* More than there are buffers, which nobody reads: some are copied. */
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(0, submit(self, 5000, i));
	ASSERT_EQ(0, tunalt_flush(self->t));
	for (int i = 0; i < 8; i++) {
		ASSERT_TRUE(comes(self, 5000, i))
			TH_LOG("datagram %d", i);
	}
}

TEST_F(verbs, frames_are_received_whole_and_in_order)
{
	for (int i = 0; i < scaled(400); i++) {
		ASSERT_EQ(0, xmit(self, i * 3, i));
		ASSERT_EQ(0, xmit(self, i * 60, i + 1));
		ASSERT_TRUE(next_is(self, i * 3, i))
			TH_LOG("frame %d", i);
		ASSERT_TRUE(next_is(self, i * 60, i + 1))
			TH_LOG("frame %d", i);
		ASSERT_EQ(0, tunalt_release(self->t));
	}
}

TEST_F(verbs, frames_stay_until_they_are_released)
{
	struct tunalt_frame frame[3];

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, xmit(self, 100 + i, i));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(1, tunalt_next(self->t, &frame[i]));
	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(is_frame(self, &frame[i], 100 + i, i));
}

TEST_F(verbs, what_is_not_taken_is_still_there_behind_a_release)
{
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(0, xmit(self, 100 + i, i));
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(TUNALT_IN, tunalt_wait(self->t, TUNALT_IN, 0));
		ASSERT_TRUE(next_is(self, 100 + i, i))
			TH_LOG("frame %d", i);
		ASSERT_EQ(0, tunalt_release(self->t));
	}
	EXPECT_EQ(0, tunalt_wait(self->t, TUNALT_IN, 0));
}

TEST_F(verbs, poll_tells_of_what_was_asked_for)
{
	struct tunalt_frame frame;

	EXPECT_EQ(0, tunalt_next(self->t, &frame));
	ASSERT_EQ(0, tunalt_ask(self->t, TUNALT_IN));
	EXPECT_EQ(0, net_poll(tunalt_fd(self->t), POLLIN, 0));
	ASSERT_EQ(0, xmit(self, 100, 1));
	EXPECT_EQ(POLLIN, net_poll(tunalt_fd(self->t), POLLIN, NET_SOON_MS));
	EXPECT_TRUE(next_is(self, 100, 1));
}

static void *send_later(void *self)
{
	net_sleep_ms(50);
	return (void *)(long)xmit(self, 100, 1);
}

TEST_F(verbs, wait_sleeps_until_a_frame_comes)
{
	pthread_t thread;
	void *sent;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_later, self));
	EXPECT_EQ(TUNALT_IN, tunalt_wait(self->t, TUNALT_IN, NET_SOON_MS));
	pthread_join(thread, &sent);
	EXPECT_EQ(NULL, sent);
	EXPECT_TRUE(next_is(self, 100, 1));
}

TEST_F(verbs, wait_ends_when_its_time_is_over)
{
	EXPECT_EQ(0, tunalt_wait(self->t, TUNALT_IN, 20));
	EXPECT_EQ(TUNALT_OUT, tunalt_wait(self->t, TUNALT_OUT, 20));
	EXPECT_EQ(TUNALT_OUT, tunalt_wait(self->t, TUNALT_IN | TUNALT_OUT, 20));
	EXPECT_EQ(-EINVAL, tunalt_wait(self->t, 0, 0));
	EXPECT_EQ(-EINVAL, tunalt_wait(self->t, 4, 0));
}

TEST_F(verbs, place_that_is_not_used_is_given_again)
{
	struct tunalt_frame one, two;

	ASSERT_EQ(0, tunalt_reserve(self->t, 100, &one));
	ASSERT_EQ(0, tunalt_reserve(self->t, 200, &two));
	EXPECT_EQ(one.data, two.data);
	ASSERT_EQ(0, submit(self, 100, 1));
	ASSERT_EQ(0, tunalt_flush(self->t));
	EXPECT_TRUE(comes(self, 100, 1));
}

TEST_F(verbs, frame_that_is_refused_is_counted_and_the_next_is_sent)
{
	struct tunalt_stats stats;
	struct tunalt_frame frame;

	ASSERT_EQ(0, submit(self, 100, 1));
	ASSERT_EQ(0, tunalt_reserve(self->t, 20, &frame));
	memset(frame.data, 0xff, 20);
	ASSERT_EQ(0, tunalt_submit(self->t, &frame));
	ASSERT_EQ(0, submit(self, 200, 2));
	ASSERT_EQ(0, tunalt_flush(self->t));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_TRUE(comes(self, 200, 2));
	tunalt_stats(self->t, &stats);
	EXPECT_EQ(1, stats.refused);
	EXPECT_EQ(2, stats.sent);
}

TEST_F(verbs, frame_that_is_too_long_is_emsgsize)
{
	struct tunalt_frame frame;

	EXPECT_EQ(-EMSGSIZE, tunalt_reserve(self->t, TUNALT_FRAME_MOST + 1, &frame));
	ASSERT_EQ(0, tunalt_reserve(self->t, TUNALT_FRAME_MOST, &frame));
	frame.len = TUNALT_FRAME_MOST + 1;
	EXPECT_EQ(-EINVAL, tunalt_submit(self->t, &frame));
}

TEST_F(verbs, what_was_not_reserved_is_not_submitted)
{
	struct tunalt_frame frame;

	ASSERT_EQ(0, submit(self, 100, 1));
	ASSERT_EQ(0, tunalt_reserve(self->t, 100, &frame));
	frame.len = 101;
	EXPECT_EQ(-EINVAL, tunalt_submit(self->t, &frame));
	frame.len = 100;
	memset(frame.data, 0xff, 100);
	EXPECT_EQ(0, tunalt_submit(self->t, &frame));
	EXPECT_EQ(-EINVAL, tunalt_submit(self->t, &frame));
	ASSERT_EQ(0, tunalt_flush(self->t));
	EXPECT_TRUE(comes(self, 100, 1));
}

/* A reader that is awake costs neither side a system call, where there is none for the frame. */
TEST_F(verbs, reader_that_spins_needs_no_system_call)
{
	struct tunalt_config config = self->config;
	struct tunalt_stats stats;
	pthread_t thread;
	void *sent;

	tunalt_close(self->t);
	config.spin_us = 1000 * NET_SOON_MS;
	ASSERT_EQ(0, tunalt_open(&self->t, &config));
	close(self->sock);
	self->sock = net_packet_socket(tunalt_name(self->t), ETH_P_IP);
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_later, self));
	EXPECT_EQ(TUNALT_IN, tunalt_wait(self->t, TUNALT_IN, NET_SOON_MS));
	pthread_join(thread, &sent);
	EXPECT_EQ(NULL, sent);
	EXPECT_TRUE(next_is(self, 100, 1));
	EXPECT_EQ(0, tunalt_release(self->t));
	tunalt_stats(self->t, &stats);
	EXPECT_EQ(tunalt_way(self->t) == TUNALT_RING ? 0 : 2, stats.calls);
}

TEST_F(verbs, device_that_goes_is_ebadfd)
{
	struct tunalt_frame frame;

	ASSERT_EQ(0, net_dellink(tunalt_name(self->t)));
	EXPECT_EQ(-EBADFD, tunalt_wait(self->t, TUNALT_IN, NET_SOON_MS));
	EXPECT_EQ(-EBADFD, tunalt_next(self->t, &frame));
	submit(self, 100, 1);
	EXPECT_EQ(-EBADFD, tunalt_flush(self->t));
}

TEST_F(verbs, frames_are_counted)
{
	struct tunalt_stats stats;

	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, xmit(self, 100, i));
		ASSERT_TRUE(next_is(self, 100, i));
		ASSERT_EQ(0, tunalt_release(self->t));
	}
	ASSERT_EQ(0, submit(self, 100, 1));
	ASSERT_EQ(0, tunalt_flush(self->t));
	tunalt_stats(self->t, &stats);
	EXPECT_EQ(5, stats.received);
	EXPECT_EQ(1, stats.sent);
	EXPECT_EQ(0, stats.refused);
	EXPECT_EQ(0, stats.dropped);
	EXPECT_EQ(tunalt_way(self->t) == TUNALT_RING ? 1 : 6, stats.calls);
}

TEST_HARNESS_MAIN
