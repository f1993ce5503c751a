// SPDX-License-Identifier: GPL-2.0
/* The calls of a virtual machine monitor, one after the other, as it makes them */
#include "kselftest_harness.h"
#include "abi.h"
#include "vnet.h"

#include <limits.h>

#define QUEUES 4
#define FLAGS (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE)
#define NEEDED (IFF_VNET_HDR | IFF_MULTI_QUEUE)
#define OFFLOADS (TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN)

static unsigned char frame[VNET_MERGE + 60];

FIXTURE(vmm)
{
	int fd[QUEUES];
	char name[IFNAMSIZ];
};

/* What it does with each descriptor that it opens; the descriptor, or -errno */
static int open_queue(char *name)
{
	int sndbuf = INT_MAX;
	unsigned int features = 0;
	int fd = tun_open(O_RDWR | O_NONBLOCK);
	int ret;

	if (fd < 0)
		return fd;
	ret = tun_ioctl(fd, TUNGETFEATURES, (unsigned long)&features);
	if (!ret && (features & NEEDED) != NEEDED)
		ret = -EOPNOTSUPP;
	if (!ret)
		ret = tun_dev_attach(fd, name, FLAGS);
	if (!ret)
		ret = vnet_set_size(fd, VNET_MERGE);
	if (!ret)
		ret = tun_ioctl(fd, TUNSETSNDBUF, (unsigned long)&sndbuf);
	if (!ret)
		ret = vnet_set_offload(fd, OFFLOADS);
	return ret ? ret : fd;
}

FIXTURE_SETUP(vmm)
{
	ASSERT_EQ(0, tun_dev_netns());
	snprintf(self->name, sizeof(self->name), "vnet%%d");
	for (int i = 0; i < QUEUES; i++) {
		self->fd[i] = open_queue(self->name);
		ASSERT_LE(0, self->fd[i]);
	}
	ASSERT_EQ(0, net_up(self->name));
	memset(frame + VNET_MERGE, 0x11, 60);
	frame[VNET_MERGE] = 2;
}

FIXTURE_TEARDOWN(vmm)
{
	for (int i = 0; i < QUEUES; i++)
		close(self->fd[i]);
}

/* A guest starts with one queue and asks for the others later, and again after it rebooted */
static int switch_others(const int *fd, int flag)
{
	int ret = 0;

	for (int i = 1; i < QUEUES && !ret; i++)
		ret = tun_dev_set_queue(fd[i], flag);
	return ret;
}

TEST_F(vmm, queues_are_all_of_one_device)
{
	for (int i = 0; i < QUEUES; i++) {
		struct ifreq ifr = {};

		ASSERT_EQ(0, tun_ioctl(self->fd[i], TUNGETIFF, (unsigned long)&ifr));
		EXPECT_STREQ("vnet0", ifr.ifr_name);
		EXPECT_EQ(FLAGS, ifr.ifr_flags & FLAGS);
		EXPECT_EQ(VNET_MERGE, vnet_get_size(self->fd[i]));
	}
}

TEST_F(vmm, every_queue_takes_frames)
{
	for (int i = 0; i < QUEUES; i++)
		EXPECT_EQ(sizeof(frame), write(self->fd[i], frame, sizeof(frame)));
	EXPECT_EQ(QUEUES, net_stat(self->name, NET_RECEIVED_PACKETS));
}

TEST_F(vmm, queues_are_switched_as_the_guest_asks)
{
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, switch_others(self->fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, switch_others(self->fd, IFF_ATTACH_QUEUE));
	}
	for (int i = 0; i < QUEUES; i++)
		EXPECT_EQ(sizeof(frame), write(self->fd[i], frame, sizeof(frame)));
	EXPECT_EQ(QUEUES, net_stat(self->name, NET_RECEIVED_PACKETS));
}

/* The probe for what the kernel has: one offload more, and EINVAL when it is not there */
TEST_F(vmm, probing_an_offload_that_is_not_there_changes_nothing)
{
	EXPECT_EQ(-EINVAL, vnet_set_offload(self->fd[0], OFFLOADS | 0x8000));
	EXPECT_EQ(0, vnet_set_offload(self->fd[0], OFFLOADS | TUN_F_UFO));
	EXPECT_EQ(sizeof(frame), write(self->fd[0], frame, sizeof(frame)));
}

TEST_HARNESS_MAIN
