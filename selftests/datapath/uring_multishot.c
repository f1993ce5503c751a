// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring's multishot read: one request, a completion and a buffer of a ring for each packet.
 * A kernel before 6.7 does not know it and says EINVAL to the same request.
 */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "uring.h"

#define SEED 34
#define GROUP 7
#define BUFFERS 8
#define BUFFER_LEN 2048

static unsigned char data[BUFFER_LEN];

FIXTURE(uring_multishot)
{
	struct tun_dev dev;
	int sock;
	struct uring ring;
	struct uring_pool pool;
	bool known;
};

FIXTURE_SETUP(uring_multishot)
{
	self->pool = (struct uring_pool){ .count = BUFFERS, .len = BUFFER_LEN };
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, uring_init(&self->ring));
	self->known = uring_knows(&self->ring, URING_READ_MULTISHOT);
	ASSERT_EQ(0, uring_pool_init(&self->pool, &self->ring, GROUP));
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = packet_byte(i, SEED);
	data[0] = 0x45;
}

FIXTURE_TEARDOWN(uring_multishot)
{
	uring_exit(&self->ring);
	uring_pool_exit(&self->pool);
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(uring_multishot) * self, size_t len)
{
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, data, len);
}

static int start(FIXTURE_DATA(uring_multishot) * self)
{
	return uring_read_multishot(&self->ring, self->dev.fd, GROUP);
}

/* The next completion: a packet's length, or an error; -EPROTO if @more is not what it says */
static int next(FIXTURE_DATA(uring_multishot) * self, bool more, const unsigned char **packet)
{
	struct io_uring_cqe cqe;
	int ret = uring_completion(&self->ring, NET_SOON_MS, &cqe);

	if (ret)
		return ret;
	if (!(cqe.flags & IORING_CQE_F_MORE) != !more)
		return -EPROTO;
	if (cqe.flags & IORING_CQE_F_BUFFER && packet)
		*packet = uring_pool_buffer(&self->pool, cqe.flags >> IORING_CQE_BUFFER_SHIFT);
	return cqe.res;
}

/* Starts the request: whether it goes on. A kernel that has none must say EINVAL at once. */
static int goes_on(FIXTURE_DATA(uring_multishot) * self)
{
	int ret = start(self);

	if (ret || self->known)
		return ret ? ret : true;
	return next(self, false, NULL) == -EINVAL ? false : -EPROTO;
}

TEST_F(uring_multishot, each_packet_has_a_completion_and_a_buffer)
{
	const unsigned char *packet = NULL, *before;

	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	for (int i = 0; i < 5; i++) {
		before = packet;
		ASSERT_EQ(0, xmit(self, 100 + i));
		ASSERT_EQ(100 + i, next(self, true, &packet));
		EXPECT_EQ(0, memcmp(data, packet, 100 + i));
		EXPECT_NE(before, packet);
	}
}

TEST_F(uring_multishot, packets_that_wait_come_in_order)
{
	const unsigned char *packet = NULL;

	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, xmit(self, 200 + i));
	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(200 + i, next(self, true, &packet));
		EXPECT_EQ(0, memcmp(data, packet, 200 + i));
	}
}

TEST_F(uring_multishot, no_more_buffers_end_it_and_lose_nothing)
{
	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	for (int i = 0; i < BUFFERS + 2; i++)
		ASSERT_EQ(0, xmit(self, 100 + i));
	for (int i = 0; i < BUFFERS; i++)
		ASSERT_EQ(100 + i, next(self, true, NULL));
	EXPECT_EQ(-ENOBUFS, next(self, false, NULL));
	for (int i = 0; i < BUFFERS; i++)
		uring_pool_give(&self->pool, i);
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(100 + BUFFERS, next(self, true, NULL));
	EXPECT_EQ(101 + BUFFERS, next(self, true, NULL));
}

TEST_F(uring_multishot, buffer_that_is_too_short_cuts_the_packet)
{
	const unsigned char *packet = NULL;

	self->pool.free->bufs[0].len = 50;
	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	ASSERT_EQ(0, xmit(self, 300));
	ASSERT_EQ(50, next(self, true, &packet));
	EXPECT_EQ(0, memcmp(data, packet, 50));
	EXPECT_EQ(0, packet[50]);
	ASSERT_EQ(0, xmit(self, 100));
	EXPECT_EQ(100, next(self, true, NULL));
}

TEST_F(uring_multishot, cancelled_it_is_ecanceled_and_takes_no_packet)
{
	struct io_uring_cqe cqe;
	int gone = 1, canceller = 1;

	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	ASSERT_EQ(0, xmit(self, 100));
	ASSERT_EQ(100, next(self, true, NULL));
	ASSERT_EQ(0, uring_cancel(&self->ring, URING_READ_MULTISHOT, 0, 0));
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, uring_completion(&self->ring, NET_SOON_MS, &cqe));
		EXPECT_EQ(0, cqe.flags & IORING_CQE_F_MORE);
		*(cqe.user_data ? &gone : &canceller) = cqe.res;
	}
	EXPECT_EQ(-ECANCELED, gone);
	EXPECT_EQ(0, canceller);
	ASSERT_EQ(0, xmit(self, 200));
	EXPECT_EQ(200, read(self->dev.fd, self->pool.buffers, BUFFER_LEN));
}

TEST_F(uring_multishot, device_that_goes_ends_it_with_ebadfd)
{
	ASSERT_EQ(self->known, goes_on(self));
	if (!self->known)
		return;
	ASSERT_EQ(0, xmit(self, 100));
	ASSERT_EQ(100, next(self, true, NULL));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, next(self, false, NULL));
}

TEST_F(uring_multishot, unattached_descriptor_is_ebadfd)
{
	close(self->dev.fd);
	self->dev.fd = tun_open(0);
	ASSERT_LE(0, self->dev.fd);
	ASSERT_EQ(0, start(self));
	EXPECT_EQ(self->known ? -EBADFD : -EINVAL, next(self, false, NULL));
}

TEST_HARNESS_MAIN
