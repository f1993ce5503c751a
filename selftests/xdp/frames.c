// SPDX-License-Identifier: GPL-2.0
/* How a program reads what XDP has put in the ring: behind the same headers as any frame */
#include "kselftest_harness.h"
#include "xdp.h"

#define PI_LEN 4

static struct packet packet, frame;
static unsigned char room[PACKET_MAX];

FIXTURE(frames)
{
	struct xdp_test x;
	size_t pi;
	size_t before;
};

FIXTURE_VARIANT(frames)
{
	int flags;
	int vnet;
};

FIXTURE_VARIANT_ADD(frames, tap) { .flags = IFF_TAP | IFF_NO_PI };
FIXTURE_VARIANT_ADD(frames, tap_pi) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(frames, tap_vnet) { .flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, .vnet = 10 };
FIXTURE_VARIANT_ADD(frames, tap_pi_vnet12) { .flags = IFF_TAP | IFF_VNET_HDR, .vnet = 12 };
FIXTURE_VARIANT_ADD(frames, tun) { .flags = IFF_TUN | IFF_NO_PI };
FIXTURE_VARIANT_ADD(frames, tun_pi) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(frames, tun_vnet) { .flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, .vnet = 10 };
FIXTURE_VARIANT_ADD(frames, tun_pi_vnet12) { .flags = IFF_TUN | IFF_VNET_HDR, .vnet = 12 };

FIXTURE_SETUP(frames)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags, O_NONBLOCK));
	self->pi = variant->flags & IFF_NO_PI ? 0 : PI_LEN;
	self->before = self->pi + variant->vnet;
	if (variant->vnet)
		ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETVNETHDRSZ, &variant->vnet));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	/* what nobody writes to shows */
	memset(room, 0xee, sizeof(room));
	packet_reset(&packet);
	if (self->pi)
		packet_pi(&packet, 0, self->x.tap ? XDP_TEST_TYPE : ETH_P_IP);
	packet_room(&packet, variant->vnet);
	xdp_test_frame(&frame, self->x.tap, XDP_TEST_LEN);
	packet_append(&packet, frame.data, frame.len);
}

FIXTURE_TEARDOWN(frames)
{
	xdp_test_teardown(&self->x);
}

TEST_F(frames, frame_sent_back_is_read_behind_its_headers)
{
	ASSERT_EQ((ssize_t)packet.len, write(self->x.dev.fd, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	EXPECT_EQ(0xee, room[packet.len]);
}

TEST_F(frames, what_the_headers_said_when_written_is_not_read)
{
	static struct packet other;

	/* the protocol of a TAP's frame is in the frame; flags of PI mean nothing */
	packet_reset(&other);
	if (self->pi)
		packet_pi(&other, 0xffff, self->x.tap ? 0x1234 : ETH_P_IP);
	/* a hint of the length of headers, no checksum and no GSO: a frame like any other */
	packet_room(&other, variant->vnet);
	if (variant->vnet)
		other.data[self->pi + 2] = 40;
	packet_append(&other, frame.data, frame.len);
	ASSERT_EQ((ssize_t)other.len, write(self->x.dev.fd, other.data, other.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_F(frames, short_buffer_gets_what_it_has_room_for)
{
	size_t len = self->before + 30;

	if (self->pi)
		packet.data[0] = TUN_PKT_STRIP;
	ASSERT_EQ((ssize_t)packet.len, write(self->x.dev.fd, packet.data, packet.len));
	ASSERT_EQ((ssize_t)len, tun_dev_read(self->x.dev.fd, room, len));
	EXPECT_EQ(0, memcmp(packet.data, room, len));
	EXPECT_EQ(0xee, room[len]);
	/* the rest is lost */
	EXPECT_EQ(0, net_poll(self->x.dev.fd, POLLIN, 0));
}

TEST_F(frames, fionread_tells_the_length_with_the_headers)
{
	int len = 0;

	ASSERT_EQ((ssize_t)packet.len, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_EQ(0, tun_ioctl(self->x.dev.fd, FIONREAD, (unsigned long)&len));
	EXPECT_EQ((int)packet.len, len);
}

/* The frame comes from another TAP, whose headers are none of this device's */
TEST_F(frames, redirected_frame_is_read_behind_its_headers)
{
	struct xdp_test from = {};

	ASSERT_EQ(0, xdp_test_create(&from, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bpf_test_xdp_attach(from.dev.name, bpf_test_prog(from.obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, xdp_test_set(&from, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&from, VERDICT_TARGET, if_nametoindex(self->x.dev.name)));
	ASSERT_EQ(XDP_TEST_LEN, write(from.dev.fd, frame.data, frame.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	EXPECT_EQ(0xee, room[packet.len]);
	xdp_test_teardown(&from);
}

FIXTURE(headers)
{
	struct xdp_test x;
	size_t len;
};

FIXTURE_VARIANT(headers)
{
	int flags;
	size_t len;
};

FIXTURE_VARIANT_ADD(headers, tap_with_pi) { .flags = IFF_TAP, .len = 4 };
FIXTURE_VARIANT_ADD(headers, tap_with_vnet) {
	.flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, .len = 10
};

FIXTURE_SETUP(headers)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	xdp_test_frame(&frame, true, XDP_TEST_LEN);
	packet_reset(&packet);
	packet_room(&packet, variant->len);
	packet_append(&packet, frame.data, frame.len);
	ASSERT_EQ((ssize_t)packet.len, write(self->x.dev.fd, packet.data, packet.len));
}

FIXTURE_TEARDOWN(headers)
{
	xdp_test_teardown(&self->x);
}

TEST_F(headers, buffer_without_room_for_them_is_einval)
{
	EXPECT_EQ(-EINVAL, tun_dev_read(self->x.dev.fd, room, variant->len - 1));
	EXPECT_EQ(0, net_poll(self->x.dev.fd, POLLIN, 0));
}

TEST_HARNESS_MAIN
