// SPDX-License-Identifier: GPL-2.0
/* Vnet headers of bulk senders, of all sizes, with PI, and with what has no meaning in them */
#include "kselftest_harness.h"
#include "vnet_arrives.h"

/* A bulk sender: as much as an IP packet can hold */

FIXTURE_VARIANT_ADD(vnet, bulk_tcp4_of_65535_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 65535 - 52,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, bulk_tcp4_of_65535_bytes_in_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 65535 - 52,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, bulk_tcp6_of_65535_bytes)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 65535 - 32,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, bulk_tcp4_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 65535 - 52,
		.tags = 1, .hdr = { SENDER_CSUM, SENDER_TSO4, 70, 1448, 38, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, bulk_tcp4_of_large_segments)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 60000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 16000, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, bulk_tcp4_of_small_segments)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 2000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 8, 20, 16 },
	},
};

/* The checksum is there already, or does not matter: the stack makes each segment's own */

FIXTURE_VARIANT_ADD(vnet, tso4_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 9000, .summed = true,
		.hdr = { 0, SENDER_TSO4, 52, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 9000, .summed = true,
		.hdr = { 0, SENDER_TSO6, 72, 1428 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_a_frame_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 9000, .summed = true,
		.hdr = { 0, SENDER_TSO4, 66, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_a_frame_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .payload = 9000, .summed = true,
		.hdr = { 0, SENDER_TSO6, 86, 1428 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_behind_a_vlan_tag_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 65535 - 52, .summed = true,
		.tags = 1,
		.hdr = { 0, SENDER_TSO4, 70, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_without_checksum_and_hint)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 9000, .summed = true,
		.hdr = { 0, SENDER_TSO4, 0, 1448 },
	},
};

/* What fits in one segment is no GSO packet. TCP's options count as data here */

FIXTURE_VARIANT_ADD(vnet, tso4_of_one_segment_is_a_plain_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 1448 - 12, .plain = true,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso4_of_one_segment_is_a_plain_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 1000,
		.plain = true, .hdr = { SENDER_CSUM, SENDER_USO, 28, 1000, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_of_one_segment_and_a_byte_is_two)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 1449,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, segments_below_8_bytes_are_of_8)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .gso_size = 8,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1, 20, 16 },
	},
};

/* Headers of all sizes, rubbish in what has no meaning */

FIXTURE_VARIANT_ADD(vnet, header_of_11_bytes)
{
	.sender = {
		.type = SENDER_TUN, .size = 11, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16, 0xa5a5 },
	},
};

FIXTURE_VARIANT_ADD(vnet, header_of_12_bytes_with_a_number_of_buffers)
{
	.sender = {
		.type = SENDER_TUN, .size = VNET_MERGE, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16, 0xa5a5 },
	},
};

FIXTURE_VARIANT_ADD(vnet, header_of_20_bytes_with_a_hash)
{
	.sender = {
		.type = SENDER_TUN, .size = VNET_HASH, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16, 1, { 1, 2, 3, 4 } },
	},
};

FIXTURE_VARIANT_ADD(vnet, header_of_24_bytes_without_a_tunnel)
{
	.sender = {
		.type = SENDER_TUN, .size = VNET_TUNNEL, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16, 1, { 1, 2, 3, 4 }, 5, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, header_of_25_bytes)
{
	.sender = {
		.type = SENDER_TUN, .size = 25, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, header_of_a_page)
{
	.sender = {
		.type = SENDER_TUN, .size = VNET_MOST, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16 },
	},
};

/* PI, then the vnet header, then the frame */

FIXTURE_VARIANT_ADD(vnet, pi_goes_before_the_header_on_a_tun)
{
	.sender = {
		.type = IFF_TUN, .family = AF_INET6, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1348, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, pi_goes_before_the_header_on_a_tap)
{
	.sender = {
		.type = IFF_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

/* Flags that are the kernel's to set */

FIXTURE_VARIANT_ADD(vnet, data_valid_is_ignored)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
		.hdr = { VIRTIO_NET_HDR_F_DATA_VALID },
	},
};

FIXTURE_VARIANT_ADD(vnet, data_valid_beside_a_checksum_to_fill_in_is_ignored)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM | VIRTIO_NET_HDR_F_DATA_VALID, 0, 0, 0, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, flags_without_a_meaning_are_ignored)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
		.hdr = { 0xfe },
	},
};

/* Fields that nothing makes use of may hold anything */
FIXTURE_VARIANT_ADD(vnet, numbers_without_their_flag_are_ignored)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
		.plain = true,
		.hdr = { 0, 0, 0, 0xffff, 0xffff, 0xffff },
	},
};

TEST_HARNESS_MAIN
