// SPDX-License-Identifier: GPL-2.0
/* write(2): every refusal of a single packet, what PI does, gathering, what the stack gets */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "vnet.h"

#define SEED 11
#define TEST_TYPE 0x88b5

static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(write)
{
	struct tun_dev tun;
	struct tun_dev pi;
	struct tun_dev tap;
	unsigned char *bad;
};

FIXTURE_SETUP(write)
{
	ASSERT_EQ(0, tun_dev_setup(&self->tun, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->pi, IFF_TUN, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->tap, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	self->bad = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->bad);
	ASSERT_EQ(0, mprotect(self->bad + 4096, 4096, PROT_NONE));
	packet_reset(&packet);
}

FIXTURE_TEARDOWN(write)
{
	close(self->tun.fd);
	close(self->pi.fd);
	close(self->tap.fd);
}

static void make_frame(unsigned int type, size_t len, unsigned int seed)
{
	static const unsigned char dst[6] = { 2, 0, 0, 0, 0, 1 };
	static const unsigned char src[6] = { 2, 0, 0, 0, 0, 2 };

	packet_reset(&packet);
	packet_mac(&packet, dst, src);
	packet_type(&packet, type);
	packet_fill(&packet, len, seed);
}

static void make_ipv4(size_t len)
{
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 1000, 2000);

	packet_reset(&packet);
	packet_udp(&packet, &flow, len, SEED);
}

#define EXPECT_WRITE_ERROR(error, fd, data, len) do {		\
	EXPECT_EQ(-1, write(fd, data, len));			\
	EXPECT_EQ(error, errno);				\
} while (0)

TEST_F(write, unattached_is_ebadfd)
{
	int fd = open(tun_node(), O_RDWR);

	ASSERT_LE(0, fd);
	make_ipv4(10);
	EXPECT_WRITE_ERROR(EBADFD, fd, packet.data, packet.len);
}

TEST_F(write, returns_the_full_length)
{
	make_ipv4(10);
	EXPECT_EQ((ssize_t)packet.len, write(self->tun.fd, packet.data, packet.len));
	make_frame(TEST_TYPE, 100, SEED);
	EXPECT_EQ((ssize_t)packet.len, write(self->tap.fd, packet.data, packet.len));
	packet_reset(&packet);
	packet_pi(&packet, 0, ETH_P_IP);
	packet_fill(&packet, 100, SEED);
	EXPECT_EQ((ssize_t)packet.len, write(self->pi.fd, packet.data, packet.len));
}

TEST_F(write, nothing_is_einval)
{
	EXPECT_WRITE_ERROR(EINVAL, self->tun.fd, room, 0);
	EXPECT_WRITE_ERROR(EINVAL, self->pi.fd, room, 0);
	EXPECT_WRITE_ERROR(EINVAL, self->tap.fd, room, 0);
}

TEST_F(write, shorter_than_pi_is_einval)
{
	for (size_t len = 1; len < 4; len++)
		EXPECT_WRITE_ERROR(EINVAL, self->pi.fd, room, len);
}

TEST_F(write, frame_shorter_than_its_header_is_einval)
{
	make_frame(TEST_TYPE, 100, SEED);
	for (size_t len = 1; len < 14; len++)
		EXPECT_WRITE_ERROR(EINVAL, self->tap.fd, packet.data, len);
	EXPECT_EQ(14, write(self->tap.fd, packet.data, 14));
}

TEST_F(write, tap_with_pi_counts_the_frame_without_it)
{
	struct tun_dev tap;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP, O_NONBLOCK));
	packet_pi(&packet, 0, 0);
	packet_fill(&packet, 14, SEED);
	EXPECT_WRITE_ERROR(EINVAL, tap.fd, packet.data, 17);
	EXPECT_EQ(18, write(tap.fd, packet.data, 18));
}

TEST_F(write, version_nibble_must_be_4_or_6)
{
	memset(room, 0, 64);
	for (int version = 0; version < 16; version++) {
		room[0] = version << 4 | 5;
		if (version != 4 && version != 6) {
			EXPECT_WRITE_ERROR(EINVAL, self->tun.fd, room, 64);
			continue;
		}
		EXPECT_EQ(64, write(self->tun.fd, room, 64));
	}
}

TEST_F(write, one_byte_of_ip_is_accepted)
{
	room[0] = 0x45;
	EXPECT_EQ(1, write(self->tun.fd, room, 1));
	room[0] = 0x60;
	EXPECT_EQ(1, write(self->tun.fd, room, 1));
}

TEST_F(write, tun_with_pi_and_no_payload_is_accepted)
{
	packet_pi(&packet, 0, ETH_P_IP);
	EXPECT_EQ(4, write(self->pi.fd, packet.data, 4));
}

TEST_F(write, tun_with_pi_does_not_look_at_the_nibble)
{
	packet_pi(&packet, 0, ETH_P_IP);
	packet_fill(&packet, 60, 0);
	EXPECT_EQ(64, write(self->pi.fd, packet.data, 64));
}

TEST_F(write, bad_memory_is_efault)
{
	EXPECT_WRITE_ERROR(EFAULT, self->tun.fd, self->bad + 4096, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->pi.fd, self->bad + 4096, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.fd, self->bad + 4096, 60);
}

TEST_F(write, memory_that_ends_in_the_packet_is_efault)
{
	self->bad[4096 - 30] = 0x45;
	EXPECT_WRITE_ERROR(EFAULT, self->tun.fd, self->bad + 4096 - 30, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->pi.fd, self->bad + 4096 - 30, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->pi.fd, self->bad + 4096 - 2, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.fd, self->bad + 4096 - 30, 60);
	EXPECT_EQ(30, write(self->tun.fd, self->bad + 4096 - 30, 30));
}

TEST_F(write, link_down_is_eio)
{
	make_ipv4(10);
	ASSERT_EQ(0, net_down(self->tun.name));
	EXPECT_WRITE_ERROR(EIO, self->tun.fd, packet.data, packet.len);
	ASSERT_EQ(0, net_up(self->tun.name));
	EXPECT_EQ((ssize_t)packet.len, write(self->tun.fd, packet.data, packet.len));

	make_frame(TEST_TYPE, 100, SEED);
	ASSERT_EQ(0, net_down(self->tap.name));
	EXPECT_WRITE_ERROR(EIO, self->tap.fd, packet.data, packet.len);
}

TEST_F(write, einval_comes_before_eio)
{
	ASSERT_EQ(0, net_down(self->tun.name));
	ASSERT_EQ(0, net_down(self->pi.name));
	ASSERT_EQ(0, net_down(self->tap.name));
	memset(room, 0, 64);
	EXPECT_WRITE_ERROR(EINVAL, self->tun.fd, room, 0);
	EXPECT_WRITE_ERROR(EINVAL, self->tun.fd, room, 64);
	EXPECT_WRITE_ERROR(EINVAL, self->pi.fd, room, 3);
	EXPECT_WRITE_ERROR(EINVAL, self->tap.fd, room, 13);
}

TEST_F(write, efault_comes_before_eio)
{
	ASSERT_EQ(0, net_down(self->tun.name));
	ASSERT_EQ(0, net_down(self->tap.name));
	EXPECT_WRITE_ERROR(EFAULT, self->tun.fd, self->bad + 4096, 60);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.fd, self->bad + 4096, 60);
}

TEST_F(write, short_frame_is_einval_even_from_bad_memory)
{
	EXPECT_WRITE_ERROR(EINVAL, self->tap.fd, self->bad + 4096, 13);
	EXPECT_WRITE_ERROR(EINVAL, self->pi.fd, self->bad + 4096, 3);
}

TEST_F(write, pwrite_ignores_the_offset)
{
	make_ipv4(10);
	EXPECT_EQ((ssize_t)packet.len, pwrite(self->tun.fd, packet.data, packet.len, 4096));
}

TEST_F(write, position_stays)
{
	char path[64], line[64] = "";
	FILE *f;

	make_ipv4(10);
	EXPECT_EQ((ssize_t)packet.len, write(self->tun.fd, packet.data, packet.len));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->tun.fd);
	f = fopen(path, "r");
	ASSERT_NE(NULL, f);
	ASSERT_NE(NULL, fgets(line, sizeof(line), f));
	fclose(f);
	EXPECT_STREQ("pos:\t0\n", line);
}

/* What the stack got of the last packet, as AF_PACKET shows it; its length and protocol */
static ssize_t received(int sock, unsigned int *proto)
{
	struct sockaddr_ll sll = {};
	socklen_t len = sizeof(sll);
	ssize_t ret;

	if (!(net_poll(sock, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	ret = recvfrom(sock, room, sizeof(room), 0, (struct sockaddr *)&sll, &len);
	*proto = ntohs(sll.sll_protocol);
	return ret;
}

TEST_F(write, pi_protocol_is_used_unchecked_on_tun)
{
	static const unsigned int protos[] = { ETH_P_MPLS_UC, ETH_P_IPV6, 0x1234, ETH_P_ARP };
	int sock = net_packet_socket(self->pi.name, ETH_P_ALL);
	unsigned int proto;

	ASSERT_LE(0, sock);
	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		packet_reset(&packet);
		packet_pi(&packet, 0, protos[i]);
		packet_fill(&packet, 60, i);
		ASSERT_EQ(64, write(self->pi.fd, packet.data, packet.len));
		ASSERT_EQ(60, received(sock, &proto));
		EXPECT_EQ(protos[i], proto);
		EXPECT_EQ(60, packet_match(room, 60, i));
	}
}

TEST_F(write, pi_flags_are_ignored)
{
	int sock = net_packet_socket(self->pi.name, ETH_P_ALL);
	unsigned int proto;

	ASSERT_LE(0, sock);
	packet_pi(&packet, 0xffff, ETH_P_IPV6);
	packet_fill(&packet, 60, SEED);
	ASSERT_EQ(64, write(self->pi.fd, packet.data, packet.len));
	ASSERT_EQ(60, received(sock, &proto));
	EXPECT_EQ(ETH_P_IPV6, proto);
	EXPECT_EQ(60, packet_match(room, 60, SEED));
}

TEST_F(write, nibble_chooses_the_protocol_without_pi)
{
	int sock = net_packet_socket(self->tun.name, ETH_P_ALL);
	unsigned int proto;

	ASSERT_LE(0, sock);
	memset(packet.data, 0, 40);
	packet.data[0] = 0x40;
	ASSERT_EQ(40, write(self->tun.fd, packet.data, 40));
	ASSERT_EQ(40, received(sock, &proto));
	EXPECT_EQ(ETH_P_IP, proto);
	packet.data[0] = 0x60;
	ASSERT_EQ(40, write(self->tun.fd, packet.data, 40));
	ASSERT_EQ(40, received(sock, &proto));
	EXPECT_EQ(ETH_P_IPV6, proto);
}

TEST_F(write, pi_protocol_is_ignored_on_tap)
{
	unsigned int proto;
	struct tun_dev tap;
	int sock;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP, O_NONBLOCK));
	sock = net_packet_socket(tap.name, ETH_P_ALL);
	ASSERT_LE(0, sock);
	make_frame(TEST_TYPE, 46, SEED);
	memcpy(room, packet.data, packet.len);
	packet_reset(&packet);
	packet_pi(&packet, 0, ETH_P_IPV6);
	packet_append(&packet, room, 60);
	ASSERT_EQ(64, write(tap.fd, packet.data, packet.len));
	ASSERT_EQ(60, received(sock, &proto));
	EXPECT_EQ(TEST_TYPE, proto);
}

/* Behind a vnet header, for which the tags are looked at. The stack has no use for it. */
TEST_F(write, frame_that_ends_in_its_tag_is_taken)
{
	const size_t header = VNET_PLAIN;
	struct tun_dev tap;

	ASSERT_EQ(0, tun_dev_create(&tap, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK));
	memset(room, 0, header);
	for (size_t len = 0; len < 4; len++) {
		make_frame(ETH_P_8021Q, len, SEED);
		memcpy(room + header, packet.data, packet.len);
		EXPECT_EQ(header + packet.len, write(tap.fd, room, header + packet.len));
	}
	EXPECT_EQ(4, net_stat(tap.name, NET_RECEIVED_PACKETS));
	close(tap.fd);
}

TEST_F(write, writev_gathers_one_packet)
{
	int sock = net_packet_socket(self->pi.name, ETH_P_ALL);
	struct tun_pi pi = { .proto = htons(ETH_P_IPV6) };
	struct iovec iov[] = {
		{ &pi, 3 }, { (char *)&pi + 3, 1 }, { room, 0 },
		{ packet.data, 1 }, { packet.data + 1, 499 }, { packet.data + 500, 900 },
	};
	unsigned int proto;

	ASSERT_LE(0, sock);
	packet_fill(&packet, 1400, SEED);
	ASSERT_EQ(1404, writev(self->pi.fd, iov, ARRAY_SIZE(iov)));
	ASSERT_EQ(1400, received(sock, &proto));
	EXPECT_EQ(1400, packet_match(room, 1400, SEED));
}

TEST_F(write, writev_with_a_bad_part_is_efault)
{
	struct iovec iov[] = { { packet.data, 20 }, { self->bad + 4096, 20 } };

	make_ipv4(100);
	EXPECT_EQ(-1, writev(self->tun.fd, iov, ARRAY_SIZE(iov)));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ((ssize_t)packet.len, write(self->tun.fd, packet.data, packet.len));
}

TEST_F(write, blocking_descriptor_refuses_the_same)
{
	int flags = fcntl(self->tap.fd, F_GETFL) & ~O_NONBLOCK;

	ASSERT_EQ(0, fcntl(self->tap.fd, F_SETFL, flags));
	ASSERT_EQ(0, fcntl(self->tun.fd, F_SETFL, flags));
	memset(room, 0, 64);
	EXPECT_WRITE_ERROR(EINVAL, self->tap.fd, room, 13);
	EXPECT_WRITE_ERROR(EINVAL, self->tun.fd, room, 64);
	EXPECT_WRITE_ERROR(EFAULT, self->tap.fd, self->bad + 4096, 60);
	ASSERT_EQ(0, net_down(self->tap.name));
	EXPECT_WRITE_ERROR(EIO, self->tap.fd, room, 64);
}

/* IOV_MAX parts, of a packet larger than the linear room of an skb and of one byte each */
TEST_F(write, writev_of_1024_parts_is_one_packet)
{
	static const size_t sizes[] = { 1, 60, 64 };
	int sock = net_packet_socket(self->tun.name, ETH_P_ALL);
	struct iovec iov[1024];
	unsigned int proto;

	ASSERT_LE(0, sock);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ssize_t len = ARRAY_SIZE(iov) * sizes[i];

		packet_reset(&packet);
		packet_fill(&packet, len, 0x45);
		for (size_t j = 0; j < ARRAY_SIZE(iov); j++)
			iov[j] = (struct iovec){ packet.data + j * sizes[i], sizes[i] };
		ASSERT_EQ(len, writev(self->tun.fd, iov, ARRAY_SIZE(iov)));
		ASSERT_EQ(len, received(sock, &proto));
		EXPECT_EQ(len, packet_match(room, len, 0x45));
	}
}

TEST_HARNESS_MAIN
