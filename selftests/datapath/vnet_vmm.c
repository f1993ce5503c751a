// SPDX-License-Identifier: GPL-2.0
/*
 * Vnet headers of virtual machines with virtio-net behind a TAP: 12 bytes, the guest's own hint of
 * the headers in them.
 */
#include "kselftest_harness.h"
#include "vnet_arrives.h"

FIXTURE_VARIANT_ADD(vnet, frame_without_offload)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 1000,
		.summed = true,
	},
};

FIXTURE_VARIANT_ADD(vnet, udp_with_checksum_left_to_the_stack)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 1000, .hdr = { SENDER_CSUM, 0, 0, 0, 34, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, udp6_with_checksum_left_to_the_stack)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET6, .proto = IPPROTO_UDP,
		.payload = 1000, .hdr = { SENDER_CSUM, 0, 0, 0, 54, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tcp_with_checksum_left_to_the_stack)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 700,
		.flags = GSO_PSH, .hdr = { SENDER_CSUM, 0, 0, 0, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 20000,
		.flags = GSO_PSH, .hdr = { SENDER_CSUM, SENDER_TSO4, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET6, .payload = 20000,
		.flags = GSO_PSH, .hdr = { SENDER_CSUM, SENDER_TSO6, 86, 1428, 54, 16 },
	},
};

/* CWR is for the first segment alone, PSH and FIN for the last */
FIXTURE_VARIANT_ADD(vnet, tso4_with_ecn)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 5000,
		.flags = GSO_CWR | GSO_PSH | GSO_FIN,
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_ECN, 66, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_with_ecn)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET6, .payload = 5000,
		.flags = GSO_CWR | GSO_PSH,
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_ECN, 86, 1428, 54, 16 },
	},
};

/* A Linux guest says how much of the packet is linear, which may be all of it */
FIXTURE_VARIANT_ADD(vnet, tso4_with_the_whole_frame_as_headers)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 4000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 4066, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_without_a_hint_of_the_headers)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 4000,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 0, 1448, 34, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 9000,
		.tags = 1,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 70, 1448, 38, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET6, .payload = 9000,
		.tags = 1,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 90, 1428, 58, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_behind_two_vlan_tags)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .payload = 9000,
		.tags = 2,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 74, 1448, 42, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, udp_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 1000, .tags = 1, .hdr = { SENDER_CSUM, 0, 0, 0, 38, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 20000, .hdr = { SENDER_CSUM, SENDER_USO, 42, 1472, 34, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET6, .proto = IPPROTO_UDP,
		.payload = 20000, .hdr = { SENDER_CSUM, SENDER_USO, 62, 1452, 54, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso4_behind_a_vlan_tag)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_MERGE, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 6000, .tags = 1, .hdr = { SENDER_CSUM, SENDER_USO, 46, 1472, 38, 6 },
	},
};

TEST_HARNESS_MAIN
