// SPDX-License-Identifier: GPL-2.0
/* What a 32-bit program says of the vnet header and of offloads */
#include <limits.h>

#include "kselftest_harness.h"
#include "abi.h"

#define TAP_VNET (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)
#define FRAME_LEN 60
/* The header that a device has unless told otherwise */
#define HDR_LEN 10

FIXTURE(vnet32)
{
	int fd;
};

FIXTURE_SETUP(vnet32)
{
	ASSERT_EQ(4, sizeof(long));
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", TAP_VNET);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(vnet32)
{
	close(self->fd);
}

static int set(int fd, unsigned long cmd, int number)
{
	return tun_ioctl(fd, cmd, (unsigned long)&number);
}

/* The number, which is never negative; or -errno, or -ERANGE if more than the int was written */
static int get(int fd, unsigned long cmd)
{
	int room[3] = { 0x5a5a5a5a, 0x5a5a5a5a, 0x5a5a5a5a };
	int ret = tun_ioctl(fd, cmd, (unsigned long)&room[1]);

	if (ret)
		return ret;
	return room[0] == 0x5a5a5a5a && room[2] == 0x5a5a5a5a ? room[1] : -ERANGE;
}

TEST_F(vnet32, size_is_10_at_first)
{
	EXPECT_EQ(HDR_LEN, get(self->fd, TUNGETVNETHDRSZ));
}

TEST_F(vnet32, size_that_is_set_is_got)
{
	static const int sizes[] = { 10, 12, 20, 24, 1000 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(0, set(self->fd, TUNSETVNETHDRSZ, sizes[i])) TH_LOG("size %d", sizes[i]);
		EXPECT_EQ(sizes[i], get(self->fd, TUNGETVNETHDRSZ));
	}
}

TEST_F(vnet32, size_below_10_is_einval)
{
	static const int sizes[] = { 9, 0, -1, INT_MIN };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_EQ(-EINVAL, set(self->fd, TUNSETVNETHDRSZ, sizes[i]))
			TH_LOG("size %d", sizes[i]);
	}
	EXPECT_EQ(HDR_LEN, get(self->fd, TUNGETVNETHDRSZ));
}

TEST_F(vnet32, little_endian_is_switched_on_and_off)
{
	EXPECT_EQ(0, get(self->fd, TUNGETVNETLE));
	EXPECT_EQ(0, set(self->fd, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get(self->fd, TUNGETVNETLE));
	EXPECT_EQ(0, set(self->fd, TUNSETVNETLE, 0));
	EXPECT_EQ(0, get(self->fd, TUNGETVNETLE));
}

TEST_F(vnet32, big_endian_is_einval)
{
	if (get(self->fd, TUNGETVNETBE) != -EINVAL)
		SKIP(return, "this kernel has CONFIG_TUN_VNET_CROSS_LE");
	EXPECT_EQ(-EINVAL, set(self->fd, TUNSETVNETBE, 1));
	EXPECT_EQ(-EINVAL, set(self->fd, TUNSETVNETBE, 0));
	EXPECT_EQ(-EINVAL, get(self->fd, TUNGETVNETBE));
}

TEST_F(vnet32, offloads_are_a_number_by_value)
{
	static const unsigned long good[] = {
		0, TUN_F_CSUM, TUN_F_CSUM | TUN_F_TSO4, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6,
		TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN, TUN_F_CSUM | TUN_F_UFO,
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETOFFLOAD, good[i]))
			TH_LOG("offloads %#lx", good[i]);
	}
}

TEST_F(vnet32, offloads_that_make_no_sense_are_einval)
{
	static const unsigned long bad[] = {
		TUN_F_TSO4, TUN_F_TSO_ECN, TUN_F_CSUM | TUN_F_TSO_ECN, 0x200, 1UL << 31, ~0UL,
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETOFFLOAD, bad[i]))
			TH_LOG("offloads %#lx", bad[i]);
	}
}

TEST_F(vnet32, bad_pointers_are_efault)
{
	static const unsigned long numbers[] = {
		TUNGETVNETHDRSZ, TUNSETVNETHDRSZ, TUNGETVNETLE, TUNSETVNETLE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, numbers[i], tun_bad_pointer()))
			TH_LOG("number %#lx", numbers[i]);
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, numbers[i], 0xfffff000UL))
			TH_LOG("number %#lx, at the end of memory", numbers[i]);
	}
}

TEST_F(vnet32, header_is_written_and_read_before_the_frame)
{
	unsigned char frame[HDR_LEN + FRAME_LEN] = "\0\0\0\0\0\0\0\0\0\0"
						   "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";
	unsigned char room[HDR_LEN + FRAME_LEN + 1];
	int sock;

	ASSERT_EQ(0, net_up("t0"));
	sock = net_packet_socket("t0", 0x88b5);
	ASSERT_LE(0, sock);
	EXPECT_EQ(sizeof(frame), write(self->fd, frame, sizeof(frame)));
	ASSERT_EQ(POLLIN, net_poll(sock, POLLIN, NET_SOON_MS));
	EXPECT_EQ(FRAME_LEN, recv(sock, room, sizeof(room), 0));

	ASSERT_EQ(0, net_packet_send(sock, "t0", 0x88b5, frame + HDR_LEN, FRAME_LEN));
	EXPECT_EQ(sizeof(frame), tun_dev_read(self->fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(frame, room, sizeof(frame)));
	close(sock);
}

TEST_HARNESS_MAIN
