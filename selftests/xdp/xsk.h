/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of AF_XDP as the tests of one queue need: a socket in copy mode with its four rings, all
 * of whose frames are the kernel's to fill until one is received. No library, so that the programs
 * stay static.
 */
#ifndef SELFTESTS_XDP_XSK_H
#define SELFTESTS_XDP_XSK_H

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_xdp.h>

#include "kselftest.h"

#define XSK_FRAMES 64
#define XSK_FRAME_SIZE 2048
/* The first half is for frames to receive, the second for frames to send */
#define XSK_TO_SEND (XSK_FRAMES / 2)

/**
 * struct xsk_ring - one ring, as mapped
 * @map: the mapping
 * @len: its length
 * @producer: index of who fills
 * @consumer: index of who empties
 * @desc: the entries: struct xdp_desc, or __u64 where they are addresses alone
 */
struct xsk_ring {
	void *map;
	size_t len;
	__u32 *producer;
	__u32 *consumer;
	void *desc;
};

/**
 * struct xsk - one socket
 * @fd: its descriptor
 * @umem: the memory of its frames
 * @fill: frames for the kernel
 * @completion: frames that it has sent
 * @receive: frames that it has received
 * @send: frames for it to send
 */
struct xsk {
	int fd;
	unsigned char *umem;
	struct xsk_ring fill;
	struct xsk_ring completion;
	struct xsk_ring receive;
	struct xsk_ring send;
};

static inline int xsk_ring_map(int fd, struct xsk_ring *ring, __u64 at, size_t entry,
			       const struct xdp_ring_offset *off)
{
	ring->len = off->desc + XSK_FRAMES * entry;
	ring->map = mmap(NULL, ring->len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
			 at);
	if (ring->map == MAP_FAILED)
		return -errno;
	ring->producer = ring->map + off->producer;
	ring->consumer = ring->map + off->consumer;
	ring->desc = ring->map + off->desc;
	return 0;
}

static inline int xsk_rings(struct xsk *xsk)
{
	static const int names[] = {
		XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING, XDP_TX_RING,
	};
	struct xdp_mmap_offsets off = {};
	socklen_t len = sizeof(off);
	int size = XSK_FRAMES;
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (setsockopt(xsk->fd, SOL_XDP, names[i], &size, sizeof(size)))
			return -errno;
	if (getsockopt(xsk->fd, SOL_XDP, XDP_MMAP_OFFSETS, &off, &len))
		return -errno;
	ret = xsk_ring_map(xsk->fd, &xsk->fill, XDP_UMEM_PGOFF_FILL_RING, sizeof(__u64), &off.fr);
	if (!ret)
		ret = xsk_ring_map(xsk->fd, &xsk->completion, XDP_UMEM_PGOFF_COMPLETION_RING,
				   sizeof(__u64), &off.cr);
	if (!ret)
		ret = xsk_ring_map(xsk->fd, &xsk->receive, XDP_PGOFF_RX_RING,
				   sizeof(struct xdp_desc), &off.rx);
	if (!ret)
		ret = xsk_ring_map(xsk->fd, &xsk->send, XDP_PGOFF_TX_RING,
				   sizeof(struct xdp_desc), &off.tx);
	return ret;
}

/* A socket with its memory and rings, not bound yet; 0 or -errno */
static inline int xsk_open(struct xsk *xsk)
{
	struct xdp_umem_reg reg = {
		.len = XSK_FRAMES * XSK_FRAME_SIZE,
		.chunk_size = XSK_FRAME_SIZE,
	};

	memset(xsk, 0, sizeof(*xsk));
	xsk->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (xsk->fd < 0)
		return -errno;
	xsk->umem = mmap(NULL, reg.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (xsk->umem == MAP_FAILED)
		return -errno;
	reg.addr = (unsigned long)xsk->umem;
	if (setsockopt(xsk->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)))
		return -errno;
	return xsk_rings(xsk);
}

/* @mode: XDP_COPY or XDP_ZEROCOPY; 0 or -errno */
static inline int xsk_bind(struct xsk *xsk, const char *name, __u32 queue, __u16 mode)
{
	struct sockaddr_xdp addr = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = mode,
		.sxdp_ifindex = if_nametoindex(name),
		.sxdp_queue_id = queue,
	};

	return bind(xsk->fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
}

/* Gives the kernel @frames of the memory to receive into */
static inline void xsk_fill(struct xsk *xsk, unsigned int frames)
{
	__u32 at = *xsk->fill.producer;
	__u64 *addr = xsk->fill.desc;

	for (unsigned int i = 0; i < frames; i++)
		addr[(at + i) % XSK_FRAMES] = i * XSK_FRAME_SIZE;
	__atomic_store_n(xsk->fill.producer, at + frames, __ATOMIC_RELEASE);
}

/* The next frame that came: its length, and where it is; -EAGAIN when none has */
static inline int xsk_receive(struct xsk *xsk, unsigned char **data)
{
	__u32 at = *xsk->receive.consumer;
	struct xdp_desc *desc = xsk->receive.desc;

	if (__atomic_load_n(xsk->receive.producer, __ATOMIC_ACQUIRE) == at)
		return -EAGAIN;
	desc += at % XSK_FRAMES;
	*data = xsk->umem + desc->addr;
	__atomic_store_n(xsk->receive.consumer, at + 1, __ATOMIC_RELEASE);
	return desc->len;
}

/* Gives the kernel the room of the frame at @data again */
static inline void xsk_give_back(struct xsk *xsk, const unsigned char *data)
{
	__u64 at = data - xsk->umem;
	__u32 producer = *xsk->fill.producer;
	__u64 *addr = xsk->fill.desc;

	addr[producer % XSK_FRAMES] = at - at % XSK_FRAME_SIZE;
	__atomic_store_n(xsk->fill.producer, producer + 1, __ATOMIC_RELEASE);
}

/* How many frames are the kernel's to receive into */
static inline unsigned int xsk_filled(struct xsk *xsk)
{
	return *xsk->fill.producer - __atomic_load_n(xsk->fill.consumer, __ATOMIC_ACQUIRE);
}

/* Sends one frame, the @nr-th of those for sending; 0 or -errno */
static inline int xsk_send(struct xsk *xsk, unsigned int nr, const void *data, size_t len)
{
	__u64 addr = (XSK_TO_SEND + nr % XSK_TO_SEND) * XSK_FRAME_SIZE;
	__u32 at = *xsk->send.producer;
	struct xdp_desc *desc = xsk->send.desc;

	memcpy(xsk->umem + addr, data, len);
	desc[at % XSK_FRAMES] = (struct xdp_desc) { .addr = addr, .len = len };
	__atomic_store_n(xsk->send.producer, at + 1, __ATOMIC_RELEASE);
	return sendto(xsk->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
}

/* How many of the sent frames the kernel has given back */
static inline unsigned int xsk_completed(struct xsk *xsk)
{
	return __atomic_load_n(xsk->completion.producer, __ATOMIC_ACQUIRE);
}

static inline void xsk_close(struct xsk *xsk)
{
	close(xsk->fd);
}

#endif /* SELFTESTS_XDP_XSK_H */
