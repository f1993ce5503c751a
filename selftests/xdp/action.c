// SPDX-License-Identifier: GPL-2.0
/* Native XDP, verdict by verdict: where a written frame goes, and what counts it */
#include "kselftest_harness.h"
#include "xdp.h"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(action)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(action)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(action, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(action, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(action, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(action, tun_blocking) { .flags = IFF_TUN };

FIXTURE_SETUP(action)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, variant->open_flags));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(action)
{
	xdp_test_teardown(&self->x);
}

/* One frame, and the verdict on it; what write() returned */
static ssize_t write_to(struct xdp_test *x, int action)
{
	if (xdp_test_set(x, VERDICT_ACTION, action))
		return -EIO;
	return write(x->dev.fd, packet.data, packet.len);
}

TEST_F(action, program_sees_the_frame_and_its_device)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_DROP));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ(packet.data[0], xdp_test_saw(&self->x, VERDICT_FIRST));
	EXPECT_EQ(if_nametoindex(self->x.dev.name), xdp_test_saw(&self->x, VERDICT_IFINDEX));
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_QUEUE));
}

TEST_F(action, passed_frame_goes_to_the_stack)
{
	unsigned int proto;

	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_PASS));
	ASSERT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), &proto));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	EXPECT_EQ(self->x.tap ? XDP_TEST_TYPE : ETH_P_IP, proto);
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(action, passed_frame_counts_as_received)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_PASS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(action, dropped_frame_goes_nowhere)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_DROP));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(0, net_poll(self->x.dev.fd, POLLIN, 0));
}

TEST_F(action, dropped_frame_counts_as_a_received_drop)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_DROP));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
}

TEST_F(action, aborted_frame_counts_as_a_received_drop)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_ABORTED));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(action, unknown_verdict_counts_as_a_received_drop)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, 42));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(action, aborted_and_unknown_are_traced_and_drop_is_not)
{
	struct bpf_object *trace = bpf_test_load("trace");

	ASSERT_NE(NULL, trace);
	ASSERT_LE(0, bpf_raw_tracepoint_open("xdp_exception", bpf_test_prog(trace, "exception")));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_DROP));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_ABORTED));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, 7));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, 7));
	EXPECT_EQ(0, bpf_test_count(trace, XDP_DROP));
	EXPECT_EQ(1, bpf_test_count(trace, XDP_ABORTED));
	EXPECT_EQ(2, bpf_test_count(trace, 7));
	bpf_object__close(trace);
}

TEST_F(action, sent_back_frame_is_read)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_F(action, sent_back_frame_counts_as_received_and_when_read_as_xmitted)
{
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_XMITTED_PACKETS));
	ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_XMITTED_PACKETS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_stat(&self->x, NET_XMITTED_BYTES));
}

TEST_F(action, sent_back_into_a_full_ring_counts_as_an_xmit_drop)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->x.dev.name, 1));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_XMITTED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	ASSERT_EQ(XDP_TEST_LEN, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, net_poll(self->x.dev.fd, POLLIN, 0));
}

TEST_F(action, sent_back_into_a_full_ring_counts_as_received)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->x.dev.name, 1));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_TX));
	EXPECT_EQ(2, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(action, redirect_without_a_target_counts_as_a_received_drop)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, 9999));
	ASSERT_EQ(XDP_TEST_LEN, write_to(&self->x, XDP_REDIRECT));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(action, shortest_frame_is_judged)
{
	size_t len = self->x.tap ? ETH_HLEN : 1;

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ((ssize_t)len, write(self->x.dev.fd, packet.data, len));
	EXPECT_EQ((ssize_t)len, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ((ssize_t)len, xdp_test_received(&self->x, room, sizeof(room), NULL));
}

TEST_F(action, refused_frame_is_not_judged)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	memset(room, 0, sizeof(room));
	EXPECT_EQ(-1, write(self->x.dev.fd, room, self->x.tap ? 13 : 60));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(action, link_down_is_eio_for_a_passed_frame)
{
	ASSERT_EQ(0, net_down(self->x.dev.name));
	EXPECT_EQ(-1, write_to(&self->x, XDP_PASS));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
