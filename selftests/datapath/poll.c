// SPDX-License-Identifier: GPL-2.0
/* poll(2) and epoll(7): which event is up when, edges, registration before TUNSETIFF */
#include <pthread.h>
#include <sys/epoll.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define READABLE (POLLIN | POLLRDNORM)
#define WRITABLE (POLLOUT | POLLWRNORM)
#define ALL (READABLE | WRITABLE | POLLPRI | POLLRDHUP)

static unsigned char room[PACKET_MAX];

FIXTURE(poll)
{
	struct tun_dev dev;
	int sock;
	int epoll;
};

FIXTURE_SETUP(poll)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	self->epoll = epoll_create1(EPOLL_CLOEXEC);
	ASSERT_LE(0, self->epoll);
}

FIXTURE_TEARDOWN(poll)
{
	close(self->epoll);
	close(self->sock);
	close(self->dev.fd);
}

static int xmit(FIXTURE_DATA(poll) * self)
{
	memset(room, 0x45, 64);
	return net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 64);
}

static int watch(int epoll, int fd, unsigned int events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* The events of the one descriptor that the epoll watches, 0 when none came in time */
static int waited(int epoll, int ms)
{
	struct epoll_event event = {};
	int ret = epoll_wait(epoll, &event, 1, ms);

	return ret < 0 ? -errno : (int)event.events;
}

TEST_F(poll, idle_device_is_writable_and_not_readable)
{
	EXPECT_EQ(WRITABLE, net_poll(self->dev.fd, ALL, 0));
}

TEST_F(poll, waiting_packet_makes_it_readable)
{
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(READABLE | WRITABLE, net_poll(self->dev.fd, ALL, 0));
	EXPECT_EQ(READABLE | WRITABLE, net_poll(self->dev.fd, ALL, 0));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(WRITABLE, net_poll(self->dev.fd, ALL, 0));
}

TEST_F(poll, unattached_is_an_error)
{
	int fd = open(tun_node(), O_RDWR | O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(POLLERR, net_poll(fd, ALL, 0));
}

TEST_F(poll, link_down_is_not_writable)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_EQ(0, net_poll(self->dev.fd, ALL, 0));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(WRITABLE, net_poll(self->dev.fd, ALL, 0));
}

TEST_F(poll, packets_left_behind_are_readable_on_a_link_down)
{
	ASSERT_EQ(0, xmit(self));
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_EQ(READABLE, net_poll(self->dev.fd, ALL, 0));
}

TEST_F(poll, deletion_is_an_error_for_ever)
{
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(POLLERR, net_poll(self->dev.fd, ALL, 0));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
	EXPECT_EQ(POLLERR, net_poll(self->dev.fd, ALL, 0));
}

TEST_F(poll, level_triggered_epoll_repeats_itself)
{
	ASSERT_EQ(0, watch(self->epoll, self->dev.fd, EPOLLIN));
	EXPECT_EQ(0, waited(self->epoll, 0));
	ASSERT_EQ(0, xmit(self));
	EXPECT_EQ(EPOLLIN, waited(self->epoll, NET_SOON_MS));
	EXPECT_EQ(EPOLLIN, waited(self->epoll, 0));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, waited(self->epoll, 0));
}

TEST_F(poll, edge_triggered_epoll_says_each_packet_once)
{
	ASSERT_EQ(0, watch(self->epoll, self->dev.fd, EPOLLIN | EPOLLET));
	EXPECT_EQ(0, waited(self->epoll, 0));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, xmit(self));
		EXPECT_EQ(EPOLLIN, waited(self->epoll, NET_SOON_MS));
		EXPECT_EQ(0, waited(self->epoll, 0));
	}
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, waited(self->epoll, 0));
}

TEST_F(poll, edge_comes_for_the_link_that_goes_up)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, watch(self->epoll, self->dev.fd, EPOLLOUT | EPOLLET));
	EXPECT_EQ(0, waited(self->epoll, NET_NEVER_MS));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(EPOLLOUT, waited(self->epoll, NET_SOON_MS));
	EXPECT_EQ(0, waited(self->epoll, 0));
}

TEST_F(poll, edge_comes_for_deletion)
{
	ASSERT_EQ(0, watch(self->epoll, self->dev.fd, EPOLLIN | EPOLLET));
	EXPECT_EQ(0, waited(self->epoll, 0));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(EPOLLERR, waited(self->epoll, NET_SOON_MS));
}

/* What Go's runtime and others do (golang/go#30426); in-tree never wakes them */
/* A descriptor without a device, watched by the epoll set already */
static int watched_early(FIXTURE_DATA(poll) * self, int events)
{
	int fd = open(tun_node(), O_RDWR | O_NONBLOCK);

	return fd < 0 || watch(self->epoll, fd, events) ? -1 : fd;
}

TEST_F(poll, epoll_registered_before_attaching_wakes)
{
	struct tun_dev late = { .name = "" };
	int sock;

	late.fd = watched_early(self, EPOLLIN | EPOLLET);
	ASSERT_LE(0, late.fd);
	EXPECT_EQ(EPOLLERR, waited(self->epoll, 0));
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	while (waited(self->epoll, 0) > 0)
		;
	sock = net_packet_socket(late.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, late.name, ETH_P_IP, room, 64));
	EXPECT_EQ(EPOLLIN, waited(self->epoll, 1000));
}

TEST_F(poll, level_epoll_registered_before_attaching_wakes)
{
	struct tun_dev late = { .name = "" };
	int sock;

	late.fd = watched_early(self, EPOLLIN);
	ASSERT_LE(0, late.fd);
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	EXPECT_EQ(0, waited(self->epoll, 0));
	sock = net_packet_socket(late.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, late.name, ETH_P_IP, room, 64));
	EXPECT_EQ(EPOLLIN, waited(self->epoll, 1000));
}

TEST_F(poll, edge_of_room_comes_to_who_registered_before_attaching)
{
	struct tun_dev late = { .name = "" };

	late.fd = watched_early(self, EPOLLOUT | EPOLLET);
	ASSERT_LE(0, late.fd);
	EXPECT_EQ(EPOLLERR, waited(self->epoll, 0));
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	EXPECT_EQ(EPOLLOUT, waited(self->epoll, 1000));
}

TEST_F(poll, edge_of_room_comes_with_a_device_that_is_up)
{
	int late = watched_early(self, EPOLLOUT | EPOLLET);

	ASSERT_LE(0, late);
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	EXPECT_EQ(EPOLLERR, waited(self->epoll, 0));
	ASSERT_EQ(0, tun_dev_attach(late, self->dev.name, IFF_TUN | IFF_NO_PI));
	EXPECT_EQ(EPOLLOUT, waited(self->epoll, 1000));
	ASSERT_EQ(0, ioctl(late, TUNSETPERSIST, 0));
	self->dev.fd = late;
}

/* A thread in poll() and what it saw */
struct poller {
	int fd;
	int events;
	int seen;
};

static void *poller_main(void *arg)
{
	struct poller *poller = arg;

	poller->seen = net_poll(poller->fd, poller->events, NET_SOON_MS);
	return NULL;
}

TEST_F(poll, blocked_poll_wakes_for_a_packet)
{
	struct poller poller = { .fd = self->dev.fd, .events = POLLIN };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, poller_main, &poller));
	net_sleep_ms(50);
	ASSERT_EQ(0, xmit(self));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(POLLIN, poller.seen);
}

TEST_F(poll, all_of_several_pollers_wake)
{
	struct poller pollers[4];
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		pollers[i] = (struct poller) { .fd = self->dev.fd, .events = POLLIN };
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, poller_main, &pollers[i]));
	}
	net_sleep_ms(50);
	ASSERT_EQ(0, xmit(self));
	for (int i = 0; i < 4; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
		EXPECT_EQ(POLLIN, pollers[i].seen);
	}
}

TEST_F(poll, disabled_queue_polls_writable_only)
{
	struct tun_dev multi;
	struct ifreq ifr = { .ifr_flags = IFF_DETACH_QUEUE };

	ASSERT_EQ(0, tun_dev_create(&multi, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &ifr));
	EXPECT_EQ(WRITABLE, net_poll(multi.fd, ALL, 0));
}

TEST_HARNESS_MAIN
