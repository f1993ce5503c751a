/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way to the program: what a socket hands to a device with a vnet header, and what read()
 * makes of it.
 */
#ifndef SELFTESTS_DATAPATH_VNET_TAKEN_H
#define SELFTESTS_DATAPATH_VNET_TAKEN_H

#include <linux/udp.h>

#include "vnet_sender.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define TAKEN_UNTOUCHED 0xee

/**
 * struct taken - one read
 * @len: what read() said, or -errno
 * @pi: packet information, if the device has it
 * @hdr: what is known of the header
 * @tail: how many bytes behind that are not 0
 * @data: the frame
 * @data_len: its length
 * @room: where all that was read to
 */
struct taken {
	ssize_t len;
	struct tun_pi pi;
	struct vnet_hdr hdr;
	int tail;
	unsigned char *data;
	ssize_t data_len;
	unsigned char room[VNET_MOST + PACKET_MAX];
};

/* Reads one packet of a device of @type with headers of @size into @len bytes of room */
static inline void taken_read_len(struct taken *taken, int fd, int type, int size, size_t len)
{
	size_t pi = type & IFF_NO_PI ? 0 : sizeof(taken->pi);
	size_t known = size < VNET_TUNNEL ? size : VNET_TUNNEL;

	memset(taken->room, TAKEN_UNTOUCHED, sizeof(taken->room));
	taken->len = tun_dev_read(fd, taken->room, len);
	taken->tail = 0;
	memset(&taken->hdr, 0, sizeof(taken->hdr));
	memcpy(&taken->pi, taken->room, pi);
	memcpy(&taken->hdr, taken->room + pi, known);
	taken->hdr.outer_th = le16toh(taken->hdr.outer_th);
	taken->hdr.inner_nh = le16toh(taken->hdr.inner_nh);
	for (int i = VNET_PLAIN; i < size; i++)
		taken->tail += taken->room[pi + i] != 0;
	taken->data = taken->room + pi + size;
	taken->data_len = taken->len - pi - size;
}

static inline void taken_read(struct taken *taken, int fd, int type, int size)
{
	taken_read_len(taken, fd, type, size, sizeof(taken->room));
}

/* A device of @type, headers of @size and what TUNSETOFFLOAD said; 0 or -errno */
static inline int taken_device(struct tun_dev *dev, int type, int size, unsigned int offloads)
{
	int ret = tun_dev_setup(dev, type | IFF_VNET_HDR, O_NONBLOCK);

	if (!ret)
		ret = vnet_set_size(dev->fd, size);
	return ret ? ret : vnet_set_offload(dev->fd, offloads);
}

/* An AF_PACKET socket on @device that sends frames with vnet headers; fd or -errno */
static inline int taken_socket(const char *device)
{
	int fd = net_packet_socket(device, 0), on = 1;

	if (fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		return -errno;
	return fd;
}

/* Sends what @sender says, as a stack that leaves segments to the device would; 0 or -errno */
static inline int taken_send(int sock, const char *device, const struct sender *sender,
			     const struct gso_frame *frame)
{
	static unsigned char room[VNET_PLAIN + PACKET_MAX];

	memcpy(room, &sender->hdr, VNET_PLAIN);
	memcpy(room + VNET_PLAIN, frame->packet.data, frame->packet.len);
	return net_packet_send(sock, device, gso_type(frame->family), room,
			       VNET_PLAIN + frame->packet.len);
}

/* Datagrams of @size each, @len bytes of them in one go; 0 or -errno */
static inline int taken_send_udp(int sock, const char *to, size_t len, int size)
{
	static unsigned char room[PACKET_MAX];

	for (size_t i = 0; i < len; i++)
		room[i] = packet_byte(i, GSO_SEED);
	if (setsockopt(sock, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		return -errno;
	return net_udp_send(sock, to, GSO_DPORT, room, len);
}

#endif
