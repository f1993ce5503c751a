// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio-net header: what the kernel is to do to a frame, or has left to do.
 */
#include "tunalt.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <linux/virtio_net.h>

static_assert(sizeof(struct tunalt_vnet) == sizeof(struct virtio_net_hdr), "the same");
static_assert(offsetof(struct tunalt_vnet, csum_offset) ==
	      offsetof(struct virtio_net_hdr, csum_offset), "the same");
static_assert(TUNALT_VNET_GSO_TCPV6 == VIRTIO_NET_HDR_GSO_TCPV6, "the same");

int tunalt_vnet_checksum(struct tunalt_frame *frame, unsigned int start, unsigned int offset)
{
	struct tunalt_vnet *vnet = frame->vnet;

	if (!vnet || start > frame->len || offset > frame->len - start ||
	    frame->len - start - offset < 2)
		return -EINVAL;
	vnet->flags = TUNALT_VNET_NEEDS_CSUM;
	vnet->csum_start = start;
	vnet->csum_offset = offset;
	return 0;
}

static bool is_gso_type(unsigned int type)
{
	type &= ~TUNALT_VNET_GSO_ECN;
	return type == TUNALT_VNET_GSO_TCPV4 || type == TUNALT_VNET_GSO_TCPV6 ||
	       type == TUNALT_VNET_GSO_UDP_L4;
}

int tunalt_vnet_segment(struct tunalt_frame *frame, unsigned int type, unsigned int headers,
			unsigned int size)
{
	struct tunalt_vnet *vnet = frame->vnet;

	if (!vnet || !(vnet->flags & TUNALT_VNET_NEEDS_CSUM) || !is_gso_type(type) ||
	    headers > frame->len || headers > UINT16_MAX || !size || size > UINT16_MAX)
		return -EINVAL;
	vnet->gso_type = type;
	vnet->hdr_len = headers;
	vnet->gso_size = size;
	return 0;
}

/* The Internet checksum, RFC 1071, of bytes whose sum field has that of the pseudo header */
static uint16_t sum_of(const unsigned char *data, size_t len)
{
	uint64_t sum = 0;

	for (; len > 1; data += 2, len -= 2)
		sum += (unsigned int)data[0] << 8 | data[1];
	if (len)
		sum += (unsigned int)data[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

int tunalt_vnet_complete(struct tunalt_frame *frame)
{
	struct tunalt_vnet *vnet = frame->vnet;
	unsigned char *data = frame->data, *at;
	unsigned int start;
	uint16_t sum;

	if (!vnet || !(vnet->flags & TUNALT_VNET_NEEDS_CSUM) || vnet->gso_type)
		return 0;
	start = vnet->csum_start;
	if (start > frame->len || vnet->csum_offset + 2U > frame->len - start)
		return -EINVAL;
	at = data + start + vnet->csum_offset;
	sum = sum_of(data + start, frame->len - start);
	/* A sum of 0 means none to UDP, and is the same number to all. */
	if (!sum)
		sum = 0xffff;
	at[0] = sum >> 8;
	at[1] = sum;
	vnet->flags &= ~TUNALT_VNET_NEEDS_CSUM;
	vnet->csum_start = 0;
	vnet->csum_offset = 0;
	return 1;
}
