// SPDX-License-Identifier: GPL-2.0
/*
 * Segments in a UDP tunnel on their way to a program that takes them: the header of 24 bytes tells
 * of both transport headers. They come through the router from another program.
 */
#include "kselftest_harness.h"
#include "vnet_taken.h"

#define ALL (TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN | VNET_USO | VNET_TUNNEL_OFFLOADS)
#define MAC 14

static struct taken taken;

FIXTURE(vnet_tunnel_read)
{
	struct vnet_path path;
	struct tun_dev reader;
};

/* The packets go to a reader with a vnet header, not to the router's other end */
FIXTURE_SETUP(vnet_tunnel_read)
{
	const char *name = self->reader.name;

	if (!vnet_has_tunnels())
		SKIP(return, "kernel without GSO in tunnels of a program");
	ASSERT_EQ(0, vnet_path_setup(&self->path, SENDER_TAP, VNET_TUNNEL));
	ASSERT_EQ(0, tun_dev_create(&self->reader, SENDER_TUN | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, vnet_set_size(self->reader.fd, VNET_TUNNEL));
	ASSERT_EQ(0, vnet_set_offload(self->reader.fd, ALL));
	ASSERT_EQ(0, vnet_path_ipv6(name));
	ASSERT_EQ(0, net_ip_batch("route add 10.2.0.2/32 dev %s\nroute add fd00:2::2/128 dev %s\n",
				  name, name));
}

FIXTURE_TEARDOWN(vnet_tunnel_read)
{
	if (!self->path.size)
		return;
	close(self->reader.fd);
	vnet_path_close(&self->path);
}

/* Reads past what IPv6 sends to its groups */
static void read_packet(int fd, int size)
{
	do {
		taken_read(&taken, fd, SENDER_TUN, size);
	} while (taken.len > 0 && vnet_path_is_noise(taken.data, taken.data_len));
}

static struct sender tunnel(int outer, int inner, bool summed)
{
	int outer_th = MAC + gso_ip_len(outer), inner_nh = outer_th + PACKET_UDP_LEN + 8;
	int start = inner_nh + gso_ip_len(inner);
	struct sender sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = inner, .payload = 20000,
		.tunnel = { outer, GSO_GENEVE, summed },
		.hdr = {
			.flags = summed ? SENDER_BOTH_CSUMS : SENDER_CSUM,
			.gso_type = (inner == AF_INET ? SENDER_TSO4 : SENDER_TSO6) |
				    (outer == AF_INET ? SENDER_OVER4 : SENDER_OVER6),
			.hdr_len = start + GSO_TCP_LEN, .gso_size = 1300, .csum_start = start,
			.csum_offset = 16, .outer_th = outer_th, .inner_nh = inner_nh,
		},
	};

	return sender;
}

/* The frame comes out whole, without its MAC header and with a hop less, and is described */
static void passes(struct __test_metadata *_metadata, struct vnet_path *path, int fd,
		   struct sender sender)
{
	size_t outer_l3 = gso_ip_len(sender.tunnel.family);
	const struct vnet_hdr *hdr = &sender.hdr;
	const struct gso_frame *frame = sender_frame(&sender, path->mac);

	ASSERT_EQ(0, sender_write(&sender, path->in.fd, frame));
	read_packet(fd, VNET_TUNNEL);
	ASSERT_EQ((ssize_t)frame->packet.len - MAC, taken.data_len);
	EXPECT_EQ(0, memcmp(taken.data + outer_l3, frame->packet.data + MAC + outer_l3,
			    taken.data_len - outer_l3));
	EXPECT_EQ(hdr->flags, taken.hdr.flags);
	EXPECT_EQ(hdr->gso_type, taken.hdr.gso_type);
	EXPECT_EQ(hdr->gso_size, taken.hdr.gso_size);
	EXPECT_EQ(hdr->csum_start - MAC, taken.hdr.csum_start);
	EXPECT_EQ(hdr->csum_offset, taken.hdr.csum_offset);
	EXPECT_EQ(hdr->outer_th - MAC, taken.hdr.outer_th);
	EXPECT_EQ(hdr->inner_nh - MAC, taken.hdr.inner_nh);
	EXPECT_EQ(0, taken.hdr.hash[0] | taken.hdr.hash[1] | taken.hdr.hash[2] | taken.hdr.hash[3]);
}

#define PASSES(outer, inner, summed) \
	passes(_metadata, &self->path, self->reader.fd, tunnel(outer, inner, summed))

TEST_F(vnet_tunnel_read, ipv4_in_ipv4_is_described)
{
	PASSES(AF_INET, AF_INET, false);
}

TEST_F(vnet_tunnel_read, ipv6_in_ipv4_is_described)
{
	PASSES(AF_INET, AF_INET6, false);
}

TEST_F(vnet_tunnel_read, ipv4_in_ipv6_is_described)
{
	PASSES(AF_INET6, AF_INET, false);
}

TEST_F(vnet_tunnel_read, ipv6_in_ipv6_is_described)
{
	PASSES(AF_INET6, AF_INET6, false);
}

TEST_F(vnet_tunnel_read, checksum_of_the_tunnel_is_described)
{
	PASSES(AF_INET, AF_INET, true);
	PASSES(AF_INET6, AF_INET6, true);
}

/*
 * What read() gave goes into another TUN as it is, is routed to the reader once more and comes out
 * as it was, with one more hop less.
 */
static void goes_on(struct __test_metadata *_metadata, struct vnet_path *path, int fd,
		    struct sender sender)
{
	const struct gso_frame *frame = sender_frame(&sender, path->mac);
	size_t outer_l3 = gso_ip_len(sender.tunnel.family);
	static struct taken first;
	struct tun_dev other;

	ASSERT_EQ(0, tun_dev_create(&other, SENDER_TUN | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, vnet_set_size(other.fd, VNET_TUNNEL));
	ASSERT_EQ(0, vnet_path_ipv6(other.name));
	ASSERT_EQ(0, sender_write(&sender, path->in.fd, frame));
	read_packet(fd, VNET_TUNNEL);
	ASSERT_EQ((ssize_t)frame->packet.len - MAC, taken.data_len);
	memcpy(&first, &taken, sizeof(first));
	ASSERT_EQ(first.len, write(other.fd, first.room, first.len)) {
		TH_LOG("errno %d, outer header at %u", errno, first.hdr.outer_th);
	}
	read_packet(fd, VNET_TUNNEL);
	ASSERT_EQ(first.len, taken.len);
	/* a hint, which says how much of the packet is in one piece */
	taken.hdr.hdr_len = first.hdr.hdr_len;
	EXPECT_EQ(0, memcmp(&first.hdr, &taken.hdr, sizeof(first.hdr)));
	EXPECT_EQ(0, memcmp(first.room + VNET_TUNNEL + outer_l3, taken.data + outer_l3,
			    taken.data_len - outer_l3));
	close(other.fd);
}

#define GOES_ON(outer, inner, summed) \
	goes_on(_metadata, &self->path, self->reader.fd, tunnel(outer, inner, summed))

TEST_F(vnet_tunnel_read, tunnel_over_ipv4_can_be_written_to_another_tun)
{
	GOES_ON(AF_INET, AF_INET, false);
	GOES_ON(AF_INET, AF_INET6, false);
	GOES_ON(AF_INET, AF_INET, true);
}

TEST_F(vnet_tunnel_read, tunnel_over_ipv6_can_be_written_to_another_tun)
{
	GOES_ON(AF_INET6, AF_INET6, false);
	GOES_ON(AF_INET6, AF_INET, false);
	GOES_ON(AF_INET6, AF_INET6, true);
}

/* The reader's packets as they come when it takes no tunnels: finished outside, each on its own */
static int pieces(struct vnet_path *path, int fd, struct sender sender)
{
	const struct gso_frame *frame = sender_frame(&sender, path->mac);
	int n = 0;

	if (sender_write(&sender, path->in.fd, frame))
		return -1;
	for (size_t at = 0; at < sender.payload; at += 1300, n++) {
		read_packet(fd, VNET_TUNNEL);
		if (taken.hdr.gso_type || taken.data_len > 1500)
			return -1;
	}
	return n;
}

TEST_F(vnet_tunnel_read, without_tunnel_offload_segments_come_one_by_one)
{
	ASSERT_EQ(0, vnet_set_offload(self->reader.fd, TUN_F_CSUM | VNET_TSO));
	EXPECT_EQ(16, pieces(&self->path, self->reader.fd, tunnel(AF_INET, AF_INET, false)));
}

TEST_F(vnet_tunnel_read, without_checksum_offload_of_tunnels_segments_come_one_by_one)
{
	ASSERT_EQ(0, vnet_set_offload(self->reader.fd, ALL & ~TUN_F_UDP_TUNNEL_GSO_CSUM));
	EXPECT_EQ(16, pieces(&self->path, self->reader.fd, tunnel(AF_INET, AF_INET, true)));
	passes(_metadata, &self->path, self->reader.fd, tunnel(AF_INET, AF_INET, false));
}

/* In-tree fails each read and loses the packet */
TEST_F(vnet_tunnel_read, header_of_10_bytes_still_tells_of_plain_packets)
{
	static const struct sender plain = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .payload = 100,
		.summed = true,
	};

	ASSERT_EQ(0, vnet_set_size(self->reader.fd, VNET_PLAIN));
	ASSERT_EQ(0, sender_write(&plain, self->path.in.fd, sender_frame(&plain, self->path.mac)));
	read_packet(self->reader.fd, VNET_PLAIN);
	EXPECT_EQ(152, taken.data_len);
}

/*
 * It waits in the ring while the program takes its leave back. In-tree warns that the type of the
 * segments is unexpected, which ends a machine with panic_on_warn.
 */
TEST_F(vnet_tunnel_read, tunnel_that_is_not_taken_any_more_is_not_read)
{
	struct sender sender = tunnel(AF_INET, AF_INET, false);
	unsigned char room[64];

	if (!tun_is_alt())
		SKIP(return, "in-tree warns, and the boot would fail");
	ASSERT_EQ(0, sender_write(&sender, self->path.in.fd,
				  sender_frame(&sender, self->path.mac)));
	ASSERT_EQ(0, vnet_set_offload(self->reader.fd, TUN_F_CSUM | VNET_TSO));
	while (read(self->reader.fd, room, sizeof(room)) > 0)
		EXPECT_EQ(true, vnet_path_is_noise(room + VNET_TUNNEL, PACKET_IPV6_LEN));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_HARNESS_MAIN
