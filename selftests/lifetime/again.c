// SPDX-License-Identifier: GPL-2.0
/* A descriptor whose device was deleted, or whose TUNSETIFF failed, and that goes on */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define MULTI (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define QUEUES 8

static unsigned char room[2048];

FIXTURE(again)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(again)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	memset(room, 0x45, sizeof(room));
}

FIXTURE_TEARDOWN(again)
{
	close(self->dev.fd);
}

/* One packet each way */
static int alive(struct tun_dev *dev)
{
	int sock = net_packet_socket(dev->name, 0);
	int ret = 0;

	if (sock < 0)
		return sock;
	if (write(dev->fd, room, 64) != 64)
		ret = -errno;
	else if (net_packet_send(sock, dev->name, ETH_P_IP, room, 64))
		ret = -ENOBUFS;
	else if (tun_dev_read(dev->fd, room, sizeof(room)) < 64)
		ret = -EIO;
	close(sock);
	return ret;
}

TEST_F(again, deleted_device_and_a_new_one_on_the_same_descriptor)
{
	for (int i = 0; i < 30; i++) {
		ASSERT_EQ(0, alive(&self->dev));
		ASSERT_EQ(0, net_dellink(self->dev.name));
		self->dev.name[0] = 0;
		ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, net_up(self->dev.name));
	}
	EXPECT_EQ(0, alive(&self->dev));
}

TEST_F(again, every_kind_after_every_other)
{
	static const int kinds[] = {
		IFF_TUN | IFF_NO_PI, IFF_TAP | IFF_NO_PI, MULTI, IFF_TUN | IFF_NO_PI,
		IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, IFF_TAP | IFF_NO_PI, MULTI,
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		ASSERT_EQ(0, net_dellink(self->dev.name));
		self->dev.name[0] = 0;
		ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, kinds[i]));
		ASSERT_EQ(0, net_up(self->dev.name));
		EXPECT_EQ(0, alive(&self->dev));
	}
}

TEST_F(again, packets_of_the_deleted_device_are_not_read_from_the_new_one)
{
	int sock = net_packet_socket(self->dev.name, 0);

	ASSERT_LE(0, sock);
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(0, net_packet_send(sock, self->dev.name, ETH_P_IP, room, 64));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(self->dev.name));
	EXPECT_EQ(-1, read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, alive(&self->dev));
}

TEST_F(again, new_device_has_the_ring_of_its_own_txqueuelen)
{
	int sock, n = 0;

	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, 7));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(self->dev.name));
	sock = net_packet_socket(self->dev.name, 0);
	ASSERT_EQ(0, net_packet_bypass(sock));
	while (n < 600 && !net_packet_send(sock, self->dev.name, ETH_P_IP, room, 64))
		n++;
	EXPECT_EQ(500, n);
}

/* Deletes a device of QUEUES queues and leaves the descriptors */
static int orphan(int *fd)
{
	char name[IFNAMSIZ] = "";

	for (int i = 0; i < QUEUES; i++) {
		fd[i] = tun_dev_queue(name, MULTI, O_NONBLOCK);
		if (fd[i] < 0)
			return fd[i];
	}
	return net_dellink(name);
}

/* In-tree asks for the interface index that is the number of the old queue: 1 is lo's */
TEST_F(again, second_queue_of_a_deleted_device_may_create_one)
{
	char name[IFNAMSIZ] = "";
	int fd[QUEUES];

	ASSERT_EQ(0, orphan(fd));
	EXPECT_EQ(0, tun_dev_attach(fd[1], name, IFF_TUN));
}

TEST_F(again, index_of_the_new_device_has_nothing_to_do_with_the_old_queue)
{
	char name[IFNAMSIZ] = "";
	int fd[QUEUES];
	int last;

	ASSERT_EQ(0, orphan(fd));
	/* the highest index so far: indexes are given upwards */
	ASSERT_EQ(0, tun_dev_attach(fd[0], name, IFF_TUN));
	last = if_nametoindex(name);
	name[0] = 0;
	ASSERT_EQ(0, tun_dev_attach(fd[QUEUES - 1], name, IFF_TUN));
	EXPECT_EQ(last + 1, (int)if_nametoindex(name));
}

TEST_F(again, all_queues_of_a_deleted_device_join_a_new_one)
{
	char name[IFNAMSIZ] = "";
	int fd[QUEUES];

	for (int round = 0; round < 5; round++) {
		ASSERT_EQ(0, orphan(fd));
		name[0] = 0;
		for (int i = 0; i < QUEUES; i++)
			ASSERT_EQ(0, tun_dev_attach(fd[i], name, MULTI));
		for (int i = 0; i < QUEUES; i++)
			ASSERT_EQ(0, close(fd[i]));
		ASSERT_EQ(0, rtnl_index(name));
	}
}

TEST_F(again, disabled_queue_of_a_deleted_device_may_create_one)
{
	struct ifreq detach = { .ifr_flags = IFF_DETACH_QUEUE };
	struct tun_dev multi;

	ASSERT_EQ(0, tun_dev_create(&multi, MULTI, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(multi.fd, TUNSETQUEUE, &detach));
	ASSERT_EQ(0, net_dellink(multi.name));
	EXPECT_EQ(-1, ioctl(multi.fd, TUNSETQUEUE, &detach));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, tun_dev_attach(multi.fd, multi.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(multi.name));
	EXPECT_EQ(0, alive(&multi));
}

/* Names and flags that TUNSETIFF refuses at different depths */
static const struct refused {
	const char *name;
	int flags;
	int error;
} refused[] = {
	{ "a/b", IFF_TUN, EINVAL },
	{ ".", IFF_TUN, EINVAL },
	{ "a b", IFF_TAP, EINVAL },
	{ "t%d%d", IFF_TUN, EINVAL },
	{ "none", IFF_NO_PI, EINVAL },
	{ "lo", IFF_TUN, EINVAL },
};

TEST_F(again, refused_descriptor_reads_and_writes_ebadfd_and_closes)
{
	char name[IFNAMSIZ];
	int fd;

	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
			fd = open(tun_node(), O_RDWR | O_NONBLOCK);
			ASSERT_LE(0, fd);
			snprintf(name, sizeof(name), "%s", refused[i].name);
			ASSERT_EQ(-refused[i].error, tun_dev_attach(fd, name, refused[i].flags));
			ASSERT_EQ(-1, read(fd, room, sizeof(room)));
			ASSERT_EQ(EBADFD, errno);
			ASSERT_EQ(-1, write(fd, room, 64));
			ASSERT_EQ(EBADFD, errno);
			ASSERT_EQ(POLLERR, net_poll(fd, POLLIN | POLLOUT, 0));
			ASSERT_EQ(0, close(fd));
		}
	}
}

TEST_F(again, taken_index_fails_late_and_leaves_the_descriptor_usable)
{
	unsigned int index = if_nametoindex(self->dev.name);
	struct tun_dev late = { .name = "" };

	for (int i = 0; i < 50; i++) {
		late.fd = open(tun_node(), O_RDWR | O_NONBLOCK);
		ASSERT_LE(0, late.fd);
		ASSERT_EQ(0, ioctl(late.fd, TUNSETIFINDEX, &index));
		ASSERT_EQ(-EBUSY, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(-1, read(late.fd, room, sizeof(room)));
		ASSERT_EQ(EBADFD, errno);
		if (i < 49)
			ASSERT_EQ(0, close(late.fd));
	}
	index = 0;
	ASSERT_EQ(0, ioctl(late.fd, TUNSETIFINDEX, &index));
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	EXPECT_EQ(0, alive(&late));
}

TEST_F(again, refused_descriptor_can_make_a_device)
{
	struct tun_dev late = { .name = "a/b" };

	late.fd = open(tun_node(), O_RDWR | O_NONBLOCK);
	ASSERT_EQ(-EINVAL, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	late.name[0] = 0;
	ASSERT_EQ(0, tun_dev_attach(late.fd, late.name, IFF_TUN | IFF_NO_PI));
	ASSERT_EQ(0, net_up(late.name));
	EXPECT_EQ(0, alive(&late));
}

TEST_HARNESS_MAIN
