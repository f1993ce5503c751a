// SPDX-License-Identifier: GPL-2.0
/* io_uring: requests that wait and are cancelled, and what is left to those after them */
#include "kselftest_harness.h"
#include "bucket.h"
#include "tun_dev.h"
#include "uring.h"

#define READS 8
/* Room for a few frames of the bucket's length */
#define SNDBUF 5000

static unsigned char rooms[READS][2048];
static struct iovec vector = { rooms[0], sizeof(rooms[0]) };

FIXTURE(uring_cancel)
{
	struct tun_dev dev;
	int sock;
	struct uring ring;
};

FIXTURE_SETUP(uring_cancel)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, 0));
	self->sock = net_packet_socket(self->dev.name, 0x88b5);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, uring_init(&self->ring));
}

FIXTURE_TEARDOWN(uring_cancel)
{
	uring_exit(&self->ring);
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(uring_cancel) * self)
{
	return net_packet_send(self->sock, self->dev.name, 0x88b5, bucket_frame, BUCKET_FRAME_LEN);
}

/* Cancels the one request @op that waits: its result, and the canceller's in @canceller */
static int cancelled(FIXTURE_DATA(uring_cancel) * self, int op, int *canceller)
{
	struct io_uring_cqe cqe[2];
	int ret = uring_cancel(&self->ring, op, 0, 0);

	for (int i = 0; i < 2 && !ret; i++)
		ret = uring_completion(&self->ring, NET_SOON_MS, &cqe[i]);
	if (ret)
		return ret;
	*canceller = cqe[cqe[0].user_data != 0].res;
	return cqe[cqe[0].user_data == 0].res;
}

#define RW(op, addr, len) \
	ASSERT_EQ(0, uring_rw(&self->ring, IORING_OP_##op, self->dev.fd, addr, len, 0))
#define RESULT() uring_result(&self->ring, NET_SOON_MS)
#define EXPECT_NO_RESULT() \
	EXPECT_EQ(URING_TIMED_OUT, uring_result(&self->ring, NET_NEVER_MS))

TEST_F(uring_cancel, waiting_read_is_ecanceled_and_takes_no_packet)
{
	int canceller = 1;

	RW(READ, rooms[0], sizeof(rooms[0]));
	EXPECT_NO_RESULT();
	EXPECT_EQ(-ECANCELED, cancelled(self, IORING_OP_READ, &canceller));
	EXPECT_EQ(0, canceller);
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(BUCKET_FRAME_LEN, read(self->dev.fd, rooms[1], sizeof(rooms[1])));
}

TEST_F(uring_cancel, waiting_vector_is_ecanceled_and_takes_no_packet)
{
	int canceller = 1;

	RW(READV, &vector, 1);
	EXPECT_NO_RESULT();
	EXPECT_EQ(-ECANCELED, cancelled(self, IORING_OP_READV, &canceller));
	EXPECT_EQ(0, canceller);
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(BUCKET_FRAME_LEN, read(self->dev.fd, rooms[1], sizeof(rooms[1])));
}

TEST_F(uring_cancel, waiting_write_is_ecanceled_and_the_next_one_waits)
{
	int room = SNDBUF, canceller = 1, n = 0;

	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &room));
	do {
		RW(WRITE, bucket_frame, BUCKET_FRAME_LEN);
	} while (uring_result(&self->ring, NET_NEVER_MS) == BUCKET_FRAME_LEN && n++ < 1000);
	ASSERT_GT(1000, n);
	EXPECT_EQ(-ECANCELED, cancelled(self, IORING_OP_WRITE, &canceller));
	EXPECT_EQ(0, canceller);
	RW(WRITE, bucket_frame, BUCKET_FRAME_LEN);
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(BUCKET_FRAME_LEN, RESULT());
	bucket_remove();
}

TEST_F(uring_cancel, descriptor_names_all_that_wait_on_it)
{
	struct io_uring_cqe cqe;
	int gone = 0, count = -1;

	for (int i = 0; i < READS; i++)
		RW(READ, rooms[i], sizeof(rooms[i]));
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, uring_cancel(&self->ring, 0, self->dev.fd,
				  IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_ALL));
	for (int i = 0; i < READS + 1; i++) {
		ASSERT_EQ(0, uring_completion(&self->ring, NET_SOON_MS, &cqe));
		if (!cqe.user_data)
			count = cqe.res;
		else
			gone += cqe.res == -ECANCELED;
	}
	EXPECT_EQ(READS, count);
	EXPECT_EQ(READS, gone);
}

TEST_F(uring_cancel, one_of_many_leaves_the_others)
{
	int canceller = 1;

	RW(READV, &vector, 1);
	RW(READ, rooms[1], sizeof(rooms[1]));
	EXPECT_EQ(-ECANCELED, cancelled(self, IORING_OP_READV, &canceller));
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(BUCKET_FRAME_LEN, RESULT());
	EXPECT_EQ(0, memcmp(bucket_frame, rooms[1], BUCKET_FRAME_LEN));
}

TEST_F(uring_cancel, read_that_is_done_is_enoent)
{
	ASSERT_EQ(0, xmit(self));
	RW(READ, rooms[0], sizeof(rooms[0]));
	EXPECT_EQ(BUCKET_FRAME_LEN, RESULT());
	ASSERT_EQ(0, uring_cancel(&self->ring, IORING_OP_READ, 0, 0));
	EXPECT_EQ(-ENOENT, RESULT());
}

TEST_F(uring_cancel, every_kind_of_waiting_read_fails_when_the_device_goes)
{
	RW(READ, rooms[0], sizeof(rooms[0]));
	RW(READV, &vector, 1);
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, RESULT());
	EXPECT_EQ(-EBADFD, RESULT());
}

/* The program closes its descriptor; the request holds the file, and the device with it */
TEST_F(uring_cancel, waiting_read_outlives_the_descriptor)
{
	RW(READ, rooms[0], sizeof(rooms[0]));
	EXPECT_NO_RESULT();
	close(self->dev.fd);
	EXPECT_NE(0, if_nametoindex(self->dev.name));
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(BUCKET_FRAME_LEN, RESULT());
	/* the file goes with the ring's own work */
	for (int i = 0; i < NET_SOON_MS / 20 && rtnl_index(self->dev.name); i++)
		net_sleep_ms(20);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = tun_open(0);
	EXPECT_LE(0, self->dev.fd);
}

TEST_HARNESS_MAIN
