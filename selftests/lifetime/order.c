// SPDX-License-Identifier: GPL-2.0
/* Three queues enabled, disabled, closed and deleted in every order */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define QUEUES 3
#define ORDERS 6

static const int orders[ORDERS][QUEUES] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

static unsigned char room[2048];

FIXTURE(order)
{
	char name[IFNAMSIZ];
	int fd[QUEUES];
	int sock;
};

static int make(FIXTURE_DATA(order) * self)
{
	self->name[0] = 0;
	for (int i = 0; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(self->name, FLAGS, O_NONBLOCK);
		if (self->fd[i] < 0)
			return self->fd[i];
	}
	self->sock = net_packet_socket(self->name, 0);
	if (self->sock < 0)
		return self->sock;
	net_packet_bypass(self->sock);
	return net_up(self->name);
}

FIXTURE_SETUP(order)
{
	ASSERT_EQ(0, tun_dev_netns());
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(order)
{
}

/*
 * The stack sends 32 flows; how many packets came out of the queues in the mask @enabled, and
 * -EPROTO if one came out of another
 */
static int flows_seen(FIXTURE_DATA(order) * self, unsigned int enabled)
{
	struct packet_flow flow;
	struct packet packet;
	int n, seen = 0;

	for (int i = 0; i < 32; i++) {
		flow = packet_flow("10.1.0.1", "10.1.0.2", 1000 + i, 2000);
		packet_reset(&packet);
		packet_udp(&packet, &flow, 20, i);
		net_packet_send(self->sock, self->name, ETH_P_IP, packet.data, packet.len);
	}
	for (int i = 0; i < QUEUES; i++) {
		n = self->fd[i] < 0 ? 0 : tun_dev_drain(self->fd[i]);
		if (n && !(enabled & 1 << i))
			return -EPROTO;
		seen += n;
	}
	return seen;
}

/* Disables in the order @down, enables in the order @up; the others go on all the time */
static int cycle(FIXTURE_DATA(order) * self, const int *down, const int *up)
{
	unsigned int enabled = 7;

	for (int i = 0; i < QUEUES; i++) {
		if (tun_dev_set_queue(self->fd[down[i]], IFF_DETACH_QUEUE))
			return -1;
		enabled &= ~(1 << down[i]);
		if (flows_seen(self, enabled) != (enabled ? 32 : 0))
			return -2;
	}
	for (int i = 0; i < QUEUES; i++) {
		if (tun_dev_set_queue(self->fd[up[i]], IFF_ATTACH_QUEUE))
			return -3;
		enabled |= 1 << up[i];
		if (flows_seen(self, enabled) != 32)
			return -4;
	}
	return 0;
}

TEST_F(order, disable_and_enable_in_every_order)
{
	ASSERT_EQ(0, make(self));
	for (int down = 0; down < ORDERS; down++)
		for (int up = 0; up < ORDERS; up++)
			ASSERT_EQ(0, cycle(self, orders[down], orders[up]));
}

TEST_F(order, close_in_every_order)
{
	for (int i = 0; i < ORDERS; i++) {
		unsigned int enabled = 7;

		ASSERT_EQ(0, make(self));
		for (int j = 0; j < QUEUES; j++) {
			int queue = orders[i][j];

			ASSERT_EQ(32, flows_seen(self, enabled));
			close(self->fd[queue]);
			self->fd[queue] = -1;
			enabled &= ~(1 << queue);
		}
		close(self->sock);
		ASSERT_EQ(0, rtnl_index(self->name));
	}
}

/* Disables the queues in the mask @off; 0 or -errno */
static int disable(FIXTURE_DATA(order) * self, unsigned int off)
{
	int ret = 0;

	for (int j = 0; j < QUEUES && !ret; j++)
		if (off & 1 << j)
			ret = tun_dev_set_queue(self->fd[j], IFF_DETACH_QUEUE);
	return ret;
}

/* 42 devices, and a grace period or two for each */
TEST_F(order, close_in_every_order_with_any_queues_disabled)
{
	for (unsigned int off = 1; off < 8; off++) {
		for (int i = 0; i < ORDERS; i++) {
			ASSERT_EQ(0, make(self));
			ASSERT_EQ(0, disable(self, off));
			for (int j = 0; j < QUEUES; j++) {
				ASSERT_NE(0, if_nametoindex(self->name));
				close(self->fd[orders[i][j]]);
			}
			close(self->sock);
			ASSERT_EQ(0, rtnl_index(self->name));
		}
	}
}

TEST_F(order, delete_with_any_queues_disabled)
{
	for (unsigned int off = 0; off < 8; off++) {
		ASSERT_EQ(0, make(self));
		ASSERT_EQ(0, disable(self, off));
		ASSERT_EQ(0, net_dellink(self->name));
		for (int j = 0; j < QUEUES; j++) {
			ASSERT_EQ(-1, read(self->fd[j], room, sizeof(room)));
			ASSERT_EQ(EBADFD, errno);
			ASSERT_EQ(-EINVAL, tun_dev_set_queue(self->fd[j], IFF_ATTACH_QUEUE));
			close(self->fd[j]);
		}
		close(self->sock);
	}
}

TEST_F(order, writers_of_all_queues_work_in_every_state)
{
	ASSERT_EQ(0, make(self));
	for (unsigned int off = 0; off < 8; off++) {
		for (int j = 0; j < QUEUES; j++) {
			if (off & 1 << j)
				ASSERT_EQ(0, tun_dev_set_queue(self->fd[j], IFF_DETACH_QUEUE));
			ASSERT_EQ(64, write(self->fd[j], room, 64));
		}
		for (int j = 0; j < QUEUES; j++) {
			if (off & 1 << j)
				ASSERT_EQ(0, tun_dev_set_queue(self->fd[j], IFF_ATTACH_QUEUE));
			ASSERT_EQ(64, write(self->fd[j], room, 64));
		}
	}
}

TEST_HARNESS_MAIN
