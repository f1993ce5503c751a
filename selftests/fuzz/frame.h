/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames: packet information, vnet header, Ethernet header and packet, whole or with one number of
 * the header that is not what it should be.
 */
#ifndef SELFTESTS_FUZZ_FRAME_H
#define SELFTESTS_FUZZ_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

enum frame_kind {
	FRAME_UDP4,
	FRAME_TCP4,
	FRAME_UDP6,
	FRAME_TCP6,
	FRAME_ECHO,
	FRAME_ARP,
	FRAME_TAGGED,
	FRAME_TUNNEL4,
	FRAME_TUNNEL6,
	FRAME_FRAGMENT,
	FRAME_GARBAGE,
	FRAME_ZEROS,
	FRAME_KINDS,
};

/* What the header says */
enum frame_vnet {
	FRAME_VNET_NOTHING,
	FRAME_VNET_SUM,
	FRAME_VNET_SEGMENTS,
	FRAME_VNET_SEGMENTS_ALONE,
	FRAME_VNET_TUNNEL,
	FRAME_VNET_VALID,
	FRAME_VNET_KINDS,
};

/**
 * struct frame_shape - how a frame is asked for
 * @pi: whether packet information comes first
 * @vnet: bytes of the vnet header
 * @ethernet: whether there is an Ethernet header
 * @kind: &enum frame_kind
 * @payload: bytes behind the headers of the packet
 * @says: &enum frame_vnet
 * @field: the number of the vnet header that is @value, counted from 1
 * @value: see there
 * @poke: 0, or where of the packet a byte is what it should not be, << 8, and the byte
 */
struct frame_shape {
	bool pi;
	int vnet;
	bool ethernet;
	unsigned int kind;
	unsigned int payload;
	unsigned int says;
	unsigned int field;
	unsigned int value;
	unsigned int poke;
};

/* At most @size bytes at @to; how many */
size_t frame_build(const struct frame_shape *shape, unsigned char *to, size_t size);

#endif /* SELFTESTS_FUZZ_FRAME_H */
