// SPDX-License-Identifier: GPL-2.0
/* FIONREAD, an addition: the length that the next read() gives with a large enough buffer */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

static unsigned char room[2048];

FIXTURE(fionread)
{
	struct tun_dev dev;
	int sock;
};

FIXTURE_SETUP(fionread)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, self->sock);
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(fionread)
{
	close(self->sock);
	close(self->dev.fd);
}

static int fionread(int fd)
{
	int len = -1;

	return ioctl(fd, FIONREAD, &len) ? -errno : len;
}

TEST_F(fionread, unattached_is_ebadfd)
{
	int fd = open(tun_node(), O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, fionread(fd));
}

TEST_F(fionread, empty_queue_is_0)
{
	EXPECT_EQ(0, fionread(self->dev.fd));
}

TEST_F(fionread, is_the_length_of_the_next_packet)
{
	ASSERT_EQ(0, net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 100));
	ASSERT_EQ(0, net_packet_send(self->sock, self->dev.name, ETH_P_IP, room, 200));
	EXPECT_EQ(100, fionread(self->dev.fd));
	EXPECT_EQ(100, fionread(self->dev.fd));
	ASSERT_EQ(100, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(200, fionread(self->dev.fd));
	ASSERT_EQ(200, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, fionread(self->dev.fd));
}

TEST_F(fionread, counts_pi)
{
	struct tun_dev pi;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&pi, IFF_TUN, O_NONBLOCK));
	sock = net_packet_socket(pi.name, 0);
	ASSERT_LE(0, sock);
	EXPECT_EQ(0, fionread(pi.fd));
	ASSERT_EQ(0, net_packet_send(sock, pi.name, ETH_P_IP, room, 100));
	EXPECT_EQ(104, fionread(pi.fd));
	EXPECT_EQ(104, read(pi.fd, room, sizeof(room)));
}

/* A tag beside the packet (see vlan.c) is part of what read() gives */
TEST_F(fionread, counts_a_vlan_tag)
{
	static struct packet packet;
	struct tun_dev in, out;

	ASSERT_EQ(0, tun_dev_create(&in, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&out, IFF_TAP, O_NONBLOCK));
	ASSERT_EQ(0, net_ip("link add br0 type bridge mcast_snooping 0"));
	ASSERT_EQ(0, net_ip("link set %s master br0", in.name));
	ASSERT_EQ(0, net_ip("link set %s master br0", out.name));
	ASSERT_EQ(0, net_up("br0"));
	packet_append(&packet, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	packet_tag(&packet, ETH_P_8021Q, 5);
	packet_type(&packet, 0x88b5);
	packet_fill(&packet, 100, 0);
	ASSERT_EQ(118, write(in.fd, packet.data, packet.len));
	ASSERT_NE(0, net_poll(out.fd, POLLIN, NET_SOON_MS));
	EXPECT_EQ(122, fionread(out.fd));
	EXPECT_EQ(122, read(out.fd, room, sizeof(room)));
}

TEST_F(fionread, disabled_queue_is_0)
{
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	struct tun_dev multi;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&multi, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK));
	sock = net_packet_socket(multi.name, 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, multi.name, ETH_P_IP, room, 100));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &detach));
	EXPECT_EQ(0, fionread(multi.fd));
}

TEST_F(fionread, bad_memory_is_efault)
{
	EXPECT_EQ(-1, ioctl(self->dev.fd, FIONREAD, NULL));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(fionread, deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, fionread(self->dev.fd));
}

TEST_HARNESS_MAIN
