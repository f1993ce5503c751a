// SPDX-License-Identifier: GPL-2.0
/* A program of XDP at the write ring judges each record once, whatever came of the one before */
#include "kselftest_harness.h"
#include "shared.h"
#include "xdp/xdp.h"

#define LEAST TUN_ALT_RING_LEAST
#define MANY 300
/* More than a page: another way */
#define LARGE 9000

FIXTURE(xdp)
{
	struct xdp_test x;
	struct rings rings;
	struct packet packet;
};

FIXTURE_VARIANT(xdp)
{
	int flags;
};

FIXTURE_VARIANT_ADD(xdp, tun) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(xdp, tap) { .flags = IFF_TAP };

FIXTURE_SETUP(xdp)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, rings_begin(self->x.dev.fd, &self->rings, 0, LEAST, 0));
}

FIXTURE_TEARDOWN(xdp)
{
	rings_unmap(&self->rings);
	xdp_test_teardown(&self->x);
}

static void add(FIXTURE_DATA(xdp) * self, size_t len)
{
	xdp_test_frame(&self->packet, self->x.tap, len);
	rings_add(&self->rings, self->packet.data, self->packet.len);
}

static int kick(FIXTURE_DATA(xdp) * self)
{
	return rings_submit(self->x.dev.fd, &self->rings);
}

/* Whether the stack has received that frame */
static bool comes(FIXTURE_DATA(xdp) * self, size_t len)
{
	static unsigned char room[PACKET_MAX];
	ssize_t got = xdp_test_received(&self->x, room, sizeof(room), NULL);

	xdp_test_frame(&self->packet, self->x.tap, len);
	return got == (ssize_t)len && !memcmp(room, self->packet.data, len);
}

TEST_F(xdp, each_that_is_dropped_is_judged_once)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	for (int i = 0; i < MANY; i++)
		add(self, 60 + i);
	ASSERT_EQ(MANY, kick(self));
	EXPECT_EQ(MANY, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(60 + MANY - 1, xdp_test_saw(&self->x, VERDICT_LEN));
	EXPECT_EQ(MANY, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	/* The program has had them: nothing was refused. */
	EXPECT_EQ(0, self->rings.write.shared->drops);
}

TEST_F(xdp, large_ones_between_are_judged_as_well)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++)
			add(self, i % 3 ? 100 : LARGE);
		ASSERT_EQ(10, kick(self));
	}
	EXPECT_EQ(30, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(30, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(xdp, each_that_passes_goes_up)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	for (int i = 0; i < 100; i++)
		add(self, 60 + i);
	ASSERT_EQ(100, kick(self));
	EXPECT_EQ(100, xdp_test_saw(&self->x, VERDICT_RUNS));
	for (int i = 0; i < 100; i++) {
		ASSERT_TRUE(comes(self, 60 + i))
			TH_LOG("frame %d", i);
	}
	EXPECT_EQ(100, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(xdp, what_goes_back_is_read)
{
	static unsigned char room[PACKET_MAX];

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	for (int i = 0; i < 20; i++)
		add(self, 100 + i);
	ASSERT_EQ(20, kick(self));
	for (int i = 0; i < 20; i++) {
		xdp_test_frame(&self->packet, self->x.tap, 100 + i);
		ASSERT_EQ(100 + i, read(self->x.dev.fd, room, sizeof(room)));
		ASSERT_EQ(0, memcmp(room, self->packet.data, 100 + i))
			TH_LOG("frame %d", i);
	}
}

TEST_F(xdp, memory_of_a_dropped_one_is_good_for_the_next)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	add(self, 1400);
	ASSERT_EQ(1, kick(self));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	for (int i = 0; i < 10; i++)
		add(self, 1400 - i);
	ASSERT_EQ(10, kick(self));
	for (int i = 0; i < 10; i++) {
		ASSERT_TRUE(comes(self, 1400 - i))
			TH_LOG("frame %d", i);
	}
}

/* Of which the program of an L3 device is not asked */
TEST_F(xdp, record_that_is_none_is_refused_between_others)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	for (int i = 0; i < 9; i++) {
		if (i % 3 == 1)
			rings_add(&self->rings, "\x10", 1);
		else
			add(self, 100);
	}
	ASSERT_EQ(9, kick(self));
	EXPECT_EQ(6, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(3, self->rings.write.shared->drops);
	EXPECT_EQ(9, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(xdp, flag_that_there_is_not_is_refused_between_others)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	for (int i = 0; i < 9; i++) {
		struct tun_alt_record *record =
			tun_alt_ring_at(&self->rings.write, self->rings.write.tail);

		add(self, 100);
		if (i % 3 == 1)
			record->flags = 0x4000;
		else if (i % 3 == 2)
			record->reserved = 1;
	}
	ASSERT_EQ(9, kick(self));
	EXPECT_EQ(3, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(6, self->rings.write.shared->drops);
}

TEST_F(xdp, record_that_breaks_the_ring_ends_it_behind_others)
{
	struct tun_alt_record *record;

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	add(self, 100);
	add(self, 100);
	record = tun_alt_ring_at(&self->rings.write, self->rings.write.tail);
	add(self, 100);
	record->len = ~0U;
	EXPECT_EQ(2, kick(self));
	EXPECT_EQ(TUN_ALT_RING_BROKEN, self->rings.write.shared->state);
	EXPECT_EQ(2, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_HARNESS_MAIN
