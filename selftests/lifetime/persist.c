// SPDX-License-Identifier: GPL-2.0
/* Persistent devices: what stays, what goes, what the next descriptor may change */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

static unsigned char room[2048];

FIXTURE(persist)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(persist)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(persist)
{
	close(self->dev.fd);
	net_dellink(self->dev.name);
}

/* Sends one packet past the qdisc; 0 when the driver took it */
static int xmit(const char *name)
{
	int sock = net_packet_socket(name, 0);
	int ret;

	if (sock < 0)
		return sock;
	net_packet_bypass(sock);
	ret = net_packet_send(sock, name, ETH_P_IP, room, 64);
	close(sock);
	return ret;
}

/* Closes the descriptor and attaches a new one with @flags; 0 or -errno */
static int reattach(struct tun_dev *dev, int flags)
{
	close(dev->fd);
	dev->fd = tun_dev_queue(dev->name, flags, O_NONBLOCK);
	return dev->fd < 0 ? dev->fd : 0;
}

TEST_F(persist, device_outlives_its_descriptor)
{
	int index = if_nametoindex(self->dev.name);

	ASSERT_EQ(0, reattach(&self->dev, IFF_TUN | IFF_NO_PI));
	EXPECT_EQ(index, (int)if_nametoindex(self->dev.name));
	EXPECT_EQ(64, write(self->dev.fd, room, 64));
	EXPECT_EQ(0, xmit(self->dev.name));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(persist, device_stays_up_with_its_address)
{
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.1.0.1", "255.255.255.0"));
	close(self->dev.fd);
	EXPECT_EQ(IFF_UP, net_flags(self->dev.name) & IFF_UP);
	self->dev.fd = tun_dev_queue(self->dev.name, IFF_TUN | IFF_NO_PI, O_NONBLOCK);
	ASSERT_LE(0, self->dev.fd);
	EXPECT_LE(0, net_udp_socket("10.1.0.1", 2000));
}

TEST_F(persist, carrier_goes_with_the_last_descriptor_and_comes_with_the_next)
{
	ASSERT_TRUE(net_running_is(self->dev.name, 1));
	close(self->dev.fd);
	EXPECT_TRUE(net_running_is(self->dev.name, 0));
	EXPECT_EQ(-ENOBUFS, xmit(self->dev.name));
	self->dev.fd = tun_dev_queue(self->dev.name, IFF_TUN | IFF_NO_PI, O_NONBLOCK);
	ASSERT_LE(0, self->dev.fd);
	EXPECT_TRUE(net_running_is(self->dev.name, 1));
}

TEST_F(persist, packets_die_with_their_descriptor)
{
	ASSERT_EQ(0, xmit(self->dev.name));
	ASSERT_EQ(0, reattach(&self->dev, IFF_TUN | IFF_NO_PI));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(persist, next_descriptor_decides_about_pi)
{
	ASSERT_EQ(0, reattach(&self->dev, IFF_TUN));
	ASSERT_EQ(0, xmit(self->dev.name));
	EXPECT_EQ(68, read(self->dev.fd, room, sizeof(room)));
	ASSERT_EQ(0, reattach(&self->dev, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, xmit(self->dev.name));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(persist, next_descriptor_cannot_change_the_mode)
{
	close(self->dev.fd);
	self->dev.fd = tun_dev_queue(self->dev.name, IFF_TAP | IFF_NO_PI, O_NONBLOCK);
	EXPECT_EQ(-EINVAL, self->dev.fd);
	self->dev.fd = tun_dev_queue(self->dev.name, IFF_TUN | IFF_MULTI_QUEUE, O_NONBLOCK);
	EXPECT_EQ(-EINVAL, self->dev.fd);
}

TEST_F(persist, second_descriptor_is_busy_and_harmless)
{
	EXPECT_EQ(-EBUSY, tun_dev_queue(self->dev.name, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, xmit(self->dev.name));
	EXPECT_EQ(64, read(self->dev.fd, room, sizeof(room)));
}

TEST_F(persist, switching_it_off_lets_the_device_go)
{
	ASSERT_EQ(0, reattach(&self->dev, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 0));
	ASSERT_NE(0, if_nametoindex(self->dev.name));
	close(self->dev.fd);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = -1;
}

TEST_F(persist, deletion_without_a_descriptor)
{
	close(self->dev.fd);
	self->dev.fd = -1;
	EXPECT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(0, rtnl_index(self->dev.name));
}

TEST_F(persist, deletion_under_a_descriptor_frees_it_for_another_device)
{
	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, net_dellink(self->dev.name));
		EXPECT_EQ(0, rtnl_index(self->dev.name));
		EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
		EXPECT_EQ(EBADFD, errno);
		ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETPERSIST, 1));
	}
}

TEST_F(persist, new_device_of_a_freed_descriptor_is_not_persistent)
{
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
	close(self->dev.fd);
	EXPECT_EQ(0, rtnl_index(self->dev.name));
	self->dev.fd = -1;
}

TEST_F(persist, multi_queue_device_loses_and_gets_all_queues)
{
	int flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE;
	struct tun_dev multi;
	int fd[8];

	ASSERT_EQ(0, tun_dev_create(&multi, flags, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETPERSIST, 1));
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 8; i++) {
			fd[i] = tun_dev_queue(multi.name, flags, O_NONBLOCK);
			ASSERT_LE(0, fd[i]);
		}
		if (multi.fd >= 0)
			close(multi.fd);
		multi.fd = -1;
		for (int i = 0; i < 8; i++)
			close(fd[i]);
		ASSERT_NE(0, if_nametoindex(multi.name));
	}
	EXPECT_EQ(0, net_dellink(multi.name));
}

TEST_F(persist, many_attach_and_close_rounds)
{
	for (int i = 0; i < scaled(200); i++)
		ASSERT_EQ(0, reattach(&self->dev, i & 1 ? IFF_TUN : IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, xmit(self->dev.name));
	EXPECT_EQ(68, read(self->dev.fd, room, sizeof(room)));
}

TEST_HARNESS_MAIN
