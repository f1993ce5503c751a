// SPDX-License-Identifier: GPL-2.0
/*
 * Rings that are always full, or always empty: what others have lost packets, or whole seconds, by.
 * A head that was read before somebody else wrote is too old to write by; and who goes to sleep
 * while the last packet comes must hear of it. See read.c, sleeper_misses_none_of_many, as well.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "shared.h"

#define LEAST TUN_ALT_RING_LEAST
#define SENDERS 3
/* In front of the pattern: version, sender and number */
#define FRONT 6
#define SHORTEST 20

FIXTURE(stress)
{
	struct tun_dev dev;
	int sock;
	struct rings rings;
};

FIXTURE_SETUP(stress)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.9.0.1", "255.255.255.0"));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(stress)
{
	rings_unmap(&self->rings);
	close(self->sock);
	close(self->dev.fd);
}

static size_t length_of(unsigned int sender, __u32 number)
{
	return SHORTEST + (number * 7919 + sender * 131) % 1400;
}

static size_t build(unsigned char *at, unsigned int sender, __u32 number)
{
	size_t len = length_of(sender, number);

	at[0] = 0x45;
	at[1] = sender;
	memcpy(at + 2, &number, sizeof(number));
	for (size_t i = FRONT; i < len; i++)
		at[i] = packet_byte(i - FRONT, number + sender);
	return len;
}

/* Whether it is one of those, whole, and newer than the last of its sender */
static bool is_next(const unsigned char *at, size_t len, __u32 *next)
{
	unsigned int sender = at[1];
	__u32 number;

	if (len < SHORTEST || sender >= SENDERS)
		return false;
	memcpy(&number, at + 2, sizeof(number));
	if (number < next[sender] || len != length_of(sender, number) ||
	    packet_match(at + FRONT, len - FRONT, number + sender) != len - FRONT)
		return false;
	next[sender] = number + 1;
	return true;
}

struct sender {
	const char *name;
	unsigned int number;
	int packets;
	bool done;
	int failed;
};

static void *send_all(void *arg)
{
	static const int bypass = 1;
	struct sender *sender = arg;
	unsigned char room[2048];
	int fd = net_packet_socket(sender->name, ETH_P_IP);

	/* Else a discipline would have them one by one. */
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass));
	for (int i = 0; i < sender->packets; i++) {
		size_t len = build(room, sender->number, i);

		/* A drop is said, to who goes past the disciplines. */
		if (net_packet_send(fd, sender->name, ETH_P_IP, room, len))
			sender->failed++;
	}
	close(fd);
	__atomic_store_n(&sender->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool are_done(const struct sender *senders)
{
	for (int i = 0; i < SENDERS; i++)
		if (!__atomic_load_n(&senders[i].done, __ATOMIC_ACQUIRE))
			return false;
	return true;
}

TEST_F(stress, senders_of_a_full_ring_overwrite_nothing)
{
	const int packets = scaled(20000);
	struct sender senders[SENDERS];
	pthread_t thread[SENDERS];
	struct tun_alt_record record;
	__u32 next[SENDERS] = {};
	const unsigned char *data;
	int got = 0, some = 0;
	bool over;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, 0, 0));
	for (int i = 0; i < SENDERS; i++) {
		senders[i] = (struct sender){
			.name = self->dev.name, .number = i, .packets = packets,
		};
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, send_all, &senders[i]));
	}
	do {
		over = are_done(senders);
		while ((data = rings_next(&self->rings, &record))) {
			ASSERT_TRUE(is_next(data, record.len, next))
				TH_LOG("packet %d, %u bytes, of sender %u", got, record.len,
				       data[1]);
			got++;
			/* Now and then, so that there is hardly ever room */
			if (!(++some % 16))
				tun_alt_ring_release(&self->rings.read);
		}
		tun_alt_ring_release(&self->rings.read);
		sched_yield();
	} while (!over);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(SENDERS * packets, got + (int)self->rings.read.shared->drops);
	EXPECT_LT(packets / 10, got);
	EXPECT_EQ(0, self->rings.read.shared->state);
	EXPECT_EQ(self->rings.read.shared->drops, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

/* The program sends, sleeps for room, and hears of it each time. */
TEST_F(stress, sender_that_sleeps_for_room_hears_of_it)
{
	const int packets = scaled(20000);
	struct tun_alt_ring_view *view = &self->rings.write;
	unsigned char room[2048];
	__u32 head;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, 0, LEAST, 0));
	for (int i = 0; i < packets; i++) {
		size_t len = build(room, 0, i);

		while (!rings_add(&self->rings, room, len)) {
			tun_alt_ring_submit(view, view->tail);
			head = view->tail - view->bytes / 2 - TUN_ALT_RECORD_ALIGN;
			ASSERT_TRUE(tun_alt_ring_want_room(view, head));
			ASSERT_LE(0, rings_kick(self->dev.fd));
			if (view->tail - view->head > view->bytes / 2)
				ASSERT_EQ(POLLOUT,
					  net_poll(self->dev.fd, POLLOUT, NET_SOON_MS));
		}
	}
	tun_alt_ring_submit(view, view->tail);
	ASSERT_LE(0, rings_kick(self->dev.fd));
	EXPECT_EQ(packets, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, view->shared->drops);
}

struct kicker {
	int fd;
	bool stop;
	int taken;
};

static void *kick_all(void *arg)
{
	struct kicker *kicker = arg;
	int ret;

	while (!__atomic_load_n(&kicker->stop, __ATOMIC_RELAXED)) {
		ret = rings_kick(kicker->fd);
		kicker->taken += ret > 0 ? ret : 0;
	}
	return NULL;
}

/* A tail that one kick has seen is no news to the other. */
TEST_F(stress, kicks_beside_each_other_take_each_record_once)
{
	const int packets = scaled(20000);
	struct kicker kicker[2] = { { .fd = self->dev.fd }, { .fd = self->dev.fd } };
	struct tun_alt_ring_view *view = &self->rings.write;
	unsigned char room[2048];
	pthread_t thread[2];

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, 0, LEAST, 0));
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, kick_all, &kicker[i]));
	for (int i = 0; i < packets; i++) {
		size_t len = build(room, 0, i);

		while (!rings_add(&self->rings, room, len))
			sched_yield();
		tun_alt_ring_submit(view, view->tail);
	}
	while (!tun_alt_ring_look(view) || view->head != view->tail)
		sched_yield();
	for (int i = 0; i < 2; i++) {
		__atomic_store_n(&kicker[i].stop, true, __ATOMIC_RELAXED);
		pthread_join(thread[i], NULL);
	}
	EXPECT_EQ(packets, kicker[0].taken + kicker[1].taken);
	EXPECT_EQ(packets, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, view->shared->drops);
}

TEST_HARNESS_MAIN
