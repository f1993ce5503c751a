// SPDX-License-Identifier: GPL-2.0
/*
 * A program that strips the head of a frame whose checksum is to be made. The frame is larger than
 * a page: it was an skb before the program saw it, and where its checksum begins is fixed. What has
 * no network header in front of that any more must not go up.
 */
#include <linux/virtio_net.h>

#include "kselftest_harness.h"
#include "xdp.h"

#define STRIPPED 38
#define INNER_LEN 9000

static struct packet packet, inner;
static unsigned char room[PACKET_MAX];

FIXTURE(stripped)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(stripped)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(stripped, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(stripped, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(stripped, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };

FIXTURE_SETUP(stripped)
{
	int flags = variant->flags | IFF_NO_PI | IFF_VNET_HDR;

	ASSERT_EQ(0, xdp_test_setup(&self->x, flags, variant->open_flags));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, STRIPPED));
	xdp_test_frame(&inner, self->x.tap, INNER_LEN);
}

FIXTURE_TEARDOWN(stripped)
{
	xdp_test_teardown(&self->x);
}

/* Writes the frame behind what is stripped, its checksum beginning at @start of it; 0 or -errno */
static int write_frame(struct xdp_test *x, int start)
{
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = STRIPPED + start,
		.csum_offset = 16,
	};

	packet_reset(&packet);
	packet_append(&packet, &hdr, sizeof(hdr));
	packet_append(&packet, inner.data, STRIPPED);
	packet_append(&packet, inner.data, inner.len);
	if (write(x->dev.fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	return 0;
}

TEST_F(stripped, checksum_before_the_network_header_is_dropped)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	for (int start = 0; start < ETH_HLEN; start++) {
		ASSERT_EQ(0, write_frame(&self->x, start));
		EXPECT_TRUE(xdp_test_nothing_received(&self->x));
		EXPECT_EQ(start + 1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	}
	EXPECT_EQ(ETH_HLEN, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_REFUSED));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(stripped, checksum_before_the_network_header_is_not_sent_back)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	for (int start = 0; start < ETH_HLEN; start++) {
		ASSERT_EQ(0, write_frame(&self->x, start));
		EXPECT_EQ(0, tun_dev_drain(self->x.dev.fd));
		EXPECT_EQ(start + 1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	}
}

TEST_F(stripped, checksum_behind_the_network_header_goes_up)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, write_frame(&self->x, ETH_HLEN + PACKET_IPV4_LEN));
	ASSERT_EQ(INNER_LEN, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(inner.data, room, INNER_LEN));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

/* A frame that fits into a page: whoever wrote it is told */
TEST_F(stripped, small_frame_without_its_checksum_is_einval)
{
	xdp_test_frame(&inner, self->x.tap, XDP_TEST_LEN);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	EXPECT_EQ(-EINVAL, write_frame(&self->x, -1));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_REFUSED));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_HARNESS_MAIN
