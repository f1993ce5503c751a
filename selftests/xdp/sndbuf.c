// SPDX-License-Identifier: GPL-2.0
/* TUNSETSNDBUF with a program attached: what it passes counts as long as the stack holds it */
#include "kselftest_harness.h"
#include "bucket.h"
#include "xdp.h"

FIXTURE(sndbuf)
{
	struct xdp_test x;
};

FIXTURE_SETUP(sndbuf)
{
	int size = 4000;

	ASSERT_EQ(0, xdp_test_setup(&self->x, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(self->x.dev.name));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETSNDBUF, &size));
}

FIXTURE_TEARDOWN(sndbuf)
{
	EXPECT_EQ(0, bucket_remove());
	xdp_test_teardown(&self->x);
}

TEST_F(sndbuf, full_buffer_is_eagain_and_the_program_does_not_run)
{
	int n = bucket_fill(self->x.dev.fd);
	long long runs = xdp_test_saw(&self->x, VERDICT_RUNS);

	EXPECT_LE(1, n);
	EXPECT_GT(BUCKET_MANY, n);
	EXPECT_EQ(n, runs);
	EXPECT_EQ(-1, write(self->x.dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(runs, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(sndbuf, dropped_frames_do_not_fill_the_buffer)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	EXPECT_EQ(BUCKET_MANY, bucket_fill(self->x.dev.fd));
}

TEST_F(sndbuf, buffer_that_is_empty_again_takes_more)
{
	int size = 0;

	ASSERT_LE(1, bucket_fill(self->x.dev.fd));
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(POLLOUT, net_poll(self->x.dev.fd, POLLOUT, NET_SOON_MS));
	EXPECT_EQ(BUCKET_FRAME_LEN, write(self->x.dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNGETSNDBUF, &size));
	EXPECT_EQ(4000, size);
}

TEST_HARNESS_MAIN
