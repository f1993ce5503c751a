// SPDX-License-Identifier: GPL-2.0
/* Native XDP on devices with IFF_NAPI and IFF_NAPI_FRAGS */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "xdp.h"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(napi)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(napi)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi, tap) { .flags = IFF_TAP | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi, tap_frags) { .flags = IFF_TAP | IFF_NAPI | IFF_NAPI_FRAGS };
FIXTURE_VARIANT_ADD(napi, tun) { .flags = IFF_TUN | IFF_NAPI };

FIXTURE_SETUP(napi)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(napi)
{
	xdp_test_teardown(&self->x);
}

/* The frame in three parts, as NAPI_FRAGS wants them: a first one and fragments */
static ssize_t write_parts(struct xdp_test *x, size_t len)
{
	struct iovec iov[3] = {
		{ packet.data, 60 },
		{ packet.data + 60, (len - 60) / 2 },
		{ packet.data + 60 + (len - 60) / 2, len - 60 - (len - 60) / 2 },
	};

	xdp_test_frame(&packet, x->tap, len);
	return writev(x->dev.fd, iov, ARRAY_SIZE(iov));
}

TEST_F(napi, passed_frame_goes_to_the_stack)
{
	ASSERT_EQ(3000, write_parts(&self->x, 3000));
	ASSERT_EQ(3000, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, 3000));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(3000, xdp_test_saw(&self->x, VERDICT_LEN));
}

TEST_F(napi, large_frame_goes_to_the_stack)
{
	ASSERT_EQ(6000, write_parts(&self->x, 6000));
	ASSERT_EQ(6000, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, 6000));
	EXPECT_EQ(6000, xdp_test_saw(&self->x, VERDICT_LEN));
}

/* Bug 11: the queue's own skb is gone after each of these, and the next frame has one */
TEST_F(napi, frames_dropped_and_passed_in_turn_go_their_way)
{
	for (int i = 0; i < 100; i++) {
		int action = i % 3 ? XDP_DROP : XDP_PASS;

		ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, action));
		ASSERT_EQ(3000, write_parts(&self->x, 3000));
		if (action == XDP_PASS) {
			ASSERT_EQ(3000, xdp_test_received(&self->x, room, sizeof(room), NULL));
			ASSERT_EQ(0, memcmp(packet.data, room, 3000));
		}
	}
	EXPECT_FALSE(net_poll(self->x.packets, POLLIN, NET_NEVER_MS));
	EXPECT_EQ(100, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(napi, head_moved_back_lengthens_the_frame)
{
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, packet.data, 40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -192));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(3000, write_parts(&self->x, 3000));
		ASSERT_EQ(3192, xdp_test_received(&self->x, room, sizeof(room), NULL));
		EXPECT_EQ(0, memcmp(packet.data, room + 192, 3000));
	}
}

TEST_F(napi, frame_sent_back_is_read)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(3000, write_parts(&self->x, 3000));
		ASSERT_EQ(3000, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
		EXPECT_EQ(0, memcmp(packet.data, room, 3000));
	}
}

TEST_F(napi, dropped_frame_counts_as_a_received_drop)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(3000, write_parts(&self->x, 3000));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(napi, frames_keep_their_order)
{
	for (int i = 0; i < 100; i++) {
		packet.data[packet.len - 1] = i;
		ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
	}
	for (int i = 0; i < 100; i++) {
		ASSERT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), NULL));
		ASSERT_EQ(i, room[XDP_TEST_LEN - 1]);
	}
}

TEST_HARNESS_MAIN
