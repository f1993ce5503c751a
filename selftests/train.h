/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A train: one datagram that the core cuts into segments and sends all at once, with a promise
 * after each but the last that more are to come.
 */
#ifndef SELFTESTS_TRAIN_H
#define SELFTESTS_TRAIN_H

#include <netinet/udp.h>
#include <pthread.h>
#include <signal.h>

#include "packet.h"
#include "tun_dev.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* As many segments as 64 KiB hold of an Ethernet's size */
#define TRAIN_CARS 44
#define TRAIN_SIZE 1400
#define TRAIN_LEN (PACKET_IPV4_LEN + PACKET_UDP_LEN + TRAIN_SIZE)

/**
 * struct train - a device, and who sends through it
 * @dev: the device, whose descriptor does not wait
 * @sock: the sender
 * @set: the signals that tell of packets, blocked
 */
struct train {
	struct tun_dev dev;
	int sock;
	sigset_t set;
};

/* A device of @type, %IFF_TUN or %IFF_TAP, on whose link nobody asks for addresses; 0 or not */
static inline int train_make(struct train *t, int type)
{
	int ret = tun_dev_setup(&t->dev, type | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK);
	char cmd[64];

	/* Linux 6.1 takes segments for a device alone whose program fills in checksums. */
	ret = ret ? ret : tun_ioctl(t->dev.fd, TUNSETOFFLOAD, TUN_F_CSUM);
	snprintf(cmd, sizeof(cmd), "ip link set %s arp off", t->dev.name);
	ret = ret ? ret : system(cmd);

	sigemptyset(&t->set);
	sigaddset(&t->set, SIGRTMIN);
	ret = ret ? ret : sigprocmask(SIG_BLOCK, &t->set, NULL);
	ret = ret ? ret : net_addr4(t->dev.name, "10.9.0.1", "255.255.255.0");
	if (ret)
		return ret;
	t->sock = net_udp_socket("10.9.0.1", 0);
	return t->sock < 0 ? t->sock : 0;
}

static inline void train_end(struct train *t)
{
	close(t->sock);
	close(t->dev.fd);
}

/* @len bytes as segments; 0 or -errno */
static inline int train_send(struct train *t, size_t len)
{
	static unsigned char room[TRAIN_CARS * TRAIN_SIZE];
	int size = TRAIN_SIZE;

	if (setsockopt(t->sock, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		return -errno;
	return net_udp_send(t->sock, "10.9.0.2", 9, room, len);
}

/* A signal for whatever happens to the descriptor from now on; 0 or -errno */
static inline int train_signals(struct train *t)
{
	if (fcntl(t->dev.fd, F_SETSIG, SIGRTMIN) ||
	    fcntl(t->dev.fd, F_SETFL, fcntl(t->dev.fd, F_GETFL) | O_ASYNC))
		return -errno;
	return 0;
}

/* How many signals have come */
static inline int train_signalled(struct train *t)
{
	const struct timespec now = {};
	int n = 0;

	while (sigtimedwait(&t->set, NULL, &now) == SIGRTMIN)
		n++;
	return n;
}

#endif
