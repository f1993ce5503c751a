// SPDX-License-Identifier: GPL-2.0
/* The link under traffic: carrier, down and up, mtu, a move to another netns, a bridge */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define LOCAL "10.1.0.1"
#define PEER "10.1.0.2"

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(link)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(link)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, ETH_P_IP);
	ASSERT_LE(0, self->sock);
	ASSERT_EQ(0, net_packet_bypass(self->sock));
	packet_reset(&packet);
	packet_fill(&packet, 100, 0x45);
}

FIXTURE_TEARDOWN(link)
{
	close(self->sock);
	close(self->dev.fd);
}

#define XMIT() net_packet_send(self->sock, self->dev.name, ETH_P_IP, packet.data, packet.len)

static int set_carrier(int fd, int on)
{
	return ioctl(fd, TUNSETCARRIER, &on) ? -errno : 0;
}

/* The packet socket keeps ENETDOWN from the time when the link went down */
static void forget_error(int sock)
{
	socklen_t len = sizeof(int);
	int error;

	getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len);
}

TEST_F(link, no_carrier_stops_the_stack_and_not_the_program)
{
	ASSERT_EQ(0, set_carrier(self->dev.fd, 0));
	EXPECT_TRUE(net_running_is(self->dev.name, 0));
	EXPECT_EQ(-ENOBUFS, XMIT());
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(100, write(self->dev.fd, packet.data, packet.len));
	EXPECT_EQ(POLLIN, net_poll(self->sock, POLLIN, NET_SOON_MS));
	ASSERT_EQ(0, set_carrier(self->dev.fd, 1));
	EXPECT_EQ(0, XMIT());
	EXPECT_EQ(100, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(link, device_made_without_carrier_waits_for_it)
{
	struct tun_dev dark;

	ASSERT_EQ(0, tun_dev_create(&dark, IFF_TUN | IFF_NO_PI | IFF_NO_CARRIER, O_NONBLOCK));
	EXPECT_TRUE(net_running_is(dark.name, 0));
	ASSERT_EQ(0, set_carrier(dark.fd, 1));
	EXPECT_TRUE(net_running_is(dark.name, 1));
}

TEST_F(link, down_link_takes_nothing_from_the_stack)
{
	ASSERT_EQ(0, net_down(self->dev.name));
	forget_error(self->sock);
	EXPECT_EQ(-ENETDOWN, XMIT());
	ASSERT_EQ(0, net_up(self->dev.name));
	forget_error(self->sock);
	EXPECT_EQ(0, XMIT());
	EXPECT_EQ(100, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(link, down_and_up_many_times_under_traffic)
{
	for (int i = 0; i < 50; i++) {
		forget_error(self->sock);
		ASSERT_EQ(0, XMIT());
		ASSERT_EQ(0, net_down(self->dev.name));
		ASSERT_EQ(-1, write(self->dev.fd, packet.data, packet.len));
		ASSERT_EQ(EIO, errno);
		ASSERT_EQ(0, net_up(self->dev.name));
		ASSERT_EQ(100, write(self->dev.fd, packet.data, packet.len));
		ASSERT_EQ(100, read(self->dev.fd, room, sizeof(room)));
	}
}

TEST_F(link, tun_mtu_is_68_to_65535)
{
	EXPECT_EQ(-EINVAL, net_set_mtu(self->dev.name, 67));
	EXPECT_EQ(0, net_set_mtu(self->dev.name, 68));
	EXPECT_EQ(0, net_set_mtu(self->dev.name, 65535));
	EXPECT_EQ(-EINVAL, net_set_mtu(self->dev.name, 65536));
}

TEST_F(link, tap_mtu_is_68_to_65521)
{
	struct tun_dev tap;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP | IFF_NO_PI, 0));
	EXPECT_EQ(-EINVAL, net_set_mtu(tap.name, 67));
	EXPECT_EQ(0, net_set_mtu(tap.name, 68));
	EXPECT_EQ(0, net_set_mtu(tap.name, 65521));
	EXPECT_EQ(-EINVAL, net_set_mtu(tap.name, 65522));
}

TEST_F(link, mtu_does_not_touch_packets_in_the_ring)
{
	ASSERT_EQ(0, XMIT());
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 68));
	EXPECT_EQ(-EMSGSIZE, XMIT());
	EXPECT_EQ(100, read(self->dev.fd, room, sizeof(room)));
}

/* The netns of this process as a path for ip(8) and a descriptor for setns() */
static int netns_fd(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int udp_both_ways(struct tun_dev *dev)
{
	struct packet_flow flow = packet_flow(PEER, LOCAL, 1000, 2000);
	struct packet_view view;
	int udp, ret = 0;

	if (net_addr4(dev->name, LOCAL, "255.255.255.0"))
		return -EADDRNOTAVAIL;
	udp = net_udp_socket(LOCAL, 2000);
	if (udp < 0)
		return udp;
	packet_reset(&packet);
	packet_udp(&packet, &flow, 100, 9);
	if (write(dev->fd, packet.data, packet.len) != (ssize_t)packet.len)
		ret = -errno;
	else if (recv(udp, room, sizeof(room), 0) != 100 || packet_match(room, 100, 9) != 100)
		ret = -EBADMSG;
	else if (net_udp_send(udp, PEER, 1000, packet.data, 50))
		ret = -errno;
	else if (tun_dev_read(dev->fd, room, sizeof(room)) != 78)
		ret = -EIO;
	else if (!packet_parse(&view, room, 78) || view.dport != 1000)
		ret = -EPROTO;
	close(udp);
	return ret;
}

TEST_F(link, descriptor_keeps_working_when_the_device_moves)
{
	int home = netns_fd();
	int away;

	ASSERT_LE(0, home);
	ASSERT_EQ(0, udp_both_ways(&self->dev));
	ASSERT_EQ(0, tun_dev_netns());
	away = netns_fd();
	ASSERT_LE(0, away);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	ASSERT_EQ(0, net_ip("link set %s netns /proc/%d/fd/%d", self->dev.name, getpid(), away));
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	ASSERT_EQ(0, setns(away, CLONE_NEWNET));
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(0, udp_both_ways(&self->dev));

	ASSERT_EQ(0, net_ip("link set %s netns /proc/%d/fd/%d", self->dev.name, getpid(), home));
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(0, udp_both_ways(&self->dev));
}

TEST_F(link, packets_in_the_ring_move_along)
{
	int home = netns_fd();
	int away;

	ASSERT_EQ(0, XMIT());
	ASSERT_EQ(0, tun_dev_netns());
	away = netns_fd();
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	ASSERT_EQ(0, net_ip("link set %s netns /proc/%d/fd/%d", self->dev.name, getpid(), away));
	EXPECT_EQ(100, read(self->dev.fd, room, sizeof(room)));
}

/* TAP and a veth pair as ports of one bridge: what comes in at one goes out at the other */
TEST_F(link, bridged_frames_cross_between_tap_and_veth)
{
	static const unsigned char dst[6] = { 2, 0, 0, 0, 0, 1 };
	static const unsigned char src[6] = { 2, 0, 0, 0, 0, 2 };
	struct tun_dev tap;
	int far;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_ip("link add v0 type veth peer name v1"));
	ASSERT_EQ(0, net_ip("link add br0 type bridge mcast_snooping 0"));
	ASSERT_EQ(0, net_ip("link set v0 master br0"));
	ASSERT_EQ(0, net_ip("link set %s master br0", tap.name));
	ASSERT_EQ(0, net_up("v0") | net_up("v1") | net_up("br0"));
	ASSERT_TRUE(net_passes("v0"));
	far = net_packet_socket("v1", 0x88b5);
	ASSERT_LE(0, far);
	for (size_t len = 0; len <= 1500; len += 50) {
		packet_reset(&packet);
		packet_mac(&packet, dst, src);
		packet_type(&packet, 0x88b5);
		packet_fill(&packet, len, len);
		ASSERT_EQ((ssize_t)packet.len, write(tap.fd, packet.data, packet.len));
		ASSERT_EQ(POLLIN, net_poll(far, POLLIN, NET_SOON_MS));
		ASSERT_EQ((ssize_t)packet.len, recv(far, room, sizeof(room), 0));
		ASSERT_EQ(0, memcmp(packet.data, room, packet.len));

		packet_reset(&packet);
		packet_mac(&packet, src, dst);
		packet_type(&packet, 0x88b6);
		packet_fill(&packet, len, len + 1);
		ASSERT_EQ(0, net_packet_send(far, "v1", 0x88b6, packet.data, packet.len));
		ASSERT_EQ((ssize_t)packet.len, tun_dev_read(tap.fd, room, sizeof(room)));
		ASSERT_EQ(0, memcmp(packet.data, room, packet.len));
	}
}

TEST_HARNESS_MAIN
