// SPDX-License-Identifier: GPL-2.0
/*
 * The NAPI of a queue as the stack's other parts use it: busy polling of a socket, a kernel
 * thread in the softirq's place.
 */
#include <pthread.h>
#include <sched.h>

#include "kselftest_harness.h"
#include "abi/iff.h"
#include "napi.h"

#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"
#define SEED 3

/* Not in every libc */
#ifndef SO_INCOMING_NAPI_ID
#define SO_INCOMING_NAPI_ID 56
#endif
#ifndef SO_BUSY_POLL
#define SO_BUSY_POLL 46
#endif

FIXTURE(napi_poll)
{
	struct napi_test t;
	int udp;
};

FIXTURE_VARIANT(napi_poll)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi_poll, tun) { .flags = IFF_TUN | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi_poll, tap) { .flags = IFF_TAP | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi_poll, tap_frags) { .flags = IFF_TAP | NAPI_FRAGS };

FIXTURE_SETUP(napi_poll)
{
	struct napi_test *t = &self->t;

	ASSERT_EQ(0, napi_test_setup(t, variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE));
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, net_addr4(t->dev.name, LOCAL, "255.255.255.0"));
	self->udp = net_udp_socket(LOCAL, 2000);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(napi_poll)
{
	close(self->udp);
	napi_test_teardown(&self->t);
}

/* A datagram for the socket, with @number at its end */
static void datagram(struct napi_test *t, __u16 number)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, 1000, 2000);
	unsigned char mac[ETH_ALEN] = {};

	packet_reset(&t->packet);
	if (t->flags & IFF_TAP) {
		net_mac(t->dev.name, mac);
		packet_mac(&t->packet, mac, (const unsigned char *)"\2\0\0\0\0\2");
		packet_type(&t->packet, ETH_P_IP);
	}
	packet_udp(&t->packet, &flow, 100, number);
}

static bool datagram_came(struct napi_test *t, int udp, __u16 number)
{
	return recv(udp, t->room, sizeof(t->room), 0) == 100 &&
	       packet_match(t->room, 100, number) == 100;
}

static int napi_id(int sock)
{
	socklen_t len = sizeof(int);
	int id = -1;

	return getsockopt(sock, SOL_SOCKET, SO_INCOMING_NAPI_ID, &id, &len) ? -errno : id;
}

TEST_F(napi_poll, socket_that_polls_busily_gets_its_datagrams)
{
	int usecs = 1000;

	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_BUSY_POLL, &usecs, sizeof(usecs)));
	for (int i = 0; i < 50; i++) {
		datagram(&self->t, i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
		ASSERT_TRUE(datagram_came(&self->t, self->udp, i));
	}
}

/*
 * In-tree's NAPI cannot be polled by sockets, and has no id. A connected socket learns it anew
 * with each datagram.
 */
TEST_F(napi_poll, sockets_learn_the_napi_of_the_queue_that_their_datagrams_came_from)
{
	int second = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
	struct sockaddr_storage peer;
	socklen_t len = net_sockaddr(&peer, PEER, 1000);
	int id[2][2];

	ASSERT_LE(0, second);
	ASSERT_EQ(0, connect(self->udp, (struct sockaddr *)&peer, len));
	for (int i = 0; i < 4; i++) {
		datagram(&self->t, i);
		ASSERT_EQ(0, napi_write(&self->t, i & 1 ? second : self->t.dev.fd));
		ASSERT_TRUE(datagram_came(&self->t, self->udp, i));
		id[i & 1][i / 2] = napi_id(self->udp);
		EXPECT_LT(0, id[i & 1][i / 2]);
	}
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(id[i][0], id[i][1]);
	EXPECT_NE(id[0][0], id[1][0]);
	close(second);
}

TEST_F(napi_poll, socket_learns_no_napi_from_a_queue_without)
{
	int plain = tun_dev_queue(self->t.dev.name, self->t.flags & ~NAPI_FRAGS, O_NONBLOCK);

	ASSERT_LE(0, plain);
	datagram(&self->t, 1);
	ASSERT_EQ(0, napi_write(&self->t, plain));
	ASSERT_TRUE(datagram_came(&self->t, self->udp, 1));
	EXPECT_EQ(0, napi_id(self->udp));
	close(plain);
}

/* The id is one of the core's, which gives it to nobody else while the queue is there */
TEST_F(napi_poll, socket_that_polls_a_napi_that_is_gone_waits_for_others)
{
	int second = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
	int usecs = 1000;

	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_BUSY_POLL, &usecs, sizeof(usecs)));
	ASSERT_LE(0, second);
	datagram(&self->t, 1);
	ASSERT_EQ(0, napi_write(&self->t, second));
	ASSERT_TRUE(datagram_came(&self->t, self->udp, 1));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	EXPECT_EQ(-1, recv(self->udp, self->t.room, 100, MSG_DONTWAIT));
	EXPECT_FALSE(net_poll(self->udp, POLLIN, 10));
	close(second);
	EXPECT_EQ(-1, recv(self->udp, self->t.room, 100, MSG_DONTWAIT));
	datagram(&self->t, 2);
	ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	EXPECT_TRUE(datagram_came(&self->t, self->udp, 2));
}

static int set_threaded(struct napi_test *t, const char *value)
{
	char path[128];
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/class/net/%s/threaded", t->dev.name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, value, 1) == 1 ? 0 : -errno;
	close(fd);
	return ret;
}

TEST_F(napi_poll, thread_receives_what_the_softirq_did)
{
	ASSERT_EQ(0, set_threaded(&self->t, "1"));
	for (int i = 0; i < 50; i++) {
		datagram(&self->t, i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
		ASSERT_TRUE(datagram_came(&self->t, self->udp, i));
	}
	EXPECT_EQ(50, napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

TEST_F(napi_poll, queue_that_comes_later_has_a_thread_too)
{
	int second;

	ASSERT_EQ(0, set_threaded(&self->t, "1"));
	second = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
	ASSERT_LE(0, second);
	for (int i = 0; i < 20; i++) {
		datagram(&self->t, i);
		ASSERT_EQ(0, napi_write(&self->t, i & 1 ? second : self->t.dev.fd));
		ASSERT_TRUE(datagram_came(&self->t, self->udp, i));
	}
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EBUSY, napi_write(&self->t, second));
	ASSERT_EQ(0, tun_dev_set_queue(second, IFF_ATTACH_QUEUE));
	datagram(&self->t, 99);
	ASSERT_EQ(0, napi_write(&self->t, second));
	EXPECT_TRUE(datagram_came(&self->t, self->udp, 99));
	close(second);
}

TEST_F(napi_poll, thread_comes_and_goes_between_frames_in_order)
{
	ssize_t len;

	napi_frame(&self->t, 100, 1);
	for (int i = 0; i < 200; i++) {
		if (i % 20 == 0)
			ASSERT_EQ(0, set_threaded(&self->t, i % 40 ? "0" : "1"));
		napi_mark(&self->t, 0, i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	}
	for (int i = 0; i < 200; i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(100, len);
		ASSERT_EQ(i, napi_number(&self->t, len));
	}
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

/* A writer, and how often somebody else switches meanwhile */
struct switched {
	struct napi_test *t;
	int stop;
	int failed;
};

static void *switch_main(void *arg)
{
	struct switched *sw = arg;

	for (int i = 1; !__atomic_load_n(&sw->stop, __ATOMIC_RELAXED); i++)
		sw->failed |= set_threaded(sw->t, i & 1 ? "1" : "0");
	return NULL;
}

TEST_F(napi_poll, thread_that_comes_and_goes_under_frames_loses_none)
{
	struct switched sw = { .t = &self->t };
	pthread_t thread;
	ssize_t len;

	napi_frame(&self->t, 100, 1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, switch_main, &sw));
	for (int i = 0; i < scaled(1000); i++) {
		napi_mark(&self->t, 0, i);
		/* With fragments, who finds the NAPI taken by the thread is refused */
		while (napi_write(&self->t, self->t.dev.fd) == -EBUSY)
			sched_yield();
	}
	__atomic_store_n(&sw.stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, sw.failed);
	for (int i = 0; i < scaled(1000); i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(100, len);
		ASSERT_EQ(i, napi_number(&self->t, len));
	}
	EXPECT_EQ(scaled(1000), napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

TEST_F(napi_poll, device_with_a_thread_goes_under_frames)
{
	for (int i = 0; i < 10; i++) {
		struct tun_dev *dev = &self->t.dev;

		ASSERT_EQ(0, set_threaded(&self->t, "1"));
		napi_frame(&self->t, 100, 1);
		for (int j = 0; j < 30; j++)
			ASSERT_EQ(0, napi_write(&self->t, dev->fd));
		ASSERT_EQ(0, net_dellink(dev->name));
		EXPECT_EQ(-EBADFD, napi_write(&self->t, dev->fd));
		ASSERT_EQ(0, tun_dev_attach(dev->fd, dev->name, self->t.flags));
		ASSERT_EQ(0, net_up(dev->name));
		EXPECT_EQ(0, napi_write(&self->t, dev->fd));
	}
}

TEST_HARNESS_MAIN
