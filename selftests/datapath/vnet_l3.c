// SPDX-License-Identifier: GPL-2.0
/*
 * A checksum cannot begin in the MAC or IP header, wherever VLAN tags have moved that one to: the
 * transport header would lie in the network header, and who segments the packet would count
 * backwards. In-tree looks at the start of the frame only.
 */
#include "kselftest_harness.h"
#include "vnet_refused.h"

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_of_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 33, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_mac_header_of_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 12, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_byte_20_of_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_of_a_frame)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 53, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_the_place_of_ipv4_in_a_frame_of_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 34, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_of_a_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 39, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_the_place_of_ipv4_in_a_packet_of_ipv6)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_behind_pi)
{
	.sender = {
		.type = IFF_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.hdr = { SENDER_CSUM, 0, 0, 0, 39, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.tags = 1, .hdr = { SENDER_CSUM, 0, 0, 0, 37, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_behind_two_vlan_tags)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.tags = 2, .hdr = { SENDER_CSUM, 0, 0, 0, 41, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_behind_eight_vlan_tags)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 100,
		.tags = 8, .hdr = { SENDER_CSUM, 0, 0, 0, 65, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.tags = 1, .hdr = { SENDER_CSUM, 0, 0, 0, 57, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_of_a_frame_with_tso4)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 33, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_of_a_frame_with_tso6)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 86, 1428, 53, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_of_a_frame_with_uso)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO, 42, 1400, 33, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_of_a_frame_with_uso)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO, 62, 1400, 53, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ipv6_header_of_a_packet_with_uso)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 5000,
		.hdr = { SENDER_CSUM, SENDER_USO, 48, 1400, 39, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, checksum_from_within_the_ip_header_behind_a_vlan_tag_with_tso4)
{
	.sender = {
		.type = SENDER_TAP, .family = AF_INET, .payload = 5000,
		.tags = 1, .hdr = { SENDER_CSUM, SENDER_TSO4, 70, 1448, 37, 16 },
	},
};

TEST_HARNESS_MAIN
