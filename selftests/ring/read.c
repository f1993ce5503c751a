// SPDX-License-Identifier: GPL-2.0
/* The read ring: what the stack sends is there, whole, in order, and the program is told of it */
#include <sys/epoll.h>

#include "kselftest_harness.h"
#include "shared.h"
#include "train.h"

#define LEAST TUN_ALT_RING_LEAST

static unsigned char packet[PACKET_MAX];

FIXTURE(read)
{
	struct tun_dev dev;
	int sock;
	struct rings rings;
};

FIXTURE_SETUP(read)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 65535));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(read)
{
	rings_unmap(&self->rings);
	close(self->sock);
	close(self->dev.fd);
}

static int begin(FIXTURE_DATA(read) * self, __u32 flags)
{
	return rings_begin(self->dev.fd, &self->rings, LEAST, 0, flags);
}

/* The stack sends a packet of the pattern @seed; 0 or -errno */
static int xmit(FIXTURE_DATA(read) * self, size_t len, unsigned int seed)
{
	rings_packet(packet, len, seed);
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet, len);
}

/* Whether the next record is that packet, and says nothing else */
static bool next_is(FIXTURE_DATA(read) * self, size_t len, unsigned int seed)
{
	struct tun_alt_record record;
	const unsigned char *data = rings_next(&self->rings, &record);

	return data && record.len == len && !record.flags && !record.reserved &&
	       rings_is_packet(data, len, seed);
}

static bool is_empty(FIXTURE_DATA(read) * self)
{
	return !tun_alt_ring_peek(&self->rings.read);
}

TEST_F(read, packets_of_each_length_come_in_order)
{
	ASSERT_EQ(0, begin(self, 0));
	for (size_t len = 1; len < 3000; len += 7) {
		ASSERT_EQ(0, xmit(self, len, len));
		ASSERT_EQ(0, xmit(self, len + 1, len + 1));
		ASSERT_TRUE(next_is(self, len, len))
			TH_LOG("%zu bytes", len);
		ASSERT_TRUE(next_is(self, len + 1, len + 1))
			TH_LOG("%zu bytes", len + 1);
		tun_alt_ring_release(&self->rings.read);
	}
	EXPECT_TRUE(is_empty(self));
}

TEST_F(read, longest_packet_comes_whole_again_and_again)
{
	ASSERT_EQ(0, begin(self, 0));
	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, xmit(self, 65535, i));
		ASSERT_TRUE(next_is(self, 65535, i))
			TH_LOG("packet %d", i);
		tun_alt_ring_release(&self->rings.read);
	}
}

TEST_F(read, records_begin_at_multiples_of_16)
{
	struct tun_alt_record record;

	ASSERT_EQ(0, begin(self, 0));
	for (size_t len = 20; len < 100; len++) {
		const unsigned char *data;

		ASSERT_EQ(0, xmit(self, len, len));
		data = rings_next(&self->rings, &record);
		ASSERT_EQ(0, (unsigned long)data % TUN_ALT_RECORD_ALIGN);
	}
}

TEST_F(read, what_waited_is_moved_in_order)
{
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(0, xmit(self, 100 + i, i));
	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, xmit(self, 1000, 7));
	for (int i = 0; i < 100; i++) {
		ASSERT_TRUE(next_is(self, 100 + i, i))
			TH_LOG("packet %d", i);
	}
	EXPECT_TRUE(next_is(self, 1000, 7));
	EXPECT_TRUE(is_empty(self));
	EXPECT_EQ(101, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(0, net_stat(self->dev.name, NET_XMITTED_DROPS));
}

TEST_F(read, what_waited_and_finds_no_room_is_dropped)
{
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, xmit(self, 60000, i));
	ASSERT_EQ(0, begin(self, 0));
	EXPECT_TRUE(next_is(self, 60000, 0));
	EXPECT_TRUE(next_is(self, 60000, 1));
	EXPECT_TRUE(is_empty(self));
	EXPECT_EQ(2, net_stat(self->dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(2, self->rings.read.shared->drops);
}

TEST_F(read, after_detach_packets_are_read_by_calls)
{
	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, xmit(self, 100, 1));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	EXPECT_TRUE(next_is(self, 100, 1));
	ASSERT_EQ(0, xmit(self, 200, 2));
	EXPECT_TRUE(is_empty(self));
	ASSERT_EQ(200, tun_dev_read(self->dev.fd, packet, sizeof(packet)));
	EXPECT_TRUE(rings_is_packet(packet, 200, 2));
}

TEST_F(read, full_ring_drops_and_counts)
{
	unsigned int fit = LEAST / tun_alt_ring_span(1000), n = 0;

	ASSERT_EQ(0, begin(self, 0));
	for (unsigned int i = 0; i < fit + 10; i++)
		xmit(self, 1000, i);
	EXPECT_EQ(10, self->rings.read.shared->drops);
	EXPECT_EQ(10, net_stat(self->dev.name, NET_XMITTED_DROPS));
	while (next_is(self, 1000, n))
		n++;
	EXPECT_EQ(fit, n);
	EXPECT_TRUE(is_empty(self));
	/* No room before it was released; then all of it. */
	xmit(self, 1000, 1);
	EXPECT_EQ(11, self->rings.read.shared->drops);
	tun_alt_ring_release(&self->rings.read);
	ASSERT_EQ(0, xmit(self, 1000, 9));
	EXPECT_TRUE(next_is(self, 1000, 9));
}

TEST_F(read, counters_are_those_of_packets)
{
	ASSERT_EQ(0, begin(self, 0));
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(0, xmit(self, 100, i));
	EXPECT_EQ(10, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(1000, net_stat(self->dev.name, NET_XMITTED_BYTES));
}

TEST_F(read, poll_says_when_there_are_records)
{
	ASSERT_EQ(0, begin(self, 0));
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0));
	ASSERT_EQ(0, xmit(self, 100, 1));
	EXPECT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, 0));
	EXPECT_TRUE(next_is(self, 100, 1));
	EXPECT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, 0));
	tun_alt_ring_release(&self->rings.read);
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0));
}

/* How often an edge-triggered epoll set has something to say until @packets have come */
static int edges(FIXTURE_DATA(read) * self, int packets, bool wants)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int set = epoll_create1(0), n = 0;

	if (set < 0 || epoll_ctl(set, EPOLL_CTL_ADD, self->dev.fd, &event))
		return -errno;
	for (int i = 0; i < packets; i++) {
		if (wants && tun_alt_ring_want_records(&self->rings.read))
			return -EPROTO;
		if (xmit(self, 100, i))
			return -EIO;
		n += epoll_wait(set, &event, 1, 0);
		if (!next_is(self, 100, i))
			return -ENODATA;
		tun_alt_ring_release(&self->rings.read);
	}
	close(set);
	return n;
}

TEST_F(read, program_is_told_when_it_asks_and_not_else)
{
	ASSERT_EQ(0, begin(self, 0));
	/* The first one ever passes the place that nobody has set. */
	ASSERT_EQ(1, edges(self, 10, false));
	EXPECT_EQ(0, edges(self, 10, false));
	EXPECT_EQ(10, edges(self, 10, true));
}

TEST_F(read, sigio_comes_to_who_asks)
{
	struct timespec soon = { .tv_nsec = NET_SOON_MS * 1000000L % 1000000000L,
				 .tv_sec = NET_SOON_MS / 1000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &set, NULL));
	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, O_NONBLOCK | O_ASYNC));
	ASSERT_EQ(0, tun_alt_ring_want_records(&self->rings.read));
	ASSERT_EQ(0, xmit(self, 100, 1));
	EXPECT_EQ(SIGIO, sigtimedwait(&set, NULL, &soon));
}

/* Reads packets that a thread sends, and sleeps where there are none */
struct waiter {
	struct rings *rings;
	int fd;
	int packets;
	int good;
};

static void *waiter_main(void *arg)
{
	struct waiter *waiter = arg;
	struct tun_alt_record record;

	for (int i = 0; i < waiter->packets; i++) {
		const unsigned char *data = rings_wait(waiter->fd, waiter->rings, &record);

		if (!data || !rings_is_packet(data, record.len, i))
			break;
		waiter->good++;
		tun_alt_ring_release(&waiter->rings->read);
	}
	return NULL;
}

/* Bytes that lie in a ring */
static __u32 fills(const struct tun_alt_ring_view *view)
{
	return TUN_ALT_RING_LOAD(view->shared->tail) - TUN_ALT_RING_LOAD(view->shared->head);
}

/* The missed wake-up: whoever sleeps hears of each packet that comes. */
TEST_F(read, sleeper_misses_none_of_many)
{
	const int packets = scaled(20000);
	struct waiter waiter = { &self->rings, self->dev.fd, packets, 0 };
	pthread_t thread;

	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, waiter_main, &waiter));
	for (int i = 0; i < packets; i++) {
		/* A discipline says nothing of what the device drops: none is to be. */
		while (fills(&self->rings.read) > LEAST / 2)
			sched_yield();
		ASSERT_EQ(0, xmit(self, 20 + i % 1000, i));
		/* So that it sleeps now and then. */
		if (!(i % 64))
			net_sleep_ms(1);
	}
	pthread_join(thread, NULL);
	EXPECT_EQ(packets, waiter.good);
	EXPECT_EQ(0, self->rings.read.shared->drops);
}

TEST_F(read, time_is_when_it_was_queued)
{
	struct tun_alt_record record;
	struct timespec now;

	ASSERT_EQ(0, begin(self, TUN_ALT_RING_TIME));
	ASSERT_EQ(0, xmit(self, 100, 1));
	net_sleep_ms(20);
	ASSERT_TRUE(rings_is_packet(rings_next(&self->rings, &record), 100, 1));
	ASSERT_EQ(0, clock_gettime(CLOCK_MONOTONIC, &now));
	EXPECT_EQ(TUN_ALT_RECORD_TIME, record.flags);
	EXPECT_EQ(0, record.hash);
	/* At least as long ago as was slept, and not much longer. */
	EXPECT_LE(20000000, (__u32)(now.tv_sec * 1000000000LL + now.tv_nsec) - record.time);
	EXPECT_GT(2000000000, (__u32)(now.tv_sec * 1000000000LL + now.tv_nsec) - record.time);
}

TEST_F(read, hash_is_that_of_the_flow)
{
	struct tun_alt_record first, second;
	struct packet_flow flow = { .family = AF_INET, .src = { 10, 9, 0, 1 },
				    .dst = { 10, 9, 0, 2 }, .sport = 1000, .dport = 2000 };
	struct packet udp;

	ASSERT_EQ(0, begin(self, TUN_ALT_RING_HASH));
	for (int i = 0; i < 3; i++) {
		flow.sport = i < 2 ? 1000 : 1001;
		udp.len = 0;
		packet_udp(&udp, &flow, 30, i);
		ASSERT_EQ(0, net_packet_send(self->sock, self->dev.name, ETH_P_IP, udp.data,
					     udp.len));
	}
	ASSERT_NE(NULL, rings_next(&self->rings, &first));
	ASSERT_NE(NULL, rings_next(&self->rings, &second));
	EXPECT_EQ(TUN_ALT_RECORD_HASH, first.flags);
	EXPECT_NE(0, first.hash);
	EXPECT_EQ(first.hash, second.hash);
	ASSERT_NE(NULL, rings_next(&self->rings, &second));
	EXPECT_NE(first.hash, second.hash);
}

/* An index that says that more was read than there was */
TEST_F(read, head_beyond_the_tail_breaks_the_ring)
{
	struct tun_alt_ring *shared;

	ASSERT_EQ(0, begin(self, 0));
	shared = self->rings.read.shared;
	/* It is looked at when there seems to be no room. */
	while (!shared->drops)
		xmit(self, 100, 1);
	shared->head = shared->tail + TUN_ALT_RECORD_ALIGN;
	xmit(self, 100, 1);
	EXPECT_EQ(TUN_ALT_RING_BROKEN, shared->state);
	EXPECT_TRUE(net_poll(self->dev.fd, POLLIN, 0) & POLLERR);
	/* And all that follows is lost, and counted. */
	shared->drops = 0;
	shared->head = shared->tail;
	xmit(self, 100, 1);
	EXPECT_EQ(1, shared->drops);
	/* Another ring is a new beginning. */
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	rings_unmap(&self->rings);
	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, xmit(self, 100, 5));
	EXPECT_TRUE(next_is(self, 100, 5));
}

TEST_F(read, head_between_records_breaks_the_ring)
{
	struct tun_alt_ring *shared;

	ASSERT_EQ(0, begin(self, 0));
	shared = self->rings.read.shared;
	while (!shared->drops)
		xmit(self, 100, 1);
	shared->head = 1;
	xmit(self, 100, 1);
	EXPECT_EQ(TUN_ALT_RING_BROKEN, shared->state);
}

/* What the kernel has written there it does not believe either. */
TEST_F(read, records_and_tail_are_the_kernels_own_business)
{
	struct rings *rings = &self->rings;
	__u32 tail;

	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, xmit(self, 100, 1));
	tail = rings->read.shared->tail;
	memset(rings->read.records, 0xff, LEAST + TUN_ALT_RING_SLACK);
	rings->read.shared->tail = 0x12345678;
	rings->read.shared->wake_head = ~0U;
	ASSERT_EQ(0, xmit(self, 100, 2));
	EXPECT_EQ(tail + tun_alt_ring_span(100), rings->read.shared->tail);
	rings->read.head = tail;
	rings->read.told = tail;
	rings->read.tail = tail;
	EXPECT_TRUE(next_is(self, 100, 2));
}

static void *blocked_main(void *arg)
{
	struct waiter *waiter = arg;
	char room[100];

	waiter->good = read(waiter->fd, room, sizeof(room)) < 0 ? -errno : 0;
	return NULL;
}

TEST_F(read, waiting_read_ends_with_ebusy)
{
	struct waiter waiter = { .fd = self->dev.fd };
	pthread_t thread;

	ASSERT_EQ(0, fcntl(self->dev.fd, F_SETFL, 0));
	ASSERT_EQ(0, pthread_create(&thread, NULL, blocked_main, &waiter));
	net_sleep_ms(100);
	ASSERT_EQ(0, begin(self, 0));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-EBUSY, waiter.good);
}

/* Segments of one datagram, each of which promises another one */
TEST_F(read, train_is_told_of_once)
{
	struct tun_alt_record record;
	struct train train;
	int n = 0;

	ASSERT_EQ(0, train_make(&train, IFF_TUN));
	ASSERT_EQ(0, rings_begin(train.dev.fd, &self->rings, TUN_ALT_RING_MOST, 0, 0));
	ASSERT_EQ(0, tun_alt_ring_want_records(&self->rings.read));
	ASSERT_EQ(0, train_signals(&train));
	ASSERT_EQ(0, train_send(&train, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(1, train_signalled(&train));
	while (rings_next(&self->rings, &record)) {
		EXPECT_EQ(self->rings.setup.header + TRAIN_LEN, record.len);
		n++;
	}
	EXPECT_EQ(TRAIN_CARS, n);
	train_end(&train);
}

TEST_HARNESS_MAIN
