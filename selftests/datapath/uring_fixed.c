// SPDX-License-Identifier: GPL-2.0
/* io_uring's fixed buffers: pages in the place of the program's memory */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "uring.h"

#define SEED 21
#define BUFFER_LEN 65536
#define BUFFERS 2

static unsigned char data[BUFFER_LEN];
static unsigned char room[BUFFER_LEN];

FIXTURE(uring_fixed)
{
	struct tun_dev dev;
	int sock;
	struct uring ring;
	unsigned char *buffer[BUFFERS];
};

FIXTURE_SETUP(uring_fixed)
{
	struct iovec iov[BUFFERS];

	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, uring_init(&self->ring));
	for (int i = 0; i < BUFFERS; i++) {
		/* anonymous: 6.1 registers no memory that a file is behind */
		self->buffer[i] = mmap(NULL, BUFFER_LEN, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ASSERT_NE(MAP_FAILED, self->buffer[i]);
		iov[i] = (struct iovec){ self->buffer[i], BUFFER_LEN };
	}
	ASSERT_EQ(0, uring_buffers(&self->ring, iov, BUFFERS));
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = packet_byte(i, SEED);
	data[0] = 0x45;
}

FIXTURE_TEARDOWN(uring_fixed)
{
	uring_exit(&self->ring);
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(uring_fixed) * self, size_t len)
{
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, data, len);
}

#define RW(op, addr, len, index) \
	ASSERT_EQ(0, uring_rw(&self->ring, IORING_OP_##op, self->dev.fd, addr, len, index))
#define RESULT() uring_result(&self->ring, NET_SOON_MS)

/* The length of what the stack has received, or -ETIMEDOUT */
static ssize_t received(FIXTURE_DATA(uring_fixed) * self)
{
	if (net_poll(self->sock, POLLIN, NET_SOON_MS) != POLLIN)
		return -ETIMEDOUT;
	return recv(self->sock, room, sizeof(room), 0);
}

TEST_F(uring_fixed, write_from_the_end_of_a_buffer_is_received)
{
	unsigned char *at = self->buffer[1] + BUFFER_LEN - 333;

	memcpy(at, data, 333);
	RW(WRITE_FIXED, at, 333, 1);
	EXPECT_EQ(333, RESULT());
	EXPECT_EQ(333, received(self));
	EXPECT_EQ(0, memcmp(data, room, 333));
}

TEST_F(uring_fixed, write_over_many_pages_is_received)
{
	memcpy(self->buffer[0] + 4095, data, 40000);
	RW(WRITE_FIXED, self->buffer[0] + 4095, 40000, 0);
	EXPECT_EQ(40000, RESULT());
	EXPECT_EQ(40000, received(self));
	EXPECT_EQ(0, memcmp(data, room, 40000));
}

TEST_F(uring_fixed, read_over_many_pages_is_whole)
{
	ASSERT_EQ(0, net_ip("link set %s mtu 50000", self->dev.name));
	ASSERT_EQ(0, xmit(self, 40000));
	RW(READ_FIXED, self->buffer[0] + 4095, BUFFER_LEN - 4095, 0);
	EXPECT_EQ(40000, RESULT());
	EXPECT_EQ(0, memcmp(data, self->buffer[0] + 4095, 40000));
}

TEST_F(uring_fixed, read_that_is_too_short_cuts_the_packet)
{
	self->buffer[0][100] = 0xa5;
	ASSERT_EQ(0, xmit(self, 300));
	ASSERT_EQ(0, xmit(self, 200));
	RW(READ_FIXED, self->buffer[0], 100, 0);
	EXPECT_EQ(100, RESULT());
	EXPECT_EQ(0, memcmp(data, self->buffer[0], 100));
	EXPECT_EQ(0xa5, self->buffer[0][100]);
	RW(READ_FIXED, self->buffer[0], 1000, 0);
	EXPECT_EQ(200, RESULT());
}

TEST_F(uring_fixed, read_past_the_end_of_a_buffer_is_efault_and_takes_nothing)
{
	ASSERT_EQ(0, xmit(self, 100));
	RW(READ_FIXED, self->buffer[0] + 1, BUFFER_LEN, 0);
	EXPECT_EQ(-EFAULT, RESULT());
	RW(READ_FIXED, self->buffer[0], BUFFER_LEN, 0);
	EXPECT_EQ(100, RESULT());
}

TEST_F(uring_fixed, buffer_that_was_not_registered_is_efault)
{
	RW(READ_FIXED, self->buffer[0], 100, BUFFERS);
	EXPECT_EQ(-EFAULT, RESULT());
	RW(WRITE_FIXED, self->buffer[0], 100, BUFFERS);
	EXPECT_EQ(-EFAULT, RESULT());
	RW(WRITE_FIXED, data, 100, 0);
	EXPECT_EQ(-EFAULT, RESULT());
}

TEST_F(uring_fixed, refused_write_tells_its_error)
{
	memset(self->buffer[0], 0, 100);
	RW(WRITE_FIXED, self->buffer[0], 100, 0);
	EXPECT_EQ(-EINVAL, RESULT());
	RW(WRITE_FIXED, self->buffer[0], 0, 0);
	EXPECT_EQ(-EINVAL, RESULT());
}

TEST_F(uring_fixed, reads_that_wait_take_one_packet_each)
{
	for (int i = 0; i < BUFFERS; i++)
		RW(READ_FIXED, self->buffer[i], 64, i);
	for (int i = 0; i < BUFFERS; i++)
		ASSERT_EQ(0, xmit(self, 64));
	for (int i = 0; i < BUFFERS; i++)
		ASSERT_EQ(64, RESULT());
	for (int i = 0; i < BUFFERS; i++)
		EXPECT_EQ(0, memcmp(data, self->buffer[i], 64));
}

TEST_F(uring_fixed, waiting_read_fails_when_the_device_goes)
{
	RW(READ_FIXED, self->buffer[0], 64, 0);
	EXPECT_EQ(URING_TIMED_OUT, uring_result(&self->ring, NET_NEVER_MS));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, RESULT());
}

TEST_HARNESS_MAIN
