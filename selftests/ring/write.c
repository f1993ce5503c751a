// SPDX-License-Identifier: GPL-2.0
/* The write ring: what the program puts there goes up by a kick, whole, in order, none twice */
#include <signal.h>
#include <sys/time.h>

#include "kselftest_harness.h"
#include "abi/iff.h"
#include "bucket.h"
#include "shared.h"

#define LEAST TUN_ALT_RING_LEAST
#define PORT 4004

FIXTURE(write)
{
	struct tun_dev dev;
	int sock;
	struct rings rings;
	struct packet packet;
};

FIXTURE_SETUP(write)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 65535));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.9.0.1", "255.255.255.0"));
	self->sock = net_udp_socket("10.9.0.1", PORT);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, 0, LEAST, 0));
}

FIXTURE_TEARDOWN(write)
{
	rings_unmap(&self->rings);
	close(self->sock);
	close(self->dev.fd);
}

/* A datagram for the socket of the pattern @seed */
static const struct packet *datagram(struct packet *packet, size_t payload, unsigned int seed)
{
	const struct packet_flow flow = packet_flow("10.9.0.2", "10.9.0.1", PORT, PORT);

	packet_reset(packet);
	packet_udp(packet, &flow, payload, seed);
	return packet;
}

/* Puts one into the ring; whether there was room */
static bool add(FIXTURE_DATA(write) * self, size_t payload, unsigned int seed)
{
	const struct packet *p = datagram(&self->packet, payload, seed);

	return rings_add(&self->rings, p->data, p->len);
}

/* Whether the socket has got that datagram */
static bool comes(FIXTURE_DATA(write) * self, size_t payload, unsigned int seed)
{
	static unsigned char room[PACKET_MAX];
	ssize_t len;

	if (!(net_poll(self->sock, POLLIN, NET_SOON_MS) & POLLIN))
		return false;
	len = recv(self->sock, room, sizeof(room), MSG_DONTWAIT);
	return len == (ssize_t)payload && packet_match(room, payload, seed) == payload;
}

static bool none_comes(FIXTURE_DATA(write) * self)
{
	return !net_poll(self->sock, POLLIN, 20);
}

TEST_F(write, records_go_up_in_order_by_one_kick)
{
	for (int i = 0; i < 100; i++)
		ASSERT_TRUE(add(self, 10 + i, i));
	EXPECT_TRUE(none_comes(self));
	ASSERT_EQ(100, rings_submit(self->dev.fd, &self->rings));
	for (int i = 0; i < 100; i++) {
		ASSERT_TRUE(comes(self, 10 + i, i))
			TH_LOG("datagram %d", i);
	}
	EXPECT_TRUE(none_comes(self));
	EXPECT_EQ(100, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, self->rings.write.shared->drops);
	EXPECT_EQ(0, rings_kick(self->dev.fd));
}

TEST_F(write, each_length_goes_up_whole)
{
	for (size_t payload = 1; payload < 20000; payload += payload < 200 ? 1 : 977) {
		ASSERT_TRUE(add(self, payload, payload))
			TH_LOG("%zu bytes", payload);
		ASSERT_EQ(1, rings_submit(self->dev.fd, &self->rings))
			TH_LOG("%zu bytes", payload);
		ASSERT_TRUE(comes(self, payload, payload))
			TH_LOG("%zu bytes", payload);
	}
}

TEST_F(write, longest_goes_up_again_and_again)
{
	const size_t payload = 65535 - PACKET_IPV4_LEN - PACKET_UDP_LEN;

	for (int i = 0; i < 20; i++) {
		ASSERT_TRUE(add(self, payload, i))
			TH_LOG("datagram %d", i);
		ASSERT_EQ(1, rings_submit(self->dev.fd, &self->rings));
		ASSERT_TRUE(comes(self, payload, i))
			TH_LOG("datagram %d", i);
	}
}

TEST_F(write, what_is_not_submitted_does_not_go_up)
{
	ASSERT_TRUE(add(self, 100, 1));
	EXPECT_EQ(0, rings_kick(self->dev.fd));
	EXPECT_TRUE(none_comes(self));
	EXPECT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 1));
}

TEST_F(write, full_ring_has_room_after_a_kick)
{
	unsigned int n = 0;

	while (add(self, 1000, n))
		n++;
	EXPECT_EQ(LEAST / tun_alt_ring_span(1000 + PACKET_IPV4_LEN + PACKET_UDP_LEN), n);
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLOUT, 0));
	ASSERT_EQ((int)n, rings_kick(self->dev.fd));
	EXPECT_EQ(POLLOUT, net_poll(self->dev.fd, POLLOUT, 0));
	EXPECT_TRUE(add(self, 1000, 0));
}

TEST_F(write, kick_is_wanted_again_once_all_is_taken)
{
	for (int i = 0; i < 5; i++) {
		ASSERT_TRUE(add(self, 100, i));
		ASSERT_TRUE(tun_alt_ring_submit(&self->rings.write, self->rings.write.tail));
		/* Somebody is on the way: another one need not. */
		ASSERT_TRUE(add(self, 100, i + 1));
		ASSERT_FALSE(tun_alt_ring_submit(&self->rings.write, self->rings.write.tail));
		ASSERT_EQ(2, rings_kick(self->dev.fd));
		ASSERT_TRUE(comes(self, 100, i));
		ASSERT_TRUE(comes(self, 100, i + 1));
	}
}

TEST_F(write, refused_record_is_counted_and_those_behind_it_go_up)
{
	unsigned char *at;

	ASSERT_TRUE(add(self, 100, 1));
	/* Neither IPv4 nor IPv6 */
	ASSERT_NE(NULL, rings_add(&self->rings, "\x10nothing", 7));
	ASSERT_TRUE(add(self, 100, 2));
	/* Flags that there are not */
	ASSERT_TRUE(add(self, 100, 3));
	at = (unsigned char *)self->rings.write.records + 2 * tun_alt_ring_span(128) +
	     tun_alt_ring_span(7);
	((struct tun_alt_record *)at)->flags = 0x8000;
	/* Nothing at all */
	ASSERT_NE(NULL, rings_add(&self->rings, NULL, 0));
	ASSERT_TRUE(add(self, 100, 4));
	ASSERT_EQ(6, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_TRUE(comes(self, 100, 2));
	EXPECT_TRUE(comes(self, 100, 4));
	EXPECT_TRUE(none_comes(self));
	EXPECT_EQ(3, self->rings.write.shared->drops);
	EXPECT_EQ(3, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

/* A poll that waits for more of a batch hears that there is none. */
TEST_F(write, refused_record_at_the_end_leaves_none_behind)
{
	const struct packet *p = datagram(&self->packet, 100, 1);
	struct tun_dev napi = { };
	struct rings rings;

	ASSERT_EQ(0, tun_dev_create(&napi, IFF_TUN | IFF_NO_PI | IFF_NAPI, O_NONBLOCK));
	ASSERT_EQ(0, rings_begin(napi.fd, &rings, 0, LEAST, 0));
	ASSERT_NE(NULL, rings_add(&rings, p->data, p->len));
	ASSERT_NE(NULL, rings_add(&rings, "\x10nothing", 7));
	ASSERT_EQ(2, rings_submit(napi.fd, &rings));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_EQ(1, rings.write.shared->drops);
	rings_unmap(&rings);
	close(napi.fd);
}

TEST_F(write, device_that_is_down_refuses_all_and_none_stays)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	for (int i = 0; i < 10; i++)
		ASSERT_TRUE(add(self, 100, i));
	EXPECT_EQ(10, rings_submit(self->dev.fd, &self->rings));
	EXPECT_EQ(10, self->rings.write.shared->drops);
	ASSERT_EQ(0, net_set_up(self->dev.name, 1));
	EXPECT_TRUE(none_comes(self));
	ASSERT_TRUE(add(self, 100, 7));
	EXPECT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 7));
}

/* What can be is not what is: each of these numbers ends the ring. */
static void expect_broken(struct __test_metadata *_metadata, FIXTURE_DATA(write) * self)
{
	struct tun_alt_ring *shared = self->rings.write.shared;

	EXPECT_EQ(-EIO, rings_kick(self->dev.fd));
	EXPECT_EQ(TUN_ALT_RING_BROKEN, shared->state);
	EXPECT_TRUE(net_poll(self->dev.fd, POLLOUT, 0) & POLLERR);
	EXPECT_EQ(-EIO, rings_kick(self->dev.fd));
	/* Another ring is a new beginning. */
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	rings_unmap(&self->rings);
	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, 0, LEAST, 0));
	ASSERT_TRUE(add(self, 100, 7));
	EXPECT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 7));
}

TEST_F(write, tail_farther_than_the_ring_is_long_breaks_it)
{
	self->rings.write.shared->tail = LEAST + TUN_ALT_RECORD_ALIGN;
	expect_broken(_metadata, self);
}

TEST_F(write, tail_between_records_breaks_the_ring)
{
	ASSERT_TRUE(add(self, 100, 1));
	self->rings.write.shared->tail = self->rings.write.tail - 1;
	expect_broken(_metadata, self);
}

TEST_F(write, tail_that_goes_back_breaks_the_ring)
{
	ASSERT_TRUE(add(self, 100, 1));
	ASSERT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	ASSERT_TRUE(comes(self, 100, 1));
	self->rings.write.shared->tail -= TUN_ALT_RECORD_ALIGN;
	expect_broken(_metadata, self);
}

TEST_F(write, record_that_ends_behind_the_tail_breaks_the_ring)
{
	struct tun_alt_record *record = self->rings.write.records;

	ASSERT_TRUE(add(self, 100, 1));
	record->len += TUN_ALT_RECORD_ALIGN;
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
	expect_broken(_metadata, self);
}

TEST_F(write, record_of_4_gib_breaks_the_ring)
{
	struct tun_alt_record *record = self->rings.write.records;

	ASSERT_TRUE(add(self, 100, 1));
	record->len = ~0U;
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
	expect_broken(_metadata, self);
}

TEST_F(write, record_longer_than_any_breaks_the_ring)
{
	struct tun_alt_record *record = self->rings.write.records;

	record->len = TUN_ALT_RING_SLACK;
	self->rings.write.shared->tail = LEAST;
	expect_broken(_metadata, self);
}

TEST_F(write, records_before_a_broken_one_have_gone_up)
{
	struct tun_alt_record *record;

	ASSERT_TRUE(add(self, 100, 1));
	record = tun_alt_ring_at(&self->rings.write, self->rings.write.tail);
	ASSERT_TRUE(add(self, 100, 2));
	record->len = ~0U;
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
	EXPECT_EQ(1, rings_kick(self->dev.fd));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_TRUE(none_comes(self));
	EXPECT_EQ(TUN_ALT_RING_BROKEN, self->rings.write.shared->state);
}

/* Nobody looks at its own numbers there. */
TEST_F(write, head_is_the_kernels_own_business)
{
	ASSERT_TRUE(add(self, 100, 1));
	self->rings.write.shared->head = 0x12345678;
	self->rings.write.shared->wake_head = ~0U;
	self->rings.write.shared->state = ~0U;
	ASSERT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_EQ(self->rings.write.tail, self->rings.write.shared->head);
}

TEST_F(write, read_ring_beside_it_is_kicked_as_well)
{
	struct rings read;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &read, LEAST, 0, 0));
	ASSERT_TRUE(add(self, 100, 1));
	EXPECT_EQ(1, rings_submit(self->dev.fd, &self->rings));
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_EQ(0, rings_kick(self->dev.fd));
	rings_unmap(&read);
}

static void ignore(int signal)
{
}

/* Signals come at any moment of a kick, also behind its last record. */
TEST_F(write, kick_that_a_signal_ends_is_wanted_again)
{
	const struct itimerval often = { .it_interval.tv_usec = 300, .it_value.tv_usec = 300 };
	const struct itimerval never = {};
	struct tun_alt_ring_view *view = &self->rings.write;
	struct sigaction action = { .sa_handler = ignore };
	bool wanted;
	int ret;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, setitimer(ITIMER_REAL, &often, NULL));
	for (int i = 0; i < scaled(3000); i++) {
		for (int k = 0; k < 64; k++)
			ASSERT_TRUE(add(self, 0, k));
		wanted = tun_alt_ring_submit(view, view->tail);
		ASSERT_TRUE(wanted)
			TH_LOG("round %d: %u records and nobody takes them", i,
			       (view->tail - view->head) / tun_alt_ring_span(28));
		do {
			ret = rings_kick(self->dev.fd);
			ASSERT_TRUE(ret >= 0 || ret == -EINTR);
			ASSERT_TRUE(tun_alt_ring_look(view));
		} while (view->head != view->tail);
	}
	EXPECT_EQ(0, setitimer(ITIMER_REAL, &never, NULL));
}

/* A limit that one frame is above, and a bucket that holds one */
TEST(limit_of_the_send_buffer_is_eagain_and_nothing_is_lost)
{
	int one = 1, most = INT_MAX, n = 0;
	struct tun_dev dev;
	struct rings rings;

	ASSERT_EQ(0, tun_dev_setup(&dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(dev.name));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETSNDBUF, (unsigned long)&one));
	ASSERT_LE(1, bucket_fill(dev.fd));
	ASSERT_EQ(0, rings_begin(dev.fd, &rings, 0, LEAST, 0));
	/* So many that room in the ring alone would be no reason to go on */
	while (rings_add(&rings, bucket_frame, BUCKET_FRAME_LEN))
		n++;
	ASSERT_LE(3, n);
	EXPECT_EQ(-EAGAIN, rings_submit(dev.fd, &rings));
	EXPECT_EQ(-EAGAIN, rings_kick(dev.fd));
	EXPECT_EQ(0, net_poll(dev.fd, POLLOUT, 0));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETSNDBUF, (unsigned long)&most));
	EXPECT_EQ(POLLOUT, net_poll(dev.fd, POLLOUT, 0));
	EXPECT_EQ(n, rings_kick(dev.fd));
	EXPECT_EQ(POLLOUT, net_poll(dev.fd, POLLOUT, 0));
	EXPECT_EQ(0, rings.write.shared->drops);
	rings_unmap(&rings);
	EXPECT_EQ(0, bucket_remove());
	close(dev.fd);
}

TEST_HARNESS_MAIN
