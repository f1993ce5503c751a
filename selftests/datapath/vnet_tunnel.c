// SPDX-License-Identifier: GPL-2.0
/*
 * Vnet headers of 24 bytes that tell of segments in a UDP tunnel: GENEVE with an IP packet in it,
 * VXLAN with a frame, each version of IP in each. The stack has taken them since 6.17.
 */
#include "kselftest_harness.h"
#include "vnet_arrives.h"

FIXTURE_VARIANT_ADD(vnet, tso4_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET, GSO_GENEVE, false },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET, GSO_GENEVE, false },
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER4, 122, 1300, 90, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_geneve_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET6, GSO_GENEVE, false },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER6, 122, 1300, 90, 16,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_geneve_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET6, GSO_GENEVE, false },
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER6, 142, 1300, 110, 16,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_geneve_over_ipv4_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET, GSO_GENEVE, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_geneve_over_ipv4_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET, GSO_GENEVE, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO6 | SENDER_OVER4, 122, 1300, 90, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_geneve_over_ipv6_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET6, GSO_GENEVE, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO4 | SENDER_OVER6, 122, 1300, 90, 16,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_geneve_over_ipv6_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET6, GSO_GENEVE, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO6 | SENDER_OVER6, 142, 1300, 110, 16,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_vxlan_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET, GSO_VXLAN, false },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 116, 1300, 84, 16,
			 .outer_th = 34, .inner_nh = 64 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_vxlan_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET, GSO_VXLAN, false },
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER4, 136, 1300, 104, 16,
			 .outer_th = 34, .inner_nh = 64 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_vxlan_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET6, GSO_VXLAN, false },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER6, 136, 1300, 104, 16,
			 .outer_th = 54, .inner_nh = 84 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_vxlan_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET6, GSO_VXLAN, false },
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER6, 156, 1300, 124, 16,
			 .outer_th = 54, .inner_nh = 84 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_vxlan_over_ipv4_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET, GSO_VXLAN, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO4 | SENDER_OVER4, 116, 1300, 84, 16,
			 .outer_th = 34, .inner_nh = 64 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_vxlan_over_ipv4_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET, GSO_VXLAN, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO6 | SENDER_OVER4, 136, 1300, 104, 16,
			 .outer_th = 34, .inner_nh = 64 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_vxlan_over_ipv6_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 20000, .tunnel = { AF_INET6, GSO_VXLAN, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO4 | SENDER_OVER6, 136, 1300, 104, 16,
			 .outer_th = 54, .inner_nh = 84 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso6_in_vxlan_over_ipv6_with_its_checksum)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 20000, .tunnel = { AF_INET6, GSO_VXLAN, true },
		.hdr = { SENDER_BOTH_CSUMS, SENDER_TSO6 | SENDER_OVER6, 156, 1300, 124, 16,
			 .outer_th = 54, .inner_nh = 84 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso4_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.proto = IPPROTO_UDP, .payload = 20000,
		.tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER4, 78, 1300, 70, 6,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso6_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.proto = IPPROTO_UDP, .payload = 20000,
		.tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER4, 98, 1300, 90, 6,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso4_in_geneve_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.proto = IPPROTO_UDP, .payload = 20000,
		.tunnel = { AF_INET6, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER6, 98, 1300, 90, 6,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, uso6_in_geneve_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.proto = IPPROTO_UDP, .payload = 20000,
		.tunnel = { AF_INET6, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER6, 118, 1300, 110, 6,
			 .outer_th = 54, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_with_ecn_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .payload = 9000,
		.flags = GSO_CWR | GSO_PSH, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_ECN | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_of_64k_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .payload = 65535 - 88,
		.tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tso4_in_geneve_with_a_header_of_30_bytes)
{
	.sender = {
		.type = SENDER_TAP, .size = 30, .family = AF_INET, .payload = 9000,
		.tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

/* No segments, and so no packet with an inside to anybody who looks at it on its way */
FIXTURE_VARIANT_ADD(vnet, one_segment_in_geneve_over_ipv4)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .payload = 1000,
		.tunnel = { AF_INET, GSO_GENEVE }, .plain = true,
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet, one_segment_in_vxlan_over_ipv6)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6, .payload = 1000,
		.tunnel = { AF_INET6, GSO_VXLAN }, .plain = true,
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER6, 156, 1300, 124, 16,
			 .outer_th = 54, .inner_nh = 84 },
	},
};

TEST_HARNESS_MAIN
