// SPDX-License-Identifier: GPL-2.0
/* The write ring taken by a poll: by the queue's thread, or for a socket that polls busily */
#include <pthread.h>

#include "kselftest_harness.h"
#include "abi/iff.h"
#include "bucket.h"
#include "shared.h"

#ifndef SO_BUSY_POLL
#define SO_BUSY_POLL 46
#endif

#define LEAST TUN_ALT_RING_LEAST
#define BUFFER TUN_ALT_BUFFER_BYTES
#define HOST "10.9.0.1"
#define PORT 4006
/* Rounds of a test that would take minutes with KASAN */
#define ROUNDS 40
#define MANY 300

FIXTURE(threaded)
{
	struct tun_dev dev;
	int sock;
	struct rings rings;
	struct packet packet;
};

FIXTURE_VARIANT(threaded)
{
	const char *way;
	int flags;
	__u32 options;
};

FIXTURE_VARIANT_ADD(threaded, tun) { .way = "1", .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(threaded, merging) { .way = "1", .flags = IFF_TUN, TUN_ALT_RING_GRO };
FIXTURE_VARIANT_ADD(threaded, off) { .way = "0", .flags = IFF_TUN };

FIXTURE_SETUP(threaded)
{
	struct tun_alt_ring_setup *setup = &self->rings.setup;

	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 65535));
	ASSERT_EQ(0, net_addr4(self->dev.name, HOST, "255.255.255.0"));
	self->sock = net_udp_socket(HOST, PORT);
	ASSERT_LE(0, self->sock);
	*setup = (struct tun_alt_ring_setup){
		.size = sizeof(*setup), .flags = variant->options,
		.write.bytes = LEAST, .buffers.bytes = 4 * BUFFER,
	};
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)setup));
	ASSERT_EQ(0, rings_map(self->dev.fd, &setup->write, &self->rings.write));
	ASSERT_EQ(0, rings_map_buffers(self->dev.fd, &self->rings));
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, iff_put(self->dev.name, "threaded", variant->way));
}

FIXTURE_TEARDOWN(threaded)
{
	rings_unmap(&self->rings);
	close(self->sock);
	close(self->dev.fd);
}

static const struct packet *datagram(FIXTURE_DATA(threaded) * self, size_t payload,
				     unsigned int seed)
{
	const struct packet_flow flow = packet_flow("10.9.0.2", HOST, PORT, PORT);

	packet_reset(&self->packet);
	packet_udp(&self->packet, &flow, payload, seed);
	return &self->packet;
}

static bool add(FIXTURE_DATA(threaded) * self, size_t payload, unsigned int seed)
{
	const struct packet *p = datagram(self, payload, seed);

	return rings_add(&self->rings, p->data, p->len);
}

/* Whether the socket gets that datagram */
static bool comes(FIXTURE_DATA(threaded) * self, size_t payload, unsigned int seed)
{
	static unsigned char room[PACKET_MAX];
	ssize_t len;

	if (!(net_poll(self->sock, POLLIN, NET_SOON_MS) & POLLIN))
		return false;
	len = recv(self->sock, room, sizeof(room), MSG_DONTWAIT);
	return len == (ssize_t)payload && packet_match(room, payload, seed) == payload;
}

/* Whether all records are taken, soon */
static bool is_taken(FIXTURE_DATA(threaded) * self)
{
	const struct tun_alt_ring *shared = self->rings.write.shared;

	for (int i = 0; i < NET_SOON_MS; i++) {
		if (__atomic_load_n(&shared->head, __ATOMIC_ACQUIRE) == self->rings.write.tail)
			return true;
		usleep(1000);
	}
	return false;
}

/* The thread takes them: the kick, which has not waited, cannot say how many. */
TEST_F(threaded, records_are_taken_in_order)
{
	const int wanted = *variant->way == '1' ? 0 : 20;

	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 20; i++)
			ASSERT_TRUE(add(self, 100 + i, round + i));
		ASSERT_EQ(wanted, rings_submit(self->dev.fd, &self->rings))
			TH_LOG("round %d", round);
		for (int i = 0; i < 20; i++) {
			ASSERT_TRUE(comes(self, 100 + i, round + i))
				TH_LOG("round %d, datagram %d", round, i);
		}
		ASSERT_TRUE(is_taken(self));
	}
	EXPECT_EQ(ROUNDS * 20, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, self->rings.write.shared->drops);
}

TEST_F(threaded, each_length_goes_up_whole)
{
	const size_t longest = 65535 - PACKET_IPV4_LEN - PACKET_UDP_LEN;

	for (size_t payload = 1; payload < longest; payload += payload < 200 ? 33 : 4091) {
		ASSERT_TRUE(add(self, payload, payload));
		rings_submit(self->dev.fd, &self->rings);
		ASSERT_TRUE(comes(self, payload, payload))
			TH_LOG("%zu bytes", payload);
		ASSERT_TRUE(is_taken(self));
	}
	for (int i = 0; i < 20; i++) {
		ASSERT_TRUE(add(self, longest, i));
		rings_submit(self->dev.fd, &self->rings);
		ASSERT_TRUE(comes(self, longest, i))
			TH_LOG("datagram %d", i);
		ASSERT_TRUE(is_taken(self));
	}
}

TEST_F(threaded, what_is_lent_goes_up_and_comes_back)
{
	for (int i = 0; i < 20; i++) {
		const struct packet *p = datagram(self, 50000, i);

		memcpy(self->rings.buffer + i % 4 * BUFFER, p->data, p->len);
		rings_lend(&self->rings, i % 4 * BUFFER, p->len, 0);
		rings_submit(self->dev.fd, &self->rings);
		ASSERT_TRUE(comes(self, 50000, i))
			TH_LOG("datagram %d", i);
		for (int k = 0; k < NET_SOON_MS && self->rings.busy[i % 4]; k++) {
			usleep(1000);
			rings_kick(self->dev.fd);
		}
		ASSERT_EQ(0, self->rings.busy[i % 4]);
	}
}

TEST_F(threaded, kick_is_wanted_again_once_it_is_idle)
{
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_TRUE(add(self, 100, i));
		ASSERT_TRUE(tun_alt_ring_submit(&self->rings.write, self->rings.write.tail))
			TH_LOG("round %d", i);
		ASSERT_LE(0, rings_kick(self->dev.fd));
		ASSERT_TRUE(comes(self, 100, i));
		/* That it is idle is said behind the last datagram. */
		for (int k = 0; k < NET_SOON_MS; k++) {
			if (self->rings.write.shared->wake_tail == self->rings.write.tail)
				break;
			usleep(1000);
		}
	}
}

TEST_F(threaded, refused_record_is_counted)
{
	ASSERT_TRUE(rings_add(&self->rings, "\x10", 1));
	ASSERT_TRUE(add(self, 100, 1));
	rings_submit(self->dev.fd, &self->rings);
	EXPECT_TRUE(comes(self, 100, 1));
	EXPECT_TRUE(is_taken(self));
	EXPECT_EQ(1, self->rings.write.shared->drops);
}

TEST_F(threaded, tail_that_lies_breaks_the_ring)
{
	self->rings.write.shared->tail = 5;
	rings_kick(self->dev.fd);
	for (int i = 0; i < NET_SOON_MS && !self->rings.write.shared->state; i++)
		usleep(1000);
	EXPECT_EQ(TUN_ALT_RING_BROKEN, self->rings.write.shared->state);
	EXPECT_EQ(-EIO, rings_kick(self->dev.fd));
}

struct switcher {
	const char *name;
	bool stop;
	int err;
};

static void *switch_to_and_fro(void *arg)
{
	struct switcher *s = arg;

	for (int i = 0; !__atomic_load_n(&s->stop, __ATOMIC_RELAXED); i++) {
		s->err = s->err ? s->err : iff_put(s->name, "threaded", i % 2 ? "1" : "0");
		usleep(500);
	}
	return NULL;
}

TEST_F(threaded, switching_under_traffic_loses_nothing)
{
	struct switcher switcher = { .name = self->dev.name };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, switch_to_and_fro, &switcher));
	for (int i = 0; i < 10 * ROUNDS; i++) {
		EXPECT_TRUE(add(self, 200, i));
		rings_submit(self->dev.fd, &self->rings);
		EXPECT_TRUE(comes(self, 200, i))
			TH_LOG("datagram %d", i);
	}
	__atomic_store_n(&switcher.stop, true, __ATOMIC_RELAXED);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, switcher.err);
}

struct kicker {
	int fd;
	bool stop;
};

static void *kick_on(void *arg)
{
	struct kicker *k = arg;

	while (!__atomic_load_n(&k->stop, __ATOMIC_RELAXED))
		rings_kick(k->fd);
	return NULL;
}

/* Several that kick, while a poll wants the same records: each is taken by one of them. */
TEST_F(threaded, many_that_kick_lose_nothing)
{
	struct kicker kicker = { .fd = self->dev.fd };
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, kick_on, &kicker));
	for (int i = 0; i < 10 * ROUNDS; i++) {
		EXPECT_TRUE(add(self, 200, i));
		rings_submit(self->dev.fd, &self->rings);
		EXPECT_TRUE(comes(self, 200, i))
			TH_LOG("datagram %d", i);
	}
	__atomic_store_n(&kicker.stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_join(thread[i], NULL));
	EXPECT_EQ(10 * ROUNDS, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(threaded, rings_end_under_traffic)
{
	for (int i = 0; i < ROUNDS; i++) {
		for (int k = 0; k < 50; k++)
			add(self, 100, k);
		rings_submit(self->dev.fd, &self->rings);
		ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
		rings_unmap(&self->rings);
		ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, 0, LEAST, variant->options));
	}
	while (recv(self->sock, &self->packet, sizeof(self->packet), MSG_DONTWAIT) >= 0)
		;
	ASSERT_TRUE(add(self, 100, 7));
	rings_submit(self->dev.fd, &self->rings);
	EXPECT_TRUE(comes(self, 100, 7));
}

/* So many that no poll takes them all at once, kicked for */
static bool leave_many(FIXTURE_DATA(threaded) * self)
{
	for (int i = 0; i < MANY; i++)
		if (!add(self, 100, i))
			return false;
	return rings_submit(self->dev.fd, &self->rings) >= 0;
}

static bool many_come(FIXTURE_DATA(threaded) * self)
{
	for (int i = 0; i < MANY; i++)
		if (!comes(self, 100, i))
			return false;
	return true;
}

TEST_F(threaded, detach_takes_what_was_kicked_for)
{
	ASSERT_TRUE(leave_many(self));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	EXPECT_TRUE(many_come(self));
	EXPECT_TRUE(is_taken(self));
}

TEST_F(threaded, close_takes_what_was_kicked_for)
{
	ASSERT_TRUE(leave_many(self));
	rings_unmap(&self->rings);
	close(self->dev.fd);
	self->dev.fd = -1;
	EXPECT_TRUE(many_come(self));
}

TEST_F(threaded, limit_stops_nothing_that_was_kicked_for)
{
	int limit = 1;

	ASSERT_TRUE(leave_many(self));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETSNDBUF, (unsigned long)&limit));
	EXPECT_TRUE(many_come(self));
	EXPECT_TRUE(is_taken(self));
}

/* A datagram that nobody has kicked for comes to who looks for it himself. */
TEST_F(threaded, socket_that_polls_busily_brings_its_own)
{
	static unsigned char room[PACKET_MAX];
	int us = 1000000;

	ASSERT_EQ(0, setsockopt(self->sock, SOL_SOCKET, SO_BUSY_POLL, &us, sizeof(us)));
	ASSERT_TRUE(add(self, 100, 1));
	rings_submit(self->dev.fd, &self->rings);
	ASSERT_TRUE(comes(self, 100, 1));
	ASSERT_TRUE(is_taken(self));
	ASSERT_TRUE(add(self, 300, 2));
	tun_alt_ring_submit(&self->rings.write, self->rings.write.tail);
	ASSERT_EQ(300, recv(self->sock, room, sizeof(room), 0));
	EXPECT_EQ(300, packet_match(room, 300, 2));
}

/* What it has left to its thread it takes itself, and later goes on, disabled or not. */
TEST(queue_that_is_disabled_leaves_nothing)
{
	struct ifreq on = { .ifr_flags = IFF_ATTACH_QUEUE };
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	const int flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE;
	long long before = 0;
	struct rings rings;
	struct tun_dev dev;
	int fd;

	ASSERT_EQ(0, tun_dev_setup(&dev, flags, O_NONBLOCK));
	fd = tun_dev_queue(dev.name, flags, O_NONBLOCK);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, rings_begin(fd, &rings, 0, LEAST, 0));
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, iff_put(dev.name, "threaded", "1"));
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < MANY; i++)
			ASSERT_TRUE(rings_add(&rings, bucket_frame, 100));
		ASSERT_LE(0, rings_submit(fd, &rings));
		ASSERT_EQ(0, tun_ioctl(fd, TUNSETQUEUE, (unsigned long)&off));
		EXPECT_EQ(before + MANY, net_stat(dev.name, NET_RECEIVED_PACKETS));
		ASSERT_TRUE(rings_add(&rings, bucket_frame, 100));
		EXPECT_EQ(1, rings_submit(fd, &rings));
		ASSERT_EQ(0, tun_ioctl(fd, TUNSETQUEUE, (unsigned long)&on));
		before += MANY + 1;
	}
	rings_unmap(&rings);
	close(fd);
	close(dev.fd);
}

/* Who has a limit hears that there is no room, thread or not. */
TEST(limited_sender_is_told)
{
	struct rings rings;
	struct tun_dev dev;
	int one = 1;

	ASSERT_EQ(0, tun_dev_setup(&dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(dev.name));
	ASSERT_EQ(0, tun_ioctl(dev.fd, TUNSETSNDBUF, (unsigned long)&one));
	ASSERT_LE(1, bucket_fill(dev.fd));
	ASSERT_EQ(0, rings_begin(dev.fd, &rings, 0, LEAST, 0));
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, iff_put(dev.name, "threaded", "1"));
	ASSERT_TRUE(rings_add(&rings, bucket_frame, BUCKET_FRAME_LEN));
	EXPECT_EQ(-EAGAIN, rings_submit(dev.fd, &rings));
	rings_unmap(&rings);
	EXPECT_EQ(0, bucket_remove());
	close(dev.fd);
}

TEST_HARNESS_MAIN
