// SPDX-License-Identifier: GPL-2.0
/*
 * Vnet headers that read() gives: what a socket handed to the device with a header of its own
 * comes out with the same, byte for byte, when the program said that it takes it.
 */
#include "kselftest_harness.h"
#include "vnet_taken.h"

static struct taken taken;

FIXTURE(vnet_read)
{
	struct tun_dev dev;
	unsigned char mac[6];
	int sock;
};

FIXTURE_VARIANT(vnet_read)
{
	struct sender sender;
	int tag;
};

/* With a tag, the frame goes through a VLAN device and gets it from there, beside the frame */
FIXTURE_SETUP(vnet_read)
{
	const struct sender *sender = &variant->sender;

	ASSERT_EQ(0, taken_device(&self->dev, sender->type, sender_size(sender),
				  TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN));
	if (variant->tag) {
		ASSERT_EQ(0, net_ip("link add link %s name v5 type vlan id 5", self->dev.name));
		ASSERT_EQ(0, net_up("v5"));
	}
	net_mac(self->dev.name, self->mac);
	self->sock = taken_socket(variant->tag ? "v5" : self->dev.name);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(vnet_read)
{
	close(self->sock);
	close(self->dev.fd);
}

FIXTURE_VARIANT_ADD(vnet_read, tso4)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso6)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso4_in_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso6_in_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 86, 1428, 54, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso4_of_65535_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 65535 - 52,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso4_with_ecn)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 9000,
		.flags = GSO_CWR,
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_ECN, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso6_with_ecn)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 9000,
		.flags = GSO_CWR,
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_ECN, 72, 1428, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, checksum_of_udp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 1000,
		.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, checksum_of_udp6)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 1000,
		.hdr = { SENDER_CSUM, 0, 0, 0, 40, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, checksum_of_tcp_in_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 1000,
		.hdr = { SENDER_CSUM, 0, 0, 0, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, nothing_to_tell)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 1000,
		.summed = true, .hdr = { 0 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, nothing_to_tell_of_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 1000,
		.summed = true, .hdr = { 0 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso4_with_a_vlan_tag)
{
	.tag = 4,
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, tso6_with_a_vlan_tag)
{
	.tag = 4,
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .payload = 20000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 86, 1428, 54, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, checksum_with_a_vlan_tag)
{
	.tag = 4,
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 1000,
		.hdr = { SENDER_CSUM, 0, 0, 0, 34, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_11_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = 11, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_12_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = VNET_MERGE, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_20_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = VNET_HASH, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_24_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = VNET_TUNNEL, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_25_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = 25, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_4096_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.size = VNET_MOST, .hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, header_of_12_bytes_that_tells_nothing)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 1000,
		.summed = true, .size = VNET_MERGE, .hdr = { 0 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, pi_before_the_header)
{
	.sender = {
		.type = IFF_TUN, .family = AF_INET6, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, pi_before_the_header_of_a_frame)
{
	.sender = {
		.type = IFF_TAP, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_read, pi_before_the_header_of_a_frame_with_a_tag)
{
	.tag = 4,
	.sender = {
		.type = IFF_TAP, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

/* The frame with the tag where it stands on a wire; its length */
static size_t with_tag(const struct gso_frame *frame, int tag, unsigned char *room)
{
	const unsigned char *data = frame->packet.data;
	size_t head = tag ? 2 * ETH_ALEN : 0;

	memcpy(room, data, head);
	packet_put16(room + head, ETH_P_8021Q);
	packet_put16(room + head + 2, 5);
	memcpy(room + head + tag, data + head, frame->packet.len - head);
	return frame->packet.len + tag;
}

TEST_F(vnet_read, comes_out_as_it_went_in)
{
	const struct sender *sender = &variant->sender;
	const struct gso_frame *frame = sender_frame(sender, self->mac);
	const struct vnet_hdr *hdr = &sender->hdr;
	static unsigned char wire[PACKET_MAX];
	size_t len = with_tag(frame, variant->tag, wire);

	ASSERT_EQ(0, taken_send(self->sock, variant->tag ? "v5" : self->dev.name, sender, frame));
	taken_read(&taken, self->dev.fd, sender->type, sender_size(sender));
	ASSERT_EQ((ssize_t)len, taken.data_len);
	EXPECT_EQ(0, memcmp(wire, taken.data, len));
	EXPECT_EQ(hdr->flags, taken.hdr.flags);
	EXPECT_EQ(hdr->gso_type, taken.hdr.gso_type);
	EXPECT_EQ(hdr->gso_size, taken.hdr.gso_size);
	EXPECT_EQ(hdr->flags ? hdr->csum_start + variant->tag : 0, taken.hdr.csum_start);
	EXPECT_EQ(hdr->csum_offset, taken.hdr.csum_offset);
	EXPECT_EQ(0, taken.tail);
	EXPECT_EQ(TAKEN_UNTOUCHED, taken.room[taken.len]);
	if (hdr->gso_type) {
		EXPECT_LE(hdr->hdr_len, taken.hdr.hdr_len);
		EXPECT_GE((ssize_t)frame->packet.len, taken.hdr.hdr_len);
	} else {
		EXPECT_EQ(0, taken.hdr.hdr_len);
	}
	if (!(sender->type & IFF_NO_PI)) {
		EXPECT_EQ(0, taken.pi.flags);
		EXPECT_EQ(gso_type(frame->family), ntohs(taken.pi.proto));
	}
}

TEST_HARNESS_MAIN
