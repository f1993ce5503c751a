// SPDX-License-Identifier: GPL-2.0
/* Vnet headers that contradict themselves or their frame; the latter count as frame errors */
#include "kselftest_harness.h"
#include "vnet_refused.h"

/* The hint of the headers */

FIXTURE_VARIANT_ADD(vnet_refused, hint_beyond_the_frame)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
		.hdr = { 0, 0, 153 },
	},
};

/* In-tree counts those bytes of the header that it does not parse as frame here */
FIXTURE_VARIANT_ADD(vnet_refused, hint_beyond_the_frame_behind_a_header_of_20_bytes)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .size = VNET_HASH, .family = AF_INET, .payload = 100,
		.summed = true, .hdr = { 0, 0, 153 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, hint_of_65535)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 65535, 0, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, hint_within_the_mac_header)
{
	.early = true,
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 100, .summed = true,
		.hdr = { 0, 0, 13 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, hint_of_one_byte_of_the_mac_header)
{
	.early = true,
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 5000, .summed = true,
		.hdr = { 0, SENDER_TSO4, 1, 1448 },
	},
};

/* The place of the checksum */

FIXTURE_VARIANT_ADD(vnet_refused, checksum_behind_the_frame)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 152, 0 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_across_the_end_of_the_frame)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 135, 16 },
	},
};

/* The sum of the two does not fit into 16 bits, and is small there */
FIXTURE_VARIANT_ADD(vnet_refused, checksum_whose_place_overflows)
{
	.early = true,
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 65530, 20 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_the_start_of_the_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 0, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 19, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_from_within_the_ip_header)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 19, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso6_from_within_the_ip_header)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 39, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_without_all_of_the_tcp_header)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .cut = 113,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 0, 8, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_with_the_checksum_of_udp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1448, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso6_with_the_checksum_of_udp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1428, 40, 6 },
	},
};

/* The segments */

FIXTURE_VARIANT_ADD(vnet_refused, tso4_of_segments_of_nothing)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 0, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, uso_of_segments_of_nothing)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO, 28, 0, 20, 6 },
	},
};

/* 65535 is a word of the stack's own */
FIXTURE_VARIANT_ADD(vnet_refused, tso4_of_segments_of_65535)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 65535, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, uso_of_129_segments)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 128 * 100 + 1, .hdr = { SENDER_CSUM, SENDER_USO, 28, 100, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, uso_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.summed = true, .hdr = { 0, SENDER_USO, 28, 1400 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, uso_with_the_checksum_of_tcp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO, 28, 1400, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, uso_with_ecn)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_ECN, 28, 1400, 20, 6 },
	},
};

/* GSO without a checksum to fill in has to be what it says */

FIXTURE_VARIANT_ADD(vnet_refused, tso4_that_is_udp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.summed = true, .hdr = { 0, SENDER_TSO4, 28, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_that_is_ipv6)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 5000, .summed = true,
		.hdr = { 0, SENDER_TSO4, 72, 1428 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso6_that_is_ipv4)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000, .summed = true,
		.hdr = { 0, SENDER_TSO6, 52, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_in_a_frame_that_is_udp)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.summed = true, .hdr = { 0, SENDER_TSO4, 42, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso6_in_a_frame_that_is_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 5000, .summed = true,
		.hdr = { 0, SENDER_TSO6, 66, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_behind_a_vlan_tag_that_is_udp)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.tags = 1, .summed = true, .hdr = { 0, SENDER_TSO4, 46, 1448 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tso4_that_ends_in_the_tcp_header)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 100, .summed = true,
		.cut = 113, .hdr = { 0, SENDER_TSO4, 0, 8 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, ufo_that_is_tcp)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5000, .summed = true,
		.hdr = { 0, SENDER_UFO, 0, 1448 },
	},
};

TEST_HARNESS_MAIN
