// SPDX-License-Identifier: GPL-2.0
/* AF_XDP sockets in copy mode on a queue of the device */
#include "kselftest_harness.h"
#include "xdp.h"
#include "xsk.h"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(xsk)
{
	struct xdp_test x;
	struct xsk xsk;
};

FIXTURE_VARIANT(xsk)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(xsk, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(xsk, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(xsk, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(xsk, tun_blocking) { .flags = IFF_TUN };

FIXTURE_SETUP(xsk)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, xdp_test_create(&self->x, variant->flags | IFF_NO_PI, variant->open_flags));
	ASSERT_EQ(0, bpf_test_xdp_attach(self->x.dev.name, bpf_test_prog(self->x.obj, "to_socket"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, xsk_open(&self->xsk));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(xsk)
{
	xsk_close(&self->xsk);
	xdp_test_teardown(&self->x);
}

/* Binds to queue 0, has room for @frames, and is where the program sends to; 0 or -errno */
static int bind_to(struct xdp_test *x, struct xsk *xsk, unsigned int frames)
{
	int ret = xsk_bind(xsk, x->dev.name, 0, XDP_COPY);

	if (ret)
		return ret;
	xsk_fill(xsk, frames);
	return bpf_test_map_set(x->obj, "sockets", 0, xsk->fd);
}

#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

TEST_F(xsk, written_frame_is_received_by_the_socket)
{
	unsigned char *data = NULL;

	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(XDP_TEST_LEN, xsk_receive(&self->xsk, &data));
	EXPECT_EQ(0, memcmp(packet.data, data, XDP_TEST_LEN));
	EXPECT_EQ(-EAGAIN, xsk_receive(&self->xsk, &data));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(xsk, frames_come_in_order_and_wake_a_poll)
{
	unsigned char *data = NULL;

	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 32));
	EXPECT_EQ(0, net_poll(self->xsk.fd, POLLIN, 0));
	for (int i = 0; i < 32; i++) {
		packet.data[packet.len - 1] = i;
		ASSERT_EQ(XDP_TEST_LEN, WRITE());
	}
	EXPECT_EQ(POLLIN, net_poll(self->xsk.fd, POLLIN, NET_SOON_MS));
	for (int i = 0; i < 32; i++) {
		ASSERT_EQ(XDP_TEST_LEN, xsk_receive(&self->xsk, &data));
		ASSERT_EQ(i, data[XDP_TEST_LEN - 1]);
	}
}

TEST_F(xsk, frame_counts_as_received)
{
	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(xsk, socket_without_room_counts_a_received_drop)
{
	unsigned char *data = NULL;

	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 1));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(XDP_TEST_LEN, xsk_receive(&self->xsk, &data));
	EXPECT_EQ(-EAGAIN, xsk_receive(&self->xsk, &data));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(xsk, frame_longer_than_its_room_counts_a_received_drop)
{
	unsigned char *data = NULL;

	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	xdp_test_frame(&packet, self->x.tap, 3000);
	ASSERT_EQ(3000, WRITE());
	EXPECT_EQ(-EAGAIN, xsk_receive(&self->xsk, &data));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(xsk, queue_without_a_socket_takes_the_other_verdict)
{
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), NULL));
	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(xsk, socket_of_another_queue_gets_nothing)
{
	int flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;
	unsigned char *data = NULL;
	struct xdp_test mq = {};
	struct tun_dev *dev = &mq.dev;
	int second;

	ASSERT_EQ(0, xdp_test_create(&mq, flags, variant->open_flags));
	second = tun_dev_queue(dev->name, flags, variant->open_flags);
	ASSERT_LE(0, second);
	ASSERT_EQ(0, bpf_test_xdp_attach(dev->name, bpf_test_prog(mq.obj, "to_socket"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, xsk_bind(&self->xsk, dev->name, 1, XDP_COPY));
	xsk_fill(&self->xsk, 8);
	ASSERT_EQ(0, bpf_test_map_set(mq.obj, "sockets", 0, self->xsk.fd));
	ASSERT_EQ(0, bpf_test_map_set(mq.obj, "sockets", 1, self->xsk.fd));
	ASSERT_EQ(XDP_TEST_LEN, write(dev->fd, packet.data, packet.len));
	EXPECT_EQ(-EAGAIN, xsk_receive(&self->xsk, &data));
	ASSERT_EQ(XDP_TEST_LEN, write(second, packet.data, packet.len));
	EXPECT_EQ(XDP_TEST_LEN, xsk_receive(&self->xsk, &data));
	close(second);
	xdp_test_teardown(&mq);
}

TEST_F(xsk, frame_that_the_socket_sends_is_read)
{
	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	for (unsigned int i = 0; i < 5; i++) {
		packet.data[packet.len - 1] = i;
		ASSERT_EQ(0, xsk_send(&self->xsk, i, packet.data, packet.len));
		ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
		EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	}
}

TEST_F(xsk, sent_frame_comes_back_to_its_socket)
{
	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	ASSERT_EQ(0, xsk_send(&self->xsk, 0, packet.data, packet.len));
	ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	for (int i = 0; i < NET_SOON_MS / 20 && !xsk_completed(&self->xsk); i++)
		net_sleep_ms(20);
	EXPECT_EQ(1, xsk_completed(&self->xsk));
}

TEST_F(xsk, zero_copy_is_eopnotsupp)
{
	EXPECT_EQ(-EOPNOTSUPP, xsk_bind(&self->xsk, self->x.dev.name, 0, XDP_ZEROCOPY));
}

TEST_F(xsk, device_goes_under_a_socket)
{
	ASSERT_EQ(0, bind_to(&self->x, &self->xsk, 8));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(0, net_dellink(self->x.dev.name));
	EXPECT_NE(0, xsk_send(&self->xsk, 0, packet.data, packet.len));
}

TEST_HARNESS_MAIN
