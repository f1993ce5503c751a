// SPDX-License-Identifier: GPL-2.0
/* read() of a device with vnet headers: what the program allowed, short buffers, what is counted */
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "vnet_taken.h"

#define ALL (TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN)

static struct taken taken;

static const struct sender tso4 = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
	.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
};

static const struct sender tso6 = {
	.type = SENDER_TUN, .family = AF_INET6, .payload = 5000,
	.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 40, 16 },
};

static const struct sender tso4_ecn = {
	.type = SENDER_TUN, .family = AF_INET, .payload = 5000, .flags = GSO_CWR,
	.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_ECN, 52, 1448, 20, 16 },
};

static const struct sender csum = {
	.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
	.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
};

FIXTURE(vnet_reader)
{
	struct tun_dev dev;
	struct tun_dev pi;
	int sock;
	int pi_sock;
	int udp;
};

FIXTURE_SETUP(vnet_reader)
{
	ASSERT_EQ(0, taken_device(&self->dev, SENDER_TUN, VNET_PLAIN, ALL));
	ASSERT_EQ(0, tun_dev_create(&self->pi, IFF_TUN | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, vnet_set_offload(self->pi.fd, ALL));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.1.0.1", "255.255.255.0"));
	self->sock = taken_socket(self->dev.name);
	ASSERT_LE(0, self->sock);
	self->pi_sock = taken_socket(self->pi.name);
	ASSERT_LE(0, self->pi_sock);
	self->udp = net_udp_socket("10.1.0.1", GSO_SPORT);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(vnet_reader)
{
	close(self->udp);
	close(self->pi_sock);
	close(self->sock);
	close(self->pi.fd);
	close(self->dev.fd);
}

static int send_one(int sock, const char *device, const struct sender *sender)
{
	return taken_send(sock, device, sender, sender_frame(sender, NULL));
}

#define XMIT(sender) ASSERT_EQ(0, send_one(self->sock, self->dev.name, sender))
#define XMIT_PI(sender) ASSERT_EQ(0, send_one(self->pi_sock, self->pi.name, sender))
#define READ() taken_read(&taken, self->dev.fd, SENDER_TUN, VNET_PLAIN)
#define EXPECT_EMPTY(fd) do {					\
	EXPECT_EQ(-1, read(fd, taken.room, sizeof(taken.room)));	\
	EXPECT_EQ(EAGAIN, errno);				\
} while (0)

/* All of @sender's payload in finished packets that their header says nothing of: how many */
static int pieces(int fd, const struct sender *sender)
{
	const struct gso_frame *frame = sender_frame(sender, NULL);
	static const struct vnet_hdr zero;
	size_t at = 0;
	int n = 0;

	while (at < frame->payload) {
		ssize_t len;

		taken_read(&taken, fd, SENDER_TUN, VNET_PLAIN);
		if (taken.len < 0 || memcmp(&taken.hdr, &zero, sizeof(zero)))
			return -1;
		len = gso_check(frame, taken.data, taken.data_len, at);
		if (len < 0)
			return -1;
		at += len;
		n++;
	}
	return n;
}

TEST_F(vnet_reader, without_offloads_segments_and_checksums_are_finished)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, 0));
	XMIT(&tso4);
	EXPECT_EQ(4, pieces(self->dev.fd, &tso4));
	XMIT(&tso6);
	EXPECT_EQ(4, pieces(self->dev.fd, &tso6));
	XMIT(&csum);
	EXPECT_EQ(1, pieces(self->dev.fd, &csum));
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, with_checksums_alone_segments_come_one_by_one)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM));
	XMIT(&csum);
	READ();
	EXPECT_EQ(SENDER_CSUM, taken.hdr.flags);
	XMIT(&tso4);
	for (int i = 0; i < 4; i++) {
		READ();
		EXPECT_EQ(0, taken.hdr.gso_type);
		EXPECT_EQ(i < 3 ? 1500 : 52 + 5000 - 3 * 1448, taken.data_len);
	}
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, tso4_alone_leaves_tso6_to_the_stack)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | TUN_F_TSO4));
	XMIT(&tso4);
	READ();
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(5052, taken.data_len);
	XMIT(&tso6);
	for (int i = 0; i < 4; i++) {
		READ();
		EXPECT_EQ(0, taken.hdr.gso_type);
	}
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, tso6_alone_leaves_tso4_to_the_stack)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | TUN_F_TSO6));
	XMIT(&tso6);
	READ();
	EXPECT_EQ(SENDER_TSO6, taken.hdr.gso_type);
	XMIT(&tso4);
	READ();
	EXPECT_EQ(0, taken.hdr.gso_type);
}

TEST_F(vnet_reader, ecn_that_is_not_taken_is_left_to_the_stack)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | VNET_TSO));
	XMIT(&tso4_ecn);
	for (int i = 0; i < 4; i++) {
		READ();
		EXPECT_EQ(0, taken.hdr.gso_type);
	}
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, datagrams_sent_in_one_go_come_in_one_with_uso)
{
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM | VNET_USO));
	ASSERT_EQ(0, taken_send_udp(self->udp, "10.1.0.2", 14000, 1400));
	READ();
	ASSERT_EQ(14028, taken.data_len);
	EXPECT_EQ(SENDER_USO, taken.hdr.gso_type);
	EXPECT_EQ(1400, taken.hdr.gso_size);
	EXPECT_EQ(SENDER_CSUM, taken.hdr.flags);
	EXPECT_EQ(20, taken.hdr.csum_start);
	EXPECT_EQ(6, taken.hdr.csum_offset);
	EXPECT_LE(28, taken.hdr.hdr_len);
	EXPECT_EQ(14000, packet_match(taken.data + 28, 14000, GSO_SEED));
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, datagrams_sent_in_one_go_come_one_by_one_without_uso)
{
	ASSERT_EQ(0, taken_send_udp(self->udp, "10.1.0.2", 14000, 1400));
	for (int i = 0; i < 10; i++) {
		READ();
		ASSERT_EQ(1428, taken.data_len);
		EXPECT_EQ(0, taken.hdr.gso_type);
		EXPECT_EQ(1400, packet_match(taken.data + 28, 1400, GSO_SEED + i * 1400));
	}
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, buffer_shorter_than_the_header_is_einval_and_loses_the_packet)
{
	for (size_t len = 1; len < VNET_PLAIN; len++) {
		XMIT(&csum);
		EXPECT_EQ(-1, read(self->dev.fd, taken.room, len));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EMPTY(self->dev.fd);
	}
}

TEST_F(vnet_reader, buffer_shorter_than_pi_and_header_is_einval)
{
	for (size_t len = 1; len < 4 + VNET_PLAIN; len++) {
		XMIT_PI(&csum);
		EXPECT_EQ(-1, read(self->pi.fd, taken.room, len));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EMPTY(self->pi.fd);
	}
}

TEST_F(vnet_reader, zero_length_keeps_the_packet)
{
	XMIT(&csum);
	EXPECT_EQ(0, read(self->dev.fd, taken.room, 0));
	READ();
	EXPECT_EQ(128, taken.data_len);
}

TEST_F(vnet_reader, buffer_of_the_header_alone_loses_the_packet)
{
	XMIT(&tso4);
	taken_read_len(&taken, self->dev.fd, SENDER_TUN, VNET_PLAIN, VNET_PLAIN);
	EXPECT_EQ(VNET_PLAIN, taken.len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(TAKEN_UNTOUCHED, taken.room[VNET_PLAIN]);
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, short_buffer_gets_the_header_of_the_whole)
{
	XMIT(&tso4);
	taken_read_len(&taken, self->dev.fd, SENDER_TUN, VNET_PLAIN, 2000);
	EXPECT_EQ(2000, taken.len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(1448, taken.hdr.gso_size);
	EXPECT_EQ(0, memcmp(taken.data, sender_frame(&tso4, NULL)->packet.data, 1990));
	EXPECT_EQ(TAKEN_UNTOUCHED, taken.room[2000]);
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, pi_says_strip_when_header_and_packet_do_not_fit)
{
	const size_t whole = 4 + VNET_PLAIN + 5052;

	XMIT_PI(&tso4);
	taken_read_len(&taken, self->pi.fd, IFF_TUN, VNET_PLAIN, whole - 1);
	EXPECT_EQ((ssize_t)whole - 1, taken.len);
	EXPECT_EQ(TUN_PKT_STRIP, taken.pi.flags);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	XMIT_PI(&tso4);
	taken_read_len(&taken, self->pi.fd, IFF_TUN, VNET_PLAIN, whole);
	EXPECT_EQ((ssize_t)whole, taken.len);
	EXPECT_EQ(0, taken.pi.flags);
}

TEST_F(vnet_reader, readv_takes_the_header_in_a_buffer_of_its_own)
{
	struct vnet_hdr hdr;
	struct iovec iov[] = { { &hdr, VNET_PLAIN }, { taken.room, sizeof(taken.room) } };

	XMIT(&tso4);
	ASSERT_EQ(VNET_PLAIN + 5052, readv(self->dev.fd, iov, 2));
	EXPECT_EQ(SENDER_TSO4, hdr.gso_type);
	EXPECT_EQ(0, memcmp(taken.room, sender_frame(&tso4, NULL)->packet.data, 5052));
}

TEST_F(vnet_reader, readv_splits_the_header)
{
	struct iovec iov[] = {
		{ taken.room, 3 }, { taken.room + 100, 5 }, { taken.room + 200, 6000 },
	};
	unsigned char hdr[VNET_PLAIN];

	XMIT(&tso4);
	ASSERT_EQ(VNET_PLAIN + 5052, readv(self->dev.fd, iov, 3));
	memcpy(hdr, taken.room, 3);
	memcpy(hdr + 3, taken.room + 100, 5);
	memcpy(hdr + 8, taken.room + 200, 2);
	memcpy(&taken.hdr, hdr, sizeof(hdr));
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(1448, taken.hdr.gso_size);
	EXPECT_EQ(20, taken.hdr.csum_start);
	EXPECT_EQ(16, taken.hdr.csum_offset);
	EXPECT_EQ(0x45, taken.room[202]);
}

TEST_F(vnet_reader, header_to_bad_memory_is_efault_and_loses_the_packet)
{
	unsigned char *bad = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, bad);
	ASSERT_EQ(0, mprotect(bad + 4096, 4096, PROT_NONE));
	for (int offset = 0; offset < VNET_PLAIN; offset += 3) {
		XMIT(&csum);
		EXPECT_EQ(-1, read(self->dev.fd, bad + 4096 - offset, 2000));
		EXPECT_EQ(EFAULT, errno);
		EXPECT_EMPTY(self->dev.fd);
	}
}

/* A size that nobody can have room for */
TEST_F(vnet_reader, header_larger_than_any_buffer_is_einval)
{
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, 0x7fffffff));
	XMIT(&csum);
	EXPECT_EQ(-1, read(self->dev.fd, taken.room, sizeof(taken.room)));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, VNET_PLAIN));
	EXPECT_EMPTY(self->dev.fd);
}

TEST_F(vnet_reader, header_and_all_of_it_count_for_poll)
{
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0) & POLLIN);
	XMIT(&tso4);
	EXPECT_EQ(POLLIN, net_poll(self->dev.fd, POLLIN, 0) & POLLIN);
	READ();
	EXPECT_EQ(0, net_poll(self->dev.fd, POLLIN, 0) & POLLIN);
}

TEST_F(vnet_reader, fionread_counts_the_header)
{
	int len = 0;

	XMIT(&tso4);
	ASSERT_EQ(0, ioctl(self->dev.fd, FIONREAD, &len));
	EXPECT_EQ(VNET_PLAIN + 5052, len);
	ASSERT_EQ(0, vnet_set_size(self->dev.fd, VNET_HASH));
	ASSERT_EQ(0, ioctl(self->dev.fd, FIONREAD, &len));
	EXPECT_EQ(VNET_HASH + 5052, len);
	XMIT_PI(&csum);
	ASSERT_EQ(0, ioctl(self->pi.fd, FIONREAD, &len));
	EXPECT_EQ(4 + VNET_PLAIN + 128, len);
}

TEST_F(vnet_reader, read_bytes_are_without_the_header)
{
	long long bytes = net_stat(self->dev.name, NET_XMITTED_BYTES);
	long long packets = net_stat(self->dev.name, NET_XMITTED_PACKETS);

	XMIT(&tso4);
	READ();
	EXPECT_EQ(bytes + 5052, net_stat(self->dev.name, NET_XMITTED_BYTES));
	EXPECT_EQ(packets + 1, net_stat(self->dev.name, NET_XMITTED_PACKETS));
}

TEST_F(vnet_reader, what_is_read_may_be_written)
{
	struct vnet_path other;

	ASSERT_EQ(0, vnet_path_bare(&other, SENDER_TUN, VNET_PLAIN));
	XMIT(&tso4);
	READ();
	EXPECT_EQ(taken.len, write(other.in.fd, taken.room, taken.len));
	XMIT(&tso6);
	READ();
	EXPECT_EQ(taken.len, write(other.in.fd, taken.room, taken.len));
	XMIT(&csum);
	READ();
	EXPECT_EQ(taken.len, write(other.in.fd, taken.room, taken.len));
	close(other.capture);
	close(other.in.fd);
}

TEST_HARNESS_MAIN
