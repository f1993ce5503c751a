// SPDX-License-Identifier: GPL-2.0
/* Buffers that the program lends: large frames go up from where they are, and come back */
#include <linux/virtio_net.h>

#include "kselftest_harness.h"
#include "bpf/verdict.h"
#include "bpf_test.h"
#include "shared.h"

#define LEAST TUN_ALT_RING_LEAST
#define BUFFER TUN_ALT_BUFFER_BYTES
#define BUFFERS 8
#define PORT 4004
#define LARGE 60000

FIXTURE(lend)
{
	struct tun_dev dev;
	int sock;
	int other;
	struct rings rings;
	struct packet packet;
};

FIXTURE_SETUP(lend)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 65535));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.9.0.1", "255.255.255.0"));
	self->sock = net_udp_socket("10.9.0.1", PORT);
	self->other = net_udp_socket("10.9.0.1", PORT + 1);
	ASSERT_LE(0, self->sock);
	ASSERT_LE(0, self->other);
	ASSERT_EQ(0, rings_begin_lending(self->dev.fd, &self->rings, LEAST, BUFFERS * BUFFER, 0));
}

FIXTURE_TEARDOWN(lend)
{
	rings_unmap(&self->rings);
	close(self->sock);
	close(self->other);
	close(self->dev.fd);
}

/* A datagram for @port of the pattern @seed, in the buffers from @start on; its bytes */
static __u32 put(FIXTURE_DATA(lend) * self, __u32 start, int port, size_t payload,
		 unsigned int seed)
{
	const struct packet_flow flow = packet_flow("10.9.0.2", "10.9.0.1", port, port);
	struct packet *p = &self->packet;

	packet_reset(p);
	packet_udp(p, &flow, payload, seed);
	memcpy(self->rings.buffer + start, p->data, p->len);
	return p->len;
}

/* One datagram of them, handed over; what the kick said */
static int lend(FIXTURE_DATA(lend) * self, __u32 start, int port, size_t payload,
		unsigned int seed)
{
	rings_lend(&self->rings, start, put(self, start, port, payload, seed),
		   TUN_ALT_RECORD_CHECKED);
	return rings_submit(self->dev.fd, &self->rings);
}

/* Whether @sock has got that datagram */
static bool comes(int sock, size_t payload, unsigned int seed)
{
	static unsigned char room[PACKET_MAX];
	ssize_t len;

	if (!(net_poll(sock, POLLIN, NET_SOON_MS) & POLLIN))
		return false;
	len = recv(sock, room, sizeof(room), MSG_DONTWAIT);
	return len == (ssize_t)payload && packet_match(room, payload, seed) == payload;
}

static bool busy(const FIXTURE_DATA(lend) * self, unsigned int i)
{
	return __atomic_load_n(&self->rings.busy[i], __ATOMIC_ACQUIRE);
}

static unsigned int busy_buffers(const FIXTURE_DATA(lend) * self)
{
	unsigned int n = 0;

	for (int i = 0; i < BUFFERS; i++)
		n += busy(self, i);
	return n;
}

/* How many are busy once nothing but time and kicks can help */
static unsigned int busy_at_last(const FIXTURE_DATA(lend) * self)
{
	for (int i = 0; i < NET_SOON_MS && busy_buffers(self); i++) {
		if (rings_kick(self->dev.fd) < 0)
			break;
		usleep(1000);
	}
	return busy_buffers(self);
}

TEST_F(lend, frame_goes_up_and_its_buffer_comes_back)
{
	for (int i = 0; i < 3 * BUFFERS; i++) {
		ASSERT_EQ(1, lend(self, i % BUFFERS * BUFFER, PORT, LARGE, i));
		EXPECT_TRUE(busy(self, i % BUFFERS));
		ASSERT_TRUE(comes(self->sock, LARGE, i))
			TH_LOG("datagram %d", i);
		EXPECT_EQ(0, busy_at_last(self));
	}
	EXPECT_EQ(0, self->rings.write.shared->drops);
}

/* What comes back first need not be what was lent first, and the ring itself goes on. */
TEST_F(lend, buffer_that_is_kept_keeps_nobody_else)
{
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	for (int i = 0; i < 20; i++) {
		const struct packet *p = &self->packet;

		ASSERT_EQ(1, lend(self, BUFFER, PORT + 1, LARGE, i));
		ASSERT_TRUE(comes(self->other, LARGE, i));
		put(self, 2 * BUFFER, PORT + 1, LARGE, i + 100);
		ASSERT_TRUE(rings_add(&self->rings, p->data, p->len));
		ASSERT_EQ(1, rings_submit(self->dev.fd, &self->rings));
		ASSERT_TRUE(comes(self->other, LARGE, i + 100));
		for (int j = 0; j < NET_SOON_MS && busy(self, 1); j++) {
			usleep(1000);
			rings_kick(self->dev.fd);
		}
		EXPECT_FALSE(busy(self, 1));
		EXPECT_TRUE(busy(self, 0));
	}
	ASSERT_TRUE(comes(self->sock, LARGE, 1));
	EXPECT_EQ(0, busy_at_last(self));
}

/* Nobody has copied it: what the program writes there later is what the socket reads. */
TEST_F(lend, payload_is_used_where_it_is)
{
	static unsigned char room[PACKET_MAX];

	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	ASSERT_TRUE(busy(self, 0));
	self->rings.buffer[PACKET_IPV4_LEN + PACKET_UDP_LEN + LARGE - 1] ^= 0xff;
	ASSERT_EQ(LARGE, recv(self->sock, room, sizeof(room), 0));
	EXPECT_EQ(LARGE - 1, packet_match(room, LARGE, 1));
}

/* But for the headers: where it goes, and how much there is of it, was looked at. */
TEST_F(lend, headers_are_copied)
{
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	memset(self->rings.buffer, 0xff, PACKET_IPV4_LEN + PACKET_UDP_LEN);
	EXPECT_TRUE(comes(self->sock, LARGE, 1));
}

TEST_F(lend, small_frame_is_copied)
{
	const size_t headers = PACKET_IPV4_LEN + PACKET_UDP_LEN;
	const size_t most = TUN_ALT_BUFFER_COPIED - headers;

	for (size_t payload = 1; payload <= most; payload += payload < most - 3 ? 511 : 1) {
		ASSERT_EQ(1, lend(self, 100, PORT, payload, payload));
		EXPECT_EQ(0, busy_buffers(self))
			TH_LOG("%zu bytes", payload);
		ASSERT_TRUE(comes(self->sock, payload, payload));
	}
	ASSERT_EQ(1, lend(self, 100, PORT, most + 1, 1));
	EXPECT_TRUE(busy(self, 0));
	EXPECT_TRUE(comes(self->sock, most + 1, 1));
}

TEST_F(lend, frame_may_go_on_in_the_next_buffer)
{
	for (__u32 start = BUFFER - 300; start < 2 * BUFFER + 300; start += 997) {
		ASSERT_EQ(1, lend(self, start, PORT, LARGE, start));
		EXPECT_LE(1, busy_buffers(self));
		EXPECT_EQ(start < BUFFER, busy(self, 0))
			TH_LOG("from %u on", start);
		ASSERT_TRUE(comes(self->sock, LARGE, start))
			TH_LOG("from %u on", start);
		EXPECT_EQ(0, busy_at_last(self));
	}
}

TEST_F(lend, longest_frame_goes_up_from_everywhere)
{
	const size_t payload = 65535 - PACKET_IPV4_LEN - PACKET_UDP_LEN;
	const __u32 last = BUFFERS * BUFFER - 65535;
	const __u32 starts[] = { 0, 1, BUFFER - 1, BUFFER, last - 1, last };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		ASSERT_EQ(1, lend(self, starts[i], PORT, payload, i));
		ASSERT_TRUE(comes(self->sock, payload, i))
			TH_LOG("from %u on", starts[i]);
		EXPECT_EQ(0, busy_at_last(self));
	}
}

/* One is counted, and what is behind it goes up. */
static bool is_refused(FIXTURE_DATA(lend) * self, __u32 start, __u32 len)
{
	__u32 drops = self->rings.write.shared->drops;

	rings_lend(&self->rings, start, len, 0);
	rings_lend(&self->rings, 0, put(self, 0, PORT, LARGE, 5), 0);
	return rings_submit(self->dev.fd, &self->rings) == 2 &&
	       self->rings.write.shared->drops == drops + 1 && comes(self->sock, LARGE, 5);
}

TEST_F(lend, frame_that_is_not_in_the_buffers_is_refused)
{
	const __u32 all = BUFFERS * BUFFER;

	EXPECT_TRUE(is_refused(self, 0, 0));
	EXPECT_TRUE(is_refused(self, all, 1));
	EXPECT_TRUE(is_refused(self, all - 5000, 5001));
	EXPECT_TRUE(is_refused(self, 0, TUN_ALT_RING_SLACK + 1));
	EXPECT_TRUE(is_refused(self, 0, ~0U));
	EXPECT_TRUE(is_refused(self, ~0U, 5000));
	EXPECT_TRUE(is_refused(self, ~0U - 4999, 5000));
	EXPECT_EQ(0, busy_at_last(self));
}

TEST_F(lend, record_of_another_length_is_refused)
{
	const struct tun_alt_lent lent[2] = { { .len = 5000 }, { .len = 5000 } };

	for (size_t len = 0; len <= sizeof(lent); len++) {
		unsigned char *at = rings_add(&self->rings, lent, len);

		if (len == sizeof(lent[0]))
			continue;
		((struct tun_alt_record *)at - 1)->flags = TUN_ALT_RECORD_LENT;
	}
	EXPECT_EQ((int)sizeof(lent) + 1, rings_submit(self->dev.fd, &self->rings));
	/* The one that is not lent is no packet either. */
	EXPECT_EQ(sizeof(lent) + 1, self->rings.write.shared->drops);
	EXPECT_EQ(0, busy_buffers(self));
}

TEST_F(lend, device_that_is_down_gives_back)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	EXPECT_EQ(1, self->rings.write.shared->drops);
	EXPECT_EQ(0, busy_at_last(self));
}

/* Who judges a frame, and who is charged for it, is to have it for himself. */
TEST_F(lend, limited_sender_has_it_copied)
{
	int limit = 10 * LARGE;

	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETSNDBUF, (unsigned long)&limit));
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	EXPECT_EQ(0, busy_buffers(self));
	EXPECT_TRUE(comes(self->sock, LARGE, 1));
}

TEST_F(lend, program_of_xdp_has_it_copied)
{
	struct bpf_object *obj = bpf_test_load("verdict");

	ASSERT_NE(NULL, obj);
	ASSERT_EQ(0, bpf_test_config(obj, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, bpf_test_xdp_attach(self->dev.name, bpf_test_prog(obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	EXPECT_EQ(0, busy_buffers(self));
	ASSERT_EQ(0, bpf_test_xdp_detach(self->dev.name, XDP_FLAGS_DRV_MODE));
	bpf_object__close(obj);
	ASSERT_EQ(1, lend(self, BUFFER, PORT, LARGE, 2));
	EXPECT_TRUE(busy(self, 1));
	EXPECT_EQ(2, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(lend, packet_outlives_rings_mapping_and_device)
{
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	rings_unmap(&self->rings);
	close(self->dev.fd);
	self->dev.fd = -1;
	EXPECT_TRUE(comes(self->sock, LARGE, 1));
}

TEST_F(lend, fdinfo_tells_how_many_are_busy)
{
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	EXPECT_STREQ("\tbytes 131072 used 0 drops 0 state 0x0 buffers 524288 busy 1\n",
		     rings_info(self->dev.fd, "write-ring:"));
	EXPECT_TRUE(comes(self->sock, LARGE, 1));
	EXPECT_EQ(0, busy_at_last(self));
	EXPECT_STREQ("\tbytes 131072 used 0 drops 0 state 0x0 buffers 524288 busy 0\n",
		     rings_info(self->dev.fd, "write-ring:"));
}

/* What stands on the program's side is its own affair. */
TEST_F(lend, busy_is_the_kernels_own_business)
{
	ASSERT_EQ(1, lend(self, 0, PORT, LARGE, 1));
	for (int i = 0; i < BUFFERS; i++)
		self->rings.busy[i] = i ? ~0U : 0;
	ASSERT_EQ(1, lend(self, BUFFER, PORT, LARGE, 2));
	EXPECT_TRUE(comes(self->sock, LARGE, 1));
	EXPECT_TRUE(comes(self->sock, LARGE, 2));
	for (int i = 0; i < NET_SOON_MS && busy(self, 1); i++) {
		usleep(1000);
		ASSERT_EQ(0, rings_kick(self->dev.fd));
	}
	EXPECT_FALSE(busy(self, 1));
	EXPECT_EQ(~0U, self->rings.busy[2]);
}

/* Ethernet and a virtio-net header, as large frames of a guest have them, whatever it says there */
TEST(frame_of_a_guest_is_lent_whole)
{
	static const unsigned char from[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	static const __u16 fits[] = { 0, ETH_HLEN, 54, 255, 257, 4000 };
	static const __u16 short_ones[] = { 1, ETH_HLEN - 1 };
	static unsigned char room[PACKET_MAX];
	struct virtio_net_hdr *head;
	struct packet packet = {};
	struct rings rings = {};
	struct tun_dev dev;
	int seen;

	ASSERT_EQ(0, tun_dev_setup(&dev, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(dev.name, 65521));
	ASSERT_EQ(0, rings_begin_lending(dev.fd, &rings, LEAST, 2 * BUFFER, 0));
	seen = net_packet_socket(dev.name, 0x88b5);
	ASSERT_LE(0, seen);
	head = (struct virtio_net_hdr *)packet_room(&packet, sizeof(*head));
	packet_mac(&packet, from, from);
	packet_type(&packet, 0x88b5);
	packet_fill(&packet, LARGE, 3);
	for (size_t i = 0; i < ARRAY_SIZE(fits); i++) {
		head->hdr_len = fits[i];
		memcpy(rings.buffer + 64, packet.data, packet.len);
		rings_lend(&rings, 64, packet.len, 0);
		ASSERT_EQ(1, rings_submit(dev.fd, &rings));
		ASSERT_EQ(ETH_HLEN + LARGE, recv(seen, room, sizeof(room), MSG_DONTWAIT))
			TH_LOG("%u bytes of headers", fits[i]);
		EXPECT_EQ(0, memcmp(room, packet.data + sizeof(*head), ETH_HLEN + LARGE));
	}
	for (size_t i = 0; i < ARRAY_SIZE(short_ones); i++) {
		head->hdr_len = short_ones[i];
		memcpy(rings.buffer + 64, packet.data, packet.len);
		rings_lend(&rings, 64, packet.len, 0);
		ASSERT_EQ(1, rings_submit(dev.fd, &rings));
		EXPECT_EQ(i + 1, rings.write.shared->drops);
	}
	close(seen);
	rings_unmap(&rings);
	close(dev.fd);
}

/* A datagram of the pattern that goes on where the last one ended; its bytes */
static __u32 stream(struct packet *p, size_t payload, size_t at)
{
	const struct packet_flow flow = packet_flow("10.9.0.2", "10.9.0.1", PORT, PORT);

	packet_reset(p);
	packet_udp(p, &flow, payload, at);
	/* Of one identification only those belong together that may not be cut. */
	p->data[6] |= 0x40;
	packet_put16(p->data + 10, 0);
	packet_put16(p->data + 10, packet_fold(packet_sum(p->data, PACKET_IPV4_LEN, 0)));
	return p->len;
}

/* Small ones are merged, and a lent one does not overtake them. */
TEST_F(lend, merged_and_lent_stay_in_order)
{
	static const size_t lengths[] = { 1000, 1000, 1000, 5000, 1000, 1000, 9000, 5000, 1000 };
	static unsigned char room[PACKET_MAX];
	const int one = 1;
	size_t sent = 0, got = 0;
	__u32 start = 0;

	rings_unmap(&self->rings);
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	ASSERT_EQ(0, rings_begin_lending(self->dev.fd, &self->rings, LEAST, BUFFERS * BUFFER,
					 TUN_ALT_RING_GRO));
	ASSERT_EQ(0, setsockopt(self->sock, IPPROTO_UDP, 104 /* UDP_GRO */, &one, sizeof(one)));
	for (int round = 0; round < 5; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
			__u32 len = stream(&self->packet, lengths[i], sent);

			if (lengths[i] == 1000) {
				rings_add(&self->rings, self->packet.data, len);
			} else {
				memcpy(self->rings.buffer + start, self->packet.data, len);
				rings_lend(&self->rings, start, len, 0);
				start = (start + 0x4000) % (BUFFERS * BUFFER / 2);
			}
			sent += lengths[i];
		}
		ASSERT_EQ((int)ARRAY_SIZE(lengths), rings_submit(self->dev.fd, &self->rings));
		while (got < sent) {
			ssize_t len = recv(self->sock, room, sizeof(room), MSG_DONTWAIT);

			ASSERT_LT(0, len)
				TH_LOG("%zu bytes of %zu", got, sent);
			ASSERT_EQ(len, packet_match(room, len, got))
				TH_LOG("%zu bytes are right, not the next %zd", got, len);
			got += len;
		}
	}
}

TEST_HARNESS_MAIN
