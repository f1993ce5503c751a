// SPDX-License-Identifier: GPL-2.0
/* TUNSETSNDBUF and bursts: each frame looks for room of its own */
#include "kselftest_harness.h"
#include "abi/iff.h"
#include "bucket.h"
#include "burst.h"

#define FRAMES 10

FIXTURE(sndbuf)
{
	struct tun_dev dev;
	struct burst b;
};

FIXTURE_SETUP(sndbuf)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	burst_reset(&self->b);
	for (int i = 0; i < FRAMES; i++)
		burst_add(&self->b, bucket_frame, BUCKET_FRAME_LEN);
}

FIXTURE_TEARDOWN(sndbuf)
{
	EXPECT_EQ(0, bucket_remove());
	close(self->dev.fd);
}

/* A limit that the first frame is above, and the bucket is full */
static int fill(FIXTURE_DATA(sndbuf) * self)
{
	int size = 1;
	int ret = tun_ioctl(self->dev.fd, TUNSETSNDBUF, (unsigned long)&size);

	if (ret)
		return ret;
	ret = burst_set(self->dev.fd, 0, 0, 0);
	ret = ret ? ret : bucket_fill(self->dev.fd) < 1 ? -EPROTO : 0;
	return ret ? ret : burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0);
}

TEST_F(sndbuf, full_buffer_is_eagain)
{
	ASSERT_EQ(0, fill(self));
	EXPECT_EQ(-EAGAIN, burst_write(self->dev.fd, &self->b));
}

TEST_F(sndbuf, burst_ends_where_the_buffer_is_full)
{
	const ssize_t frame = sizeof(struct tun_alt_frame) + BUCKET_FRAME_LEN;
	int size = 4000;
	ssize_t len;

	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETSNDBUF, (unsigned long)&size));
	len = burst_write(self->dev.fd, &self->b);
	EXPECT_LE(frame, len);
	/* The bucket lets one through. */
	EXPECT_GT(size + 2 * frame, len);
	EXPECT_EQ(0, len % frame);
}

TEST_F(sndbuf, unlimited_buffer_takes_the_whole_burst)
{
	ASSERT_EQ(0, fill(self));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETSNDBUF, (unsigned long)&(int){ INT_MAX }));
	EXPECT_EQ(self->b.len, burst_write(self->dev.fd, &self->b));
}

TEST_HARNESS_MAIN
