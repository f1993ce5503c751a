// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_SET_BURST: what it takes, what it refuses, and that it changes nothing then */
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "burst.h"

FIXTURE(set)
{
	struct tun_dev dev;
	int sock;
	struct burst b;
};

FIXTURE_SETUP(set)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(set)
{
	close(self->sock);
	close(self->dev.fd);
}

/* Whether read() gives bursts */
static bool reads_bursts(FIXTURE_DATA(set) * self)
{
	unsigned char packet[100];

	burst_packet(packet, sizeof(packet), 1);
	if (net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet, sizeof(packet)))
		return false;
	return burst_read(self->dev.fd, &self->b, BURST_ROOM) ==
	       sizeof(struct tun_alt_frame) + sizeof(packet);
}

/* Whether write() takes bursts: to one that does not, what begins so is no IP packet */
static bool writes_bursts(FIXTURE_DATA(set) * self)
{
	unsigned char packet[0xc8];

	burst_packet(packet, sizeof(packet), 1);
	burst_reset(&self->b);
	burst_add(&self->b, packet, sizeof(packet));
	return burst_write(self->dev.fd, &self->b) == (ssize_t)self->b.len;
}

TEST_F(set, each_direction_is_set_by_itself)
{
	EXPECT_FALSE(reads_bursts(self));
	EXPECT_FALSE(writes_bursts(self));
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, 0));
	EXPECT_TRUE(reads_bursts(self));
	EXPECT_FALSE(writes_bursts(self));
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	EXPECT_FALSE(reads_bursts(self));
	EXPECT_TRUE(writes_bursts(self));
	ASSERT_EQ(0, burst_set(self->dev.fd, 0, 0, 0));
	EXPECT_FALSE(reads_bursts(self));
	EXPECT_FALSE(writes_bursts(self));
}

TEST_F(set, unknown_flag_is_einval_and_changes_nothing)
{
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, 0));
	for (int bit = 0; bit < 32; bit++) {
		if (BURST_BOTH & 1U << bit)
			continue;
		EXPECT_EQ(-EINVAL, burst_set(self->dev.fd, 1U << bit, 0, 0))
			TH_LOG("bit %d", bit);
	}
	EXPECT_TRUE(reads_bursts(self));
	EXPECT_FALSE(writes_bursts(self));
}

TEST_F(set, alignment_is_a_power_of_two_from_8_to_4096)
{
	EXPECT_EQ(0, burst_set(self->dev.fd, BURST_BOTH, 0, 0));
	for (unsigned int align = 1; align < 9000; align++) {
		bool good = !(align & (align - 1)) && align >= 8 && align <= 4096;

		ASSERT_EQ(good ? 0 : -EINVAL, burst_set(self->dev.fd, BURST_BOTH, 0, align))
			TH_LOG("%u", align);
	}
	EXPECT_EQ(-EINVAL, burst_set(self->dev.fd, BURST_BOTH, 0, 1U << 31));
}

TEST_F(set, frames_of_a_call_are_at_most_1024)
{
	EXPECT_EQ(0, burst_set(self->dev.fd, BURST_BOTH, TUN_ALT_BURST_MOST, 0));
	EXPECT_EQ(-EINVAL, burst_set(self->dev.fd, BURST_BOTH, TUN_ALT_BURST_MOST + 1, 0));
	EXPECT_EQ(-EINVAL, burst_set(self->dev.fd, BURST_BOTH, ~0U, 0));
}

TEST_F(set, shorter_structure_is_einval)
{
	struct tun_alt_burst burst = { .flags = BURST_BOTH };

	for (burst.size = 0; burst.size < sizeof(burst); burst.size++) {
		ASSERT_EQ(-1, ioctl(self->dev.fd, TUN_ALT_SET_BURST, &burst));
		ASSERT_EQ(EINVAL, errno)
			TH_LOG("%u", burst.size);
	}
	EXPECT_FALSE(writes_bursts(self));
}

TEST_F(set, longer_structure_must_be_zero_behind_what_is_known)
{
	struct {
		struct tun_alt_burst burst;
		unsigned char tail[16];
	} arg = { .burst = { .size = sizeof(arg), .flags = BURST_BOTH } };

	arg.tail[15] = 1;
	ASSERT_EQ(-1, ioctl(self->dev.fd, TUN_ALT_SET_BURST, &arg));
	EXPECT_EQ(E2BIG, errno);
	EXPECT_FALSE(writes_bursts(self));
	arg.tail[15] = 0;
	ASSERT_EQ(0, ioctl(self->dev.fd, TUN_ALT_SET_BURST, &arg));
	EXPECT_TRUE(writes_bursts(self));
}

TEST_F(set, structure_larger_than_a_page_is_e2big)
{
	struct tun_alt_burst burst = { .size = ~0U, .flags = BURST_BOTH };

	ASSERT_EQ(-1, ioctl(self->dev.fd, TUN_ALT_SET_BURST, &burst));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(set, bad_memory_is_efault)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = BURST_BOTH };
	unsigned char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *at;

	ASSERT_NE(MAP_FAILED, two);
	ASSERT_EQ(0, munmap(two + page, page));
	for (size_t there = 0; there < sizeof(burst); there += 4) {
		at = two + page - there;
		memcpy(at, &burst, there);
		EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUN_ALT_SET_BURST, (unsigned long)at));
	}
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUN_ALT_SET_BURST, 0));
	EXPECT_FALSE(writes_bursts(self));
	munmap(two, page);
}

TEST_F(set, mode_is_of_the_descriptor_and_outlives_its_device)
{
	int fd = tun_open(O_NONBLOCK);
	char name[IFNAMSIZ] = "";

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, burst_set(fd, BURST_BOTH, 0, 0));
	EXPECT_EQ(-EBADFD, burst_read(fd, &self->b, BURST_ROOM));
	ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(name));
	EXPECT_FALSE(writes_bursts(self));
	close(self->dev.fd);
	self->dev.fd = fd;
	EXPECT_TRUE(writes_bursts(self));
	ASSERT_EQ(0, net_dellink(name));
	EXPECT_EQ(-EBADFD, burst_write(fd, &self->b));
	name[0] = 0;
	ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(name));
	EXPECT_TRUE(writes_bursts(self));
}

TEST_F(set, needs_no_capability)
{
	ASSERT_EQ(0, setuid(65534));
	EXPECT_EQ(0, burst_set(self->dev.fd, BURST_BOTH, 0, 0));
}

TEST_HARNESS_MAIN
