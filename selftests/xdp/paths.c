// SPDX-License-Identifier: GPL-2.0
/* Frames that do not fit a page with all that XDP wants around them, and other odd ways to write */
#include <sys/mman.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "xdp.h"

#define PAGE 4096
/* What a page must hold besides the frame: what in-tree reserves, the headroom, the skb's end */
#define AROUND (64 + 256 + 320)
#define PARTS 50

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(paths)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(paths)
{
	int flags;
};

FIXTURE_VARIANT_ADD(paths, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(paths, tun) { .flags = IFF_TUN };

FIXTURE_SETUP(paths)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(paths)
{
	xdp_test_teardown(&self->x);
}

/* Whether a frame of @len bytes is written, passed and received as it was */
static bool arrives(struct xdp_test *x, size_t len)
{
	xdp_test_frame(&packet, x->tap, len);
	return write(x->dev.fd, packet.data, len) == (ssize_t)len &&
	       xdp_test_received(x, room, sizeof(room), NULL) == (ssize_t)len &&
	       !memcmp(packet.data, room, len);
}

TEST_F(paths, frame_of_any_length_is_seen_whole)
{
	static const size_t lens[] = { 100, 1514, 3000, 3600, 4096, 5000, 9000, 20000 };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		EXPECT_TRUE(arrives(&self->x, lens[i]));
		EXPECT_EQ(i + 1, xdp_test_saw(&self->x, VERDICT_RUNS));
		EXPECT_EQ((ssize_t)lens[i], xdp_test_saw(&self->x, VERDICT_LEN));
	}
}

TEST_F(paths, lengths_about_a_page_arrive_whole)
{
	int n = 0;

	for (size_t len = PAGE - AROUND - 70; len < PAGE - AROUND + 70; len++, n++)
		ASSERT_TRUE(arrives(&self->x, len));
	for (size_t len = PAGE - 64; len < PAGE + 64; len += 3, n++)
		ASSERT_TRUE(arrives(&self->x, len));
	EXPECT_EQ(n, xdp_test_saw(&self->x, VERDICT_RUNS));
}

/* Bug 22: room for the headroom is needed or not, and that changes between two frames */
TEST_F(paths, lengths_about_a_page_arrive_whole_while_the_program_comes_and_goes)
{
	const char *name = self->x.dev.name;
	int prog = bpf_test_prog(self->x.obj, "verdict");

	for (size_t len = PAGE - AROUND - 66; len < PAGE - 64 - 320 + 66; len += 7) {
		ASSERT_EQ(0, bpf_test_xdp_detach(name, XDP_FLAGS_DRV_MODE));
		ASSERT_TRUE(arrives(&self->x, len));
		ASSERT_EQ(0, bpf_test_xdp_attach(name, prog, XDP_FLAGS_DRV_MODE));
		ASSERT_TRUE(arrives(&self->x, len));
		ASSERT_EQ((ssize_t)len, xdp_test_saw(&self->x, VERDICT_LEN));
	}
}

TEST_F(paths, large_frame_can_be_dropped)
{
	xdp_test_frame(&packet, self->x.tap, 9000);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(9000, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(paths, large_dropped_frame_counts_as_a_received_drop)
{
	xdp_test_frame(&packet, self->x.tap, 9000);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(9000, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(paths, large_frame_can_lose_its_head)
{
	static struct packet whole;

	xdp_test_frame(&packet, self->x.tap, 8976);
	packet_reset(&whole);
	packet_append(&whole, packet.data, 24);
	packet_append(&whole, packet.data, packet.len);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, 24));
	ASSERT_EQ(9000, write(self->x.dev.fd, whole.data, whole.len));
	ASSERT_EQ(8976, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, 8976));
}

TEST_F(paths, large_frame_has_room_before_it)
{
	xdp_test_frame(&packet, self->x.tap, 9000);
	ASSERT_EQ(0, xdp_test_set_bytes(&self->x, packet.data, 40));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_HEAD, -40));
	ASSERT_EQ(9000, write(self->x.dev.fd, packet.data, packet.len));
	ASSERT_EQ(9040, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, 40));
	EXPECT_EQ(0, memcmp(packet.data, room + 40, 9000));
}

TEST_F(paths, large_frame_sent_back_is_read)
{
	xdp_test_frame(&packet, self->x.tap, 9000);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	ASSERT_EQ(9000, write(self->x.dev.fd, packet.data, packet.len));
	ASSERT_EQ(9000, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, 9000));
}

TEST_F(paths, scattered_frame_is_seen_as_one)
{
	struct iovec iov[PARTS];
	size_t part = 2000 / PARTS;

	xdp_test_frame(&packet, self->x.tap, 2000);
	for (int i = 0; i < PARTS; i++)
		iov[i] = (struct iovec) { packet.data + i * part, part };
	ASSERT_EQ(2000, writev(self->x.dev.fd, iov, PARTS));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(2000, xdp_test_saw(&self->x, VERDICT_LEN));
	ASSERT_EQ(2000, xdp_test_received(&self->x, room, sizeof(room), NULL));
	EXPECT_EQ(0, memcmp(packet.data, room, 2000));
}

TEST_F(paths, bad_memory_is_efault_and_not_judged)
{
	void *bad = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	ASSERT_NE(MAP_FAILED, bad);
	ASSERT_EQ(0, mprotect(bad + PAGE, PAGE, PROT_NONE));
	memcpy(bad + PAGE - 40, packet.data, 40);
	EXPECT_EQ(-1, write(self->x.dev.fd, bad + PAGE - 40, 80));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(paths, frame_of_a_limited_descriptor_is_judged)
{
	int most = 1 << 20;

	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETSNDBUF, &most));
	EXPECT_TRUE(arrives(&self->x, XDP_TEST_LEN));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(paths, dropped_frame_of_a_limited_descriptor_counts_as_a_received_drop)
{
	int most = 1 << 20;

	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETSNDBUF, &most));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

/* What is dropped or sent back has left the writer's account when write() returns, or when read */
TEST_F(paths, frames_that_end_in_xdp_leave_the_room_of_a_limited_descriptor)
{
	int most = 20000;

	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETSNDBUF, &most));
	for (int i = 0; i < scaled(400); i++) {
		ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, i & 1 ? XDP_DROP : XDP_TX));
		ASSERT_EQ(XDP_TEST_LEN, write(self->x.dev.fd, packet.data, packet.len));
		if (!(i & 1))
			ASSERT_EQ(XDP_TEST_LEN, read(self->x.dev.fd, room, sizeof(room)));
	}
}

TEST_F(paths, nowait_of_a_blocking_descriptor_is_judged)
{
	struct iovec iov = { packet.data, packet.len };
	int flags = fcntl(self->x.dev.fd, F_GETFL) & ~O_NONBLOCK;
	ssize_t ret;

	ASSERT_EQ(0, fcntl(self->x.dev.fd, F_SETFL, flags));
	ret = pwritev2(self->x.dev.fd, &iov, 1, -1, RWF_NOWAIT);
	if (ret < 0 && errno == EOPNOTSUPP)
		ret = writev(self->x.dev.fd, &iov, 1);
	EXPECT_EQ(XDP_TEST_LEN, ret);
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, room, sizeof(room), NULL));
}

/* What in-tree does by its generic path on a TAP; on a TUN it is a drop, see tun.c */
FIXTURE(tap)
{
	struct xdp_test x;
	struct tun_dev to;
};

FIXTURE_SETUP(tap)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->to.name, 9000));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(self->to.name)));
}

FIXTURE_TEARDOWN(tap)
{
	close(self->to.fd);
	xdp_test_teardown(&self->x);
}

TEST_F(tap, frame_over_a_page_is_redirected)
{
	static const size_t lens[] = { 1500, 3600, 4000, 4096, 5000, 9000 };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		xdp_test_frame(&packet, true, lens[i]);
		ASSERT_EQ((ssize_t)lens[i], write(self->x.dev.fd, packet.data, packet.len));
		ASSERT_EQ((ssize_t)lens[i], tun_dev_read(self->to.fd, room, sizeof(room)));
		EXPECT_EQ(0, memcmp(packet.data, room, lens[i]));
	}
}

TEST_HARNESS_MAIN
