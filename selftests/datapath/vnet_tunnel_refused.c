// SPDX-License-Identifier: GPL-2.0
/* Vnet headers with a tunnel that is none; kernels before 6.17 take no tunnel at all */
#include "kselftest_harness.h"
#include "vnet_refused.h"

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_over_both_versions)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4 | SENDER_OVER6, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_without_segments)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_OVER4, 102, 0, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_of_ecn_alone)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_ECN | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_of_fragments)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_UFO | SENDER_OVER4, 102, 1300, 70, 6,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_of_an_unknown_type)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, 2 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_without_a_checksum_to_fill_in)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE }, .summed = true,
		.hdr = { 0, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 0, 0,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_in_a_header_of_23_bytes)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL - 1, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tunnel_in_a_header_of_10_bytes)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_PLAIN, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, outer_header_in_the_ip_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 33, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, outer_header_in_the_ipv6_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET6, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER6, 122, 1300, 90, 16,
			 .outer_th = 53, .inner_nh = 70 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, outer_header_at_the_start)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 0, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, inner_packet_in_the_outer_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 41 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, inner_packet_before_the_outer_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 14 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, inner_header_in_the_inner_ip_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 51 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, inner_header_in_the_inner_ipv6_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO6 | SENDER_OVER4, 122, 1300, 90, 16,
			 .outer_th = 34, .inner_nh = 51 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, inner_udp_header_in_the_inner_ipv6_header)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET6, .proto = IPPROTO_UDP,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER4, 98, 1300, 89, 6,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, segments_of_nothing_in_a_tunnel)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 0, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, tcp_with_the_checksum_of_udp_in_a_tunnel)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 6,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, udp_with_the_checksum_of_tcp_in_a_tunnel)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET, .proto = IPPROTO_UDP,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_USO | SENDER_OVER4, 78, 1300, 70, 16,
			 .outer_th = 34, .inner_nh = 50 },
	},
};

FIXTURE_VARIANT_ADD(vnet_refused, offsets_of_65535)
{
	.sender = {
		.type = SENDER_TAP, .size = VNET_TUNNEL, .family = AF_INET,
		.payload = 9000, .tunnel = { AF_INET, GSO_GENEVE },
		.hdr = { SENDER_CSUM, SENDER_TSO4 | SENDER_OVER4, 102, 1300, 70, 16,
			 .outer_th = 65535, .inner_nh = 65535 },
	},
};

TEST_HARNESS_MAIN
