// SPDX-License-Identifier: GPL-2.0
/* write(2): sizes, from the smallest frame to ones that no link can carry */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define TEST_TYPE 0x88b5
#define LARGEST 200000

static unsigned char frame[LARGEST + 100];
static unsigned char room[LARGEST + 100];

FIXTURE(write_size)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_VARIANT(write_size)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(write_size, tap) {
	.flags = IFF_TAP | IFF_NO_PI, .open_flags = O_NONBLOCK,
};

FIXTURE_VARIANT_ADD(write_size, tap_blocking) {
	.flags = IFF_TAP | IFF_NO_PI,
};

FIXTURE_VARIANT_ADD(write_size, tun) {
	.flags = IFF_TUN | IFF_NO_PI, .open_flags = O_NONBLOCK,
};

FIXTURE_VARIANT_ADD(write_size, tun_blocking) {
	.flags = IFF_TUN | IFF_NO_PI,
};

FIXTURE_SETUP(write_size)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->flags, variant->open_flags));
	self->sock = net_packet_socket(self->dev.name, ETH_P_ALL);
	ASSERT_LE(0, self->sock);
	for (size_t i = 0; i < sizeof(frame); i++)
		frame[i] = packet_byte(i, 0);
	/* a unicast to somebody else, or an IPv4 version nibble: the stack drops both later */
	frame[0] = variant->flags & IFF_TAP ? 2 : 0x40;
	packet_put16(frame + 12, TEST_TYPE);
}

FIXTURE_TEARDOWN(write_size)
{
	close(self->sock);
	close(self->dev.fd);
}

/* One frame in, the same frame seen by a packet socket; 0 or -errno */
static int pass(struct tun_dev *dev, int sock, size_t len)
{
	ssize_t ret = write(dev->fd, frame, len);

	if (ret < 0)
		return -errno;
	if (ret != (ssize_t)len)
		return -EPROTO;
	if (!(net_poll(sock, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	ret = recv(sock, room, sizeof(room), 0);
	if (ret != (ssize_t)len)
		return -EMSGSIZE;
	return memcmp(frame, room, len) ? -EBADMSG : 0;
}

TEST_F(write_size, every_small_frame_arrives_whole)
{
	for (size_t len = 14; len < 300; len++)
		ASSERT_EQ(0, pass(&self->dev, self->sock, len));
}

/* Where in-tree goes from a page fragment to an skb, and from one allocation to the next */
TEST_F(write_size, frames_around_a_page_arrive_whole)
{
	static const size_t edges[] = { 2048, 3520, 3776, 4096, 8192 };

	for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
		for (int off = -66; off <= 66; off += 3)
			ASSERT_EQ(0, pass(&self->dev, self->sock, edges[i] + off));
}

TEST_F(write_size, frames_to_64_kib_arrive_whole)
{
	for (size_t len = 9000; len <= 65535; len += 4999)
		ASSERT_EQ(0, pass(&self->dev, self->sock, len));
	ASSERT_EQ(0, pass(&self->dev, self->sock, 65535));
}

TEST_F(write_size, frames_beyond_any_mtu_arrive_whole)
{
	static const size_t lens[] = { 65536, 65540, 65549, 70000, 131072, LARGEST };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++)
		ASSERT_EQ(0, pass(&self->dev, self->sock, lens[i]));
}

TEST_F(write_size, mtu_is_no_limit_for_the_program)
{
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 68));
	ASSERT_EQ(0, pass(&self->dev, self->sock, 1500));
	ASSERT_EQ(0, pass(&self->dev, self->sock, 65535));
}

TEST_HARNESS_MAIN
