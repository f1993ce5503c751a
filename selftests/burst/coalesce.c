// SPDX-License-Identifier: GPL-2.0
/*
 * TUN_ALT_BURST_COALESCE: datagrams that lie one behind the other are read as the one frame that a
 * sender of segments would have sent.
 */
#include <netinet/udp.h>
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "burst.h"
#include "vnet.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define SIZE 100
#define BOTH (TUN_ALT_BURST_READ | TUN_ALT_BURST_COALESCE)

FIXTURE(coalesce)
{
	struct tun_dev dev;
	int sock;
	struct burst b;
	size_t at;
};

FIXTURE_VARIANT(coalesce)
{
	int type;
	const char *own;
	const char *peer;
	size_t headers;
};

FIXTURE_VARIANT_ADD(coalesce, tun_ip4)
{
	.type = IFF_TUN, .own = "10.9.0.1", .peer = "10.9.0.2", .headers = 28,
};

FIXTURE_VARIANT_ADD(coalesce, tun_ip6)
{
	.type = IFF_TUN, .own = "fd00:9::1", .peer = "fd00:9::2", .headers = 48,
};

FIXTURE_VARIANT_ADD(coalesce, tap_ip4)
{
	.type = IFF_TAP, .own = "10.9.0.1", .peer = "10.9.0.2", .headers = 42,
};

FIXTURE_VARIANT_ADD(coalesce, tap_ip6)
{
	.type = IFF_TAP, .own = "fd00:9::1", .peer = "fd00:9::2", .headers = 62,
};

FIXTURE_SETUP(coalesce)
{
	char cmd[200];

	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->type | IFF_NO_PI | IFF_VNET_HDR,
				   O_NONBLOCK));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETOFFLOAD, TUN_F_CSUM | VNET_USO));
	/* IPv6 has nothing to say of itself on a link without neighbours and without an address. */
	snprintf(cmd, sizeof(cmd), "ip link set %s arp off addrgenmode none", self->dev.name);
	ASSERT_EQ(0, system(cmd));
	snprintf(cmd, sizeof(cmd), "ipv6/conf/%s/disable_ipv6", self->dev.name);
	ASSERT_EQ(0, net_sysctl(cmd, "0"));
	snprintf(cmd, sizeof(cmd), "ip addr add %s/%d dev %s nodad", variant->own,
		 strchr(variant->own, ':') ? 64 : 24, self->dev.name);
	ASSERT_EQ(0, system(cmd));
	self->sock = net_udp_socket(variant->own, 7);
	ASSERT_LE(0, self->sock);
	tun_dev_drain(self->dev.fd);
	ASSERT_EQ(0, burst_set(self->dev.fd, BOTH, 0, 0));
	burst_reset(&self->b);
	self->at = 0;
}

FIXTURE_TEARDOWN(coalesce)
{
	close(self->sock);
	close(self->dev.fd);
}

static unsigned char payload[70 * SIZE];

/* A datagram of @len bytes that begin @from bytes into the pattern; 0 or -errno */
static int send_to(FIXTURE_DATA(coalesce) * self, const char *peer, int port, size_t from,
		   size_t len)
{
	for (size_t i = 0; i < len; i++)
		payload[i] = packet_byte(from + i, 1);
	return net_udp_send(self->sock, peer, port, payload, len);
}

#define SEND(from, len) ASSERT_EQ(0, send_to(self, variant->peer, 9, from, len))

/* Whether the next frame carries so much of the pattern from there, in segments of @size or none */
static bool next_is(FIXTURE_DATA(coalesce) * self, size_t headers, size_t from, size_t len,
		    int size)
{
	struct tun_alt_frame frame;
	const unsigned char *data = burst_next(&self->b, &self->at, &frame);
	struct virtio_net_hdr vnet;

	if (!data || frame.len != VNET_PLAIN + headers + len || frame.flags || frame.reserved)
		return false;
	memcpy(&vnet, data, VNET_PLAIN);
	if (vnet.gso_type != (size ? VIRTIO_NET_HDR_GSO_UDP_L4 : VIRTIO_NET_HDR_GSO_NONE) ||
	    vnet.gso_size != size || vnet.flags != VIRTIO_NET_HDR_F_NEEDS_CSUM)
		return false;
	data += VNET_PLAIN + headers;
	for (size_t i = 0; i < len; i++)
		if (data[i] != packet_byte(from + i, 1))
			return false;
	return true;
}

#define READ() ASSERT_LT(0, burst_read(self->dev.fd, &self->b, BURST_ROOM))
#define NEXT(from, len, size) EXPECT_TRUE(next_is(self, variant->headers, from, len, size))
#define END() EXPECT_EQ(self->b.len, self->at)

/* The frame's own numbers of a packet are no sender's. */
static void forget_id(unsigned char *ip)
{
	if (ip[0] == 0x45) {
		memset(ip + 4, 0, 2);
		memset(ip + 10, 0, 2);
	}
}

TEST_F(coalesce, frame_is_that_of_a_sender_of_segments)
{
	static unsigned char golden[VNET_PLAIN + 100 + 10 * SIZE];
	const size_t l2 = variant->type == IFF_TAP ? ETH_HLEN : 0;
	const size_t len = VNET_PLAIN + variant->headers + 9 * SIZE + 7;
	unsigned char *ours = self->b.data + sizeof(struct tun_alt_frame);
	int size = SIZE;

	ASSERT_EQ(0, setsockopt(self->sock, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)));
	SEND(0, 9 * SIZE + 7);
	size = 0;
	ASSERT_EQ(0, setsockopt(self->sock, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)));
	READ();
	ASSERT_EQ(sizeof(struct tun_alt_frame) + len, self->b.len);
	memcpy(golden, ours, len);

	for (int i = 0; i < 9; i++)
		SEND(i * SIZE, SIZE);
	SEND(9 * SIZE, 7);
	READ();
	ASSERT_EQ(sizeof(struct tun_alt_frame) + len, self->b.len);
	if (ours[VNET_PLAIN + l2] == 0x45)
		EXPECT_EQ(0, packet_fold(packet_sum(ours + VNET_PLAIN + l2, 20, 0)));
	forget_id(golden + VNET_PLAIN + l2);
	forget_id(ours + VNET_PLAIN + l2);
	EXPECT_EQ(0, memcmp(golden, ours, len));
}

TEST_F(coalesce, each_datagram_is_counted)
{
	const long long packets = net_stat(self->dev.name, NET_XMITTED_PACKETS);
	const long long bytes = net_stat(self->dev.name, NET_XMITTED_BYTES);

	for (int i = 0; i < 10; i++)
		SEND(i * SIZE, SIZE);
	READ();
	EXPECT_EQ(packets + 10, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(bytes + 10 * (variant->headers + SIZE),
		  net_stat(self->dev.name, NET_XMITTED_BYTES));
}

TEST_F(coalesce, shorter_one_is_the_last_of_a_frame)
{
	SEND(0, SIZE);
	SEND(SIZE, SIZE - 40);
	SEND(2 * SIZE - 40, SIZE - 40);
	SEND(3 * SIZE - 80, SIZE);
	READ();
	NEXT(0, 2 * SIZE - 40, SIZE);
	NEXT(2 * SIZE - 40, SIZE - 40, 0);
	NEXT(3 * SIZE - 80, SIZE, 0);
	END();
}

TEST_F(coalesce, longer_one_begins_another_frame)
{
	SEND(0, SIZE);
	SEND(SIZE, SIZE);
	SEND(2 * SIZE, SIZE + 1);
	SEND(3 * SIZE + 1, SIZE + 1);
	READ();
	NEXT(0, 2 * SIZE, SIZE);
	NEXT(2 * SIZE, 2 * SIZE + 2, SIZE + 1);
	END();
}

TEST_F(coalesce, another_flow_begins_another_frame)
{
	SEND(0, SIZE);
	SEND(SIZE, SIZE);
	ASSERT_EQ(0, send_to(self, variant->peer, 10, 0, SIZE));
	SEND(2 * SIZE, SIZE);
	READ();
	NEXT(0, 2 * SIZE, SIZE);
	NEXT(0, SIZE, 0);
	NEXT(2 * SIZE, SIZE, 0);
	END();
}

TEST_F(coalesce, frame_has_at_most_64_segments)
{
	for (int i = 0; i < 70; i++)
		SEND(i * SIZE, SIZE);
	READ();
	NEXT(0, 64 * SIZE, SIZE);
	NEXT(64 * SIZE, 6 * SIZE, SIZE);
	END();
}

TEST_F(coalesce, frame_is_no_longer_than_ip_can_say)
{
	/* 46 of them are 65004 bytes, and the next would be one too many. */
	const int size = 1413, most = 46;

	for (int i = 0; i < most + 2; i++)
		SEND(i * size, size);
	READ();
	NEXT(0, most * size, size);
	NEXT(most * size, 2 * size, size);
	END();
}

/* Two that could be merged, and are not */
#define EXPECT_TWO() do {							\
	SEND(0, SIZE);								\
	SEND(SIZE, SIZE);							\
	READ();									\
	NEXT(0, SIZE, 0);							\
	NEXT(SIZE, SIZE, 0);							\
	END();									\
} while (0)

TEST_F(coalesce, nothing_is_merged_that_was_not_asked_for)
{
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_READ, 0, 0));
	EXPECT_TWO();
}

TEST_F(coalesce, nothing_is_merged_without_the_offload)
{
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETOFFLOAD, TUN_F_CSUM));
	EXPECT_TWO();
}

TEST_F(coalesce, datagram_without_a_checksum_stays_alone)
{
	int on = 1;

	ASSERT_EQ(0, setsockopt(self->sock, SOL_SOCKET, SO_NO_CHECK, &on, sizeof(on)));
	/* IPv6 heeds it in no case */
	if (strchr(variant->own, ':'))
		return;
	SEND(0, SIZE);
	SEND(SIZE, SIZE);
	READ();
	EXPECT_EQ(2, burst_count(&self->b));
}

TEST_F(coalesce, max_frames_counts_datagrams)
{
	ASSERT_EQ(0, burst_set(self->dev.fd, BOTH, 3, 0));
	for (int i = 0; i < 5; i++)
		SEND(i * SIZE, SIZE);
	READ();
	NEXT(0, 3 * SIZE, SIZE);
	END();
}

TEST_F(coalesce, what_fits_as_packets_fits_as_a_frame)
{
	const size_t place = (sizeof(struct tun_alt_frame) + VNET_PLAIN + variant->headers +
			      SIZE + 7) / 8 * 8;

	for (int i = 0; i < 4; i++)
		SEND(i * SIZE, SIZE);
	ASSERT_LT(0, burst_read(self->dev.fd, &self->b, 2 * place));
	NEXT(0, 2 * SIZE, SIZE);
	END();
}

/* Whatever the fault was in the way of is read next, in order. */
TEST_F(coalesce, fault_loses_nothing)
{
	const size_t page = getpagesize();
	unsigned char *room;

	room = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, room);
	ASSERT_EQ(0, munmap(room + page, page));
	for (int i = 0; i < 10; i++)
		SEND(i * SIZE, SIZE);
	EXPECT_EQ(-1, read(self->dev.fd, room + page - 500, 4096));
	EXPECT_EQ(EFAULT, errno);
	READ();
	NEXT(0, 10 * SIZE, SIZE);
	END();
	munmap(room, page);
}

TEST_HARNESS_MAIN
