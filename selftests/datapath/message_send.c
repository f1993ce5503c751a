// SPDX-License-Identifier: GPL-2.0
/*
 * sendmsg() of a queue's socket, which the rest of the kernel calls. It may lend the memory that
 * the frame is in: the payload then stays there until the last of the packet is gone.
 */
#include <linux/virtio_net.h>

#include "kselftest_harness.h"
#include "bpf_test.h"
#include "bucket.h"
#include "message.h"
#include "packet.h"
#include "tun_dev.h"

#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"
#define SEED 7
#define PAGE 4096
#define TCP_LEN 20
#define TCP_CHECK 16	/* where the checksum is in it */

/* Copied if the sender says nothing of the headers: the payload begins behind. */
#define COPIED 128

static const unsigned char far_mac[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[PACKET_MAX];

/*
 * Nobody takes such a frame: it is gone when the call is over. Larger than any packet, so not one
 * of packet.h
 */
static unsigned char nobody[24 * PAGE] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";

FIXTURE(message_send)
{
	struct tun_dev dev;
	int test;
};

FIXTURE_SETUP(message_send)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
}

FIXTURE_TEARDOWN(message_send)
{
	close(self->dev.fd);
	EXPECT_EQ(0, message_close(self->test));
}

/* A datagram of @len bytes for the socket that it opens; the socket or -errno */
static int make_datagram(const char *dev, size_t len)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, 1000, 2000);
	unsigned char mac[6];

	if (net_mac(dev, mac) || net_addr4(dev, LOCAL, "255.255.255.0"))
		return -EIO;
	packet_reset(&packet);
	packet_mac(&packet, mac, far_mac);
	packet_type(&packet, ETH_P_IP);
	packet_udp(&packet, &flow, len, SEED);
	return net_udp_socket(LOCAL, 2000);
}

TEST_F(message_send, frame_is_received_byte_for_byte)
{
	int udp = make_datagram(self->dev.name, 1400);

	ASSERT_LE(0, udp);
	EXPECT_EQ(packet.len, message_send(self->test, self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(1400, recv(udp, room, sizeof(room), 0));
	EXPECT_EQ(1400, packet_match(room, 1400, SEED));
	close(udp);
}

TEST_F(message_send, lent_frame_is_received_byte_for_byte)
{
	int udp = make_datagram(self->dev.name, 60000);

	ASSERT_LE(0, udp);
	EXPECT_EQ(packet.len, message_lend(self->test, self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(60000, recv(udp, room, sizeof(room), 0));
	EXPECT_EQ(60000, packet_match(room, 60000, SEED));
	EXPECT_TRUE(message_all_told(self->test));
	close(udp);
}

TEST_F(message_send, lent_memory_is_used_where_it_is)
{
	struct tun_test_message_loans loans;

	ASSERT_EQ(2000, message_lend(self->test, self->dev.fd, nobody, 2000));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.in_place);
}

TEST_F(message_send, lent_memory_is_given_back_when_the_packet_is_gone)
{
	struct tun_test_message_loans loans;

	ASSERT_EQ(0, bucket_setup(self->dev.name));
	/* The first goes through the bucket. */
	ASSERT_EQ(1000, message_send(self->test, self->dev.fd, nobody, 1000));
	ASSERT_EQ(1000, message_lend(self->test, self->dev.fd, nobody, 1000));
	loans = message_loans(self->test);
	EXPECT_EQ(0, loans.told);
	EXPECT_EQ(1, loans.pinned);
	EXPECT_EQ(0, bucket_let_go());
	EXPECT_TRUE(message_all_told(self->test));
	EXPECT_EQ(0, bucket_remove());
}

TEST_F(message_send, lent_memory_outlives_the_descriptor)
{
	struct tun_test_message_loans loans;

	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(1000, message_send(self->test, self->dev.fd, nobody, 1000));
	ASSERT_EQ(1000, message_lend(self->test, self->dev.fd, nobody, 1000));
	close(self->dev.fd);
	loans = message_loans(self->test);
	EXPECT_EQ(0, loans.told);
	EXPECT_EQ(1, loans.pinned);
	EXPECT_EQ(0, bucket_remove());
	EXPECT_TRUE(message_all_told(self->test));
}

/* Some kernels copy for it when it gets the packet, others lend it on until it is read. */
TEST_F(message_send, lent_memory_is_given_back_when_a_packet_socket_is_through_with_it)
{
	int sock = net_packet_socket(self->dev.name, ETH_P_ALL);
	struct tun_test_message_loans loans;

	ASSERT_LE(0, sock);
	memset(nobody + ETH_HLEN, 0x5a, 2000);
	ASSERT_EQ(2000, message_lend(self->test, self->dev.fd, nobody, 2000));
	ASSERT_EQ(POLLIN, net_poll(sock, POLLIN, NET_SOON_MS));
	EXPECT_EQ(2000, recv(sock, room, sizeof(room), MSG_DONTWAIT));
	EXPECT_EQ(0, memcmp(nobody, room, 2000));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.told);
	EXPECT_EQ(0, loans.pinned);
	close(sock);
}

/* The reader may take his time, or never come. */
TEST_F(message_send, lent_memory_of_a_frame_that_xdp_sends_back_waits_for_no_reader)
{
	int prog = bpf_test_answer(BPF_PROG_TYPE_XDP, XDP_TX);

	ASSERT_LE(0, prog);
	ASSERT_EQ(0, bpf_test_xdp_attach(self->dev.name, prog, XDP_FLAGS_DRV_MODE));
	close(prog);
	memset(nobody + ETH_HLEN, 0x5a, 2 * PAGE);
	ASSERT_EQ(2 * PAGE, message_lend(self->test, self->dev.fd, nobody, 2 * PAGE));
	EXPECT_TRUE(message_all_told(self->test));
	EXPECT_EQ(2 * PAGE, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(nobody, room, 2 * PAGE));
}

/* In-tree tells who lent it when the packet is gone, and that it was used where it is */
TEST_F(message_send, short_lent_frame_is_copied_and_given_back_at_once)
{
	struct tun_test_message_loans loans;

	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(1000, message_send(self->test, self->dev.fd, nobody, 1000));
	ASSERT_EQ(COPIED, message_lend(self->test, self->dev.fd, nobody, COPIED));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.told);
	EXPECT_EQ(0, loans.told_twice);
	EXPECT_EQ(0, loans.in_place);
	EXPECT_EQ(0, loans.pinned);
	EXPECT_EQ(0, bucket_remove());
}

TEST_F(message_send, one_byte_more_stays_where_it_is)
{
	struct tun_test_message_loans loans;

	ASSERT_EQ(COPIED + 1, message_lend(self->test, self->dev.fd, nobody, COPIED + 1));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.in_place);
}

TEST_F(message_send, lent_payload_stays_where_it_is_up_to_as_many_pages_as_a_packet_has)
{
	struct tun_test_message_loans loans = message_loans(self->test);
	int length = loans.most_pages * PAGE;

	ASSERT_GT(sizeof(nobody), length);
	ASSERT_EQ(length, message_lend(self->test, self->dev.fd, nobody, length));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.in_place);
}

TEST_F(message_send, lent_payload_of_more_pages_is_copied)
{
	struct tun_test_message_loans loans = message_loans(self->test);
	int length = loans.most_pages * PAGE + 1;

	ASSERT_GT(sizeof(nobody), length);
	ASSERT_EQ(length, message_lend(self->test, self->dev.fd, nobody, length));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(0, loans.in_place);
}

/* Refused: the memory is the sender's again, told or not. */
#define EXPECT_REFUSED(error, ret) do {						\
	struct tun_test_message_loans loans_now;				\
										\
	EXPECT_EQ(-(error), ret);						\
	loans_now = message_loans(self->test);					\
	EXPECT_EQ(0, loans_now.told_twice);					\
	EXPECT_EQ(0, loans_now.pinned);						\
} while (0)

TEST_F(message_send, device_that_is_down_is_eio_and_leaves_nothing_lent)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	EXPECT_REFUSED(EIO, message_lend(self->test, self->dev.fd, nobody, 2000));
	EXPECT_REFUSED(EIO, message_lend(self->test, self->dev.fd, nobody, 100));
}

TEST_F(message_send, short_frame_is_einval_and_leaves_nothing_lent)
{
	EXPECT_REFUSED(EINVAL, message_lend(self->test, self->dev.fd, nobody, ETH_HLEN - 1));
}

TEST_F(message_send, unattached_is_ebadfd_and_leaves_nothing_lent)
{
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_REFUSED(EBADFD, message_lend(self->test, fd, nobody, 2000));
	EXPECT_REFUSED(EBADFD, message_send(self->test, fd, nobody, 2000));
	close(fd);
}

TEST_F(message_send, full_send_buffer_is_eagain_and_leaves_nothing_lent)
{
	struct tun_test_message_loans loans;
	int size = 4000, n = 0, ret;

	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
	do {
		ret = message_lend(self->test, self->dev.fd, nobody, 1000);
	} while (ret == 1000 && ++n < 100);
	EXPECT_EQ(-EAGAIN, ret);
	EXPECT_EQ(0, bucket_remove());
	for (int i = 0; i < 500 && (loans = message_loans(self->test)).told < n; i++)
		usleep(20000);
	EXPECT_EQ(n, loans.told);
	EXPECT_EQ(0, loans.told_twice);
	EXPECT_EQ(0, loans.pinned);
}

/* In-tree takes whatever is no array of frames for memory that is lent */
TEST_F(message_send, control_message_of_an_unknown_type_is_einval)
{
	EXPECT_REFUSED(EINVAL, message_send_as(self->test, self->dev.fd, nobody, 2000,
					       MSG_DONTWAIT, 99));
}

FIXTURE(message_send_vnet)
{
	struct tun_dev dev;
	int test;
};

FIXTURE_SETUP(message_send_vnet)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK));
}

FIXTURE_TEARDOWN(message_send_vnet)
{
	close(self->dev.fd);
	EXPECT_EQ(0, message_close(self->test));
}

/* A virtio-net header and a frame of @length bytes that nobody takes, behind one another */
static size_t make_nobody(struct virtio_net_hdr header, size_t length)
{
	packet_reset(&packet);
	packet_append(&packet, &header, sizeof(header));
	packet_append(&packet, nobody, length);
	return packet.len;
}

TEST_F(message_send_vnet, as_much_is_copied_as_the_header_says)
{
	struct virtio_net_hdr header = { .hdr_len = 600 };
	struct tun_test_message_loans loans;
	size_t length;

	length = make_nobody(header, 600);
	ASSERT_EQ(length, message_lend(self->test, self->dev.fd, packet.data, length));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(0, loans.in_place);
	length = make_nobody(header, 601);
	ASSERT_EQ(length, message_lend(self->test, self->dev.fd, packet.data, length));
	EXPECT_TRUE(message_all_told(self->test));
	loans = message_loans(self->test);
	EXPECT_EQ(1, loans.in_place);
}

TEST_F(message_send_vnet, bad_header_is_einval_and_leaves_nothing_lent)
{
	struct virtio_net_hdr header = { .gso_type = 0x77 };
	size_t length;

	length = make_nobody(header, 2000);
	EXPECT_REFUSED(EINVAL, message_lend(self->test, self->dev.fd, packet.data, length));
	header = (struct virtio_net_hdr){ .hdr_len = 2001 };
	length = make_nobody(header, 2000);
	EXPECT_REFUSED(EINVAL, message_lend(self->test, self->dev.fd, packet.data, length));
	EXPECT_REFUSED(EINVAL, message_lend(self->test, self->dev.fd, packet.data,
					    sizeof(header) - 1));
}

/* A TCP segment of @len bytes of payload behind a header that has it cut to pieces of 1000 */
static void make_segments(size_t len)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, 1000, 2000);
	struct virtio_net_hdr header = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 1000,
		.hdr_len = ETH_HLEN + PACKET_IPV4_LEN + TCP_LEN,
		.csum_start = ETH_HLEN + PACKET_IPV4_LEN,
		.csum_offset = TCP_CHECK,
	};
	unsigned char *tcp;
	__u32 sum;

	packet_reset(&packet);
	packet_append(&packet, &header, sizeof(header));
	packet_append(&packet, nobody, ETH_ALEN);
	packet_append(&packet, far_mac, ETH_ALEN);
	packet_type(&packet, ETH_P_IP);
	packet_ipv4(&packet, &flow, IPPROTO_TCP, TCP_LEN + len);
	tcp = packet_room(&packet, TCP_LEN);
	packet_put16(tcp, flow.sport);
	packet_put16(tcp + 2, flow.dport);
	tcp[12] = TCP_LEN / 4 << 4;
	tcp[13] = 0x10;		/* ACK */
	/* What the sender leaves in the checksum's place: the sum over the pseudo header */
	sum = packet_pseudo(flow.src, flow.dst, 4, IPPROTO_TCP, TCP_LEN + len);
	packet_put16(tcp + TCP_CHECK, sum);
	packet_fill(&packet, len, SEED);
}

TEST_F(message_send_vnet, lent_frame_of_segments_crosses_a_bridge_whole)
{
	struct tun_dev out;

	ASSERT_EQ(0, tun_dev_create(&out, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(out.fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4));
	ASSERT_EQ(0, net_ip_batch("link add br0 type bridge mcast_snooping 0\n"
				  "link set %s master br0\n"
				  "link set %s master br0\n", self->dev.name, out.name));
	ASSERT_EQ(0, net_up("br0"));
	make_segments(60000);
	ASSERT_EQ(packet.len, message_lend(self->test, self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(packet.len, tun_dev_read(out.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	EXPECT_TRUE(message_all_told(self->test));
	close(out.fd);
}

/* Nothing says where its headers are: they are looked for in what is linear, and end before 256. */
TEST_F(message_send_vnet, short_lent_frame_of_segments_without_a_sum_is_taken)
{
	struct virtio_net_hdr *header = (struct virtio_net_hdr *)packet.data;

	make_segments(150);
	header->flags = 0;
	header->gso_size = 50;
	ASSERT_EQ(packet.len, message_lend(self->test, self->dev.fd, packet.data, packet.len));
	EXPECT_TRUE(message_all_told(self->test));
	EXPECT_EQ(1, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
}

TEST_HARNESS_MAIN
