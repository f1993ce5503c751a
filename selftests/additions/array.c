// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY: many packets by a call, each in memory of its own */
#include "kselftest_harness.h"
#include "burst/burst.h"
#include "struct.h"
#include "task.h"
#include "train.h"

#define ROOM 2048
#define MANY 70

static unsigned char room[TUN_ALT_BURST_MOST][ROOM];
static struct tun_alt_slot slots[TUN_ALT_BURST_MOST + 1];

FIXTURE(array)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(array)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_ALL);
	ASSERT_LE(0, self->sock);
	for (int i = 0; i < TUN_ALT_BURST_MOST; i++)
		slots[i] = (struct tun_alt_slot){ .addr = (uintptr_t)room[i], .len = ROOM };
}

FIXTURE_TEARDOWN(array)
{
	close(self->sock);
	close(self->dev.fd);
}

/* The call; how many packets, or -errno */
static int call(int fd, unsigned int cmd, void *at, unsigned int nr, unsigned int flags)
{
	struct tun_alt_array array = {
		.size = sizeof(array), .nr = nr, .slots = (uintptr_t)at, .flags = flags,
	};
	int ret = ioctl(fd, cmd, &array);

	return ret < 0 ? -errno : ret;
}

#define READ(nr) call(self->dev.fd, TUN_ALT_READ_ARRAY, slots, nr, 0)
#define WRITE(nr) call(self->dev.fd, TUN_ALT_WRITE_ARRAY, slots, nr, 0)

/* The stack sends a packet of the pattern @seed; 0 or -errno */
static int xmit(FIXTURE_DATA(array) * self, size_t len, unsigned int seed)
{
	unsigned char packet[ROOM];

	burst_packet(packet, len, seed);
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet, len);
}

static bool is_read(int at, size_t len, unsigned int seed)
{
	return slots[at].len == len && !slots[at].flags && !slots[at].reserved &&
	       burst_is_packet(room[at], len, seed);
}

/* A slot of a packet of the pattern @seed */
static void fill(int at, size_t len, unsigned int seed)
{
	burst_packet(room[at], len, seed);
	slots[at].len = len;
}

/* Whether the stack has got that packet next */
static bool received(FIXTURE_DATA(array) * self, size_t len, unsigned int seed)
{
	unsigned char packet[ROOM];

	if (net_poll(self->sock, POLLIN, NET_SOON_MS) != POLLIN)
		return false;
	return recv(self->sock, packet, sizeof(packet), 0) == (ssize_t)len &&
	       burst_is_packet(packet, len, seed);
}

static bool nothing_received(FIXTURE_DATA(array) * self)
{
	unsigned char packet[ROOM];

	return recv(self->sock, packet, sizeof(packet), MSG_DONTWAIT) < 0;
}

/* Two pages of which the second is no memory */
static unsigned char *half_mapped(void)
{
	const size_t page = getpagesize();
	unsigned char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED || munmap(at + page, page) ? NULL : at;
}

TEST_F(array, structure_that_is_wrong_is_refused)
{
	const unsigned int cmds[] = { TUN_ALT_READ_ARRAY, TUN_ALT_WRITE_ARRAY };
	const struct tun_alt_array asked = { .size = sizeof(asked) };

	for (int i = 0; i < 2; i++) {
		const char *bad = struct_refusals(self->dev.fd, cmds[i], &asked, sizeof(asked));

		EXPECT_EQ(NULL, bad)
			TH_LOG("%d: %s", i, bad);
	}
}

TEST_F(array, unknown_flag_reserved_bytes_and_too_many_are_einval)
{
	struct tun_alt_array array = { .size = sizeof(array), .reserved = 1 };

	ASSERT_EQ(0, xmit(self, 60, 1));
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_READ_ARRAY, slots, 1, 2));
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, slots, 1, 2));
	EXPECT_EQ(-EINVAL, READ(TUN_ALT_BURST_MOST + 1));
	EXPECT_EQ(-EINVAL, WRITE(TUN_ALT_BURST_MOST + 1));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_READ_ARRAY, (unsigned long)&array));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_WRITE_ARRAY, (unsigned long)&array));
	EXPECT_EQ(1, READ(TUN_ALT_BURST_MOST));
	EXPECT_TRUE(is_read(0, 60, 1));
}

TEST_F(array, none_is_none)
{
	EXPECT_EQ(0, READ(0));
	EXPECT_EQ(0, WRITE(0));
}

TEST_F(array, without_a_device_is_ebadfd)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, call(fd, TUN_ALT_READ_ARRAY, slots, 1, 0));
	EXPECT_EQ(-EBADFD, call(fd, TUN_ALT_WRITE_ARRAY, slots, 1, 0));
	close(fd);
}

TEST_F(array, packets_are_read_in_order_each_into_its_slot)
{
	for (int i = 0; i < MANY; i++)
		ASSERT_EQ(0, xmit(self, 60 + i, i));
	ASSERT_EQ(MANY, READ(TUN_ALT_BURST_MOST));
	for (int i = 0; i < MANY; i++)
		EXPECT_TRUE(is_read(i, 60 + i, i));
	EXPECT_EQ(MANY, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(MANY * 60 + MANY * (MANY - 1) / 2, net_stat(self->dev.name, NET_XMITTED_BYTES));
}

TEST_F(array, no_more_are_read_than_there_are_slots)
{
	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, xmit(self, 60, i));
	ASSERT_EQ(3, READ(3));
	EXPECT_TRUE(is_read(2, 60, 2));
	slots[0].len = ROOM;
	slots[1].len = ROOM;
	ASSERT_EQ(2, READ(2));
	EXPECT_TRUE(is_read(1, 60, 4));
}

TEST_F(array, packet_that_is_too_long_is_cut_and_says_so)
{
	ASSERT_EQ(0, xmit(self, 100, 1));
	ASSERT_EQ(0, xmit(self, 60, 2));
	slots[0].len = 80;
	room[0][80] = 0xaa;
	ASSERT_EQ(2, READ(2));
	EXPECT_EQ(100, slots[0].len);
	EXPECT_EQ(TUN_ALT_FRAME_TRUNCATED, slots[0].flags);
	EXPECT_TRUE(burst_is_packet(room[0], 80, 1));
	EXPECT_EQ(0xaa, room[0][80]);
	EXPECT_TRUE(is_read(1, 60, 2));
}

TEST_F(array, slot_that_cannot_be_ends_the_call_and_loses_nothing)
{
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, xmit(self, 60, i));
	slots[1].reserved = 1;
	EXPECT_EQ(1, READ(3));
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_READ_ARRAY, &slots[1], 2, 0));
	slots[1].reserved = 0;
	slots[1].flags = TUN_ALT_FRAME_CHECKED;
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_READ_ARRAY, &slots[1], 2, 0));
	slots[1].flags = 0;
	EXPECT_EQ(2, call(self->dev.fd, TUN_ALT_READ_ARRAY, &slots[1], 2, 0));
	EXPECT_TRUE(is_read(0, 60, 0));
	EXPECT_TRUE(is_read(1, 60, 1));
	EXPECT_TRUE(is_read(2, 60, 2));
}

TEST_F(array, memory_that_is_none_ends_the_call_and_loses_nothing)
{
	for (int i = 0; i < 5; i++)
		ASSERT_EQ(0, xmit(self, 60, i));
	slots[2].addr = 16;
	EXPECT_EQ(2, READ(5));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_READ_ARRAY, &slots[2], 3, 0));
	slots[2].addr = (uintptr_t)room[2];
	EXPECT_EQ(3, call(self->dev.fd, TUN_ALT_READ_ARRAY, &slots[2], 3, 0));
	for (int i = 0; i < 5; i++)
		EXPECT_TRUE(is_read(i, 60, i));
}

TEST_F(array, slots_that_cannot_be_read_or_written_lose_nothing)
{
	const size_t page = getpagesize();
	unsigned char *half = half_mapped();

	ASSERT_NE(NULL, half);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, xmit(self, 60, i));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_READ_ARRAY, NULL, 2, 0));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, NULL, 2, 0));
	memcpy(half + page - sizeof(slots[0]), slots, sizeof(slots[0]));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_READ_ARRAY,
				half + page - sizeof(slots[0]), 2, 0));
	memcpy(half, slots, 2 * sizeof(slots[0]));
	ASSERT_EQ(0, mprotect(half, page, PROT_READ));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_READ_ARRAY, half, 2, 0));
	EXPECT_EQ(2, READ(2));
	EXPECT_TRUE(is_read(0, 60, 0));
	EXPECT_TRUE(is_read(1, 60, 1));
	munmap(half, page);
}

TEST_F(array, nothing_to_read_is_eagain_unless_it_is_waited_for)
{
	EXPECT_EQ(-EAGAIN, READ(1));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
	EXPECT_EQ(-EAGAIN,
		  call(self->dev.fd, TUN_ALT_READ_ARRAY, slots, 1, TUN_ALT_ARRAY_DONTWAIT));
}

struct reader {
	int fd;
	pid_t tid;
	int ret;
};

static void *reader_main(void *arg)
{
	struct reader *reader = arg;

	task_began(&reader->tid);
	reader->ret = call(reader->fd, TUN_ALT_READ_ARRAY, slots, TUN_ALT_BURST_MOST, 0);
	return NULL;
}

TEST_F(array, sleeping_reader_gets_all_that_come_at_once)
{
	struct reader reader = {};
	pthread_t thread;
	struct train t;

	ASSERT_EQ(0, train_make(&t, IFF_TUN));
	reader.fd = t.dev.fd;
	ASSERT_EQ(0, fcntl(t.dev.fd, F_SETFL, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reader_main, &reader));
	ASSERT_TRUE(task_sleeps(&reader.tid));
	ASSERT_EQ(0, train_send(&t, TRAIN_CARS * TRAIN_SIZE));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(TRAIN_CARS, reader.ret);
	train_end(&t);
}

TEST_F(array, packets_are_written_in_order)
{
	for (int i = 0; i < MANY; i++)
		fill(i, 60 + i, i);
	ASSERT_EQ(MANY, WRITE(MANY));
	for (int i = 0; i < MANY; i++)
		EXPECT_TRUE(received(self, 60 + i, i));
	EXPECT_TRUE(nothing_received(self));
	EXPECT_EQ(MANY, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(array, packet_that_is_refused_ends_the_call_in_front_of_it)
{
	for (int i = 0; i < 3; i++)
		fill(i, 60, i);
	room[1][0] = 0;
	EXPECT_EQ(1, WRITE(3));
	EXPECT_EQ(0, net_stat(self->dev.name, NET_RECEIVED_DROPS));
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, &slots[1], 2, 0));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_RECEIVED_DROPS));
	EXPECT_EQ(1, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, &slots[2], 1, 0));
	EXPECT_TRUE(received(self, 60, 0));
	EXPECT_TRUE(received(self, 60, 2));
	EXPECT_TRUE(nothing_received(self));
}

TEST_F(array, slot_that_cannot_be_ends_the_call_in_front_of_it)
{
	for (int i = 0; i < 3; i++)
		fill(i, 60, i);
	slots[2].flags = 0x8000;
	EXPECT_EQ(2, WRITE(3));
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, &slots[2], 1, 0));
	slots[2].flags = 0;
	slots[2].reserved = 1;
	EXPECT_EQ(-EINVAL, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, &slots[2], 1, 0));
}

TEST_F(array, memory_that_is_none_ends_the_call_in_front_of_it)
{
	for (int i = 0; i < 20; i++)
		fill(i, 60, i);
	slots[18].addr = 16;
	EXPECT_EQ(18, WRITE(20));
	EXPECT_EQ(-EFAULT, call(self->dev.fd, TUN_ALT_WRITE_ARRAY, &slots[18], 2, 0));
	for (int i = 0; i < 18; i++)
		EXPECT_TRUE(received(self, 60, i));
	EXPECT_TRUE(nothing_received(self));
}

TEST_F(array, device_that_is_down_is_eio)
{
	fill(0, 60, 0);
	fill(1, 60, 1);
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_EQ(-EIO, WRITE(2));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

TEST_F(array, checked_packet_is_what_the_stack_need_not_check)
{
	fill(0, 60, 0);
	slots[0].flags = TUN_ALT_FRAME_CHECKED;
	EXPECT_EQ(1, WRITE(1));
	EXPECT_TRUE(received(self, 60, 0));
}

/* As read() and write() of such a file are */
TEST_F(array, file_that_is_open_for_the_other_direction_is_ebadf)
{
	static const struct {
		int flags, read, write;
	} ways[] = { { O_RDONLY, -EAGAIN, -EBADF }, { O_WRONLY, -EBADF, 1 } };

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		int fd = open(tun_node(), ways[i].flags | O_NONBLOCK | O_CLOEXEC);
		char name[IFNAMSIZ] = "";

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, net_up(name));
		fill(0, 100, 1);
		EXPECT_EQ(ways[i].write, call(fd, TUN_ALT_WRITE_ARRAY, slots, 1, 0));
		EXPECT_EQ(ways[i].read, call(fd, TUN_ALT_READ_ARRAY, slots, 1, 0));
		close(fd);
	}
}

TEST_HARNESS_MAIN
