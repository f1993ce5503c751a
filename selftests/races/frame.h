/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames as the flags of a device ask for them: Ethernet or IP, with a virtio-net header in front,
 * in pieces. To nobody, of a type that no protocol takes for its own.
 */
#ifndef SELFTESTS_RACES_FRAME_H
#define SELFTESTS_RACES_FRAME_H

#include <sys/uio.h>

#include <linux/virtio_net.h>

#include "../packet.h"
#include "race.h"

/* What comes first of a frame in pieces, and of how many more it then is */
#define RACE_FIRST_PIECE 40
#define RACE_MORE_PIECES 3
/* The least that is written or sent */
#define RACE_SHORTEST 60
/* An IP protocol that nobody has */
#define RACE_PROTO 253

/* Bytes of a frame that say what it is; behind them it is the test's own */
static inline size_t race_frame_head(int flags)
{
	return flags & IFF_TUN ? PACKET_IPV4_LEN : ETH_HLEN;
}

/* Bytes in front of it where it is written or read */
static inline size_t race_frame_front(int flags)
{
	return flags & IFF_VNET_HDR ? sizeof(struct virtio_net_hdr) : 0;
}

static inline unsigned int race_frame_type(int flags)
{
	return flags & IFF_TUN ? ETH_P_IP : RACE_TYPE;
}

/* The head of a frame of @len bytes */
static inline void race_frame(int flags, unsigned char *frame, size_t len)
{
	static const unsigned char mac[ETH_HLEN] = {
		2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, RACE_TYPE >> 8, RACE_TYPE & 0xff,
	};
	static const unsigned char ip[PACKET_IPV4_LEN] = {
		0x45, 0, 0, 0, 0, 0, 0, 0, PACKET_TTL, RACE_PROTO, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1,
	};

	if (!(flags & IFF_TUN)) {
		memcpy(frame, mac, sizeof(mac));
		return;
	}
	memcpy(frame, ip, sizeof(ip));
	packet_put16(frame + 2, len);
	packet_put16(frame + 10, packet_fold(packet_sum(frame, sizeof(ip), 0)));
}

/* As the stack sends, by index: a look-up of a name that is gone runs modprobe */
static inline bool race_send(int fd, unsigned int ifindex, int flags, const void *frame, size_t len,
			     int how)
{
	struct sockaddr_ll sll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(race_frame_type(flags)),
		.sll_halen = 6, .sll_ifindex = ifindex,
	};

	return sendto(fd, frame, len, how, (struct sockaddr *)&sll, sizeof(sll)) > 0;
}

/* One writev(), with IFF_NAPI_FRAGS of several pieces; bytes of the frame, or -1 with errno */
static inline ssize_t race_frame_write(int fd, int flags, unsigned char *frame, size_t len)
{
	struct virtio_net_hdr hdr = {};
	size_t first = flags & IFF_NAPI_FRAGS ? RACE_FIRST_PIECE : len;
	size_t each = (len - first) / RACE_MORE_PIECES + 1, at = first, piece;
	struct iovec iov[2 + RACE_MORE_PIECES];
	int n = 0;
	ssize_t ret;

	if (flags & IFF_VNET_HDR)
		iov[n++] = (struct iovec){ &hdr, sizeof(hdr) };
	iov[n++] = (struct iovec){ frame, first };
	for (; at < len; at += piece) {
		piece = len - at < each ? len - at : each;
		iov[n++] = (struct iovec){ frame + at, piece };
	}
	ret = writev(fd, iov, n);
	return ret < 0 ? ret : ret - (ssize_t)race_frame_front(flags);
}

#endif /* SELFTESTS_RACES_FRAME_H */
