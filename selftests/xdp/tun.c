// SPDX-License-Identifier: GPL-2.0
/* Native XDP on a TUN: frames begin with their IP header, whose version is their protocol */
#include "kselftest_harness.h"
#include "xdp.h"

static struct packet packet, inner;
static unsigned char room[PACKET_MAX];

FIXTURE(tun)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(tun)
{
	int open_flags;
};

FIXTURE_VARIANT_ADD(tun, nonblocking) { .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(tun, blocking) { .open_flags = 0 };

FIXTURE_SETUP(tun)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, IFF_TUN | IFF_NO_PI, variant->open_flags));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
}

FIXTURE_TEARDOWN(tun)
{
	xdp_test_teardown(&self->x);
}

#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

/* The protocol that the stack received the written frame with; the frame is in room */
static int protocol_of(struct xdp_test *x, ssize_t len)
{
	unsigned int proto = 0;

	if (write(x->dev.fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	if (xdp_test_received(x, room, sizeof(room), &proto) != len)
		return -EMSGSIZE;
	return proto;
}

TEST_F(tun, program_sees_the_frame_from_its_ip_header)
{
	xdp_test_frame6(&packet, XDP_TEST_LEN);
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(0x60, xdp_test_saw(&self->x, VERDICT_FIRST));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
}

TEST_F(tun, unchanged_frame_keeps_its_protocol)
{
	xdp_test_frame(&packet, false, XDP_TEST_LEN);
	EXPECT_EQ(ETH_P_IP, protocol_of(&self->x, XDP_TEST_LEN));
	xdp_test_frame6(&packet, XDP_TEST_LEN);
	EXPECT_EQ(ETH_P_IPV6, protocol_of(&self->x, XDP_TEST_LEN));
}

TEST_F(tun, changed_version_changes_the_protocol)
{
	unsigned char version = 0x60;

	xdp_test_frame(&packet, false, XDP_TEST_LEN);
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, &version, 1));
	EXPECT_EQ(ETH_P_IPV6, protocol_of(&self->x, XDP_TEST_LEN));
	EXPECT_EQ(0x60, room[0]);
	EXPECT_EQ(0, memcmp(packet.data + 1, room + 1, XDP_TEST_LEN - 1));
}

TEST_F(tun, pushed_ipv4_makes_ipv6_to_ipv4)
{
	static struct packet outer;

	xdp_test_frame(&outer, false, XDP_TEST_LEN + PACKET_IPV4_LEN);
	xdp_test_frame6(&packet, XDP_TEST_LEN);
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, outer.data, PACKET_IPV4_LEN));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -PACKET_IPV4_LEN));
	EXPECT_EQ(ETH_P_IP, protocol_of(&self->x, XDP_TEST_LEN + PACKET_IPV4_LEN));
	EXPECT_EQ(0, memcmp(outer.data, room, PACKET_IPV4_LEN));
	EXPECT_EQ(0, memcmp(packet.data, room + PACKET_IPV4_LEN, XDP_TEST_LEN));
}

TEST_F(tun, pushed_ipv6_makes_ipv4_to_ipv6)
{
	static struct packet outer;

	xdp_test_frame6(&outer, XDP_TEST_LEN + PACKET_IPV6_LEN);
	xdp_test_frame(&packet, false, XDP_TEST_LEN);
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, outer.data, PACKET_IPV6_LEN));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -PACKET_IPV6_LEN));
	EXPECT_EQ(ETH_P_IPV6, protocol_of(&self->x, XDP_TEST_LEN + PACKET_IPV6_LEN));
	EXPECT_EQ(0, memcmp(packet.data, room + PACKET_IPV6_LEN, XDP_TEST_LEN));
}

TEST_F(tun, popped_ipv4_leaves_the_ipv6_inside)
{
	xdp_test_frame6(&inner, XDP_TEST_LEN);
	xdp_test_frame(&packet, false, PACKET_IPV4_LEN);
	packet_append(&packet, inner.data, inner.len);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, PACKET_IPV4_LEN));
	EXPECT_EQ(ETH_P_IPV6, protocol_of(&self->x, XDP_TEST_LEN));
	EXPECT_EQ(0, memcmp(inner.data, room, XDP_TEST_LEN));
}

TEST_F(tun, popped_ipv6_of_a_large_frame_leaves_the_ipv4_inside)
{
	xdp_test_frame(&inner, false, 9000);
	xdp_test_frame6(&packet, PACKET_IPV6_LEN);
	packet_append(&packet, inner.data, inner.len);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, PACKET_IPV6_LEN));
	EXPECT_EQ(ETH_P_IP, protocol_of(&self->x, 9000));
	EXPECT_EQ(0, memcmp(inner.data, room, 9000));
}

/* A frame of @len bytes, of which the program makes none of IP, is refused and counted */
static void pass_no_version(struct __test_metadata *_metadata, struct xdp_test *x, size_t len)
{
	unsigned char version = 0x10;

	xdp_test_frame(&packet, false, len);
	ASSERT_EQ(0, xdp_test_set_bytes(x, &version, 1));
	EXPECT_EQ(-1, write(x->dev.fd, packet.data, packet.len));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, xdp_test_saw(x, VERDICT_RUNS));
	EXPECT_TRUE(xdp_test_nothing_received(x));
	EXPECT_EQ(1, xdp_test_stat(x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(x, NET_RECEIVED_PACKETS));
}

TEST_F(tun, passed_frame_of_no_version_counts_as_a_received_drop)
{
	pass_no_version(_metadata, &self->x, XDP_TEST_LEN);
}

/* It was an skb before the program saw it */
TEST_F(tun, passed_large_frame_of_no_version_counts_as_a_received_drop)
{
	pass_no_version(_metadata, &self->x, 9000);
}

TEST_F(tun, redirect_of_a_frame_over_a_page_counts_as_a_received_drop)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(to.name, 20000));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
	xdp_test_frame(&packet, false, 9000);
	ASSERT_EQ(9000, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, tun_dev_drain(to.fd));
}

/* Other drivers read an Ethernet header off what they get; no IP packet is as short as that */
TEST_F(tun, redirect_of_a_frame_of_13_bytes_counts_as_a_received_drop)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
	xdp_test_frame(&packet, false, XDP_TEST_LEN);
	ASSERT_EQ(ETH_HLEN, write(self->x.dev.fd, packet.data, ETH_HLEN));
	EXPECT_EQ(1, tun_dev_drain(to.fd));
	ASSERT_EQ(ETH_HLEN - 1, write(self->x.dev.fd, packet.data, ETH_HLEN - 1));
	EXPECT_EQ(2, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, tun_dev_drain(to.fd));
}

TEST_F(tun, frame_of_ipv6_is_redirected_with_its_protocol)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
	xdp_test_frame6(&packet, XDP_TEST_LEN);
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(XDP_TEST_LEN + 4, tun_dev_read(to.fd, room, sizeof(room)));
	EXPECT_EQ(ETH_P_IPV6, packet_get16(room + 2));
	EXPECT_EQ(0, memcmp(packet.data, room + 4, XDP_TEST_LEN));
}

/* An Ethernet frame, say: a TUN cannot tell what it is, and its reader could not either */
TEST_F(tun, redirected_frame_of_no_version_counts_as_an_xmit_drop)
{
	static const unsigned char first[] = { 0x02, 0x00, 0x3f, 0x50, 0x70, 0xf4 };
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
	xdp_test_frame(&packet, false, XDP_TEST_LEN);
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		ASSERT_EQ(0, xdp_test_set_bytes(&self->x, first + i, 1));
		ASSERT_EQ(XDP_TEST_LEN, WRITE());
		EXPECT_EQ((long long)i + 1, net_stat(to.name, NET_XMITTED_DROPS));
	}
	EXPECT_EQ(0, tun_dev_drain(to.fd));
	/* the sender's part was done */
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

FIXTURE(with_pi)
{
	struct xdp_test x;
};

FIXTURE_SETUP(with_pi)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	packet_reset(&packet);
	packet_pi(&packet, 0, ETH_P_IP);
	xdp_test_frame(&inner, false, XDP_TEST_LEN);
	packet_append(&packet, inner.data, inner.len);
}

FIXTURE_TEARDOWN(with_pi)
{
	xdp_test_teardown(&self->x);
}

TEST_F(with_pi, program_does_not_see_it)
{
	ASSERT_EQ(XDP_TEST_LEN + 4, WRITE());
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ(0x45, xdp_test_saw(&self->x, VERDICT_FIRST));
}

TEST_F(with_pi, changed_version_overrules_it)
{
	unsigned char version = 0x60;

	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, &version, 1));
	EXPECT_EQ(ETH_P_IPV6, protocol_of(&self->x, XDP_TEST_LEN));
}

/* Taken without a program, whose verdict leaves nothing that has a version */
TEST_F(with_pi, passed_frame_of_nothing_counts_as_a_received_drop)
{
	EXPECT_EQ(-1, write(self->x.dev.fd, packet.data, 4));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
