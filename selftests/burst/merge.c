// SPDX-License-Identifier: GPL-2.0
/*
 * TUN_ALT_BURST_GRO: segments of a connection that are written together go up as one packet, as
 * long as that is of use.
 */
#include "kselftest_harness.h"
#include "abi/iff.h"
#include "burst.h"
#include "gro.h"

#define SEGMENTS 10

/* So many packets that were not merged have it looked for no more, and so many later again */
#define TRY 64
#define TRY_AGAIN 1024

FIXTURE(merge)
{
	struct gro_test g;
	struct burst b;
};

FIXTURE_VARIANT(merge)
{
	int flags;
	int family;
};

FIXTURE_VARIANT_ADD(merge, tun_v4) { .flags = IFF_TUN, .family = AF_INET };
FIXTURE_VARIANT_ADD(merge, tun_v6) { .flags = IFF_TUN, .family = AF_INET6 };
FIXTURE_VARIANT_ADD(merge, tap_v4) { .flags = IFF_TAP, .family = AF_INET };
FIXTURE_VARIANT_ADD(merge, tap_v6) { .flags = IFF_TAP, .family = AF_INET6 };

static int fd_of(FIXTURE_DATA(merge) * self)
{
	return self->g.t.dev.fd;
}

FIXTURE_SETUP(merge)
{
	ASSERT_EQ(0, gro_test_setup(&self->g, variant->flags | IFF_MULTI_QUEUE));
	ASSERT_EQ(0, burst_set(fd_of(self), TUN_ALT_BURST_WRITE | TUN_ALT_BURST_GRO, 0, 0));
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(merge)
{
	napi_test_teardown(&self->g.t);
}

/* One more frame: segment @i of the flow from @sport; where it is */
static unsigned char *add(FIXTURE_DATA(merge) * self, int family, int sport, int i)
{
	gro_segment(&self->g, family, sport, i, GRO_MSS);
	return burst_add(&self->b, self->g.t.packet.data, self->g.t.packet.len);
}

/* All frames of the burst, which is empty then; 0 or -errno */
static int send_burst(FIXTURE_DATA(merge) * self)
{
	ssize_t len = burst_write(fd_of(self), &self->b);
	ssize_t want = self->b.len;

	burst_reset(&self->b);
	return len == want ? 0 : len < 0 ? len : -EMSGSIZE;
}

static int send_together(FIXTURE_DATA(merge) * self, int family)
{
	for (int i = 0; i < SEGMENTS; i++)
		add(self, family, 1000, i);
	return send_burst(self);
}

/* @n frames that have nothing to do with each other; how many went up one by one, or -errno */
static int send_apart(FIXTURE_DATA(merge) * self, int family, int n)
{
	int seen = 0, ret;

	for (int i = 0; i < n; i++) {
		add(self, family, 2000 + i, 0);
		if (i % TRY != TRY - 1 && i != n - 1)
			continue;
		ret = send_burst(self);
		if (ret)
			return ret;
		while (gro_merged(&self->g, family, 0) == GRO_MSS)
			if (++seen == i + 1)
				break;
	}
	return seen;
}

/* Whether the segments of send_together() come, each alone */
static bool come_alone(FIXTURE_DATA(merge) * self, int family)
{
	for (int i = 0; i < SEGMENTS; i++)
		if (gro_merged(&self->g, family, i) != GRO_MSS)
			return false;
	return true;
}

TEST_F(merge, segments_of_a_burst_go_up_as_one)
{
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_TRUE(gro_all_merged(&self->g, variant->family, SEGMENTS));
}

TEST_F(merge, nothing_is_merged_that_was_not_asked_for)
{
	ASSERT_EQ(0, burst_set(fd_of(self), TUN_ALT_BURST_WRITE, 0, 0));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_TRUE(come_alone(self, variant->family));
}

TEST_F(merge, segment_with_a_wrong_checksum_is_not_merged)
{
	add(self, variant->family, 1000, 0);
	add(self, variant->family, 1000, 1)[self->g.hdr_len - 3] ^= 1;
	add(self, variant->family, 1000, 2);
	ASSERT_EQ(0, send_burst(self));
	/* It does not wait for the others, and goes up before them. */
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 1));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 0));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, 2));
}

TEST_F(merge, checksum_that_the_writer_has_verified_is_not_looked_at)
{
	for (int i = 0; i < SEGMENTS; i++) {
		unsigned char *at = add(self, variant->family, 1000, i);
		struct tun_alt_frame frame = {
			.len = self->g.t.packet.len, .flags = TUN_ALT_FRAME_CHECKED,
		};

		at[self->g.hdr_len - 3] ^= 1;
		memcpy(at - sizeof(frame), &frame, sizeof(frame));
	}
	ASSERT_EQ(0, send_burst(self));
	EXPECT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
}

TEST_F(merge, is_given_up_while_nothing_merges_and_tried_again)
{
	const int left = TRY_AGAIN - 2 * SEGMENTS;

	ASSERT_EQ(TRY, send_apart(self, variant->family, TRY));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_TRUE(come_alone(self, variant->family));
	/* Those that come alone count as well. */
	ASSERT_EQ(left, send_apart(self, variant->family, left));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
}

/* What GRO holds for longer than the call could be overtaken: not all bursts go through it. */
TEST_F(merge, nothing_is_held_back_by_gro_flush_timeout)
{
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, iff_put(self->g.t.dev.name, "gro_flush_timeout", "60000000000"));
	ASSERT_EQ(0, iff_put(self->g.t.dev.name, "napi_defer_hard_irqs", "1"));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
	add(self, variant->family, 1000, SEGMENTS);
	ASSERT_EQ(0, send_burst(self));
	EXPECT_EQ(GRO_MSS, gro_merged(&self->g, variant->family, SEGMENTS));
}

TEST_F(merge, disabled_queue_writes_without)
{
	ASSERT_EQ(0, tun_dev_set_queue(fd_of(self), IFF_DETACH_QUEUE));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_TRUE(come_alone(self, variant->family));
	ASSERT_EQ(0, tun_dev_set_queue(fd_of(self), IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, send_together(self, variant->family));
	EXPECT_EQ(SEGMENTS * GRO_MSS, gro_merged(&self->g, variant->family, 0));
}

TEST_HARNESS_MAIN
