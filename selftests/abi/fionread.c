// SPDX-License-Identifier: GPL-2.0
/* FIONREAD as an ioctl, an addition: its lengths are tested by the datapath suite */
#include "kselftest_harness.h"
#include "state.h"

FIXTURE(fionread)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(fionread)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, STATE_QUEUES & ~IFF_NO_PI, O_NONBLOCK));
}

FIXTURE_TEARDOWN(fionread)
{
	close(self->dev.fd);
}

TEST_F(fionread, answer_is_one_int)
{
	unsigned char room[2 * sizeof(int)];
	unsigned char packet[60];
	int len, sock;

	sock = net_packet_socket(self->dev.name, 0);
	ASSERT_LE(0, sock);
	memset(packet, 0x45, sizeof(packet));
	ASSERT_EQ(0, net_packet_send(sock, self->dev.name, ETH_P_IP, packet, sizeof(packet)));
	memset(room, 0xa5, sizeof(room));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, FIONREAD, (unsigned long)room));
	memcpy(&len, room, sizeof(len));
	EXPECT_EQ(64, len);
	for (size_t i = sizeof(len); i < sizeof(room); i++)
		EXPECT_EQ(0xa5, room[i]);
}

TEST_F(fionread, bad_memory_of_an_empty_queue_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, FIONREAD, tun_bad_pointer()));
}

TEST_F(fionread, needs_no_capability)
{
	int len = -1;

	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, tun_ioctl(self->dev.fd, FIONREAD, (unsigned long)&len));
	EXPECT_EQ(0, len);
}

TEST_F(fionread, state_is_judged_before_bad_memory)
{
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), FIONREAD, tun_bad_pointer()));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->dev.fd, FIONREAD, tun_bad_pointer()));
}

TEST_HARNESS_MAIN
