/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device whose queues have NAPI, frames for it that nobody takes, and a packet socket that
 * sees what the stack receives.
 */
#ifndef SELFTESTS_NAPI_H
#define SELFTESTS_NAPI_H

#include <linux/filter.h>
#include <linux/virtio_net.h>

#include "packet.h"
#include "tun_dev.h"

#define NAPI_FRAGS (IFF_NAPI | IFF_NAPI_FRAGS)

/* An EtherType and an IP protocol that the stack does not know */
#define NAPI_TYPE 0x88b5
#define NAPI_PROTO 253

/* Frames that a queue takes into one poll: what NAPI calls its weight */
#define NAPI_WEIGHT 64

/* What napi_mark() puts at a frame's end */
#define NAPI_MARK_LEN 4

/**
 * struct napi_test - the device under test
 * @dev: its first queue
 * @flags: of TUNSETIFF
 * @sock: sees every frame that the stack receives from it
 * @packet: what napi_write() writes, headers in front included
 * @at: where the frame begins in @packet
 * @room: the frame that was received last
 */
struct napi_test {
	struct tun_dev dev;
	int flags;
	int sock;
	struct packet packet;
	size_t at;
	unsigned char room[PACKET_MAX];
};

/* A frame of @len bytes with the pattern @seed */
static inline void napi_frame(struct napi_test *t, size_t len, unsigned int seed)
{
	static const unsigned char dst[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const unsigned char src[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	struct packet_flow flow = packet_flow("10.9.0.2", "10.9.0.1", 0, 0);
	struct packet *p = &t->packet;
	bool tap = t->flags & IFF_TAP;

	packet_reset(p);
	if (!(t->flags & IFF_NO_PI))
		packet_pi(p, 0, tap ? NAPI_TYPE : ETH_P_IP);
	if (t->flags & IFF_VNET_HDR)
		packet_room(p, sizeof(struct virtio_net_hdr));
	t->at = p->len;
	if (tap) {
		packet_mac(p, dst, src);
		packet_type(p, NAPI_TYPE);
	} else {
		packet_ipv4(p, &flow, NAPI_PROTO, len - PACKET_IPV4_LEN);
	}
	packet_fill(p, t->at + len - p->len, seed);
}

/* Numbers for the frame: who sends it, and which of his it is */
static inline void napi_mark(struct napi_test *t, __u16 who, __u16 number)
{
	packet_put16(t->packet.data + t->packet.len - 4, who);
	packet_put16(t->packet.data + t->packet.len - 2, number);
}

/* 0 if the frame was taken whole, or -errno */
static inline int napi_write(struct napi_test *t, int fd)
{
	ssize_t len = write(fd, t->packet.data, t->packet.len);

	if (len < 0)
		return -errno;
	return (size_t)len == t->packet.len ? 0 : -EMSGSIZE;
}

/* The next frame that the stack received, into @room; its length, or -ETIMEDOUT */
static inline ssize_t napi_received(struct napi_test *t)
{
	ssize_t len;

	if (!(net_poll(t->sock, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	len = recv(t->sock, t->room, sizeof(t->room), 0);
	return len < 0 ? -errno : len;
}

/* True when the next frame that the stack received is the one in @packet */
static inline bool napi_same(struct napi_test *t)
{
	size_t len = t->packet.len - t->at;

	return napi_received(t) == (ssize_t)len && !memcmp(t->room, t->packet.data + t->at, len);
}

static inline int napi_number(const struct napi_test *t, ssize_t len)
{
	return len < NAPI_MARK_LEN ? -EBADMSG : packet_get16(t->room + len - 2);
}

static inline int napi_sender(const struct napi_test *t, ssize_t len)
{
	return len < NAPI_MARK_LEN ? -EBADMSG : packet_get16(t->room + len - 4);
}

static inline bool napi_nothing_received(struct napi_test *t)
{
	return !net_poll(t->sock, POLLIN, 0);
}

/* Creates the device and its packet socket; 0 or -errno */
static inline int napi_test_create(struct napi_test *t, int flags, int open_flags)
{
	int ret = tun_dev_create(&t->dev, flags, open_flags);

	if (ret)
		return ret;
	t->flags = flags;
	t->sock = net_packet_socket(t->dev.name, ETH_P_ALL);
	return t->sock < 0 ? t->sock : 0;
}

static inline int napi_test_setup(struct napi_test *t, int flags)
{
	int ret = tun_dev_netns();

	return ret ? ret : napi_test_create(t, flags, O_NONBLOCK);
}

static inline void napi_test_teardown(struct napi_test *t)
{
	close(t->sock);
	close(t->dev.fd);
}

static inline long long napi_stat(struct napi_test *t, enum net_stat stat)
{
	return net_stat(t->dev.name, stat);
}

/*
 * Frames come to @sock as long as a property of theirs (SKF_AD_QUEUE, SKF_AD_CPU, ...) says, and
 * @more bytes: what cannot be read of a packet otherwise. 0 or -errno
 */
static inline int napi_tell(int sock, int what, unsigned int more)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)(SKF_AD_OFF + what)),
		BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, more),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };

	return setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ? -errno : 0;
}

#endif /* SELFTESTS_NAPI_H */
