// SPDX-License-Identifier: GPL-2.0
/*
 * Queues with NAPI, without, and with NAPI_FRAGS on one device, disabled, enabled, closed and
 * deleted in every order with frames between. What is left behind holds the module, or a device
 * that never goes.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "napi.h"

#define QUEUES 3
#define ORDERS 6

static const int orders[ORDERS][QUEUES] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

FIXTURE(napi_order)
{
	struct napi_test t;
	char name[IFNAMSIZ];
	int fd[QUEUES];
	int kind[QUEUES];
	unsigned int enabled;
};

FIXTURE_VARIANT(napi_order)
{
	int type;
	int kind[QUEUES];
};

/* Neighbours with and without, whichever of them moves to the place of another */
FIXTURE_VARIANT_ADD(napi_order, tun) {
	.type = IFF_TUN, .kind = { IFF_NAPI, 0, IFF_NAPI },
};

FIXTURE_VARIANT_ADD(napi_order, tap) {
	.type = IFF_TAP, .kind = { NAPI_FRAGS, IFF_NAPI, NAPI_FRAGS },
};

static int make(FIXTURE_DATA(napi_order) * self)
{
	self->name[0] = 0;
	self->enabled = 7;
	for (int i = 0; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(self->name, self->t.flags | self->kind[i], O_NONBLOCK);
		if (self->fd[i] < 0)
			return self->fd[i];
	}
	return net_up(self->name);
}

FIXTURE_SETUP(napi_order)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->t.flags = variant->type | IFF_NO_PI | IFF_MULTI_QUEUE;
	memcpy(self->kind, variant->kind, sizeof(self->kind));
	napi_frame(&self->t, 100, 1);
}

FIXTURE_TEARDOWN(napi_order)
{
}

/* Each queue is written to; as a whole they take what those take that are enabled or plain */
static int write_all(FIXTURE_DATA(napi_order) * self)
{
	long long before = net_stat(self->name, NET_RECEIVED_PACKETS);
	int taken = 0;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < QUEUES; i++) {
			bool takes = self->enabled & 1 << i || !self->kind[i];

			if (self->fd[i] < 0)
				continue;
			if (napi_write(&self->t, self->fd[i]) != (takes ? 0 : -EBUSY))
				return -EPROTO;
			taken += takes;
		}
	}
	return net_stat(self->name, NET_RECEIVED_PACKETS) == before + taken ? 0 : -EBADMSG;
}

static int set_enabled(FIXTURE_DATA(napi_order) * self, int queue, bool on)
{
	int ret = tun_dev_set_queue(self->fd[queue], on ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE);

	self->enabled = on ? self->enabled | 1 << queue : self->enabled & ~(1 << queue);
	return ret ? ret : write_all(self);
}

/* Every order of both, if not each with each: lifetime/order does that */
TEST_F(napi_order, disable_and_enable_in_every_order)
{
	ASSERT_EQ(0, make(self));
	for (int order = 0; order < ORDERS; order++) {
		for (int i = 0; i < QUEUES; i++)
			ASSERT_EQ(0, set_enabled(self, orders[order][i], false));
		for (int i = 0; i < QUEUES; i++)
			ASSERT_EQ(0, set_enabled(self, orders[ORDERS - 1 - order][i], true));
	}
	for (int i = 0; i < QUEUES; i++)
		close(self->fd[i]);
	EXPECT_EQ(0, rtnl_index(self->name));
}

static void disable(FIXTURE_DATA(napi_order) * self, unsigned int off)
{
	for (int i = 0; i < QUEUES; i++)
		if (off & 1 << i && set_enabled(self, i, false))
			self->name[0] = 0;
}

TEST_F(napi_order, close_with_any_queues_disabled)
{
	for (unsigned int off = 0; off < 8; off++) {
		const int *order = orders[off % ORDERS];

		ASSERT_EQ(0, make(self));
		disable(self, off);
		for (int i = 0; i < QUEUES; i++) {
			ASSERT_EQ(0, write_all(self));
			close(self->fd[order[i]]);
			self->fd[order[i]] = -1;
		}
		ASSERT_EQ(0, rtnl_index(self->name));
	}
}

/* A disabled queue that is closed, and one that comes, while others go on */
TEST_F(napi_order, close_and_join_with_any_queues_disabled)
{
	ASSERT_EQ(0, make(self));
	for (unsigned int off = 0; off < 4; off++) {
		disable(self, off);
		for (int i = 0; i < QUEUES; i++) {
			close(self->fd[i]);
			self->fd[i] = tun_dev_queue(self->name, self->t.flags | self->kind[i],
						    O_NONBLOCK);
			ASSERT_LE(0, self->fd[i]);
			self->enabled |= 1 << i;
			ASSERT_EQ(0, write_all(self));
		}
	}
	for (int i = 0; i < QUEUES; i++)
		close(self->fd[i]);
}

TEST_F(napi_order, delete_with_any_queues_disabled)
{
	for (unsigned int off = 0; off < 8; off++) {
		ASSERT_EQ(0, make(self));
		disable(self, off);
		ASSERT_EQ(0, write_all(self));
		ASSERT_EQ(0, net_dellink(self->name));
		for (int i = 0; i < QUEUES; i++) {
			ASSERT_EQ(-EBADFD, napi_write(&self->t, self->fd[i]));
			ASSERT_EQ(-EINVAL, tun_dev_set_queue(self->fd[i], IFF_ATTACH_QUEUE));
			close(self->fd[i]);
		}
	}
}

/* The first one attaches again: the number of its queue was 0, no index that somebody has */
TEST_F(napi_order, descriptors_of_a_deleted_device_attach_with_other_flags)
{
	static const int kinds[] = { 0, IFF_NAPI, IFF_NAPI };

	for (int i = 0; i < ARRAY_SIZE(kinds); i++) {
		ASSERT_EQ(0, make(self));
		disable(self, i);
		ASSERT_EQ(0, net_dellink(self->name));
		ASSERT_EQ(0, tun_dev_attach(self->fd[0], self->name, self->t.flags | kinds[i]));
		ASSERT_EQ(0, net_up(self->name));
		ASSERT_EQ(0, napi_write(&self->t, self->fd[0]));
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_DETACH_QUEUE));
		EXPECT_EQ(kinds[i] ? -EBUSY : 0, napi_write(&self->t, self->fd[0]));
		for (int j = 0; j < QUEUES; j++)
			close(self->fd[j]);
		ASSERT_EQ(0, rtnl_index(self->name));
	}
}

TEST_F(napi_order, persistent_device_is_left_and_taken_with_any_queues_disabled)
{
	for (unsigned int off = 0; off < 8; off += 3) {
		ASSERT_EQ(0, make(self));
		ASSERT_EQ(0, ioctl(self->fd[0], TUNSETPERSIST, 1));
		disable(self, off);
		for (int i = 0; i < QUEUES; i++)
			close(self->fd[i]);
		for (int i = 0; i < QUEUES; i++) {
			self->fd[i] = tun_dev_queue(self->name, self->t.flags | self->kind[i],
						    O_NONBLOCK);
			ASSERT_LE(0, self->fd[i]);
		}
		self->enabled = 7;
		ASSERT_EQ(0, write_all(self));
		ASSERT_EQ(0, ioctl(self->fd[0], TUNSETPERSIST, 0));
		for (int i = 0; i < QUEUES; i++)
			close(self->fd[i]);
		ASSERT_EQ(0, rtnl_index(self->name));
	}
}

/* Makes a device in a netns of its own and ends with it, closing nothing first */
static int live_and_die(FIXTURE_DATA(napi_order) * self, unsigned int off)
{
	if (tun_dev_netns() || make(self))
		return 1;
	disable(self, off);
	return write_all(self) ? 2 : 0;
}

TEST_F(napi_order, netns_ends_with_any_queues_disabled)
{
	for (unsigned int off = 0; off < 8; off++) {
		pid_t pid = fork();
		int status;

		if (!pid)
			_exit(live_and_die(self, off));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
