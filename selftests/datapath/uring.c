// SPDX-License-Identifier: GPL-2.0
/* io_uring: read, write, vectors, fixed buffers, poll, requests that the device leaves behind */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "uring.h"

#define SEED 13

static unsigned char room[4096];
static unsigned char data[4096];

FIXTURE(uring)
{
	struct tun_dev dev;
	int sock;
	struct uring ring;
};

FIXTURE_SETUP(uring)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, 0));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, uring_init(&self->ring));
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = packet_byte(i, SEED);
	data[0] = 0x45;
}

FIXTURE_TEARDOWN(uring)
{
	uring_exit(&self->ring);
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(uring) * self, size_t len)
{
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, data, len);
}

#define RW(op, addr, len, index) \
	ASSERT_EQ(0, uring_rw(&self->ring, IORING_OP_##op, self->dev.fd, addr, len, index))
#define RESULT() uring_result(&self->ring, NET_SOON_MS)
#define EXPECT_NO_RESULT() \
	EXPECT_EQ(URING_TIMED_OUT, uring_result(&self->ring, NET_NEVER_MS))

TEST_F(uring, read_takes_a_waiting_packet)
{
	ASSERT_EQ(0, xmit(self, 100));
	RW(READ, room, sizeof(room), 0);
	EXPECT_EQ(100, RESULT());
	EXPECT_EQ(0, memcmp(data, room, 100));
}

TEST_F(uring, read_waits_for_a_packet)
{
	RW(READ, room, sizeof(room), 0);
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, xmit(self, 100));
	EXPECT_EQ(100, RESULT());
	EXPECT_EQ(0, memcmp(data, room, 100));
}

TEST_F(uring, many_reads_take_one_packet_each)
{
	static unsigned char rooms[32][64];

	for (int i = 0; i < 32; i++)
		RW(READ, rooms[i], 64, 0);
	for (int i = 0; i < 32; i++)
		ASSERT_EQ(0, xmit(self, 64));
	for (int i = 0; i < 32; i++)
		ASSERT_EQ(64, RESULT());
	for (int i = 0; i < 32; i++)
		EXPECT_EQ(0, memcmp(data, rooms[i], 64));
}

TEST_F(uring, write_is_received)
{
	RW(WRITE, data, 100, 0);
	EXPECT_EQ(100, RESULT());
	ASSERT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
	EXPECT_EQ(100, recv(self->sock, room, sizeof(room), 0));
	EXPECT_EQ(0, memcmp(data, room, 100));
}

TEST_F(uring, refused_write_tells_its_error)
{
	data[0] = 0;
	RW(WRITE, data, 100, 0);
	EXPECT_EQ(-EINVAL, RESULT());
	ASSERT_EQ(0, net_down(self->dev.name));
	data[0] = 0x45;
	RW(WRITE, data, 100, 0);
	EXPECT_EQ(-EIO, RESULT());
}

TEST_F(uring, vectors_scatter_and_gather)
{
	struct iovec in[] = { { room, 20 }, { room + 100, 1000 } };
	struct iovec out[] = { { data, 1 }, { data + 1, 30 }, { data + 31, 69 } };

	ASSERT_EQ(0, xmit(self, 100));
	RW(READV, in, 2, 0);
	EXPECT_EQ(100, RESULT());
	EXPECT_EQ(0, memcmp(data, room, 20));
	EXPECT_EQ(0, memcmp(data + 20, room + 100, 80));

	RW(WRITEV, out, 3, 0);
	EXPECT_EQ(100, RESULT());
	while (recv(self->sock, room, sizeof(room), MSG_DONTWAIT) == 100)
		;
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, memcmp(data, room, 100));
}

TEST_F(uring, fixed_buffers_work_both_ways)
{
	int prot = PROT_READ | PROT_WRITE;
	/* anonymous: 6.1 registers no memory that a file is behind, be it the program's own */
	unsigned char *in = mmap(NULL, 8192, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *out = mmap(NULL, 8192, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec iov[] = { { in, 8192 }, { out, 8192 } };

	ASSERT_EQ(0, uring_buffers(&self->ring, iov, 2));
	RW(READ_FIXED, in + 4000, 2000, 0);
	ASSERT_EQ(0, xmit(self, 1200));
	EXPECT_EQ(1200, RESULT());
	EXPECT_EQ(0, memcmp(data, in + 4000, 1200));
	while (recv(self->sock, room, sizeof(room), MSG_DONTWAIT) > 0)
		;
	memcpy(out + 4000, data, 1300);
	RW(WRITE_FIXED, out + 4000, 1300, 1);
	EXPECT_EQ(1300, RESULT());
	ASSERT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
	EXPECT_EQ(1300, recv(self->sock, room, sizeof(room), 0));
	EXPECT_EQ(0, memcmp(data, room, 1300));
}

/* The kernel takes the halves of the word in the order of a little-endian machine. */
static int poll_add(FIXTURE_DATA(uring) * self, unsigned int flags)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_POLL_ADD,
		.fd = self->dev.fd,
		.poll32_events = big ? __swahw32(POLLIN) : POLLIN,
		.len = flags,
	};

	return uring_submit(&self->ring, &sqe);
}

TEST_F(uring, poll_tells_of_a_packet)
{
	ASSERT_EQ(0, poll_add(self, 0));
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, xmit(self, 100));
	EXPECT_EQ(POLLIN, RESULT() & (POLLIN | POLLERR));
}

/* Which event it tells is the wake-up's, not the device's: any will do */
TEST_F(uring, poll_completes_on_deletion)
{
	ASSERT_EQ(0, poll_add(self, 0));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_LT(0, RESULT());
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(uring, multishot_poll_tells_of_each_packet)
{
	ASSERT_EQ(0, poll_add(self, IORING_POLL_ADD_MULTI));
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, xmit(self, 100));
		ASSERT_EQ(POLLIN, RESULT() & (POLLIN | POLLERR));
		ASSERT_EQ(100, read(self->dev.fd, room, sizeof(room)));
	}
}

TEST_F(uring, waiting_read_fails_when_the_device_goes)
{
	RW(READ, room, sizeof(room), 0);
	EXPECT_NO_RESULT();
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, RESULT());
}

TEST_F(uring, closing_everything_with_requests_in_flight_is_clean)
{
	for (int i = 0; i < 16; i++)
		RW(READ, room, sizeof(room), 0);
	uring_exit(&self->ring);
	close(self->dev.fd);
	/* the last reference goes with the ring's own work: wait for the device to go too */
	for (int i = 0; i < 500 && rtnl_index(self->dev.name); i++)
		net_sleep_ms(20);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	ASSERT_EQ(0, uring_init(&self->ring));
	self->dev.fd = open(tun_node(), O_RDWR);
	EXPECT_LE(0, self->dev.fd);
}

TEST_HARNESS_MAIN
