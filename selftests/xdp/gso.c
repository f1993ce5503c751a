// SPDX-License-Identifier: GPL-2.0
/* Native XDP on a device with vnet headers: GSO frames, and those whose checksum is to be made */
#include <linux/virtio_net.h>

#include "kselftest_harness.h"
#include "xdp.h"

#define VNET_LEN 10
#define TCP_LEN 20
#define MSS 1000

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(gso)
{
	struct xdp_test x;
	struct virtio_net_hdr hdr;
	size_t before;
};

FIXTURE_VARIANT(gso)
{
	int flags;
	size_t payload;
};

FIXTURE_VARIANT_ADD(gso, tap) { .flags = IFF_TAP, .payload = 2 * MSS };
FIXTURE_VARIANT_ADD(gso, tap_large) { .flags = IFF_TAP, .payload = 20 * MSS };
FIXTURE_VARIANT_ADD(gso, tun) { .flags = IFF_TUN, .payload = 2 * MSS };
FIXTURE_VARIANT_ADD(gso, tun_large) { .flags = IFF_TUN, .payload = 20 * MSS };

/* One TCP segment of @payload bytes over IPv4, whose checksum is that of the pseudo header */
static size_t make_tcp(struct packet *p, bool tap, size_t payload)
{
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 1000, 2000);
	size_t len = TCP_LEN + payload;
	unsigned char *tcp;
	size_t at;

	packet_room(p, VNET_LEN);
	if (tap) {
		packet_room(p, 2 * ETH_ALEN);
		packet_type(p, ETH_P_IP);
	}
	packet_ipv4(p, &flow, IPPROTO_TCP, len);
	at = p->len - VNET_LEN;
	tcp = packet_room(p, TCP_LEN);
	packet_put16(tcp, flow.sport);
	packet_put16(tcp + 2, flow.dport);
	tcp[12] = TCP_LEN / 4 << 4;
	tcp[13] = 0x10;
	packet_put16(tcp + 16, ~packet_fold(packet_pseudo(flow.src, flow.dst, 4, IPPROTO_TCP,
							  len)));
	packet_fill(p, payload, XDP_TEST_SEED);
	return at;
}

/* A device whose frames pass; what the stack received is said as a second vnet device's header */
static int open_device(struct xdp_test *x, int flags)
{
	int ret = xdp_test_setup(x, flags | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK);
	int on = 1;

	if (!ret)
		ret = xdp_test_set(x, VERDICT_ACTION, XDP_PASS);
	if (!ret)
		ret = setsockopt(x->packets, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on));
	packet_reset(&packet);
	return ret;
}

FIXTURE_SETUP(gso)
{
	ASSERT_EQ(0, open_device(&self->x, variant->flags));
	self->before = make_tcp(&packet, self->x.tap, variant->payload);
	self->hdr = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = self->before + TCP_LEN,
		.gso_size = MSS,
		.csum_start = self->before,
		.csum_offset = 16,
	};
	memcpy(packet.data, &self->hdr, VNET_LEN);
}

FIXTURE_TEARDOWN(gso)
{
	xdp_test_teardown(&self->x);
}

#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

TEST_F(gso, frame_is_seen_once_and_whole)
{
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ((ssize_t)packet.len - VNET_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
}

TEST_F(gso, passed_frame_stays_what_it_was)
{
	struct virtio_net_hdr hdr;

	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ((ssize_t)packet.len,
		  xdp_test_received(&self->x, room, sizeof(room), NULL));
	memcpy(&hdr, room, sizeof(hdr));
	EXPECT_EQ(VIRTIO_NET_HDR_GSO_TCPV4, hdr.gso_type);
	EXPECT_EQ(MSS, hdr.gso_size);
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
	EXPECT_EQ(self->before, hdr.csum_start);
	EXPECT_EQ(16, hdr.csum_offset);
	EXPECT_EQ(0, memcmp(packet.data + VNET_LEN, room + VNET_LEN, packet.len - VNET_LEN));
}

TEST_F(gso, frame_can_be_dropped)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(gso, dropped_frame_counts_as_a_received_drop)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(gso, bad_header_is_einval)
{
	self->hdr.gso_type = 0x77;
	memcpy(packet.data, &self->hdr, VNET_LEN);
	EXPECT_EQ(-1, WRITE());
	EXPECT_EQ(EINVAL, errno);
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

FIXTURE(csum)
{
	struct xdp_test x;
	struct virtio_net_hdr hdr;
	size_t before;
};

FIXTURE_VARIANT(csum)
{
	int flags;
	size_t payload;
};

FIXTURE_VARIANT_ADD(csum, tap_csum) { .flags = IFF_TAP, .payload = 100 };
FIXTURE_VARIANT_ADD(csum, tun_csum) { .flags = IFF_TUN, .payload = 100 };

FIXTURE_SETUP(csum)
{
	ASSERT_EQ(0, open_device(&self->x, variant->flags));
	self->before = make_tcp(&packet, self->x.tap, variant->payload);
	self->hdr = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = self->before,
		.csum_offset = 16,
	};
	memcpy(packet.data, &self->hdr, VNET_LEN);
}

FIXTURE_TEARDOWN(csum)
{
	xdp_test_teardown(&self->x);
}

TEST_F(csum, checksum_to_be_made_stays_so)
{
	struct virtio_net_hdr hdr;

	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ((ssize_t)packet.len,
		  xdp_test_received(&self->x, room, sizeof(room), NULL));
	memcpy(&hdr, room, sizeof(hdr));
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
	EXPECT_EQ(self->before, hdr.csum_start);
	EXPECT_EQ(16, hdr.csum_offset);
	EXPECT_EQ(0, memcmp(packet.data + VNET_LEN, room + VNET_LEN, packet.len - VNET_LEN));
}

TEST_F(csum, program_sees_the_frame_without_the_header)
{
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ((ssize_t)packet.len - VNET_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ(packet.data[VNET_LEN], xdp_test_saw(&self->x, VERDICT_FIRST));
}

TEST_F(csum, dropped_frame_counts_as_a_received_drop)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
