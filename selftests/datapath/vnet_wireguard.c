// SPDX-License-Identifier: GPL-2.0
/*
 * Vnet headers of WireGuard programs behind a TUN: 10 bytes, packets of one flow put together.
 */
#include "kselftest_harness.h"
#include "vnet_arrives.h"

FIXTURE_VARIANT_ADD(vnet, packet_that_had_no_other)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 1368, .summed = true,
	},
};

FIXTURE_VARIANT_ADD(vnet, packet6_that_had_no_other)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 100,
		.summed = true,
	},
};

FIXTURE_VARIANT_ADD(vnet, two_tcp_packets_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 2 * 1368, .flags = GSO_PSH,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tcp4_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 47 * 1368,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tcp6_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 48 * 1348,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72, 1348, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tcp4_with_a_shorter_last_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 3 * 1368 + 1, .flags = GSO_PSH,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 52, 1368, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, udp4_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 40 * 1392,
		.hdr = { SENDER_CSUM, SENDER_USO, 28, 1392, 20, 6 },
	},
};

FIXTURE_VARIANT_ADD(vnet, udp6_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .proto = IPPROTO_UDP, .payload = 40 * 1372,
		.hdr = { SENDER_CSUM, SENDER_USO, 48, 1372, 40, 6 },
	},
};

/* 128 is the most that the stack takes in one */
FIXTURE_VARIANT_ADD(vnet, udp4_of_128_small_packets_put_together)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 128 * 100,
		.hdr = { SENDER_CSUM, SENDER_USO, 28, 100, 20, 6 },
	},
};

/* The hint of the headers is too short, as of a program that counts the IP header only */
FIXTURE_VARIANT_ADD(vnet, tcp4_with_a_hint_of_half_the_headers)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5 * 1368,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 20, 1368, 20, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, tcp4_with_a_hint_of_one_byte)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = 5 * 1368,
		.hdr = { SENDER_CSUM, SENDER_TSO4, 1, 1368, 20, 16 },
	},
};

/* One that hands on what it read: there the hint is the length of the first packet */
FIXTURE_VARIANT_ADD(vnet, tcp6_with_a_hint_of_the_first_packet)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET6, .payload = 5 * 1348,
		.hdr = { SENDER_CSUM, SENDER_TSO6, 72 + 1348, 1348, 40, 16 },
	},
};

FIXTURE_VARIANT_ADD(vnet, udp4_without_a_hint_of_the_headers)
{
	.sender = {
		.type = SENDER_TUN, .family = AF_INET, .proto = IPPROTO_UDP, .payload = 3000,
		.hdr = { SENDER_CSUM, SENDER_USO, 0, 1392, 20, 6 },
	},
};

TEST_HARNESS_MAIN
