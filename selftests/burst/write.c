// SPDX-License-Identifier: GPL-2.0
/*
 * write() of a descriptor in burst mode: whole frames, from the first; what is refused is where the
 * next burst begins, and is counted once.
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "burst.h"
#include "vnet.h"

#define HEADER sizeof(struct tun_alt_frame)

FIXTURE(write)
{
	struct tun_dev dev;
	int sock;
	struct burst b;
	unsigned char room[PACKET_MAX];
};

FIXTURE_SETUP(write)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_ALL);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(write)
{
	close(self->sock);
	close(self->dev.fd);
}

/* One more frame: a packet of the pattern @seed */
static unsigned char *add(FIXTURE_DATA(write) * self, size_t len, unsigned int seed)
{
	unsigned char *at = burst_add(&self->b, NULL, len);

	burst_packet(at, len, seed);
	return at;
}

/* Whether the stack has got that packet next */
static bool received(FIXTURE_DATA(write) * self, size_t len, unsigned int seed)
{
	if (net_poll(self->sock, POLLIN, NET_SOON_MS) != POLLIN)
		return false;
	return recv(self->sock, self->room, sizeof(self->room), 0) == (ssize_t)len &&
	       burst_is_packet(self->room, len, seed);
}

static bool nothing_more(FIXTURE_DATA(write) * self)
{
	return recv(self->sock, self->room, sizeof(self->room), MSG_DONTWAIT) < 0;
}

TEST_F(write, all_frames_go_up_in_order)
{
	for (int i = 0; i < 50; i++)
		add(self, 40 + i, i);
	ASSERT_EQ((ssize_t)self->b.len, burst_write(self->dev.fd, &self->b));
	for (int i = 0; i < 50; i++) {
		ASSERT_TRUE(received(self, 40 + i, i))
			TH_LOG("frame %d", i);
	}
	EXPECT_TRUE(nothing_more(self));
	EXPECT_EQ(50, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(write, frames_of_all_sizes)
{
	static const size_t sizes[] = {
		20, 1500, 3000, 3500, 3800, 4095, 4096, 9000, 20000, 60000
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		burst_reset(&self->b);
		add(self, 100, 1);
		add(self, sizes[i], i);
		add(self, 100, 2);
		ASSERT_EQ((ssize_t)self->b.len, burst_write(self->dev.fd, &self->b))
			TH_LOG("%zu", sizes[i]);
		ASSERT_TRUE(received(self, 100, 1));
		ASSERT_TRUE(received(self, sizes[i], i))
			TH_LOG("%zu", sizes[i]);
		ASSERT_TRUE(received(self, 100, 2));
	}
}

/* The bad frame is the third; the fourth would be good. */
static void refused(struct __test_metadata *_metadata, FIXTURE_DATA(write) * self, size_t bad_at,
		    int error, enum net_stat counter, int counts)
{
	long long before = net_stat(self->dev.name, counter);

	EXPECT_EQ((ssize_t)bad_at, burst_write(self->dev.fd, &self->b));
	EXPECT_TRUE(received(self, 100, 1));
	EXPECT_TRUE(received(self, 101, 2));
	EXPECT_TRUE(nothing_more(self));
	EXPECT_EQ(before, net_stat(self->dev.name, counter));
	memmove(self->b.data, self->b.data + bad_at, self->b.len - bad_at);
	self->b.len -= bad_at;
	EXPECT_EQ(error, burst_write(self->dev.fd, &self->b));
	EXPECT_EQ(before + counts, net_stat(self->dev.name, counter));
	EXPECT_TRUE(nothing_more(self));
}

/* Two good ones and a third; where its header begins */
static unsigned char *third(FIXTURE_DATA(write) * self, size_t len)
{
	unsigned char *at;

	add(self, 100, 1);
	add(self, 101, 2);
	at = add(self, len, 3);
	add(self, 103, 4);
	return at - HEADER;
}

TEST_F(write, frame_that_is_no_ip_packet_is_einval_where_it_comes_first)
{
	unsigned char *at = third(self, 102);

	at[HEADER] = 0x15;
	refused(_metadata, self, at - self->b.data, -EINVAL, NET_RECEIVED_DROPS, 1);
}

TEST_F(write, empty_frame_is_einval_where_it_comes_first)
{
	unsigned char *at = third(self, 0);

	refused(_metadata, self, at - self->b.data, -EINVAL, NET_RECEIVED_DROPS, 1);
}

TEST_F(write, unknown_frame_flag_is_einval_where_it_comes_first)
{
	unsigned char *at = third(self, 102);
	struct tun_alt_frame frame = { .len = 102, .flags = TUN_ALT_FRAME_TRUNCATED };

	memcpy(at, &frame, sizeof(frame));
	refused(_metadata, self, at - self->b.data, -EINVAL, NET_RECEIVED_DROPS, 0);
}

TEST_F(write, reserved_bytes_are_einval_where_they_come_first)
{
	unsigned char *at = third(self, 102);
	struct tun_alt_frame frame = { .len = 102, .reserved = 1 };

	memcpy(at, &frame, sizeof(frame));
	refused(_metadata, self, at - self->b.data, -EINVAL, NET_RECEIVED_DROPS, 0);
}

TEST_F(write, frame_longer_than_the_burst_is_einval_where_it_comes_first)
{
	unsigned char *at = third(self, 102);
	struct tun_alt_frame frame = { .len = 102 + HEADER + 104 + 103 };

	memcpy(at, &frame, sizeof(frame));
	refused(_metadata, self, at - self->b.data, -EINVAL, NET_RECEIVED_DROPS, 0);
}

TEST_F(write, rest_that_holds_no_header_is_left)
{
	size_t at;

	add(self, 104, 1);
	at = self->b.len;
	self->b.len += HEADER - 1;
	EXPECT_EQ((ssize_t)at, burst_write(self->dev.fd, &self->b));
	EXPECT_EQ(-1, write(self->dev.fd, self->b.data + at, HEADER - 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_TRUE(received(self, 104, 1));
}

TEST_F(write, empty_burst_is_0)
{
	EXPECT_EQ(0, write(self->dev.fd, self->b.data, 0));
	EXPECT_TRUE(nothing_more(self));
}

TEST_F(write, fault_in_the_third_frame_loses_nothing)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	unsigned char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *at = third(self, 102), *there;
	size_t ahead = at - self->b.data;

	ASSERT_NE(MAP_FAILED, two);
	for (size_t reach = 0; reach < HEADER + 102; reach += 10) {
		there = two + page - ahead - reach;
		memcpy(there, self->b.data, ahead + reach);
		ASSERT_EQ(0, mprotect(two + page, page, PROT_NONE));
		EXPECT_EQ((ssize_t)ahead, write(self->dev.fd, there, self->b.len));
		EXPECT_TRUE(received(self, 100, 1));
		EXPECT_TRUE(received(self, 101, 2));
		EXPECT_EQ(-1, write(self->dev.fd, there + ahead, self->b.len - ahead));
		EXPECT_EQ(EFAULT, errno);
	}
	EXPECT_TRUE(nothing_more(self));
	munmap(two, 2 * page);
}

TEST_F(write, max_frames_ends_a_burst)
{
	size_t at = 0, taken = 0;
	ssize_t len;

	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 20, 0));
	for (int i = 0; i < 50; i++)
		add(self, 40, i);
	for (int want = 50; want > 0; want -= 20) {
		len = write(self->dev.fd, self->b.data + at, self->b.len - at);
		ASSERT_LT(0, len);
		at += len;
		for (int i = 0; i < want && i < 20; i++)
			EXPECT_TRUE(received(self, 40, taken++));
		EXPECT_TRUE(nothing_more(self));
	}
	EXPECT_EQ(self->b.len, at);
}

TEST_F(write, frames_begin_where_the_alignment_says)
{
	for (size_t align = 8; align <= 4096; align *= 2) {
		ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, align));
		burst_reset(&self->b);
		self->b.align = align;
		for (int i = 0; i < 3; i++)
			add(self, 41, i);
		ASSERT_EQ((ssize_t)self->b.len, burst_write(self->dev.fd, &self->b));
		for (int i = 0; i < 3; i++) {
			EXPECT_TRUE(received(self, 41, i))
				TH_LOG("align %zu, frame %d", align, i);
		}
	}
}

/* Padding behind the last frame may be there. */
TEST_F(write, padding_at_the_end_is_taken)
{
	add(self, 41, 1);
	self->b.len = (self->b.len + BURST_ALIGN - 1) / BURST_ALIGN * BURST_ALIGN;
	ASSERT_EQ((ssize_t)self->b.len, burst_write(self->dev.fd, &self->b));
	EXPECT_TRUE(received(self, 41, 1));
}

TEST_F(write, writev_gathers_a_burst)
{
	struct iovec iov[7];

	for (int i = 0; i < 20; i++)
		add(self, 333, i);
	for (int i = 0; i < 7; i++)
		iov[i] = (struct iovec){ self->b.data + 1000 * i, 1000 };
	iov[6].iov_len = self->b.len - 6000;
	ASSERT_EQ((ssize_t)self->b.len, writev(self->dev.fd, iov, 7));
	for (int i = 0; i < 20; i++)
		EXPECT_TRUE(received(self, 333, i));
}

TEST_F(write, device_that_is_down_is_eio_and_counted_once)
{
	long long before = net_stat(self->dev.name, NET_RECEIVED_DROPS);

	for (int i = 0; i < 30; i++)
		add(self, 100, i);
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_EQ(-EIO, burst_write(self->dev.fd, &self->b));
	EXPECT_EQ(before + 1, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

TEST_F(write, unattached_is_ebadfd)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, burst_set(fd, TUN_ALT_BURST_WRITE, 0, 0));
	add(self, 100, 1);
	EXPECT_EQ(-EBADFD, burst_write(fd, &self->b));
	close(fd);
}

TEST_HARNESS_MAIN
