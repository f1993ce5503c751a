// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETVNETLE and TUNSETVNETBE: the order of the bytes in a vnet header. Kernels without
 * CONFIG_TUN_VNET_CROSS_LE, which all of Debian's are, know native and little endian; our debug
 * kernels have it.
 */
#include <limits.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "state.h"
#include "vnet.h"

#define FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR)
#define PAYLOAD 100
#define SEED 5

FIXTURE(vnet_order)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(vnet_order)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, FLAGS, O_NONBLOCK));
}

FIXTURE_TEARDOWN(vnet_order)
{
	close(self->dev.fd);
}

/* What one of the two says, or -errno */
static int get(int fd, unsigned long cmd)
{
	int value = -1;
	int ret = tun_ioctl(fd, cmd, (unsigned long)&value);

	return ret ? ret : value;
}

static int set(int fd, unsigned long cmd, int value)
{
	return tun_ioctl(fd, cmd, (unsigned long)&value);
}

TEST_F(vnet_order, default_is_native)
{
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
}

TEST_F(vnet_order, little_endian_is_set_and_taken_back)
{
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 0));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
}

TEST_F(vnet_order, any_value_but_0_is_little_endian)
{
	static const int values[] = { 2, -1, INT_MIN, INT_MAX, 0x100 };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 0));
		EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETLE, values[i]));
		EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE)) TH_LOG("value %d", values[i]);
	}
}

TEST_F(vnet_order, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNGETVNETLE, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNSETVNETLE, tun_bad_pointer()));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
}

static bool has_big(int fd)
{
	return get(fd, TUNGETVNETBE) != -EINVAL;
}

TEST_F(vnet_order, big_endian_is_einval)
{
	if (has_big(self->dev.fd))
		SKIP(return, "this kernel has CONFIG_TUN_VNET_CROSS_LE");
	EXPECT_EQ(-EINVAL, get(self->dev.fd, TUNGETVNETBE));
	EXPECT_EQ(-EINVAL, set(self->dev.fd, TUNSETVNETBE, 1));
	EXPECT_EQ(-EINVAL, set(self->dev.fd, TUNSETVNETBE, 0));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
}

/* What there is not reads nothing and writes nothing */
TEST_F(vnet_order, big_endian_is_einval_whatever_the_memory)
{
	if (has_big(self->dev.fd))
		SKIP(return, "this kernel has CONFIG_TUN_VNET_CROSS_LE");
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUNGETVNETBE, tun_bad_pointer()));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUNSETVNETBE, tun_bad_pointer()));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUNGETVNETBE, 0));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUNSETVNETBE, 0));
}

TEST_F(vnet_order, big_endian_is_set_and_taken_back)
{
	if (!has_big(self->dev.fd))
		SKIP(return, "this kernel is without CONFIG_TUN_VNET_CROSS_LE");
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETBE));
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETBE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETBE));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETBE, 0));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETBE));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNGETVNETBE, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUNSETVNETBE, tun_bad_pointer()));
}

TEST_F(vnet_order, refused_big_endian_leaves_little_endian_alone)
{
	if (has_big(self->dev.fd))
		SKIP(return, "this kernel has CONFIG_TUN_VNET_CROSS_LE");
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(-EINVAL, set(self->dev.fd, TUNSETVNETBE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
}

TEST_F(vnet_order, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
}

TEST_F(vnet_order, all_queues_have_the_same)
{
	int second = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, set(second, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
	close(second);
}

TEST_F(vnet_order, persistent_device_keeps_it_for_the_next_holder)
{
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETPERSIST, 1));
	close(self->dev.fd);
	self->dev.fd = tun_dev_queue(self->dev.name, FLAGS, O_NONBLOCK);
	ASSERT_LE(0, self->dev.fd);
	EXPECT_EQ(1, get(self->dev.fd, TUNGETVNETLE));
	EXPECT_EQ(0, net_dellink(self->dev.name));
}

TEST_F(vnet_order, new_device_on_a_used_descriptor_is_native)
{
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, FLAGS));
	EXPECT_EQ(0, get(self->dev.fd, TUNGETVNETLE));
}

TEST_F(vnet_order, flags_show_nothing_of_it)
{
	struct ifreq before = {}, after = {};

	ASSERT_EQ(0, ioctl(self->dev.fd, TUNGETIFF, &before));
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNGETIFF, &after));
	EXPECT_EQ(before.ifr_flags, after.ifr_flags);
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get(tun_open(0), TUNGETVNETLE));
	EXPECT_EQ(-EBADFD, set(tun_open(0), TUNSETVNETLE, 1));
	EXPECT_EQ(-EBADFD, get(tun_open(0), TUNGETVNETBE));
	EXPECT_EQ(-EBADFD, set(tun_open(0), TUNSETVNETBE, 1));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get(state_deleted(), TUNGETVNETLE));
	EXPECT_EQ(-EBADFD, set(state_deleted(), TUNSETVNETLE, 1));
}

/* A UDP packet whose checksum the stack is to fill in, with its header in the order asked for */
static int write_in_order(int fd, __u16 (*order)(__u16 value))
{
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 1000, 2000);
	struct vnet_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = order(PACKET_IPV4_LEN),
		.csum_offset = order(6),
	};
	static struct packet packet;
	unsigned int sum;

	packet_reset(&packet);
	packet_udp(&packet, &flow, PAYLOAD, SEED);
	sum = packet_pseudo(flow.src, flow.dst, 4, IPPROTO_UDP, PACKET_UDP_LEN + PAYLOAD);
	packet_put16(packet.data + PACKET_IPV4_LEN + 6, sum);
	return vnet_write(fd, &hdr, VNET_PLAIN, packet.data, packet.len);
}

static __u16 native(__u16 value)
{
	return value;
}

static __u16 little(__u16 value)
{
	return htole16(value);
}

static __u16 big(__u16 value)
{
	return htobe16(value);
}

TEST_F(vnet_order, native_header_is_read_in_the_order_of_the_machine)
{
	EXPECT_EQ(0, write_in_order(self->dev.fd, native));
}

TEST_F(vnet_order, little_endian_header_is_read_as_one)
{
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(0, write_in_order(self->dev.fd, little));
}

/* Its start of the checksum is far behind the packet */
TEST_F(vnet_order, big_endian_header_is_taken_for_little_endian)
{
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(-EINVAL, write_in_order(self->dev.fd, big));
}

TEST_F(vnet_order, big_endian_header_is_read_as_one)
{
	if (!has_big(self->dev.fd))
		SKIP(return, "this kernel is without CONFIG_TUN_VNET_CROSS_LE");
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETBE, 1));
	EXPECT_EQ(0, write_in_order(self->dev.fd, big));
}

TEST_F(vnet_order, little_endian_comes_before_big_endian)
{
	if (!has_big(self->dev.fd))
		SKIP(return, "this kernel is without CONFIG_TUN_VNET_CROSS_LE");
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETBE, 1));
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	EXPECT_EQ(0, write_in_order(self->dev.fd, little));
}

/* A packet that the stack leaves to the program to sum, with the header in front of it */
static ssize_t read_summed(struct tun_dev *dev, unsigned char *room, size_t len)
{
	ssize_t ret = net_addr4(dev->name, "10.1.0.1", "255.255.255.0");
	int udp;

	if (!ret)
		ret = vnet_set_offload(dev->fd, TUN_F_CSUM);
	udp = ret ? ret : net_udp_socket("10.1.0.1", 2000);
	if (udp < 0)
		return udp;
	ret = net_udp_send(udp, "10.1.0.2", 1000, "hello", 5);
	if (!ret)
		ret = tun_dev_read(dev->fd, room, len);
	close(udp);
	return ret;
}

TEST_F(vnet_order, read_header_is_in_the_order_asked_for)
{
	unsigned char room[2048];

	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETLE, 1));
	ASSERT_EQ(VNET_PLAIN + 28 + 5, read_summed(&self->dev, room, sizeof(room)));
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, room[0]);
	EXPECT_EQ(PACKET_IPV4_LEN, room[6] | room[7] << 8);
	EXPECT_EQ(6, room[8] | room[9] << 8);
}

TEST_F(vnet_order, read_header_is_big_endian_if_asked_for)
{
	unsigned char room[2048];

	if (!has_big(self->dev.fd))
		SKIP(return, "this kernel is without CONFIG_TUN_VNET_CROSS_LE");
	ASSERT_EQ(0, set(self->dev.fd, TUNSETVNETBE, 1));
	ASSERT_EQ(VNET_PLAIN + 28 + 5, read_summed(&self->dev, room, sizeof(room)));
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, room[0]);
	EXPECT_EQ(PACKET_IPV4_LEN, room[6] << 8 | room[7]);
	EXPECT_EQ(6, room[8] << 8 | room[9]);
}

TEST_HARNESS_MAIN
