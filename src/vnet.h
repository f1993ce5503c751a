/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtio-net header: what a program and the stack tell each other about a frame's checksum and
 * segments. Bytes on one side, an skb on the other; no device.
 */
#ifndef TUN_ALT_VNET_H
#define TUN_ALT_VNET_H

#include <linux/types.h>

struct iov_iter;
struct sk_buff;
struct tun_alt_refusal;

/* Numbers of <linux/virtio_net.h> that not every kernel's has */
#define TUN_ALT_VNET_GSO_UDP_L4		5
#define TUN_ALT_VNET_GSO_TUNNEL_IPV4	0x20
#define TUN_ALT_VNET_GSO_TUNNEL_IPV6	0x40
#define TUN_ALT_VNET_GSO_TUNNEL		0x60 /* either of the two */
#define TUN_ALT_VNET_F_TUNNEL_CSUM	8

/* The least that TUNSETVNETHDRSZ takes, and from where on a header can describe a UDP tunnel. */
#define TUN_ALT_VNET_LEAST	10
#define TUN_ALT_VNET_TUNNEL	24

/**
 * struct tun_alt_vnet_shape - what a device's headers look like
 * @size: bytes in front of each frame, 0 without IFF_VNET_HDR
 * @little_endian: byte order of their numbers
 */
struct tun_alt_vnet_shape {
	u32 size;
	bool little_endian;
};

/**
 * struct tun_alt_vnet - what a header says, in the processor's byte order
 * @flags: VIRTIO_NET_HDR_F_x
 * @gso_type: VIRTIO_NET_HDR_GSO_x
 * @header_length: bytes that the program wants to be linear, those of a wanted checksum included
 * @gso_size: payload bytes of a segment
 * @csum_start: offset in the frame from which on to sum
 * @csum_offset: where the sum goes, counted from @csum_start
 * @outer_transport: offset of a tunnel's UDP header
 * @inner_network: offset of the IP header in the tunnel
 */
struct tun_alt_vnet {
	u8 flags;
	u8 gso_type;
	u16 header_length;
	u16 gso_size;
	u16 csum_start;
	u16 csum_offset;
	u16 outer_transport;
	u16 inner_network;
};

/**
 * tun_alt_vnet_tunnel() - which tunnel a type of segments is in
 * @gso_type: VIRTIO_NET_HDR_GSO_x
 *
 * Context: Any.
 * Return: the bits of %TUN_ALT_VNET_GSO_TUNNEL that are set, both being nothing that there is.
 */
static inline u8 tun_alt_vnet_tunnel(u8 gso_type)
{
	return gso_type & TUN_ALT_VNET_GSO_TUNNEL;
}

int tun_alt_vnet_take(struct tun_alt_vnet_shape shape, struct iov_iter *from,
		      struct tun_alt_vnet *vnet, struct tun_alt_refusal *why);
int tun_alt_vnet_put(struct tun_alt_vnet_shape shape, const struct sk_buff *skb,
		     struct iov_iter *to);
void tun_alt_vnet_build(struct tun_alt_vnet_shape shape, const struct sk_buff *skb, void *to);
int tun_alt_vnet_put_said(struct tun_alt_vnet_shape shape, const struct tun_alt_vnet *vnet,
			  struct iov_iter *to);

#endif /* TUN_ALT_VNET_H */
