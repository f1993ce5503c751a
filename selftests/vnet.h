/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The vnet header as programs write and read it, and what the offloads of a device are
 * called. Numbers go in and come out in host order, which is what a header has that nobody
 * asked for another order for.
 */
#ifndef SELFTESTS_VNET_H
#define SELFTESTS_VNET_H

#include <assert.h>
#include <endian.h>
#include <sys/uio.h>
#include <sys/utsname.h>

#include <linux/virtio_net.h>

#include "tun_dev.h"

/* The sizes that have a name: legacy, with num_buffers, with a hash, with a tunnel */
#define VNET_PLAIN 10
#define VNET_MERGE 12
#define VNET_HASH 20
#define VNET_TUNNEL 24

/* Headers up to this long are written and read by what is here */
#define VNET_MOST 4096

/* Not in every kernel's headers */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_TUNNEL
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4 0x20
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6 0x40
#define VIRTIO_NET_HDR_GSO_UDP_TUNNEL 0x60
#define VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM 8
#endif
#ifndef TUN_F_UDP_TUNNEL_GSO
#define TUN_F_UDP_TUNNEL_GSO 0x080
#define TUN_F_UDP_TUNNEL_GSO_CSUM 0x100
#endif

#define VNET_TUNNEL_OFFLOADS (TUN_F_UDP_TUNNEL_GSO | TUN_F_UDP_TUNNEL_GSO_CSUM)
#define VNET_USO (TUN_F_USO4 | TUN_F_USO6)
#define VNET_TSO (TUN_F_TSO4 | TUN_F_TSO6)

/**
 * struct vnet_hdr - the longest header that means anything
 * @flags: VIRTIO_NET_HDR_F_*
 * @gso_type: VIRTIO_NET_HDR_GSO_*
 * @hdr_len: how much of the frame is headers, a hint
 * @gso_size: payload of a segment
 * @csum_start: where the checksum begins
 * @csum_offset: where it goes, from @csum_start
 * @num_buffers: of a device with merged buffers
 * @hash: value, report and padding
 * @outer_th: of a tunnel, the outer UDP header; little endian on the wire
 * @inner_nh: of a tunnel, the inner IP header; little endian on the wire
 */
struct vnet_hdr {
	__u8 flags;
	__u8 gso_type;
	__u16 hdr_len;
	__u16 gso_size;
	__u16 csum_start;
	__u16 csum_offset;
	__u16 num_buffers;
	__u16 hash[4];
	__u16 outer_th;
	__u16 inner_nh;
};

static_assert(sizeof(struct vnet_hdr) == VNET_TUNNEL, "no padding");

static inline int vnet_set_size(int fd, int size)
{
	return tun_ioctl(fd, TUNSETVNETHDRSZ, (unsigned long)&size);
}

/* The size, or -errno */
static inline int vnet_get_size(int fd)
{
	int size = -1;
	int ret = tun_ioctl(fd, TUNGETVNETHDRSZ, (unsigned long)&size);

	return ret ? ret : size;
}

static inline int vnet_set_offload(int fd, unsigned long offloads)
{
	return tun_ioctl(fd, TUNSETOFFLOAD, offloads);
}

/* Whether the kernel is @major.@minor or later */
static inline bool vnet_kernel_is(int major, int minor)
{
	struct utsname name;
	int at[2] = {};

	if (uname(&name) || sscanf(name.release, "%d.%d", &at[0], &at[1]) != 2)
		return false;
	return at[0] > major || (at[0] == major && at[1] >= minor);
}

/* The stack has carried GSO in UDP tunnels from user space since 6.17 */
static inline bool vnet_has_tunnels(void)
{
	return vnet_kernel_is(6, 17);
}

/* The offloads that a device may have on this kernel: 7.3's where the stack carries them */
static inline unsigned int vnet_all_offloads(void)
{
	unsigned int all = TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN | VNET_USO;

	return vnet_has_tunnels() ? all | VNET_TUNNEL_OFFLOADS : all;
}

/**
 * struct vnet_frame - what one write() consists of
 * @pi: whether 4 bytes of PI come first
 * @proto: their protocol
 * @hdr: the header
 * @size: how long it is; what is behind struct vnet_hdr is filled with rubbish
 * @data: the frame
 * @len: its length
 */
struct vnet_frame {
	bool pi;
	__u16 proto;
	struct vnet_hdr hdr;
	size_t size;
	const void *data;
	size_t len;
};

static inline struct vnet_hdr vnet_to_wire(struct vnet_hdr hdr)
{
	hdr.outer_th = htole16(hdr.outer_th);
	hdr.inner_nh = htole16(hdr.inner_nh);
	return hdr;
}

/* One write(); 0 or -errno */
static inline int vnet_write_frame(int fd, const struct vnet_frame *frame)
{
	struct tun_pi pi = { .proto = htons(frame->proto) };
	struct vnet_hdr hdr = vnet_to_wire(frame->hdr);
	size_t known = frame->size < sizeof(hdr) ? frame->size : sizeof(hdr);
	size_t all = frame->size + frame->len + (frame->pi ? sizeof(pi) : 0);
	static unsigned char rubbish[VNET_MOST];
	struct iovec iov[] = {
		{ &pi, frame->pi ? sizeof(pi) : 0 },
		{ &hdr, known },
		{ rubbish, frame->size - known },
		{ (void *)frame->data, frame->len },
	};
	ssize_t ret;

	memset(rubbish, 0xa5, sizeof(rubbish));
	ret = writev(fd, iov, 4);
	if (ret < 0)
		return -errno;
	return ret == (ssize_t)all ? 0 : -EIO;
}

/* One write() of a header of @size bytes and a frame; 0 or -errno */
static inline int vnet_write(int fd, const struct vnet_hdr *hdr, size_t size, const void *data,
			     size_t len)
{
	struct vnet_frame frame = { .hdr = *hdr, .size = size, .data = data, .len = len };

	return vnet_write_frame(fd, &frame);
}

#endif
