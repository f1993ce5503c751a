// SPDX-License-Identifier: GPL-2.0
/*
 * recvmsg() and peek_len() of a queue's socket, which the rest of the kernel calls. It may take a
 * packet out of the ring itself and hand it in: then it has parted with it, whatever it is told.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "message.h"
#include "packet.h"
#include "tun_dev.h"

#define TEST_TYPE 0x88b5
#define LENGTH 114
#define HEADERS 14	/* packet information and virtio-net header */
#define SEED 9

static const unsigned char far_mac[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[2048];

FIXTURE(message_receive)
{
	struct tun_dev dev;
	int sock;
	int test;
};

FIXTURE_SETUP(message_receive)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_VNET_HDR | IFF_MULTI_QUEUE,
				   O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, net_packet_bypass(self->sock));
	packet_reset(&packet);
	packet_mac(&packet, far_mac, far_mac);
	packet_type(&packet, TEST_TYPE);
	packet_fill(&packet, LENGTH - ETH_HLEN, SEED);
}

FIXTURE_TEARDOWN(message_receive)
{
	close(self->sock);
	close(self->dev.fd);
	EXPECT_EQ(0, message_close(self->test));
}

/* The stack sends the packet to the device @name; 0 or -errno */
static int xmit(FIXTURE_DATA(message_receive) * self, const char *name)
{
	return net_packet_send(self->sock, name, TEST_TYPE, packet.data, packet.len);
}

/* True when room holds the packet behind its headers, with @strip in the packet information */
static bool has_packet(size_t length, int strip)
{
	struct tun_pi *pi = (struct tun_pi *)room;

	return pi->flags == strip && pi->proto == htons(TEST_TYPE) &&
	       !memcmp(room + HEADERS, packet.data, length - HEADERS);
}

/* The packet is taken out of the ring, for recvmsg() to be handed it */
static int take(FIXTURE_DATA(message_receive) * self)
{
	return xmit(self, self->dev.name) ? -1 : message_take(self->test, self->dev.fd);
}

static int receive(FIXTURE_DATA(message_receive) * self, size_t length, int flags,
		   struct tun_test_message *call)
{
	return message_receive_call(self->test, self->dev.fd, room, length, MSG_DONTWAIT | flags,
				    call);
}

TEST_F(message_receive, packet_comes_with_its_headers)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	ASSERT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_TRUE(has_packet(HEADERS + LENGTH, 0));
	EXPECT_EQ(0, call.message_flags);
	EXPECT_EQ(-EAGAIN, receive(self, sizeof(room), 0, &call));
}

TEST_F(message_receive, packet_counts_as_xmitted)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	ASSERT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(1, take(self));
	ASSERT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(2, net_stat(self->dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(2 * LENGTH, net_stat(self->dev.name, NET_XMITTED_BYTES));
}

TEST_F(message_receive, empty_ring_is_eagain)
{
	struct tun_test_message call;

	EXPECT_EQ(-EAGAIN, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(-EAGAIN, receive(self, sizeof(room), MSG_TRUNC, &call));
}

struct receiver {
	int test;
	int fd;
	int ret;
};

static void *receiver_main(void *arg)
{
	struct receiver *receiver = arg;

	receiver->ret = message_receive(receiver->test, receiver->fd, room, sizeof(room), 0);
	return NULL;
}

/* The descriptor's O_NONBLOCK is that of read(). */
TEST_F(message_receive, waits_for_a_packet_unless_told_not_to)
{
	struct receiver receiver = { .test = self->test, .fd = self->dev.fd };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, receiver_main, &receiver));
	net_sleep_ms(NET_NEVER_MS);
	ASSERT_EQ(EBUSY, pthread_tryjoin_np(thread, NULL));
	ASSERT_EQ(0, xmit(self, self->dev.name));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(HEADERS + LENGTH, receiver.ret);
	EXPECT_TRUE(has_packet(HEADERS + LENGTH, 0));
}

TEST_F(message_receive, cut_packet_says_so_and_returns_the_room)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(50, receive(self, 50, 0, &call));
	EXPECT_EQ(MSG_TRUNC, call.message_flags);
	EXPECT_TRUE(has_packet(50, TUN_PKT_STRIP));
	EXPECT_EQ(-EAGAIN, receive(self, sizeof(room), 0, &call));
}

TEST_F(message_receive, cut_packet_returns_its_length_to_who_asks)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, 50, MSG_TRUNC, &call));
	EXPECT_EQ(MSG_TRUNC, call.message_flags);
	EXPECT_TRUE(has_packet(50, TUN_PKT_STRIP));
}

TEST_F(message_receive, packet_that_just_fits_is_not_cut)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, HEADERS + LENGTH, MSG_TRUNC, &call));
	EXPECT_EQ(0, call.message_flags);
	EXPECT_TRUE(has_packet(HEADERS + LENGTH, 0));
}

TEST_F(message_receive, unknown_flags_are_einval_and_take_no_packet)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(-EINVAL, receive(self, sizeof(room), MSG_PEEK, &call));
	EXPECT_EQ(-EINVAL, receive(self, sizeof(room), MSG_WAITALL, &call));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
}

TEST_F(message_receive, empty_error_queue_is_eagain_and_takes_no_packet)
{
	struct tun_test_message call;

	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(-EAGAIN, receive(self, sizeof(room), MSG_ERRQUEUE, &call));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
}

TEST_F(message_receive, unattached_is_ebadfd_whatever_the_flags)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, message_receive(self->test, fd, room, sizeof(room), MSG_DONTWAIT));
	EXPECT_EQ(-EBADFD, message_receive(self->test, fd, room, sizeof(room), 0));
	EXPECT_EQ(-EBADFD, message_receive(self->test, fd, room, sizeof(room), MSG_ERRQUEUE));
	EXPECT_EQ(-EBADFD, message_receive(self->test, fd, room, sizeof(room), MSG_PEEK));
	close(fd);
}

TEST_F(message_receive, peek_is_the_length_of_the_frame_alone)
{
	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(LENGTH, message_peek(self->test, self->dev.fd));
	EXPECT_EQ(LENGTH, message_peek(self->test, self->dev.fd));
}

TEST_F(message_receive, peek_is_0_if_there_is_no_packet)
{
	struct tun_test_message call;

	EXPECT_EQ(0, message_peek(self->test, self->dev.fd));
	ASSERT_EQ(0, xmit(self, self->dev.name));
	ASSERT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(0, message_peek(self->test, self->dev.fd));
}

TEST_F(message_receive, peek_is_0_while_unattached)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, message_peek(self->test, fd));
	close(fd);
	ASSERT_EQ(0, xmit(self, self->dev.name));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(0, message_peek(self->test, self->dev.fd));
}

TEST_F(message_receive, peek_counts_the_tag)
{
	struct tun_test_message call;
	int sock;

	if (net_ip("link add link %s name v5 type vlan id 5 2>/dev/null", self->dev.name))
		SKIP(return, "kernel without 8021q");
	ASSERT_EQ(0, net_up("v5"));
	sock = net_packet_socket("v5", 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, "v5", TEST_TYPE, packet.data, packet.len));
	ASSERT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, NET_SOON_MS));
	EXPECT_EQ(LENGTH + 4, message_peek(self->test, self->dev.fd));
	EXPECT_EQ(HEADERS + LENGTH + 4, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(ETH_P_8021Q, packet_get16(room + HEADERS + 12));
	close(sock);
}

TEST_F(message_receive, packet_that_was_taken_out_comes_with_its_headers)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	ASSERT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_TRUE(has_packet(HEADERS + LENGTH, 0));
	EXPECT_EQ(0, call.kept);
}

TEST_F(message_receive, packet_that_was_taken_out_goes_before_those_in_the_ring)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	packet.len -= 50;
	ASSERT_EQ(0, xmit(self, self->dev.name));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(HEADERS + LENGTH - 50, receive(self, sizeof(room), 0, &call));
}

TEST_F(message_receive, packet_that_was_taken_out_may_be_cut)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, 50, MSG_TRUNC, &call));
	EXPECT_EQ(MSG_TRUNC, call.message_flags);
	EXPECT_EQ(0, call.kept);
}

TEST_F(message_receive, packet_that_was_taken_out_is_gone_though_the_flags_are_refused)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	EXPECT_EQ(-EINVAL, receive(self, sizeof(room), MSG_PEEK, &call));
	EXPECT_EQ(0, call.kept);
}

TEST_F(message_receive, packet_that_was_taken_out_is_gone_though_the_headers_do_not_fit)
{
	struct tun_test_message call;

	for (int length = 1; length < HEADERS; length++) {
		ASSERT_EQ(1, take(self));
		EXPECT_EQ(-EINVAL, receive(self, length, 0, &call));
		EXPECT_EQ(0, call.kept);
	}
}

TEST_F(message_receive, packet_that_was_taken_out_is_gone_though_there_is_no_room_at_all)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	EXPECT_EQ(0, receive(self, 0, 0, &call));
	EXPECT_EQ(0, call.kept);
}

TEST_F(message_receive, packet_that_was_taken_out_is_gone_though_the_device_went)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, receive(self, sizeof(room), 0, &call));
	EXPECT_EQ(0, call.kept);
}

/* In-tree forgets the packet, and with it the socket of who sent it, for good */
TEST_F(message_receive, packet_that_was_taken_out_is_gone_though_it_goes_with_the_error_queue)
{
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	EXPECT_GT(0, receive(self, sizeof(room), MSG_ERRQUEUE, &call));
	EXPECT_EQ(0, call.kept);
}

TEST_F(message_receive, disabled_queue_reads_what_was_taken_out_before)
{
	struct ifreq ifr = { .ifr_flags = IFF_DETACH_QUEUE };
	struct tun_test_message call;

	ASSERT_EQ(1, take(self));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETQUEUE, &ifr));
	EXPECT_EQ(HEADERS + LENGTH, receive(self, sizeof(room), 0, &call));
	EXPECT_TRUE(has_packet(HEADERS + LENGTH, 0));
	EXPECT_EQ(0, call.kept);
}

TEST_HARNESS_MAIN
