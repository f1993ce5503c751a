// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include "burst.h"
#include "net_test.h"
#include "ring.h"

/* IFF_BACKPRESSURE, which headers before Linux 7.3 do not have */
#define DEVICE_BACKPRESSURE 0x80

/* UDP port of the host behind the device */
#define SPORT 4000

static const unsigned char host_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };

const char *device_address(const struct bench_side *side, bool peer)
{
	static char text[BENCH_SIDES][2][INET_ADDRSTRLEN];
	char *at = text[side->number][peer];

	snprintf(at, INET_ADDRSTRLEN, "10.%u.0.%d", 10 + side->number, peer ? 2 : 1);
	return at;
}

/* The queues of a new device */
static int device_open(struct bench_side *side)
{
	const struct bench_setup *setup = &side->setup;
	struct ifreq ifr = { .ifr_flags = IFF_NO_PI };
	int open_flags = O_RDWR | O_CLOEXEC;

	ifr.ifr_flags |= setup->tap ? IFF_TAP : IFF_TUN;
	if (setup->flags & BENCH_VNET)
		ifr.ifr_flags |= IFF_VNET_HDR;
	if (setup->flags & BENCH_NAPI)
		ifr.ifr_flags |= IFF_NAPI;
	if (setup->flags & BENCH_OVERLOAD && side->number)
		ifr.ifr_flags |= DEVICE_BACKPRESSURE;
	if (setup->queues > 1)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	if (setup->flags & BENCH_NONBLOCK)
		open_flags |= O_NONBLOCK;
	for (int i = 0; i < setup->queues; i++) {
		side->fd[i] = open(side->node, open_flags);
		if (side->fd[i] < 0 || ioctl(side->fd[i], TUNSETIFF, &ifr))
			return -errno;
	}
	snprintf(side->name, sizeof(side->name), "%s", ifr.ifr_name);
	/* Sums are left to who reads, as a program asks for that has a place for it. */
	if (setup->flags & BENCH_VNET && ioctl(side->fd[0], TUNSETOFFLOAD, TUN_F_CSUM))
		return -errno;
	return 0;
}

/* Frees at once what the stack gives it */
static int device_dummy(struct bench_side *side)
{
	char command[96];

	snprintf(side->name, sizeof(side->name), "dummy9");
	if (net_ip("link add %s type dummy", side->name))
		return -EIO;
	/*
	 * No more of the stack's work is left to it than to the others, who cut no segments, nor
	 * fill in checksums unless they have a place to say that.
	 */
	snprintf(command, sizeof(command),
		 "ethtool -K %s gso off tx-udp-segmentation off tx %s > /dev/null", side->name,
		 side->setup.flags & BENCH_VNET ? "on" : "off");
	return system(command) ? -EIO : 0;
}

/* Nobody answers who has an address: what is sent goes to whoever it is for. */
static int device_no_arp(const char *name)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFFLAGS, &ifr);

	ifr.ifr_flags |= IFF_NOARP;
	return ret ? ret : net_ifreq(name, SIOCSIFFLAGS, &ifr);
}

int device_make(struct bench_side *side)
{
	int mtu = side->setup.size > ETH_DATA_LEN ? side->setup.size : ETH_DATA_LEN;
	int ret;

	ret = side->node ? device_open(side) : device_dummy(side);
	ret = ret ? ret : net_set_mtu(side->name, mtu);
	if (!(side->setup.flags & BENCH_OVERLOAD))
		ret = ret ? ret : net_set_txqueuelen(side->name, DEVICE_QUEUE);
	ret = ret ? ret : device_no_arp(side->name);
	ret = ret ? ret : net_addr4(side->name, device_address(side, false), "255.255.255.0");
	return ret ? ret : net_set_up(side->name, 1);
}

int device_qdisc(struct bench_side *side, const char *kind)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), ret;

	if (fd < 0)
		return -errno;
	ret = rtnl_replace_qdisc(fd, if_nametoindex(side->name), kind);
	close(fd);
	return ret;
}

void device_end(struct bench_side *side)
{
	burst_end(side);
	ring_end(side);
	if (side->sock >= 0)
		close(side->sock);
	for (int i = 0; i < BENCH_QUEUES; i++) {
		if (side->source[i] >= 0)
			close(side->source[i]);
		if (side->fd[i] >= 0)
			close(side->fd[i]);
	}
	if (!side->node && side->name[0])
		net_dellink(side->name);
	memset(side->name, 0, sizeof(side->name));
}

int device_headers(struct bench_side *side)
{
	unsigned char mac[ETH_ALEN];
	int ret;

	packet_reset(&side->packet);
	side->vnet = side->setup.flags & BENCH_VNET ? sizeof(struct virtio_net_hdr) : 0;
	packet_room(&side->packet, side->vnet);
	if (side->setup.tap) {
		ret = net_mac(side->name, mac);
		if (ret)
			return ret;
		packet_mac(&side->packet, mac, host_mac);
		packet_type(&side->packet, ETH_P_IP);
	}
	side->header = side->packet.len;
	return 0;
}

size_t device_payload(const struct bench_side *side)
{
	return side->setup.size - PACKET_IPV4_LEN - PACKET_UDP_LEN;
}

size_t device_payload_at(const struct bench_side *side)
{
	return side->header + PACKET_IPV4_LEN + PACKET_UDP_LEN;
}

void device_forbid_fragments(unsigned char *ip)
{
	ip[6] |= 0x40;
	packet_put16(ip + 10, 0);
	packet_put16(ip + 10, packet_fold(packet_sum(ip, PACKET_IPV4_LEN, 0)));
}

void device_want_sum(const struct bench_side *side, struct packet *p, int proto, int offset)
{
	size_t at = side->header + PACKET_IPV4_LEN, len = p->len - at;
	const unsigned char *ip = p->data + side->header;
	struct virtio_net_hdr head = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = at - side->vnet,
		.csum_offset = offset,
	};
	unsigned int sum = ~packet_fold(packet_pseudo(ip + 12, ip + 16, 4, proto, len));

	if (!(side->setup.flags & BENCH_CHECKED))
		return;
	memcpy(p->data, &head, sizeof(head));
	packet_put16(p->data + at + offset, sum & 0xffff);
}

int device_udp(struct bench_side *side, const char *to)
{
	struct packet_flow flow = packet_flow(device_address(side, true),
					      to ? to : device_address(side, false), SPORT,
					      DEVICE_PORT);
	int ret = device_headers(side);

	if (ret)
		return ret;
	packet_udp(&side->packet, &flow, device_payload(side), side->number);
	device_forbid_fragments(side->packet.data + side->header);
	device_want_sum(side, &side->packet, IPPROTO_UDP, offsetof(struct udphdr, check));
	return 0;
}

int device_write(struct bench_side *side, int packets, struct bench_sample *sample)
{
	const struct packet *p = &side->packet;

	if (side->burst)
		return burst_write(side, p->len, packets, sample);
	if (side->ring)
		return ring_write(side, packets, sample);
	for (int i = 0; i < packets; i++) {
		if (write(side->fd[i % side->setup.queues], p->data, p->len) == (ssize_t)p->len)
			continue;
		bench_broken(sample, "write: %s", strerror(errno));
		return -1;
	}
	return 0;
}

int device_shows(struct bench_side *side)
{
	static unsigned char room[PACKET_MAX];
	struct bench_sample sample = {};
	int fd = net_packet_socket(side->name, ETH_P_ALL), ret = burst_begin(side);
	ssize_t len;

	ret = ret ? ret : ring_begin(side);
	if (fd < 0 || ret)
		return fd < 0 ? fd : ret;
	if (device_write(side, 1, &sample) || net_poll(fd, POLLIN, NET_SOON_MS) != POLLIN)
		len = -1;
	else
		len = recv(fd, room, sizeof(room), 0);
	close(fd);
	if (len != (ssize_t)(side->packet.len - side->vnet) ||
	    memcmp(room, side->packet.data + side->vnet, len))
		return -EBADMSG;
	return 0;
}

int device_drop_begin(struct bench_side *side)
{
	/* Version 4, and a header of no length */
	side->packet.data[side->header] = 0x40;
	return device_shows(side);
}

int device_drop(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : device_udp(side, NULL);
	return ret ? ret : device_drop_begin(side);
}
