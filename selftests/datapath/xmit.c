// SPDX-License-Identifier: GPL-2.0
/* What the device does to a packet of the stack before it waits for its reader */
#include <time.h>

#include <linux/errqueue.h>
#include <linux/sockios.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(xmit)
{
	struct tun_dev dev;
	int udp;
};

FIXTURE_SETUP(xmit)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, net_addr4(self->dev.name, LOCAL, "255.255.255.0"));
	self->udp = net_udp_socket(LOCAL, 2000);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(xmit)
{
	close(self->udp);
	close(self->dev.fd);
}

/* Who sends without a protocol leaves it to the device, which looks at the version */
static int protocol_of(FIXTURE_DATA(xmit) * self, int sock, int version)
{
	packet_reset(&packet);
	packet_fill(&packet, 40, 0);
	packet.data[0] = version << 4 | 5;
	if (net_packet_send(sock, self->dev.name, 0, packet.data, packet.len) ||
	    tun_dev_read(self->dev.fd, room, sizeof(room)) != 4 + (ssize_t)packet.len)
		return -1;
	return packet_get16(room + 2);
}

TEST_F(xmit, packet_without_a_protocol_gets_that_of_its_version)
{
	int sock = net_packet_socket(self->dev.name, 0);

	ASSERT_LE(0, sock);
	EXPECT_EQ(ETH_P_IP, protocol_of(self, sock, 4));
	EXPECT_EQ(ETH_P_IPV6, protocol_of(self, sock, 6));
	EXPECT_EQ(0, protocol_of(self, sock, 5));
	close(sock);
}

TEST_F(xmit, waiting_packet_is_not_charged_to_its_sender)
{
	int charged = -1;

	ASSERT_EQ(0, net_udp_send(self->udp, PEER, 1000, room, 1000));
	ASSERT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, NET_SOON_MS) & POLLIN);
	ASSERT_EQ(0, ioctl(self->udp, SIOCOUTQ, &charged));
	EXPECT_EQ(0, charged);
	EXPECT_EQ(4 + 28 + 1000, read(self->dev.fd, room, sizeof(room)));
}

/* MSG_ZEROCOPY: the sender may use its memory again, however long nobody reads */
TEST_F(xmit, waiting_packet_does_not_keep_what_its_sender_lent)
{
	struct sockaddr_storage to;
	socklen_t len = net_sockaddr(&to, PEER, 1000);
	char control[256] = {};
	struct msghdr msg = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct sock_extended_err *told;
	int on = 1;

	memset(room, 'x', 1000);
	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)));
	ASSERT_EQ(1000, sendto(self->udp, room, 1000, MSG_ZEROCOPY, (void *)&to, len));
	ASSERT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, NET_SOON_MS) & POLLIN);
	ASSERT_EQ(POLLERR, net_poll(self->udp, 0, NET_SOON_MS));
	ASSERT_EQ(0, recvmsg(self->udp, &msg, MSG_ERRQUEUE));
	ASSERT_NE(NULL, CMSG_FIRSTHDR(&msg));
	told = (void *)CMSG_DATA(CMSG_FIRSTHDR(&msg));
	EXPECT_EQ(SO_EE_ORIGIN_ZEROCOPY, told->ee_origin);
	EXPECT_EQ(SO_EE_CODE_ZEROCOPY_COPIED, told->ee_code);
	memset(room, 'y', 1000);
	ASSERT_EQ(4 + 28 + 1000, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ('x', room[4 + 28]);
	EXPECT_EQ('x', room[4 + 28 + 999]);
}

TEST_HARNESS_MAIN
