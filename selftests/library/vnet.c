// SPDX-License-Identifier: GPL-2.0
/* libtunalt's virtio-net headers: the kernel completes sums and segments, and leaves some to do */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "tunalt.h"

#define PORT 4006
#define HOST "10.9.0.1"
#define PEER "10.9.0.2"
#define HEADERS 28

static unsigned char room[PACKET_MAX];

FIXTURE(vnet)
{
	struct tunalt *t;
	int udp;
	struct packet packet;
};

FIXTURE_VARIANT(vnet)
{
	unsigned int ways;
};

FIXTURE_VARIANT_ADD(vnet, ring) { .ways = TUNALT_RING };
FIXTURE_VARIANT_ADD(vnet, burst) { .ways = TUNALT_BURST };
FIXTURE_VARIANT_ADD(vnet, plain) { .ways = TUNALT_PLAIN };

FIXTURE_SETUP(vnet)
{
	struct tunalt_config config = {
		.size = sizeof(config), .ways = variant->ways, .flags = TUNALT_UP | TUNALT_VNET,
		.offloads = TUN_F_CSUM, .mtu = 9000,
		.addresses = (const char *const []){ HOST "/24", NULL },
	};

	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, tunalt_open(&self->t, &config))
		TH_LOG("%s", config.step);
	self->udp = net_udp_socket(HOST, PORT);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(vnet)
{
	tunalt_close(self->t);
	close(self->udp);
}

/* A datagram whose sum is that of its pseudo header alone */
static int reserve(FIXTURE_DATA(vnet) * self, size_t payload, struct tunalt_frame *frame)
{
	const struct packet_flow flow = packet_flow(PEER, HOST, PORT, PORT);
	struct packet *p = &self->packet;
	int ret;

	packet_reset(p);
	packet_udp(p, &flow, payload, 1);
	ret = tunalt_reserve(self->t, p->len, frame);
	if (ret)
		return ret;
	memcpy(frame->data, p->data, p->len);
	packet_put16((unsigned char *)frame->data + 26,
		     ~packet_fold(packet_pseudo((unsigned char *)frame->data + 12,
						(unsigned char *)frame->data + 16, 4, IPPROTO_UDP,
						payload + 8)));
	return 0;
}

TEST_F(vnet, sum_that_is_left_to_the_kernel_is_right)
{
	struct tunalt_frame frame;

	ASSERT_EQ(0, reserve(self, 1000, &frame));
	ASSERT_EQ(0, tunalt_vnet_checksum(&frame, 20, 6));
	ASSERT_EQ(0, tunalt_submit(self->t, &frame));
	ASSERT_EQ(0, tunalt_flush(self->t));
	ASSERT_TRUE(net_poll(self->udp, POLLIN, NET_SOON_MS) & POLLIN);
	EXPECT_EQ(1000, recv(self->udp, room, sizeof(room), 0));
	EXPECT_EQ(1000, packet_match(room, 1000, 1));
}

TEST_F(vnet, frame_of_many_packets_is_received_as_those)
{
	struct tunalt_frame frame;

	ASSERT_EQ(0, reserve(self, 3500, &frame));
	ASSERT_EQ(0, tunalt_vnet_checksum(&frame, 20, 6));
	ASSERT_EQ(0, tunalt_vnet_segment(&frame, TUNALT_VNET_GSO_UDP_L4, HEADERS, 1000));
	ASSERT_EQ(0, tunalt_submit(self->t, &frame));
	ASSERT_EQ(0, tunalt_flush(self->t));
	for (int i = 0; i < 4; i++) {
		ASSERT_TRUE(net_poll(self->udp, POLLIN, NET_SOON_MS) & POLLIN);
		EXPECT_EQ(i == 3 ? 500 : 1000, recv(self->udp, room, sizeof(room), 0));
	}
}

TEST_F(vnet, sum_that_the_kernel_left_is_completed)
{
	struct tunalt_frame frame;
	struct packet_view view;
	char data[501] = "odd";

	ASSERT_EQ(0, net_udp_send(self->udp, PEER, PORT, data, sizeof(data)));
	ASSERT_EQ(TUNALT_IN, tunalt_wait(self->t, TUNALT_IN, NET_SOON_MS));
	ASSERT_EQ(1, tunalt_next(self->t, &frame));
	ASSERT_TRUE(frame.vnet->flags & TUNALT_VNET_NEEDS_CSUM);
	ASSERT_EQ(0, packet_parse(&view, frame.data, frame.len));
	EXPECT_EQ(1, tunalt_vnet_complete(&frame));
	EXPECT_EQ(1, packet_parse(&view, frame.data, frame.len));
	EXPECT_EQ(0, frame.vnet->flags);
	EXPECT_EQ(0, tunalt_vnet_complete(&frame));
}

TEST_F(vnet, what_is_not_in_the_frame_is_einval)
{
	struct tunalt_frame frame, none = { .len = 100 };

	ASSERT_EQ(0, reserve(self, 100, &frame));
	EXPECT_EQ(-EINVAL, tunalt_vnet_checksum(&frame, 129, 6));
	EXPECT_EQ(-EINVAL, tunalt_vnet_checksum(&frame, 120, 7));
	EXPECT_EQ(-EINVAL, tunalt_vnet_checksum(&frame, 20, 0xffffffff));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&frame, TUNALT_VNET_GSO_UDP_L4, 28, 1000));
	ASSERT_EQ(0, tunalt_vnet_checksum(&frame, 20, 6));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&frame, TUNALT_VNET_GSO_UDP_L4, 129, 1000));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&frame, 99, 28, 1000));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&frame, TUNALT_VNET_GSO_UDP_L4, 28, 0));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&frame, TUNALT_VNET_GSO_NONE, 28, 1000));
	EXPECT_EQ(-EINVAL, tunalt_vnet_checksum(&none, 20, 6));
	EXPECT_EQ(-EINVAL, tunalt_vnet_segment(&none, TUNALT_VNET_GSO_UDP_L4, 28, 1000));
	EXPECT_EQ(0, tunalt_vnet_complete(&none));
	frame.vnet->flags = TUNALT_VNET_NEEDS_CSUM;
	frame.vnet->csum_start = 127;
	EXPECT_EQ(-EINVAL, tunalt_vnet_complete(&frame));
}

TEST_HARNESS_MAIN
