// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait in the ring while the program changes what it takes: none is read that
 * nothing describes any more. In-tree hands out segments as they are, and for a tunnel's warns
 * and fails the read.
 */
#include "kselftest_harness.h"
#include "vnet_taken.h"

#define ALL (TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN)

static struct taken taken;

static const struct sender tso4 = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 60000,
	.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
};

static const struct sender csum = {
	.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
	.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
};

static const struct sender whole = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
};

FIXTURE(vnet_late)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(vnet_late)
{
	ASSERT_EQ(0, taken_device(&self->dev, SENDER_TUN, VNET_PLAIN, ALL));
	self->sock = taken_socket(self->dev.name);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(vnet_late)
{
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(int sock, const char *device, const struct sender *sender)
{
	return taken_send(sock, device, sender, sender_frame(sender, NULL));
}

#define XMIT(sender) ASSERT_EQ(0, xmit(self->sock, self->dev.name, sender))
#define READ() taken_read(&taken, self->dev.fd, SENDER_TUN, VNET_PLAIN)

/* The packet behind what may be lost comes out as it is */
#define EXPECT_WHOLE() do {					\
	READ();							\
	EXPECT_EQ(152, taken.data_len);				\
	EXPECT_EQ(100, gso_check(sender_frame(&whole, NULL), taken.data, taken.data_len, 0));	\
} while (0)

TEST_F(vnet_late, segments_that_are_not_taken_any_more_are_not_read)
{
	XMIT(&tso4);
	XMIT(&whole);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	EXPECT_WHOLE();
}

TEST_F(vnet_late, segments_that_are_lost_count_as_dropped)
{
	long long drops = net_stat(self->dev.name, NET_XMITTED_DROPS);

	XMIT(&tso4);
	XMIT(&whole);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	READ();
	EXPECT_EQ(drops + 1, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

TEST_F(vnet_late, segments_of_the_other_version_stay)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | TUN_F_TSO4));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, segments_that_are_taken_again_are_read_in_one)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, ALL));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, administrator_cannot_lose_what_the_program_takes)
{
	XMIT(&tso4);
	ASSERT_EQ(0, system("ethtool -K tun0 tso off > /dev/null"));
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(60052, taken.data_len);
}

TEST_F(vnet_late, checksum_that_is_not_taken_any_more_is_filled_in)
{
	static const struct vnet_hdr zero;

	XMIT(&csum);
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	READ();
	EXPECT_EQ(0, memcmp(&zero, &taken.hdr, sizeof(zero)));
	EXPECT_EQ(100, gso_check(sender_frame(&csum, NULL), taken.data, taken.data_len, 0));
}

TEST_F(vnet_late, size_that_changes_holds_for_what_waits)
{
	XMIT(&tso4);
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, VNET_HASH));
	taken_read(&taken, self->dev.fd, SENDER_TUN, VNET_HASH);
	EXPECT_EQ(60052, taken.data_len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
}

/* The queue that is disabled loses what waits: nothing is left for a holder without headers */
TEST(nothing_waits_for_a_holder_without_headers)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	struct ifreq on = { .ifr_flags = IFF_ATTACH_QUEUE };
	int type = SENDER_TUN | IFF_MULTI_QUEUE;
	struct tun_dev dev;
	int other, sock;

	ASSERT_EQ(0, taken_device(&dev, type, VNET_PLAIN, ALL));
	sock = taken_socket(dev.name);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, dev.name, &tso4));
	ASSERT_EQ(0, ioctl(dev.fd, TUNSETQUEUE, &off));
	other = tun_dev_queue(dev.name, type, O_NONBLOCK);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, ioctl(dev.fd, TUNSETQUEUE, &on));
	EXPECT_EQ(-1, read(dev.fd, taken.room, sizeof(taken.room)));
	EXPECT_EQ(EAGAIN, errno);
	close(other);
	close(dev.fd);
}

/* The trap of programs: a device keeps its offloads for a holder who cannot be told of them */
TEST(holder_without_headers_reads_finished_packets)
{
	const struct gso_frame *frame;
	struct tun_dev dev;
	int sock;

	ASSERT_EQ(0, taken_device(&dev, SENDER_TUN, VNET_PLAIN, ALL));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETPERSIST, 1));
	close(dev.fd);
	dev.fd = tun_dev_queue(dev.name, SENDER_TUN, O_NONBLOCK);
	ASSERT_LE(0, dev.fd);
	sock = taken_socket(dev.name);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, xmit(sock, dev.name, &tso4));
	frame = sender_frame(&tso4, NULL);
	taken_read(&taken, dev.fd, SENDER_TUN, 0);
	EXPECT_EQ(1500, taken.data_len);
	EXPECT_EQ(1448, gso_check(frame, taken.data, taken.data_len, 0));
	EXPECT_EQ(0, net_dellink(dev.name));
}

TEST_HARNESS_MAIN
