/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device under test and a packet socket that sends past its qdisc: whether the driver takes a
 * frame is known when the call returns. For tests of what stands between the stack and the program.
 */
#ifndef SELFTESTS_PROBE_H
#define SELFTESTS_PROBE_H

#include <linux/if_ether.h>

#include "packet.h"
#include "tun_dev.h"

/* A type that no protocol of the stack takes for its own */
#define PROBE_TYPE 0x88b5

/**
 * struct probe - a device and who sends to it
 * @dev: the device, up
 * @sock: the packet socket
 * @tap: whether the device carries Ethernet frames
 * @type: what the socket says that the frame is
 * @frame: what probe_send() sends; Ethernet header and pattern, or the pattern alone for TUN
 * @room: what the program read last
 */
struct probe {
	struct tun_dev dev;
	int sock;
	bool tap;
	__u16 type;
	unsigned char frame[PACKET_MAX];
	unsigned char room[PACKET_MAX];
};

/* What TUN devices carry has to look like a packet; what is behind the first byte is a pattern */
static inline void probe_fill(struct probe *probe)
{
	for (size_t i = 0; i < sizeof(probe->frame); i++)
		probe->frame[i] = packet_byte(i, 7);
	probe->type = PROBE_TYPE;
	if (probe->tap)
		packet_put16(probe->frame + 2 * ETH_ALEN, probe->type);
	else
		probe->frame[0] = 0x45;
}

/* The frame becomes one of flow @port: IPv4 and UDP, with @len bytes of payload; its length */
static inline size_t probe_flow(struct probe *probe, __u16 port, size_t len)
{
	struct packet_flow flow = packet_flow("10.1.0.1", "10.1.0.2", 2000, port);
	size_t at = probe->tap ? ETH_HLEN : 0;
	static struct packet packet;

	packet_reset(&packet);
	packet_udp(&packet, &flow, len, 7);
	memcpy(probe->frame + at, packet.data, packet.len);
	probe->type = ETH_P_IP;
	if (probe->tap)
		packet_put16(probe->frame + 2 * ETH_ALEN, probe->type);
	return at + packet.len;
}

/* Begins to send to @probe->dev, which exists; 0 or -errno */
static inline int probe_start(struct probe *probe, bool tap)
{
	int ret = net_up(probe->dev.name);

	if (ret)
		return ret;
	probe->tap = tap;
	probe_fill(probe);
	probe->sock = net_packet_socket(probe->dev.name, 0);
	return probe->sock < 0 ? probe->sock : net_packet_bypass(probe->sock);
}

/* A namespace, a device with @flags and its sender; 0 or -errno */
static inline int probe_setup(struct probe *probe, int flags)
{
	int ret = tun_dev_setup(&probe->dev, flags, O_NONBLOCK);

	return ret ? ret : probe_start(probe, flags & IFF_TAP);
}

static inline void probe_teardown(struct probe *probe)
{
	close(probe->sock);
	close(probe->dev.fd);
}

/* Sends @len bytes of the frame; 0, -ENOBUFS if the driver dropped them, or -errno */
static inline int probe_send(struct probe *probe, size_t len)
{
	return net_packet_send(probe->sock, probe->dev.name, probe->type, probe->frame, len);
}

/* What comes out of @fd is a beginning of the frame; its length, or -errno */
static inline ssize_t probe_read(struct probe *probe, int fd)
{
	ssize_t len = read(fd, probe->room, sizeof(probe->room));

	if (len < 0)
		return -errno;
	return memcmp(probe->room, probe->frame, len) ? -EBADMSG : len;
}

/* Sends @len bytes and reads them on @fd; how many came, -ENOBUFS if none did, or -errno */
static inline ssize_t probe_pass_on(struct probe *probe, int fd, size_t len)
{
	int ret = probe_send(probe, len);

	return ret ? ret : probe_read(probe, fd);
}

static inline ssize_t probe_pass(struct probe *probe, size_t len)
{
	return probe_pass_on(probe, probe->dev.fd, len);
}

/* Whether a frame to @mac gets through: 1, 0, or -errno */
static inline int probe_to(struct probe *probe, const unsigned char *mac)
{
	ssize_t len;

	memcpy(probe->frame, mac, ETH_ALEN);
	len = probe_pass(probe, ETH_ZLEN);
	if (len == -ENOBUFS)
		return 0;
	return len == ETH_ZLEN ? 1 : len < 0 ? len : -EMSGSIZE;
}

#endif /* SELFTESTS_PROBE_H */
