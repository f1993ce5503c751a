// SPDX-License-Identifier: GPL-2.0
/* The core's generic XDP, behind the driver: it works on skbs, and takes a TUN as it is */
#include "kselftest_harness.h"
#include "xdp.h"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(generic)
{
	struct xdp_test x;
	int prog;
};

FIXTURE_VARIANT(generic)
{
	int flags;
};

FIXTURE_VARIANT_ADD(generic, of_a_tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(generic, of_a_tun) { .flags = IFF_TUN };

FIXTURE_SETUP(generic)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, xdp_test_create(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	self->prog = bpf_test_prog(self->x.obj, "verdict");
	ASSERT_EQ(0, bpf_test_xdp_attach(self->x.dev.name, self->prog, XDP_FLAGS_SKB_MODE));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(generic)
{
	xdp_test_teardown(&self->x);
}

#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

TEST_F(generic, program_is_shown_as_such)
{
	EXPECT_EQ(XDP_ATTACHED_SKB, xdp_test_mode(self->x.dev.name));
}

TEST_F(generic, native_beside_it_is_eexist)
{
	EXPECT_EQ(-EEXIST, bpf_test_xdp_attach(self->x.dev.name, self->prog, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(XDP_ATTACHED_SKB, xdp_test_mode(self->x.dev.name));
}

TEST_F(generic, program_sees_the_frame_from_its_first_byte)
{
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ(packet.data[0], xdp_test_saw(&self->x, VERDICT_FIRST));
}

TEST_F(generic, passed_frame_goes_to_the_stack)
{
	unsigned int proto;

	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), &proto));
	EXPECT_EQ(0, memcmp(packet.data, room, XDP_TEST_LEN));
	EXPECT_EQ(self->x.tap ? XDP_TEST_TYPE : ETH_P_IP, proto);
}

/* The driver's work was done */
TEST_F(generic, dropped_frame_counts_as_received)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(generic, frame_sent_back_is_read_as_it_was)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, XDP_TEST_LEN));
}

TEST_HARNESS_MAIN
