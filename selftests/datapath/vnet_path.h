/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A router with two devices of the node under test: what is written with a vnet header into
 * the one is cut into segments on the way to the other, which has no offloads. What the stack
 * takes it for is seen by an AF_PACKET socket that asks for vnet headers.
 */
#ifndef SELFTESTS_DATAPATH_VNET_PATH_H
#define SELFTESTS_DATAPATH_VNET_PATH_H

#include "gso.h"
#include "vnet.h"

/**
 * struct vnet_path - the router
 * @in: the device with the vnet header
 * @mac: its address, of a TAP
 * @size: its header's size
 * @capture: an AF_PACKET socket on it, with vnet headers
 * @out: the other device
 */
struct vnet_path {
	struct tun_dev in;
	unsigned char mac[6];
	int size;
	int capture;
	struct tun_dev out;
};

/* IPv6 that sends nothing on its own but the joining of its groups, and forwards */
static inline int vnet_path_ipv6(const char *device)
{
	static const char *const names[] = { "router_solicitations", "disable_ipv6", NULL };
	char path[64];
	int ret = 0;

	for (int i = 0; names[i] && !ret; i++) {
		snprintf(path, sizeof(path), "ipv6/conf/%s/%s", device, names[i]);
		ret = net_sysctl(path, "0");
	}
	return ret;
}

static inline int vnet_path_route(struct vnet_path *path)
{
	const char *in = path->in.name, *out = path->out.name;

	if (vnet_path_ipv6(in) || vnet_path_ipv6(out))
		return -EIO;
	if (net_sysctl("ipv4/ip_forward", "1") || net_sysctl("ipv6/conf/all/forwarding", "1"))
		return -EIO;
	/* what comes through a VLAN is on no device of its own here */
	if (net_sysctl("ipv4/conf/all/rp_filter", "0"))
		return -EIO;
	return net_ip_batch("addr add 10.1.0.1/24 dev %s\naddr add fd00:1::1/64 dev %s nodad\n"
			    "addr add 10.2.0.1/24 dev %s\naddr add fd00:2::1/64 dev %s nodad\n",
			    in, in, out, out) ? -EIO : 0;
}

/* The AF_PACKET socket on the device with the header; 0 or -errno */
static inline int vnet_path_capture(struct vnet_path *path)
{
	int on = 1;

	path->capture = net_packet_socket(path->in.name, ETH_P_ALL);
	if (path->capture < 0)
		return path->capture;
	return setsockopt(path->capture, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ? -errno : 0;
}

/* @flags of the device with the header, whose size is @size; 0 or -errno */
static inline int vnet_path_setup(struct vnet_path *path, int flags, int size)
{
	int ret;

	ret = tun_dev_setup(&path->in, flags | IFF_VNET_HDR, O_NONBLOCK);
	if (!ret)
		ret = tun_dev_create(&path->out, IFF_TUN | IFF_NO_PI, O_NONBLOCK);
	if (!ret)
		ret = vnet_set_size(path->in.fd, size);
	if (!ret)
		ret = vnet_path_route(path);
	if (ret)
		return ret;
	path->size = size;
	net_mac(path->in.name, path->mac);
	return vnet_path_capture(path);
}

/* No addresses: what in-tree takes is dropped before anybody believes the header */
static inline int vnet_path_bare(struct vnet_path *path, int type, int size)
{
	int ret = tun_dev_setup(&path->in, type | IFF_VNET_HDR, O_NONBLOCK);

	if (ret)
		return ret;
	net_mac(path->in.name, path->mac);
	path->size = size;
	ret = vnet_set_size(path->in.fd, size);
	return ret ? ret : vnet_path_capture(path);
}

static inline void vnet_path_close(struct vnet_path *path)
{
	close(path->in.fd);
	close(path->out.fd);
	close(path->capture);
}

/* What AF_PACKET saw: the header, then the frame; its length or -errno */
static inline ssize_t vnet_path_captured(struct vnet_path *path, struct vnet_hdr *hdr, void *data,
					 size_t len)
{
	struct iovec iov[] = { { hdr, VNET_PLAIN }, { data, len } };
	struct sockaddr_ll sll;
	struct msghdr msg = {
		.msg_name = &sll, .msg_namelen = sizeof(sll), .msg_iov = iov, .msg_iovlen = 2,
	};
	ssize_t ret;

	memset(hdr, 0, sizeof(*hdr));
	do {
		if (!(net_poll(path->capture, POLLIN, NET_SOON_MS) & POLLIN))
			return -ETIMEDOUT;
		ret = recvmsg(path->capture, &msg, 0);
		if (ret < 0)
			return -errno;
	} while (sll.sll_pkttype == PACKET_OUTGOING);
	return ret - VNET_PLAIN;
}

/* A packet of the router's own: multicast housekeeping of IPv6 */
static inline bool vnet_path_is_noise(const unsigned char *data, ssize_t len)
{
	return len >= PACKET_IPV6_LEN && data[0] >> 4 == 6 && data[24] == 0xff;
}

/* The next packet that came out of the other end; its length, -EAGAIN when there is none more */
static inline ssize_t vnet_path_read(struct vnet_path *path, void *data, size_t len, int wait_ms)
{
	ssize_t ret;

	do {
		if (!(net_poll(path->out.fd, POLLIN, wait_ms) & POLLIN))
			return -EAGAIN;
		ret = read(path->out.fd, data, len);
		if (ret < 0)
			return -errno;
	} while (vnet_path_is_noise(data, ret));
	return ret;
}

/*
 * All of @frame out of the other end, in segments of @size or less at the end (0: in one
 * piece). How many there were, or -1 when one was wrong, missing or too much.
 */
static inline int vnet_path_segments(struct vnet_path *path, const struct gso_frame *frame,
				     size_t size)
{
	static unsigned char room[PACKET_MAX];
	size_t at = 0;
	int n = 0;

	do {
		ssize_t len = vnet_path_read(path, room, sizeof(room), NET_SOON_MS);
		ssize_t payload = len < 0 ? -1 : gso_check(frame, room, len, at);

		if (payload < 0 || (size && payload > (ssize_t)size))
			return -1;
		if (size && payload < (ssize_t)size && at + payload < frame->payload)
			return -1;
		at += payload;
		n++;
	} while (at < frame->payload);
	return vnet_path_read(path, room, sizeof(room), 0) == -EAGAIN ? n : -1;
}

#endif
