/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device with verdict.bpf.c on it, an AF_PACKET socket that sees what goes on to the stack, and
 * frames for both kinds of device. Frames are of an EtherType or IP protocol that nobody takes.
 */
#ifndef SELFTESTS_XDP_XDP_H
#define SELFTESTS_XDP_XDP_H

#include "bpf/verdict.h"
#include "bpf_test.h"
#include "packet.h"
#include "tun_dev.h"

#define XDP_TEST_TYPE 0x88b5
#define XDP_TEST_PROTO 253
#define XDP_TEST_LEN 100
#define XDP_TEST_SEED 7

/**
 * struct xdp_test - the device under test
 * @dev: its first queue
 * @tap: whether it is a TAP
 * @packets: sees every frame that the stack receives from it
 * @obj: verdict.bpf.c
 */
struct xdp_test {
	struct tun_dev dev;
	bool tap;
	int packets;
	struct bpf_object *obj;
};

/* A frame of @len bytes in all, as a @tap or a TUN takes it */
static inline void xdp_test_frame(struct packet *p, bool tap, size_t len)
{
	static const unsigned char dst[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const unsigned char src[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 0, 0);

	packet_reset(p);
	if (tap) {
		packet_mac(p, dst, src);
		packet_type(p, XDP_TEST_TYPE);
	} else {
		packet_ipv4(p, &flow, XDP_TEST_PROTO, len - PACKET_IPV4_LEN);
	}
	packet_fill(p, len - p->len, XDP_TEST_SEED);
}

static inline void xdp_test_frame6(struct packet *p, size_t len)
{
	struct packet_flow flow = packet_flow("fd00::2", "fd00::1", 0, 0);

	packet_reset(p);
	packet_ipv6(p, &flow, XDP_TEST_PROTO, len - PACKET_IPV6_LEN);
	packet_fill(p, len - p->len, XDP_TEST_SEED);
}

/* Creates the device and loads the object; 0 or -errno */
static inline int xdp_test_create(struct xdp_test *x, int flags, int open_flags)
{
	int ret = tun_dev_create(&x->dev, flags, open_flags);

	if (ret)
		return ret;
	x->tap = flags & IFF_TAP;
	x->packets = net_packet_socket(x->dev.name, ETH_P_ALL);
	if (x->packets < 0)
		return x->packets;
	x->obj = bpf_test_load("verdict");
	return x->obj ? 0 : -errno;
}

/* The same in a netns of its own, with the program attached in native mode; 0 or -errno */
static inline int xdp_test_setup(struct xdp_test *x, int flags, int open_flags)
{
	int ret = tun_dev_netns();

	if (!ret)
		ret = xdp_test_create(x, flags, open_flags);
	return ret ? ret : bpf_test_xdp_attach(x->dev.name, bpf_test_prog(x->obj, "verdict"),
					       XDP_FLAGS_DRV_MODE);
}

static inline void xdp_test_teardown(struct xdp_test *x)
{
	if (x->obj)
		bpf_object__close(x->obj);
	close(x->packets);
	close(x->dev.fd);
}

static inline int xdp_test_set(struct xdp_test *x, enum verdict_config what, long long value)
{
	return bpf_test_config(x->obj, what, value);
}

/* The bytes that the program puts at the head; 0 or -errno */
static inline int xdp_test_set_bytes(struct xdp_test *x, const void *data, size_t len)
{
	struct verdict_bytes bytes = {};
	__u32 at = 0;
	int ret;

	memcpy(bytes.byte, data, len);
	ret = bpf_map_update_elem(bpf_test_map(x->obj, "bytes"), &at, &bytes, BPF_ANY);
	return ret ? ret : xdp_test_set(x, VERDICT_BYTES, len);
}

static inline long long xdp_test_saw(struct xdp_test *x, enum verdict_count what)
{
	return bpf_test_count(x->obj, what);
}

static inline long long xdp_test_stat(struct xdp_test *x, enum net_stat stat)
{
	return net_stat(x->dev.name, stat);
}

/* How a program is attached to the device: XDP_ATTACHED_*, or -errno */
static inline int xdp_test_mode(const char *name)
{
	DECLARE_LIBBPF_OPTS(bpf_xdp_query_opts, opts);
	int ret = bpf_xdp_query(if_nametoindex(name), 0, &opts);

	return ret ? ret : opts.attach_mode;
}

/* The next frame that the stack received, with its protocol; its length or -ETIMEDOUT */
static inline ssize_t xdp_test_received(struct xdp_test *x, void *data, size_t len,
					unsigned int *proto)
{
	struct sockaddr_ll sll = {};
	socklen_t sll_len = sizeof(sll);
	ssize_t ret;

	if (!(net_poll(x->packets, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	ret = recvfrom(x->packets, data, len, 0, (struct sockaddr *)&sll, &sll_len);
	if (proto)
		*proto = ntohs(sll.sll_protocol);
	return ret;
}

/* What write() has returned from is in the socket, or never will be */
static inline bool xdp_test_nothing_received(struct xdp_test *x)
{
	return !net_poll(x->packets, POLLIN, 0);
}

#endif /* SELFTESTS_XDP_XDP_H */
