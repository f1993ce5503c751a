/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames with vnet headers that are nearly right: a good one of some kind, of which a few fields
 * become something that is at or beside a limit. The same seed gives the same frames.
 */
#ifndef SELFTESTS_DATAPATH_VNET_FUZZ_H
#define SELFTESTS_DATAPATH_VNET_FUZZ_H

#include "vnet_sender.h"

/**
 * struct fuzz - a case
 * @state: of the random numbers
 * @type: of the device
 * @sender: what it is about, and the header
 * @frame: the frame, which may have been spoilt
 * @proto: PI's
 */
struct fuzz {
	unsigned long long state;
	int type;
	struct sender sender;
	struct gso_frame frame;
	__u16 proto;
};

/* A random number below @n, by xorshift */
static inline unsigned int fuzz_below(struct fuzz *fuzz, unsigned int n)
{
	fuzz->state ^= fuzz->state << 13;
	fuzz->state ^= fuzz->state >> 7;
	fuzz->state ^= fuzz->state << 17;
	return (fuzz->state >> 11) % n;
}

/* True in one of @n cases */
static inline bool fuzz_one_in(struct fuzz *fuzz, unsigned int n)
{
	return !fuzz_below(fuzz, n);
}

static inline int fuzz_pick(struct fuzz *fuzz, const int *list, unsigned int n)
{
	return list[fuzz_below(fuzz, n)];
}

#define FUZZ_PICK(fuzz, ...) ({							\
	const int fuzz_list[] = { __VA_ARGS__ };				\
										\
	fuzz_pick(fuzz, fuzz_list, sizeof(fuzz_list) / sizeof(*fuzz_list));	\
})

/* The header that goes with the frame */
static inline void fuzz_right_header(struct fuzz *fuzz)
{
	struct gso_frame *frame = &fuzz->frame;
	struct vnet_hdr *hdr = &fuzz->sender.hdr;
	int proto = frame->proto;

	memset(hdr, 0, sizeof(*hdr));
	if (frame->summed && fuzz_one_in(fuzz, 2))
		return;
	if (!frame->summed) {
		hdr->flags = SENDER_CSUM;
		hdr->csum_start = frame->l4;
		hdr->csum_offset = gso_csum_offset(proto);
	}
	if (fuzz_one_in(fuzz, 3))
		return;
	hdr->gso_type = proto == IPPROTO_UDP ? SENDER_USO :
			frame->family == AF_INET ? SENDER_TSO4 : SENDER_TSO6;
	hdr->gso_size = FUZZ_PICK(fuzz, 1448, 1400, 500, 9000);
	hdr->hdr_len = frame->hdr_len;
	if (!frame->tunnel.family)
		return;
	hdr->gso_type |= frame->tunnel.family == AF_INET ? SENDER_OVER4 : SENDER_OVER6;
	hdr->outer_th = frame->outer_l4;
	hdr->inner_nh = frame->l3;
}

static inline __u16 fuzz_offset(struct fuzz *fuzz)
{
	const struct gso_frame *frame = &fuzz->frame;
	int len = frame->packet.len, l3 = frame->l3, l4 = frame->l4;

	if (fuzz_one_in(fuzz, 8))
		return fuzz_below(fuzz, 65536);
	return FUZZ_PICK(fuzz, 0, 1, 8, 13, 14, 15, 19, 20, 33, 34, 39, 40, 53, 54, l3 - 1, l3,
			 l3 + 19, l3 + 20, l3 + 21, l3 + 39, l3 + 40, l4 - 1, l4, l4 + 1, l4 + 8,
			 len - 20, len - 2, len - 1, len, len + 1, 65535) + fuzz_one_in(fuzz, 9);
}

static inline void fuzz_spoil_header(struct fuzz *fuzz)
{
	struct vnet_hdr *hdr = &fuzz->sender.hdr;

	switch (fuzz_below(fuzz, 8)) {
	case 0:
		hdr->flags = FUZZ_PICK(fuzz, 0, 1, 2, 3, 4, 5, 8, 9, 0xff);
		break;
	case 1:
		hdr->gso_type = FUZZ_PICK(fuzz, 0, 1, 2, 3, 4, 5, 6, 7, 0x10, 0x20, 0x21, 0x24,
					  0x25, 0x41, 0x44, 0x45, 0x61, 0x80, 0x81, 0x83, 0x84,
					  0x85, 0xa1, 0xa5, 0xff);
		break;
	case 2:
		hdr->hdr_len = fuzz_offset(fuzz);
		break;
	case 3:
		hdr->gso_size = FUZZ_PICK(fuzz, 0, 1, 7, 8, 9, 100, 1448, fuzz->frame.payload,
					  fuzz->frame.payload - 1, 32768, 65534, 65535);
		break;
	case 4:
		hdr->csum_start = fuzz_offset(fuzz);
		break;
	case 5:
		hdr->csum_offset = FUZZ_PICK(fuzz, 0, 1, 4, 6, 7, 8, 15, 16, 17, 18, 100, 65535,
					     65534, fuzz_offset(fuzz));
		break;
	case 6:
		hdr->outer_th = fuzz_offset(fuzz);
		break;
	default:
		hdr->inner_nh = fuzz_offset(fuzz);
	}
}

/* A byte of the headers, so that the packet is not what it was */
static inline void fuzz_spoil_frame(struct fuzz *fuzz)
{
	struct gso_frame *frame = &fuzz->frame;
	unsigned char *data = frame->packet.data;

	switch (fuzz_below(fuzz, 5)) {
	case 0:
		data[fuzz_below(fuzz, frame->hdr_len)] = fuzz_below(fuzz, 256);
		break;
	case 1:
		data[frame->l3] = FUZZ_PICK(fuzz, 0x45, 0x46, 0x4f, 0x44, 0x60, 0x65);
		break;
	case 2:
		data[frame->l3 + (frame->family == AF_INET ? 9 : 6)] =
			FUZZ_PICK(fuzz, 0, 1, 6, 17, 43, 44, 58, 132, 255);
		break;
	case 3:
		if (frame->proto == IPPROTO_TCP)
			data[frame->l4 + 12] = FUZZ_PICK(fuzz, 0x00, 0x10, 0x50, 0x80, 0xf0);
		break;
	default:
		fuzz->sender.cut = fuzz_below(fuzz, frame->packet.len);
		if (fuzz_one_in(fuzz, 2))
			fuzz->sender.cut = frame->packet.len - fuzz_below(fuzz, frame->hdr_len + 4);
	}
}

static inline void fuzz_frame(struct fuzz *fuzz, const unsigned char *mac)
{
	struct gso_frame *frame = &fuzz->frame;
	bool tap = fuzz->type & IFF_TAP;

	frame->mac = tap ? mac : NULL;
	frame->tags = tap && fuzz_one_in(fuzz, 4) ? FUZZ_PICK(fuzz, 1, 1, 2, 3, 8, 9) : 0;
	frame->family = FUZZ_PICK(fuzz, AF_INET, AF_INET6);
	frame->proto = FUZZ_PICK(fuzz, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_UDP);
	frame->payload = FUZZ_PICK(fuzz, 0, 1, 17, 100, 1000, 1448, 3000, 9000);
	if (fuzz_one_in(fuzz, 50))
		frame->payload = 60000;
	frame->flags = FUZZ_PICK(fuzz, 0, GSO_PSH, GSO_CWR);
	frame->summed = fuzz_one_in(fuzz, 4);
	frame->tunnel.family = fuzz_one_in(fuzz, 5) ? FUZZ_PICK(fuzz, AF_INET, AF_INET6) : 0;
	frame->tunnel.port = FUZZ_PICK(fuzz, GSO_GENEVE, GSO_VXLAN);
	frame->tunnel.summed = fuzz_one_in(fuzz, 2);
	gso_build(frame);
}

/* The next case; @mac is the device's */
static inline void fuzz_next(struct fuzz *fuzz, const unsigned char *mac)
{
	int spoil = FUZZ_PICK(fuzz, 0, 1, 1, 1, 2, 2, 3, 8);

	fuzz_frame(fuzz, mac);
	fuzz->sender.type = fuzz->type;
	fuzz->sender.cut = 0;
	fuzz->sender.size = FUZZ_PICK(fuzz, VNET_PLAIN, VNET_PLAIN, VNET_MERGE, VNET_HASH,
				      VNET_TUNNEL, VNET_TUNNEL);
	fuzz_right_header(fuzz);
	while (spoil--)
		fuzz_spoil_header(fuzz);
	if (fuzz_one_in(fuzz, 5))
		fuzz_spoil_frame(fuzz);
	fuzz->proto = gso_type(fuzz->frame.tunnel.family ? fuzz->frame.tunnel.family :
			       fuzz->frame.family);
	if (fuzz_one_in(fuzz, 10))
		fuzz->proto = FUZZ_PICK(fuzz, ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, 0);
}

static inline int fuzz_write(const struct fuzz *fuzz, int fd)
{
	struct vnet_frame write = {
		.pi = !(fuzz->type & IFF_NO_PI),
		.proto = fuzz->proto,
		.hdr = fuzz->sender.hdr,
		.size = fuzz->sender.size,
		.data = fuzz->frame.packet.data,
		.len = fuzz->frame.packet.len - fuzz->sender.cut,
	};

	return vnet_write_frame(fd, &write);
}

#endif
