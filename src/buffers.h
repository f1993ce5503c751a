/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that the program fills with large frames and lends: the stack uses them where they are.
 */
#ifndef TUN_ALT_BUFFERS_H
#define TUN_ALT_BUFFERS_H

#include <linux/bits.h>
#include <linux/if_tun_alt.h>
#include <linux/types.h>

struct kvec;
struct sk_buff;
struct tun_alt_buffers;
struct vm_area_struct;

/* Of mmap() */
#define TUN_ALT_BUFFERS_OFFSET	BIT(29)

/* A frame is the longest there is at most: so many buffers have a part of it. */
#define TUN_ALT_BUFFERS_SPAN	(TUN_ALT_RING_SLACK / TUN_ALT_BUFFER_BYTES + 2)

/**
 * struct tun_alt_buffer_frame - a frame that the program lends
 * @buffers: where it is
 * @start: offset in them, in bytes
 * @length: bytes
 */
struct tun_alt_buffer_frame {
	struct tun_alt_buffers *buffers;
	u32 start;
	u32 length;
};

struct tun_alt_buffers *tun_alt_buffers_alloc(u32 bytes);
void tun_alt_buffers_put(struct tun_alt_buffers *buffers);
u32 tun_alt_buffers_bytes(const struct tun_alt_buffers *buffers);
unsigned int tun_alt_buffers_busy(const struct tun_alt_buffers *buffers);
u32 tun_alt_buffers_length(const struct tun_alt_buffers *buffers);
int tun_alt_buffers_map(struct tun_alt_buffers *buffers, struct vm_area_struct *vma);
unsigned int tun_alt_buffers_find(const struct tun_alt_buffer_frame *frame, struct kvec *parts);
void tun_alt_buffers_lend(const struct tun_alt_buffer_frame *frame, struct sk_buff *skb,
			  u32 length);
void tun_alt_buffers_reap(struct tun_alt_buffers *buffers);

#endif /* TUN_ALT_BUFFERS_H */
