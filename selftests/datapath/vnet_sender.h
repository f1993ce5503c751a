/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a sender writes in one call, what the stack takes it for and what becomes of it. Each
 * test of the vnet header is one of these.
 */
#ifndef SELFTESTS_DATAPATH_VNET_SENDER_H
#define SELFTESTS_DATAPATH_VNET_SENDER_H

#include "vnet_path.h"

#define SENDER_TUN (IFF_TUN | IFF_NO_PI)
#define SENDER_TAP (IFF_TAP | IFF_NO_PI)

#define SENDER_CSUM VIRTIO_NET_HDR_F_NEEDS_CSUM
#define SENDER_TSO4 VIRTIO_NET_HDR_GSO_TCPV4
#define SENDER_TSO6 VIRTIO_NET_HDR_GSO_TCPV6
#define SENDER_UFO VIRTIO_NET_HDR_GSO_UDP
#define SENDER_USO VIRTIO_NET_HDR_GSO_UDP_L4
#define SENDER_ECN VIRTIO_NET_HDR_GSO_ECN
#define SENDER_OVER4 VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4
#define SENDER_OVER6 VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6
#define SENDER_TUNNEL_CSUM VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM
#define SENDER_BOTH_CSUMS (SENDER_CSUM | SENDER_TUNNEL_CSUM)

/**
 * struct sender - one write
 * @type: of the device, SENDER_TUN or SENDER_TAP, with PI without IFF_NO_PI
 * @size: of the header; 0 is 10
 * @hdr: the header
 * @family: the fields from here to @summed are those of struct gso_frame
 * @proto: IPPROTO_TCP if it is 0
 * @payload: bytes behind the headers
 * @tags: VLAN tags
 * @flags: of TCP
 * @tunnel: around the frame
 * @summed: whether the checksum is right as written
 * @cut: how much of the frame's end is not written
 * @plain: no GSO comes of it
 * @gso_size: what comes of the header's own, if that is another
 */
struct sender {
	int type;
	int size;
	struct vnet_hdr hdr;
	int family;
	int proto;
	size_t payload;
	int tags;
	int flags;
	struct gso_tunnel tunnel;
	bool summed;
	size_t cut;
	bool plain;
	__u16 gso_size;
};

/* The frame of @sender, for the device of @mac */
static inline struct gso_frame *sender_frame(const struct sender *sender, const unsigned char *mac)
{
	static struct gso_frame frame;

	frame.mac = sender->type & IFF_TAP ? mac : NULL;
	frame.tags = sender->tags;
	frame.tunnel = sender->tunnel;
	frame.family = sender->family;
	frame.proto = sender->proto ? sender->proto : IPPROTO_TCP;
	frame.flags = sender->flags;
	frame.payload = sender->payload;
	frame.summed = sender->summed;
	gso_build(&frame);
	return &frame;
}

static inline int sender_size(const struct sender *sender)
{
	return sender->size ? sender->size : VNET_PLAIN;
}

/* Writes the frame; 0 or -errno */
static inline int sender_write(const struct sender *sender, int fd, const struct gso_frame *frame)
{
	struct vnet_frame write = {
		.pi = !(sender->type & IFF_NO_PI),
		.proto = gso_type(frame->tunnel.family ? frame->tunnel.family : frame->family),
		.hdr = sender->hdr,
		.size = sender_size(sender),
		.data = frame->packet.data,
		.len = frame->packet.len - sender->cut,
	};

	return vnet_write_frame(fd, &write);
}

/* What the stack cuts the payload into */
static inline int sender_gso_size(const struct sender *sender)
{
	if (sender->plain)
		return 0;
	return sender->gso_size ? sender->gso_size : sender->hdr.gso_size;
}

/* AF_PACKET cannot say all that there is */
static inline bool sender_can_be_seen(const struct sender *sender)
{
	if ((sender->hdr.gso_type & ~SENDER_ECN) == SENDER_UFO)
		return sender->plain;
	return sender->hdr.gso_type != SENDER_USO || vnet_kernel_is(6, 2) || sender->plain;
}

/* What the stack took it for: @sender's own header, and the frame byte for byte */
static inline void sender_is_seen(struct __test_metadata *_metadata, const struct sender *sender,
				  struct vnet_path *path, const struct gso_frame *frame)
{
	size_t tag = frame->tags ? 4 : 0, head = tag ? 2 * ETH_ALEN : 0;
	int type = sender->hdr.gso_type & ~VIRTIO_NET_HDR_GSO_UDP_TUNNEL;
	bool partial = sender->hdr.flags & SENDER_CSUM;
	static unsigned char room[PACKET_MAX];
	const unsigned char *data = frame->packet.data;
	struct vnet_hdr hdr;
	ssize_t len;

	len = vnet_path_captured(path, &hdr, room, sizeof(room));
	ASSERT_EQ((ssize_t)(frame->packet.len - tag), len);
	EXPECT_EQ(0, memcmp(room, data, head));
	EXPECT_EQ(0, memcmp(room + head, data + head + tag, len - head));
	EXPECT_EQ(sender->plain ? 0 : type, hdr.gso_type);
	EXPECT_EQ(sender_gso_size(sender), hdr.gso_size);
	EXPECT_EQ(partial ? SENDER_CSUM : 0, hdr.flags);
	EXPECT_EQ(partial ? sender->hdr.csum_start - tag : 0, hdr.csum_start);
	EXPECT_EQ(partial ? sender->hdr.csum_offset : 0, hdr.csum_offset);
}

/* A VLAN device takes the frames with a tag and makes them the router's; 0 or -errno */
static inline int sender_vlan(const struct sender *sender, struct vnet_path *path)
{
	const char *outer = sender->tags > 1 ? "802.1ad" : "802.1Q";

	if (!sender->tags)
		return 0;
	if (net_ip("link add link %s name v5 type vlan protocol %s id 5", path->in.name, outer) ||
	    vnet_path_ipv6("v5") || net_up("v5"))
		return -EIO;
	if (sender->tags < 2)
		return 0;
	if (net_ip("link add link v5 name v6 type vlan id 6") || vnet_path_ipv6("v6"))
		return -EIO;
	return net_up("v6");
}

/* How many packets come of it */
static inline int sender_pieces(const struct sender *sender)
{
	int size = sender_gso_size(sender);

	return size ? (sender->payload + size - 1) / size : 1;
}

/* How many came, or -1 when one was not as it has to be; for the frame that was made last */
static inline int sender_segments(const struct sender *sender, struct vnet_path *path)
{
	return vnet_path_segments(path, sender_frame(sender, path->mac), sender_gso_size(sender));
}

#endif
