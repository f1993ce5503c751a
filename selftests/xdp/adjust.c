// SPDX-License-Identifier: GPL-2.0
/* Native XDP that changes the frame: its head, its tail, and what is in front of it */
#include "kselftest_harness.h"
#include "bpf/metadata.h"
#include "xdp.h"

#define MAGIC 0x5eed1234

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(adjust)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(adjust)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(adjust, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(adjust, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(adjust, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(adjust, tun_blocking) { .flags = IFF_TUN };

FIXTURE_SETUP(adjust)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, variant->open_flags));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(adjust)
{
	xdp_test_teardown(&self->x);
}

/* One frame in, the one that the stack received in room; its length */
static ssize_t through(struct xdp_test *x, int action)
{
	ssize_t ret;

	if (xdp_test_set(x, VERDICT_ACTION, action))
		return -EIO;
	if (write(x->dev.fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	if (action == XDP_PASS)
		ret = xdp_test_received(x, room, sizeof(room), NULL);
	else
		ret = tun_dev_read(x->dev.fd, room, sizeof(room));
	return ret;
}

/* The frame with @len bytes of something else before it */
static void make_pushed(bool tap, size_t len)
{
	static struct packet inner;

	xdp_test_frame(&inner, tap, XDP_TEST_LEN);
	packet_reset(&packet);
	packet_append(&packet, inner.data, len);
	packet_append(&packet, inner.data, inner.len);
}

TEST_F(adjust, head_moved_forward_shortens_the_frame)
{
	make_pushed(self->x.tap, 24);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, 24));
	ASSERT_EQ(XDP_TEST_LEN, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, memcmp(packet.data + 24, room, XDP_TEST_LEN));
}

TEST_F(adjust, head_moved_back_lengthens_the_frame)
{
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, packet.data, 40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -40));
	ASSERT_EQ(XDP_TEST_LEN + 40, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, memcmp(packet.data, room, 40));
	EXPECT_EQ(0, memcmp(packet.data, room + 40, XDP_TEST_LEN));
}

/* What the core promises, less what it keeps there itself of the frame's description */
TEST_F(adjust, room_before_the_frame_is_192_and_more)
{
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, packet.data, 40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -192));
	EXPECT_EQ(XDP_TEST_LEN + 192, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_REFUSED));
	EXPECT_EQ(0, memcmp(packet.data, room + 192, XDP_TEST_LEN));
}

TEST_F(adjust, room_before_the_frame_ends)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -2000));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_REFUSED));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(adjust, tail_moved_back_shortens_the_frame)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, -30));
	ASSERT_EQ(XDP_TEST_LEN - 30, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, memcmp(packet.data, room, XDP_TEST_LEN - 30));
}

TEST_F(adjust, tail_moved_forward_lengthens_the_frame_by_zeroes)
{
	static const unsigned char zeroes[16];

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, 16));
	ASSERT_EQ(XDP_TEST_LEN + 16, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, memcmp(packet.data, room, XDP_TEST_LEN));
	EXPECT_EQ(0, memcmp(zeroes, room + XDP_TEST_LEN, 16));
}

TEST_F(adjust, room_behind_the_frame_ends)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, 4096));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_REFUSED));
}

TEST_F(adjust, head_and_tail_move_together)
{
	make_pushed(self->x.tap, 24);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, 24));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, -10));
	ASSERT_EQ(XDP_TEST_LEN - 10, through(&self->x, XDP_PASS));
	EXPECT_EQ(0, memcmp(packet.data + 24, room, XDP_TEST_LEN - 10));
}

TEST_F(adjust, frame_sent_back_has_the_new_head_and_tail)
{
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, packet.data, 40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, -20));
	ASSERT_EQ(XDP_TEST_LEN + 20, through(&self->x, XDP_TX));
	EXPECT_EQ(0, memcmp(packet.data, room, 40));
	EXPECT_EQ(0, memcmp(packet.data, room + 40, XDP_TEST_LEN - 20));
}

/* As in-tree, the length of a passed frame is what was written, that of one sent back is not */
TEST_F(adjust, passed_frame_counts_as_long_as_it_was_written)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, -30));
	ASSERT_EQ(XDP_TEST_LEN - 30, through(&self->x, XDP_PASS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
}

TEST_F(adjust, frame_sent_back_counts_as_long_as_it_became)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TAIL, -30));
	ASSERT_EQ(XDP_TEST_LEN - 30, through(&self->x, XDP_TX));
	EXPECT_EQ(XDP_TEST_LEN - 30, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
	EXPECT_EQ(XDP_TEST_LEN - 30, xdp_test_stat(&self->x, NET_XMITTED_BYTES));
}

/* Puts the object's two programs in place; 0 or not */
static int attach_metadata(struct xdp_test *x, struct bpf_object *obj)
{
	DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = if_nametoindex(x->dev.name),
			    .attach_point = BPF_TC_INGRESS);
	DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_test_prog(obj, "get"));
	int ret = bpf_tc_hook_create(&hook);

	if (!ret)
		ret = bpf_tc_attach(&hook, &opts);
	if (!ret)
		ret = bpf_test_xdp_attach(x->dev.name, bpf_test_prog(obj, "put"),
					  XDP_FLAGS_DRV_MODE);
	return ret;
}

/* What the one program has put before a frame of @len bytes the other one reads behind it */
static void carry_metadata(struct __test_metadata *_metadata, struct xdp_test *x, ssize_t len)
{
	struct bpf_object *obj = bpf_test_load("metadata");

	ASSERT_NE(NULL, obj);
	xdp_test_frame(&packet, x->tap, len);
	ASSERT_EQ(0, attach_metadata(x, obj));
	ASSERT_EQ(0, bpf_test_config(obj, METADATA_VALUE, MAGIC));
	ASSERT_EQ(len, write(x->dev.fd, packet.data, packet.len));
	EXPECT_EQ(len, xdp_test_received(x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	EXPECT_EQ(0, bpf_test_count(obj, METADATA_REFUSED));
	EXPECT_EQ(1, bpf_test_count(obj, METADATA_FRAMES));
	EXPECT_EQ(1, bpf_test_count(obj, METADATA_CARRIED));
	EXPECT_EQ(MAGIC, bpf_test_count(obj, METADATA_READ));
	bpf_object__close(obj);
}

TEST_F(adjust, metadata_is_carried_to_the_skb)
{
	carry_metadata(_metadata, &self->x, XDP_TEST_LEN);
}

/* It was an skb before the program saw it */
TEST_F(adjust, metadata_of_a_large_frame_is_carried)
{
	carry_metadata(_metadata, &self->x, 9000);
}

TEST_HARNESS_MAIN
