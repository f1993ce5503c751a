// SPDX-License-Identifier: GPL-2.0
/* Statistics: when a packet is counted, what belongs to its length, what is a drop */
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

static unsigned char room[2048];

/* What the device has counted since the last look */
struct counts {
	long long received_packets;
	long long received_bytes;
	long long received_drops;
	long long xmitted_packets;
	long long xmitted_bytes;
	long long xmitted_drops;
};

FIXTURE(counters)
{
	struct tun_dev dev;
	int sock;
	int pi;
};

FIXTURE_VARIANT(counters)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(counters, tun) { .flags = IFF_TUN | IFF_NO_PI, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(counters, tun_pi) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(counters, tap) { .flags = IFF_TAP | IFF_NO_PI, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(counters, tap_pi) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(counters, tap_blocking) { .flags = IFF_TAP | IFF_NO_PI };

FIXTURE_SETUP(counters)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->flags, variant->open_flags));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, net_packet_bypass(self->sock));
	self->pi = variant->flags & IFF_NO_PI ? 0 : 4;
	/* a version nibble for TUN, a unicast destination for TAP, behind PI or not */
	memset(room, 0x42, 100);
}

FIXTURE_TEARDOWN(counters)
{
	close(self->sock);
	close(self->dev.fd);
}

static struct counts count(const char *name)
{
	return (struct counts) {
		.received_packets = net_stat(name, NET_RECEIVED_PACKETS),
		.received_bytes = net_stat(name, NET_RECEIVED_BYTES),
		.received_drops = net_stat(name, NET_RECEIVED_DROPS),
		.xmitted_packets = net_stat(name, NET_XMITTED_PACKETS),
		.xmitted_bytes = net_stat(name, NET_XMITTED_BYTES),
		.xmitted_drops = net_stat(name, NET_XMITTED_DROPS),
	};
}

#define XMIT(len) net_packet_send(self->sock, self->dev.name, 0x88b5, room, len)

TEST_F(counters, packet_counts_as_xmitted_when_it_is_read)
{
	struct counts c;

	ASSERT_EQ(0, XMIT(100));
	c = count(self->dev.name);
	EXPECT_EQ(0, c.xmitted_packets);
	EXPECT_EQ(0, c.xmitted_bytes);
	ASSERT_EQ(100 + self->pi, read(self->dev.fd, room, sizeof(room)));
	c = count(self->dev.name);
	EXPECT_EQ(1, c.xmitted_packets);
	EXPECT_EQ(100, c.xmitted_bytes);
	EXPECT_EQ(0, c.xmitted_drops);
}

TEST_F(counters, truncated_packet_counts_whole)
{
	ASSERT_EQ(0, XMIT(100));
	ASSERT_EQ(20, read(self->dev.fd, room, 20));
	EXPECT_EQ(1, count(self->dev.name).xmitted_packets);
	EXPECT_EQ(100, count(self->dev.name).xmitted_bytes);
}

TEST_F(counters, packet_that_is_never_read_is_not_xmitted)
{
	ASSERT_EQ(0, XMIT(100));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 0));
	EXPECT_EQ(0, count(self->dev.name).xmitted_packets);
}

TEST_F(counters, received_bytes_are_those_of_the_frame)
{
	struct counts c;

	for (int len = 60; len <= 100; len += 20)
		ASSERT_EQ(len + self->pi, write(self->dev.fd, room, len + self->pi));
	c = count(self->dev.name);
	EXPECT_EQ(3, c.received_packets);
	EXPECT_EQ(60 + 80 + 100, c.received_bytes);
	EXPECT_EQ(0, c.xmitted_packets);
}

TEST_F(counters, bad_memory_is_a_received_drop)
{
	void *bad = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, bad);
	ASSERT_EQ(0, mprotect(bad + 4096, 4096, PROT_NONE));
	memset(bad, 0x42, 4096);
	ASSERT_EQ(-1, write(self->dev.fd, bad + 4096 - 30, 60));
	ASSERT_EQ(EFAULT, errno);
	EXPECT_EQ(1, count(self->dev.name).received_drops);
	EXPECT_EQ(0, count(self->dev.name).received_packets);
}

TEST_F(counters, link_down_is_a_received_drop)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(-1, write(self->dev.fd, room, 60));
	ASSERT_EQ(EIO, errno);
	EXPECT_EQ(1, count(self->dev.name).received_drops);
	EXPECT_EQ(0, count(self->dev.name).received_packets);
}

TEST_F(counters, full_ring_is_an_xmit_drop)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 2));
	ASSERT_EQ(0, XMIT(60));
	ASSERT_EQ(0, XMIT(60));
	ASSERT_EQ(-ENOBUFS, XMIT(60));
	EXPECT_EQ(1, count(self->dev.name).xmitted_drops);
	EXPECT_EQ(0, count(self->dev.name).xmitted_packets);
}

TEST_F(counters, counts_survive_down_and_up)
{
	ASSERT_EQ(60 + self->pi, write(self->dev.fd, room, 60 + self->pi));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(1, count(self->dev.name).received_packets);
}

FIXTURE(refused)
{
	struct tun_dev tun;
	struct tun_dev pi;
	struct tun_dev tap;
};

FIXTURE_SETUP(refused)
{
	ASSERT_EQ(0, tun_dev_setup(&self->tun, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->pi, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	memset(room, 0, 60);
}

FIXTURE_TEARDOWN(refused)
{
	close(self->tun.fd);
	close(self->pi.fd);
	close(self->tap.fd);
}

TEST_F(refused, short_packet_is_counted_nowhere)
{
	ASSERT_EQ(-1, write(self->pi.fd, room, 3));
	ASSERT_EQ(-1, write(self->tap.fd, room, 13));
	EXPECT_EQ(0, count(self->pi.name).received_packets);
	EXPECT_EQ(0, count(self->pi.name).received_drops);
	EXPECT_EQ(0, count(self->tap.name).received_packets);
	EXPECT_EQ(0, count(self->tap.name).received_drops);
}

TEST_F(refused, bad_version_is_a_received_drop)
{
	ASSERT_EQ(-1, write(self->tun.fd, room, 60));
	ASSERT_EQ(EINVAL, errno);
	EXPECT_EQ(1, count(self->tun.name).received_drops);
	EXPECT_EQ(0, net_stat(self->tun.name, NET_RECEIVED_FRAME_ERRORS));
}

TEST_F(refused, empty_packet_is_a_received_drop)
{
	ASSERT_EQ(-1, write(self->tun.fd, room, 0));
	ASSERT_EQ(EINVAL, errno);
	EXPECT_EQ(1, count(self->tun.name).received_drops);
}

TEST_HARNESS_MAIN
