// SPDX-License-Identifier: GPL-2.0
/*
 * VLAN tags. The stack takes the outer tag out of a received frame, so a frame that
 * is bridged from one TAP to another arrives in the second driver with its tag
 * beside it, and read() has to put it back at offset 12.
 */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "classic.h"
#include "packet.h"
#include "tun_dev.h"

#define SEED 3
#define PAYLOAD 100
#define TCI 0xb123
#define TEST_TYPE 0x88b5	/* nothing that br_netfilter would look into */

static const unsigned char dst_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const unsigned char src_mac[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(vlan)
{
	struct tun_dev in;
	struct tun_dev out;
};

FIXTURE_SETUP(vlan)
{
	ASSERT_EQ(0, tun_dev_setup(&self->in, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->out, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_ip_batch("link add br0 type bridge mcast_snooping 0\n"
				  "link set %s master br0\n"
				  "link set %s master br0\n", self->in.name, self->out.name));
	ASSERT_EQ(0, net_up("br0"));
}

FIXTURE_TEARDOWN(vlan)
{
	close(self->in.fd);
	close(self->out.fd);
}

static void make_tagged(unsigned int tpid, unsigned int inner_tpid, size_t len)
{
	packet_reset(&packet);
	packet_mac(&packet, dst_mac, src_mac);
	packet_tag(&packet, tpid, TCI);
	if (inner_tpid)
		packet_tag(&packet, inner_tpid, 0x0042);
	packet_type(&packet, TEST_TYPE);
	packet_fill(&packet, len, SEED);
}

#define EXPECT_BRIDGED_UNCHANGED() do {						\
	ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));	\
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->out.fd, room, sizeof(room)));	\
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));				\
} while (0)

TEST_F(vlan, tag_8021q_is_put_back_at_offset_12)
{
	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	EXPECT_BRIDGED_UNCHANGED();
}

TEST_F(vlan, tag_8021ad_is_put_back_at_offset_12)
{
	make_tagged(ETH_P_8021AD, 0, PAYLOAD);
	EXPECT_BRIDGED_UNCHANGED();
}

TEST_F(vlan, outer_tag_goes_before_the_inner_one)
{
	make_tagged(ETH_P_8021AD, ETH_P_8021Q, PAYLOAD);
	EXPECT_BRIDGED_UNCHANGED();
	make_tagged(ETH_P_8021Q, ETH_P_8021Q, PAYLOAD);
	EXPECT_BRIDGED_UNCHANGED();
}

TEST_F(vlan, tagged_frames_of_all_sizes_come_through)
{
	for (size_t len = 28; len < 1500; len += 37) {
		make_tagged(ETH_P_8021Q, 0, len);
		EXPECT_BRIDGED_UNCHANGED();
	}
}

/* The tag's place is behind the two addresses, which are not there any more. */
TEST_F(vlan, frame_that_a_filter_cut_in_front_of_its_tag_has_none)
{
	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	ASSERT_EQ(0, classic_attach_says(self->out.fd, 6));
	ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));
	ASSERT_EQ(6, tun_dev_read(self->out.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, 6));
}

TEST_F(vlan, untagged_frame_stays_untagged)
{
	packet_reset(&packet);
	packet_mac(&packet, dst_mac, src_mac);
	packet_type(&packet, TEST_TYPE);
	packet_fill(&packet, PAYLOAD, SEED);
	EXPECT_BRIDGED_UNCHANGED();
}

TEST_F(vlan, short_buffer_ends_inside_the_tag)
{
	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	for (size_t len = 1; len < 24; len++) {
		memset(room, 0xee, 64);
		ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));
		ASSERT_EQ((ssize_t)len, tun_dev_read(self->out.fd, room, len));
		EXPECT_EQ(0, memcmp(packet.data, room, len));
		EXPECT_EQ(0xee, room[len]);
	}
	EXPECT_EQ(-1, read(self->out.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(vlan, readv_may_split_the_tag)
{
	struct iovec iov[] = { { room, 13 }, { room + 100, 2 }, { room + 200, 1000 } };

	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));
	ASSERT_NE(0, net_poll(self->out.fd, POLLIN, NET_SOON_MS));
	ASSERT_EQ((ssize_t)packet.len, readv(self->out.fd, iov, ARRAY_SIZE(iov)));
	EXPECT_EQ(0, memcmp(packet.data, room, 13));
	EXPECT_EQ(0, memcmp(packet.data + 13, room + 100, 2));
	EXPECT_EQ(0, memcmp(packet.data + 15, room + 200, packet.len - 15));
}

/* PI tells what the stack says of the packet: with the tag beside it, the type behind the tag */
TEST_F(vlan, pi_goes_before_the_tagged_frame)
{
	struct tun_pi *pi = (struct tun_pi *)room;
	struct tun_dev out;

	ASSERT_EQ(0, tun_dev_create(&out, IFF_TAP, O_NONBLOCK));
	ASSERT_EQ(0, net_ip("link set %s master br0", out.name));
	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len + 4, tun_dev_read(out.fd, room, sizeof(room)));
	EXPECT_EQ(0, pi->flags);
	EXPECT_EQ(TEST_TYPE, ntohs(pi->proto));
	EXPECT_EQ(0, memcmp(packet.data, room + 4, packet.len));

	ASSERT_EQ((ssize_t)packet.len, write(self->in.fd, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len + 3, tun_dev_read(out.fd, room, packet.len + 3));
	EXPECT_EQ(TUN_PKT_STRIP, pi->flags);
}

TEST_F(vlan, read_bytes_count_the_tag)
{
	long long before = net_stat(self->out.name, NET_XMITTED_BYTES);

	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	EXPECT_BRIDGED_UNCHANGED();
	EXPECT_EQ((long long)packet.len, net_stat(self->out.name, NET_XMITTED_BYTES) - before);
}

TEST_F(vlan, tag_in_the_bytes_is_not_touched)
{
	int sock;

	ASSERT_EQ(0, net_ip("link set %s nomaster", self->out.name));
	sock = net_packet_socket(self->out.name, 0);
	ASSERT_LE(0, sock);
	make_tagged(ETH_P_8021Q, 0, PAYLOAD);
	ASSERT_EQ(0, net_packet_send(sock, self->out.name, ETH_P_8021Q, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->out.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

/* A VLAN device on the TAP: its frames come out tagged, tagged frames go into it */
TEST_F(vlan, vlan_device_xmits_and_receives_tagged)
{
	struct packet_flow flow = packet_flow("10.5.0.2", "10.5.0.1", 1000, 2000);
	unsigned char mac[6];
	int udp;

	if (net_ip("link add link %s name v5 type vlan id 5 2>/dev/null", self->out.name))
		SKIP(return, "kernel without 8021q");
	ASSERT_EQ(0, net_ip("link set %s nomaster", self->out.name));
	ASSERT_EQ(0, net_mac(self->out.name, mac));
	ASSERT_EQ(0, net_up("v5"));
	ASSERT_EQ(0, net_addr4("v5", "10.5.0.1", "255.255.255.0"));
	ASSERT_EQ(0, net_ip("neigh add 10.5.0.2 lladdr 02:00:00:00:00:02 dev v5"));
	udp = net_udp_socket("10.5.0.1", 2000);
	ASSERT_LE(0, udp);
	ASSERT_EQ(0, net_udp_send(udp, "10.5.0.2", 1000, "hello", 5));
	ASSERT_EQ(18 + 28 + 5, tun_dev_read(self->out.fd, room, sizeof(room)));
	EXPECT_EQ(ETH_P_8021Q, packet_get16(room + 12));
	EXPECT_EQ(5, packet_get16(room + 14));
	EXPECT_EQ(ETH_P_IP, packet_get16(room + 16));

	packet_reset(&packet);
	packet_mac(&packet, mac, src_mac);
	packet_tag(&packet, ETH_P_8021Q, 5);
	packet_type(&packet, ETH_P_IP);
	packet_udp(&packet, &flow, PAYLOAD, SEED);
	ASSERT_EQ((ssize_t)packet.len, write(self->out.fd, packet.data, packet.len));
	ASSERT_EQ(PAYLOAD, recv(udp, room, sizeof(room), 0));
	EXPECT_EQ(PAYLOAD, packet_match(room, PAYLOAD, SEED));
}

TEST_HARNESS_MAIN
