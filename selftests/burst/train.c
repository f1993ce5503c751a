// SPDX-License-Identifier: GPL-2.0
/* A descriptor that reads in bursts hears once of packets that are sent all at once */
#include "kselftest_harness.h"
#include "burst.h"
#include "train.h"

FIXTURE(train)
{
	struct train t;
	struct burst b;
};

FIXTURE_SETUP(train)
{
	ASSERT_EQ(0, train_make(&self->t, IFF_TUN));
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(train)
{
	train_end(&self->t);
}

TEST_F(train, raises_one_signal)
{
	ASSERT_EQ(0, burst_set(self->t.dev.fd, TUN_ALT_BURST_READ, 0, 0));
	ASSERT_EQ(0, train_signals(&self->t));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(1, train_signalled(&self->t));
	ASSERT_LT(0, burst_read(self->t.dev.fd, &self->b, BURST_ROOM));
	EXPECT_EQ(TRAIN_CARS, burst_count(&self->b));
}

TEST_F(train, raises_one_signal_if_its_end_is_lost)
{
	const int ring = 8;

	ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, ring));
	ASSERT_EQ(0, burst_set(self->t.dev.fd, TUN_ALT_BURST_READ, 0, 0));
	ASSERT_EQ(0, train_signals(&self->t));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(1, train_signalled(&self->t));
	ASSERT_LT(0, burst_read(self->t.dev.fd, &self->b, BURST_ROOM));
	EXPECT_EQ(ring, burst_count(&self->b));
}

TEST_F(train, raises_a_signal_a_packet_while_only_writes_are_bursts)
{
	ASSERT_EQ(0, burst_set(self->t.dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	ASSERT_EQ(0, train_signals(&self->t));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(TRAIN_CARS, train_signalled(&self->t));
}

TEST_HARNESS_MAIN
