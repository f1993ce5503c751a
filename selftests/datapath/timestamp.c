// SPDX-License-Identifier: GPL-2.0
/* Software time stamps: when the driver takes a packet of the stack, and when it gives one */
#include <time.h>

#include <linux/errqueue.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"

static struct packet packet;
static unsigned char room[2048];

FIXTURE(timestamp)
{
	struct tun_dev dev;
	int udp;
};

FIXTURE_SETUP(timestamp)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_addr4(self->dev.name, LOCAL, "255.255.255.0"));
	self->udp = net_udp_socket(LOCAL, 2000);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(timestamp)
{
	close(self->udp);
	close(self->dev.fd);
}

/* The software time stamp in a message of the error queue, 0 when there is none */
static time_t stamp_of(struct msghdr *msg)
{
	struct scm_timestamping stamps;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPING)
			continue;
		memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
		return stamps.ts[0].tv_sec;
	}
	return 0;
}

TEST_F(timestamp, sender_gets_one_when_the_packet_is_queued)
{
	int on = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
	struct iovec iov = { room, sizeof(room) };
	char control[512];
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_TIMESTAMPING, &on, sizeof(on)));
	ASSERT_EQ(0, net_udp_send(self->udp, PEER, 1000, "x", 1));
	ASSERT_EQ(POLLERR, net_poll(self->udp, 0, NET_SOON_MS));
	ASSERT_LT(0, recvmsg(self->udp, &msg, MSG_ERRQUEUE));
	EXPECT_LT(0, stamp_of(&msg));
	EXPECT_EQ(29, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(timestamp, receiver_gets_one)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, 1000, 2000);
	int on = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
	struct iovec iov = { room, sizeof(room) };
	char control[512];
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	long long stamp = 0;
	int tries;

	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_TIMESTAMPING, &on, sizeof(on)));
	packet_udp(&packet, &flow, 10, 0);
	/* The kernel begins to stamp from a work item, some time after it was asked to. */
	for (tries = 0; tries < 100 && stamp <= 0; tries++) {
		msg.msg_controllen = sizeof(control);
		ASSERT_EQ((ssize_t)packet.len, write(self->dev.fd, packet.data, packet.len));
		ASSERT_EQ(10, recvmsg(self->udp, &msg, 0));
		stamp = stamp_of(&msg);
		if (stamp <= 0)
			net_sleep_ms(20);
	}
	EXPECT_LT(0, stamp);
}

TEST_F(timestamp, ethtool_says_software_only)
{
	struct ethtool_ts_info info = { .cmd = ETHTOOL_GET_TS_INFO };
	struct ifreq ifr = { .ifr_data = (void *)&info };
	unsigned int want = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
			    SOF_TIMESTAMPING_SOFTWARE;
	unsigned int hard = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |
			    SOF_TIMESTAMPING_RAW_HARDWARE;

	ASSERT_EQ(0, net_ifreq(self->dev.name, SIOCETHTOOL, &ifr));
	EXPECT_EQ(want, info.so_timestamping & want);
	EXPECT_EQ(0, info.so_timestamping & hard);
	EXPECT_EQ(-1, info.phc_index);
}

TEST_HARNESS_MAIN
