// SPDX-License-Identifier: GPL-2.0
/*
 * Frames, from the outside in.
 */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "packet.h"

#define TCP_LENGTH 20
#define TUNNEL_PORT 4789
#define VXLAN_LENGTH 8

/* What the vnet header has, in its own order, as far as there are names for it */
struct frame_header {
	__u8 flags;
	__u8 gso_type;
	__u16 number[11];
};

/**
 * struct frame - one that is being built
 * @type: EtherType
 * @l4: where the transport header is, the innermost
 * @sum: where its checksum is, from there
 * @headers: how long all headers are
 * @gso: VIRTIO_NET_HDR_GSO_x for its segments, 0 for what has none
 * @outer: where the outer UDP header of a tunnel is
 * @inner: where the inner IP header is
 * @packet: the frame, without what comes before the Ethernet header; the last, since its room is
 *          not cleared
 */
struct frame {
	__u16 type;
	size_t l4;
	size_t sum;
	size_t headers;
	__u8 gso;
	size_t outer;
	size_t inner;
	struct packet packet;
};

static struct packet_flow flow_of(bool ipv6)
{
	struct packet_flow flow = packet_flow("10.9.0.1", "10.9.0.2", 1000, 2000);

	return ipv6 ? packet_flow("fd09::1", "fd09::2", 1000, 2000) : flow;
}

static void add_tcp(struct frame *frame, bool ipv6, size_t payload)
{
	struct packet_flow flow = flow_of(ipv6);
	unsigned char *at;

	packet_ip(&frame->packet, &flow, IPPROTO_TCP, TCP_LENGTH + payload);
	frame->l4 = frame->packet.len;
	at = packet_room(&frame->packet, TCP_LENGTH);
	packet_put16(at, flow.sport);
	packet_put16(at + 2, flow.dport);
	packet_put16(at + 4, 1);
	at[12] = 0x50;
	at[13] = 0x10;
	packet_put16(at + 14, 512);
	frame->sum = 16;
	frame->gso = ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	frame->headers = frame->packet.len;
	packet_fill(&frame->packet, payload, 1);
}

static void add_udp(struct frame *frame, bool ipv6, size_t payload)
{
	struct packet_flow flow = flow_of(ipv6);

	frame->l4 = frame->packet.len + (ipv6 ? PACKET_IPV6_LEN : PACKET_IPV4_LEN);
	frame->sum = 6;
	frame->gso = VIRTIO_NET_HDR_GSO_UDP_L4;
	frame->headers = frame->l4 + PACKET_UDP_LEN;
	packet_udp(&frame->packet, &flow, payload, 1);
}

/* VXLAN of an Ethernet frame of TCP over IPv4 */
static void add_tunnel(struct frame *frame, bool ipv6, size_t payload)
{
	size_t inside = VXLAN_LENGTH + ETH_HLEN + PACKET_IPV4_LEN + TCP_LENGTH + payload;
	struct packet_flow flow = flow_of(ipv6);
	unsigned char *at;

	packet_ip(&frame->packet, &flow, IPPROTO_UDP, PACKET_UDP_LEN + inside);
	frame->outer = frame->packet.len;
	at = packet_room(&frame->packet, PACKET_UDP_LEN + VXLAN_LENGTH + ETH_HLEN);
	packet_put16(at, 3000);
	packet_put16(at + 2, TUNNEL_PORT);
	packet_put16(at + 4, PACKET_UDP_LEN + inside);
	at[PACKET_UDP_LEN] = 8;
	packet_put16(at + PACKET_UDP_LEN + VXLAN_LENGTH + 12, ETH_P_IP);
	frame->inner = frame->packet.len;
	add_tcp(frame, false, payload);
	frame->gso |= ipv6 ? 0x40 : 0x20;
}

static void add_arp(struct frame *frame)
{
	static const unsigned char mac[] = { 2, 0, 0, 0, 0, 1 }, ip[] = { 10, 9, 0, 1 };

	packet_arp(&frame->packet, ARPOP_REQUEST, mac, ip, mac, ip);
}

static __u16 type_of(const struct frame_shape *shape)
{
	switch (shape->kind) {
	case FRAME_UDP6:
	case FRAME_TCP6:
	case FRAME_TUNNEL6:
		return ETH_P_IPV6;
	case FRAME_ARP:
		return ETH_P_ARP;
	case FRAME_GARBAGE:
		return 0x88b5;
	default:
		return ETH_P_IP;
	}
}

static void add_packet(const struct frame_shape *shape, struct frame *frame)
{
	struct packet_flow flow = flow_of(false);
	size_t l3 = frame->packet.len;

	switch (shape->kind) {
	case FRAME_UDP4:
	case FRAME_UDP6:
		add_udp(frame, shape->kind == FRAME_UDP6, shape->payload);
		break;
	case FRAME_TCP4:
	case FRAME_TCP6:
	case FRAME_TAGGED:
		add_tcp(frame, shape->kind == FRAME_TCP6, shape->payload);
		break;
	case FRAME_TUNNEL4:
	case FRAME_TUNNEL6:
		add_tunnel(frame, shape->kind == FRAME_TUNNEL6, shape->payload);
		break;
	case FRAME_ECHO:
		packet_echo(&frame->packet, &flow, shape->payload, 1);
		break;
	case FRAME_ARP:
		add_arp(frame);
		break;
	case FRAME_FRAGMENT:
		add_udp(frame, false, shape->payload);
		packet_put16(frame->packet.data + l3 + 6, 0x2000);
		break;
	case FRAME_GARBAGE:
		packet_fill(&frame->packet, shape->payload, shape->value);
		break;
	default:
		packet_room(&frame->packet, shape->payload);
	}
}

static void add_ethernet(const struct frame_shape *shape, struct frame *frame)
{
	static const unsigned char all[] = { 255, 255, 255, 255, 255, 255 };
	static const unsigned char mac[] = { 2, 0, 0, 0, 0, 1 };

	packet_mac(&frame->packet, all, mac);
	if (shape->kind == FRAME_TAGGED)
		packet_tag(&frame->packet, ETH_P_8021Q, 9);
	packet_type(&frame->packet, frame->type);
}

/* What describes the frame, and then the one number that may be wrong */
static void fill_header(const struct frame_shape *shape, const struct frame *frame,
			struct frame_header *header)
{
	unsigned int says = shape->says % FRAME_VNET_KINDS;
	bool segments = says >= FRAME_VNET_SEGMENTS;

	memset(header, 0, sizeof(*header));
	if (says == FRAME_VNET_VALID)
		header->flags = VIRTIO_NET_HDR_F_DATA_VALID;
	else if (says != FRAME_VNET_NOTHING && says != FRAME_VNET_SEGMENTS_ALONE)
		header->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	if (header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		header->number[2] = frame->l4;
		header->number[3] = frame->sum;
	}
	if (segments && says != FRAME_VNET_VALID) {
		header->gso_type = says == FRAME_VNET_TUNNEL ? frame->gso : frame->gso & 0x0f;
		header->number[0] = frame->headers;
		header->number[1] = 100;
		header->number[9] = frame->outer;
		header->number[10] = frame->inner;
	}
	switch (shape->field % 14) {
	case 0:
		break;
	case 1:
		header->flags = shape->value;
		break;
	case 2:
		header->gso_type = shape->value;
		break;
	default:
		header->number[shape->field % 14 - 3] = shape->value;
	}
}

static size_t put_before(const struct frame_shape *shape, const struct frame *frame,
			 unsigned char *to, size_t size)
{
	size_t vnet = shape->vnet > 0 ? shape->vnet : 0, at = 0, said;
	struct frame_header header;

	if (shape->pi) {
		memset(to, 0, sizeof(struct tun_pi));
		packet_put16(to + 2, frame->type);
		at = sizeof(struct tun_pi);
	}
	if (vnet > size / 2)
		vnet = size / 2;
	fill_header(shape, frame, &header);
	said = vnet < sizeof(header) ? vnet : sizeof(header);
	memset(to + at, 0, vnet);
	memcpy(to + at, &header, said);
	return at + vnet;
}

size_t frame_build(const struct frame_shape *shape, unsigned char *to, size_t size)
{
	static __thread struct frame frame;
	size_t at;

	memset(&frame, 0, offsetof(struct frame, packet.data));
	frame.type = type_of(shape);
	if (shape->ethernet)
		add_ethernet(shape, &frame);
	add_packet(shape, &frame);
	if (shape->poke && frame.packet.len)
		frame.packet.data[(shape->poke >> 8) % frame.packet.len] = shape->poke;
	at = put_before(shape, &frame, to, size);
	if (frame.packet.len > size - at)
		frame.packet.len = size - at;
	memcpy(to + at, frame.packet.data, frame.packet.len);
	return at + frame.packet.len;
}
