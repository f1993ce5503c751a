// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_OPTION_CONGESTION: write() says that the stack dropped the packet, if it is asked to */
#include "kselftest_harness.h"
#include "burst/burst.h"
#include "struct.h"

#define LEN 64
/* The stack drops packets of this TTL. */
#define DOOMED 9

FIXTURE(congestion)
{
	struct tun_dev dev;
	struct burst b;
};

static int options_set(int fd, unsigned int flags)
{
	struct tun_alt_options options = { .size = sizeof(options), .flags = flags };

	return tun_ioctl(fd, TUN_ALT_SET_OPTIONS, (unsigned long)&options);
}

FIXTURE_SETUP(congestion)
{
	char cmd[160];

	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.9.0.1", "255.255.255.0"));
	snprintf(cmd, sizeof(cmd), "tc qdisc add dev %s clsact", self->dev.name);
	ASSERT_EQ(0, system(cmd));
	snprintf(cmd, sizeof(cmd), "tc filter add dev %s ingress protocol ip %s %d 0xff at 8 %s",
		 self->dev.name, "u32 match u8", DOOMED, "action drop");
	ASSERT_EQ(0, system(cmd));
	ASSERT_EQ(0, options_set(self->dev.fd, TUN_ALT_OPTION_CONGESTION));
	burst_reset(&self->b);
}

FIXTURE_TEARDOWN(congestion)
{
	close(self->dev.fd);
}

/* A datagram for the device's own address; the stack takes it unless its TTL is DOOMED. */
static void fill(unsigned char *data, int ttl)
{
	const unsigned char header[PACKET_IPV4_LEN] = {
		0x45, 0, 0, LEN, [8] = ttl, [9] = IPPROTO_UDP, [12] = 10, 9, 0, 2, 10, 9, 0, 1,
	};

	memset(data, 0, LEN);
	memcpy(data, header, sizeof(header));
	packet_put16(data + 10, packet_fold(packet_sum(header, sizeof(header), 0)));
	packet_put16(data + PACKET_IPV4_LEN + 2, 9);
	packet_put16(data + PACKET_IPV4_LEN + 4, LEN - PACKET_IPV4_LEN);
}

static int send_one(FIXTURE_DATA(congestion) * self, int ttl)
{
	unsigned char data[LEN];

	fill(data, ttl);
	return write(self->dev.fd, data, LEN) < 0 ? -errno : 0;
}

TEST_F(congestion, structure_that_is_wrong_is_refused)
{
	const struct tun_alt_options asked = { .size = sizeof(asked) };
	const char *bad = struct_refusals(self->dev.fd, TUN_ALT_SET_OPTIONS, &asked,
					  sizeof(asked));

	EXPECT_EQ(NULL, bad)
		TH_LOG("%s", bad);
}

TEST_F(congestion, unknown_option_is_einval_and_changes_nothing)
{
	EXPECT_EQ(-EINVAL, options_set(self->dev.fd, TUN_ALT_OPTION_CONGESTION << 1));
	EXPECT_EQ(-ENOBUFS, send_one(self, DOOMED));
}

TEST_F(congestion, dropped_packet_is_enobufs)
{
	EXPECT_EQ(-ENOBUFS, send_one(self, DOOMED));
	EXPECT_EQ(0, send_one(self, DOOMED + 1));
	EXPECT_EQ(-ENOBUFS, send_one(self, DOOMED));
}

TEST_F(congestion, nobody_hears_of_it_who_did_not_ask)
{
	ASSERT_EQ(0, options_set(self->dev.fd, 0));
	EXPECT_EQ(0, send_one(self, DOOMED));
}

TEST_F(congestion, dropped_packet_was_received)
{
	ASSERT_EQ(-ENOBUFS, send_one(self, DOOMED));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

/* The stack has had it: who wrote it again would send it twice. */
TEST_F(congestion, burst_ends_behind_a_dropped_frame)
{
	const ssize_t frame = sizeof(struct tun_alt_frame) + LEN;

	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	for (int i = 0; i < 3; i++)
		fill(burst_add(&self->b, NULL, LEN), i == 1 ? DOOMED : DOOMED + 1);
	EXPECT_EQ(2 * (ssize_t)frame, burst_write(self->dev.fd, &self->b));
	/* The third was not offered. */
	EXPECT_EQ(2, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	burst_reset(&self->b);
	fill(burst_add(&self->b, NULL, LEN), DOOMED);
	fill(burst_add(&self->b, NULL, LEN), DOOMED + 1);
	EXPECT_EQ(-ENOBUFS, burst_write(self->dev.fd, &self->b));
}

TEST_HARNESS_MAIN
