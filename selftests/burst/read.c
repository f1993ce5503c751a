// SPDX-License-Identifier: GPL-2.0
/* read() of a descriptor in burst mode: as many whole frames as fit, in order, none lost */
#include <sys/mman.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "burst.h"
#include "vnet.h"

#define HEADER sizeof(struct tun_alt_frame)
#define PLACE(len) (((HEADER + (len)) + BURST_ALIGN - 1) / BURST_ALIGN * BURST_ALIGN)

static unsigned char packet[9000];

FIXTURE(read)
{
	struct tun_dev dev;
	int sock;
	struct burst b;
};

FIXTURE_SETUP(read)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, sizeof(packet)));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, 0));
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(read)
{
	close(self->sock);
	close(self->dev.fd);
}

/* The stack sends a packet of the pattern @seed; 0 or -errno */
static int xmit(FIXTURE_DATA(read) * self, size_t len, unsigned int seed)
{
	burst_packet(packet, len, seed);
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet, len);
}

/* Whether the next frame is that packet */
static bool next_is(FIXTURE_DATA(read) * self, size_t *at, size_t len, unsigned int seed)
{
	struct tun_alt_frame frame;
	const unsigned char *data = burst_next(&self->b, at, &frame);

	return data && frame.len == len && !frame.flags && !frame.reserved &&
	       burst_is_packet(data, len, seed);
}

TEST_F(read, all_that_wait_come_in_order)
{
	size_t at = 0, want = 0;

	for (int i = 0; i < 50; i++) {
		ASSERT_EQ(0, xmit(self, 40 + i, i));
		want = (want + BURST_ALIGN - 1) / BURST_ALIGN * BURST_ALIGN + HEADER + 40 + i;
	}
	ASSERT_EQ((ssize_t)want, burst_read(self->dev.fd, &self->b, BURST_ROOM));
	for (int i = 0; i < 50; i++) {
		ASSERT_TRUE(next_is(self, &at, 40 + i, i))
			TH_LOG("frame %d", i);
	}
	EXPECT_EQ(want, at);
	EXPECT_EQ(-EAGAIN, burst_read(self->dev.fd, &self->b, BURST_ROOM));
}

TEST_F(read, what_does_not_fit_comes_next)
{
	size_t at = 0;

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, xmit(self, 100, i));
	ASSERT_EQ((ssize_t)(PLACE(100) + HEADER + 100),
		  burst_read(self->dev.fd, &self->b, 3 * PLACE(100) - BURST_ALIGN));
	EXPECT_TRUE(next_is(self, &at, 100, 0));
	EXPECT_TRUE(next_is(self, &at, 100, 1));
	at = 0;
	ASSERT_EQ((ssize_t)(HEADER + 100), burst_read(self->dev.fd, &self->b, BURST_ROOM));
	EXPECT_TRUE(next_is(self, &at, 100, 2));
}

/* What is filled up behind a frame is not needed behind the last one. */
TEST_F(read, room_for_the_last_frame_without_padding_is_enough)
{
	ASSERT_EQ(0, xmit(self, 101, 0));
	ASSERT_EQ(0, xmit(self, 101, 1));
	ASSERT_EQ((ssize_t)(PLACE(101) + HEADER + 101),
		  burst_read(self->dev.fd, &self->b, PLACE(101) + HEADER + 101));
}

TEST_F(read, a_long_packet_does_not_let_shorter_ones_by)
{
	size_t at = 0;

	ASSERT_EQ(0, xmit(self, 100, 0));
	ASSERT_EQ(0, xmit(self, 1000, 1));
	ASSERT_EQ(0, xmit(self, 100, 2));
	ASSERT_EQ((ssize_t)(HEADER + 100), burst_read(self->dev.fd, &self->b, 500));
	EXPECT_TRUE(next_is(self, &at, 100, 0));
	at = 0;
	ASSERT_EQ((ssize_t)(PLACE(1000) + HEADER + 100),
		  burst_read(self->dev.fd, &self->b, BURST_ROOM));
	EXPECT_TRUE(next_is(self, &at, 1000, 1));
	EXPECT_TRUE(next_is(self, &at, 100, 2));
}

TEST_F(read, first_packet_that_does_not_fit_is_cut_and_says_so)
{
	struct tun_alt_frame frame;
	const unsigned char *data;
	size_t at = 0;

	ASSERT_EQ(0, xmit(self, 1000, 3));
	ASSERT_EQ(0, xmit(self, 100, 4));
	ASSERT_EQ(500, burst_read(self->dev.fd, &self->b, 500));
	data = burst_next(&self->b, &at, &frame);
	ASSERT_NE(NULL, data);
	EXPECT_EQ(1000, frame.len);
	EXPECT_EQ(TUN_ALT_FRAME_TRUNCATED, frame.flags);
	EXPECT_TRUE(burst_is_packet(data, 500 - HEADER, 3));
	at = 0;
	ASSERT_EQ((ssize_t)(HEADER + 100), burst_read(self->dev.fd, &self->b, 500));
	EXPECT_TRUE(next_is(self, &at, 100, 4));
}

TEST_F(read, room_for_no_header_is_einval_and_loses_nothing)
{
	size_t at = 0;

	ASSERT_EQ(0, xmit(self, 100, 5));
	EXPECT_EQ(0, burst_read(self->dev.fd, &self->b, 0));
	for (size_t room = 1; room < HEADER; room++)
		EXPECT_EQ(-EINVAL, burst_read(self->dev.fd, &self->b, room));
	ASSERT_EQ((ssize_t)(HEADER + 100), burst_read(self->dev.fd, &self->b, BURST_ROOM));
	EXPECT_TRUE(next_is(self, &at, 100, 5));
}

TEST_F(read, max_frames_ends_a_burst)
{
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 20, 0));
	for (int i = 0; i < 50; i++)
		ASSERT_EQ(0, xmit(self, 40, i));
	for (int want = 50; want > 0; want -= 20) {
		ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
		EXPECT_EQ(want < 20 ? want : 20, burst_count(&self->b));
	}
}

TEST_F(read, frames_begin_where_the_alignment_says)
{
	for (size_t align = 8; align <= 4096; align *= 2) {
		size_t at = 0;

		ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, align));
		self->b.align = align;
		for (int i = 0; i < 3; i++)
			ASSERT_EQ(0, xmit(self, 41, i));
		ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
		for (int i = 0; i < 3; i++) {
			EXPECT_TRUE(next_is(self, &at, 41, i))
				TH_LOG("align %zu, frame %d", align, i);
		}
	}
}

/* More than a batch, sizes of every kind, each behind a virtio-net header */
TEST_F(read, headers_of_the_device_stand_behind_the_frame_s)
{
	struct tun_alt_frame frame;
	const unsigned char *data;
	char name[IFNAMSIZ] = "";
	size_t at = 0;

	close(self->dev.fd);
	close(self->sock);
	self->dev.fd = tun_open(O_NONBLOCK);
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, name, IFF_TUN | IFF_VNET_HDR));
	ASSERT_EQ(0, net_up(name));
	memcpy(self->dev.name, name, sizeof(name));
	self->sock = net_packet_socket(name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, 0));
	for (int i = 0; i < 40; i++)
		ASSERT_EQ(0, xmit(self, 40 + 7 * i, i));
	ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
	for (int i = 0; i < 40; i++) {
		struct tun_pi pi;

		data = burst_next(&self->b, &at, &frame);
		ASSERT_NE(NULL, data);
		ASSERT_EQ(sizeof(pi) + VNET_PLAIN + 40 + 7 * i, frame.len);
		memcpy(&pi, data, sizeof(pi));
		EXPECT_EQ(0, pi.flags);
		EXPECT_EQ(htons(ETH_P_IP), pi.proto);
		EXPECT_TRUE(burst_is_packet(data + sizeof(pi) + VNET_PLAIN, 40 + 7 * i, i));
	}
}

TEST_F(read, readv_scatters_a_burst)
{
	struct iovec iov[7];
	size_t at = 0;

	for (int i = 0; i < 10; i++)
		ASSERT_EQ(0, xmit(self, 333, i));
	for (int i = 0; i < 7; i++)
		iov[i] = (struct iovec){ self->b.data + 1000 * i, 1000 };
	ASSERT_EQ((ssize_t)(9 * PLACE(333) + HEADER + 333), readv(self->dev.fd, iov, 7));
	self->b.len = 9 * PLACE(333) + HEADER + 333;
	for (int i = 0; i < 10; i++)
		EXPECT_TRUE(next_is(self, &at, 333, i));
}

TEST_F(read, packets_and_bytes_are_counted)
{
	long long packets = net_stat(self->dev.name, NET_XMITTED_PACKETS);
	long long bytes = net_stat(self->dev.name, NET_XMITTED_BYTES);

	for (int i = 0; i < 40; i++)
		ASSERT_EQ(0, xmit(self, 100, i));
	ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
	EXPECT_EQ(packets + 40, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(bytes + 4000, net_stat(self->dev.name, NET_XMITTED_BYTES));
}

/* The buffer ends in the middle of the second frame: the first is read, the second is not lost. */
TEST_F(read, fault_behind_the_first_frame_loses_nothing)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *buffer = two + page - PLACE(100) - 50;
	size_t at = 0;

	ASSERT_NE(MAP_FAILED, two);
	ASSERT_EQ(0, munmap(two + page, page));
	for (int i = 0; i < 30; i++)
		ASSERT_EQ(0, xmit(self, 100, i));
	ASSERT_EQ((ssize_t)(HEADER + 100), read(self->dev.fd, buffer, 10000));
	EXPECT_TRUE(burst_is_packet(buffer + HEADER, 100, 0));
	EXPECT_EQ(-1, read(self->dev.fd, two + page, 10000));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
	for (int i = 1; i < 30; i++) {
		EXPECT_TRUE(next_is(self, &at, 100, i))
			TH_LOG("frame %d", i);
	}
	munmap(two, page);
}

TEST_F(read, fault_with_a_ring_that_wrapped_keeps_the_order)
{
	void *nowhere = mmap(NULL, BURST_ROOM, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at = 0;

	ASSERT_NE(MAP_FAILED, nowhere);
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 32));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 20; i++)
			ASSERT_EQ(0, xmit(self, 50, i));
		EXPECT_EQ(-1, read(self->dev.fd, nowhere, BURST_ROOM));
		EXPECT_EQ(EFAULT, errno);
		at = 0;
		ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM));
		for (int i = 0; i < 20; i++) {
			ASSERT_TRUE(next_is(self, &at, 50, i))
				TH_LOG("round %d, frame %d", round, i);
		}
	}
	munmap(nowhere, BURST_ROOM);
}

TEST_F(read, unattached_is_ebadfd)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, burst_set(fd, TUN_ALT_BURST_READ, 0, 0));
	EXPECT_EQ(-EBADFD, burst_read(fd, &self->b, BURST_ROOM));
	close(fd);
}

TEST_HARNESS_MAIN
