/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where faults are injected: a network namespace of the test's own, devices in it that can be shown
 * to work, and the numbers that say whether anything was left behind.
 */
#ifndef SELFTESTS_FAULTS_WORLD_H
#define SELFTESTS_FAULTS_WORLD_H

#include <linux/membarrier.h>
#include <sys/syscall.h>

#include "../module/module.h"
#include "fault.h"
#include "packet.h"
#include "vnet.h"

/* An EtherType and an IP protocol that nobody takes */
#define WORLD_TYPE 0x88b5
#define WORLD_PROTO 253
#define WORLD_LEN 100

/**
 * struct world_count - what there is at one time
 * @netdevs: interfaces of the namespace
 * @sockets: sockets of the namespace, those of open tun descriptors among them
 * @users: references to the module
 */
struct world_count {
	int netdevs;
	int sockets;
	int users;
};

/**
 * struct world_dev - a device and one of its queues
 * @fd: the descriptor
 * @name: its name
 * @flags: of TUNSETIFF
 * @index: number of the interface
 */
struct world_dev {
	int fd;
	char name[IFNAMSIZ];
	int flags;
	int index;
};

/**
 * struct world - the namespace
 * @sock: a packet socket that sees what any interface receives, and sends on any
 * @before: what there was before the first fault
 */
struct world {
	int sock;
	struct world_count before;
};

/* Reads a file of one's own into @text, as a string; whether there is anything in it */
static inline bool world_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = 0;

	if (fd >= 0) {
		len = read(fd, text, size - 1);
		close(fd);
	}
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* The number behind the first @word of a file; -1 if there is none */
static inline int world_number(const char *path, const char *word)
{
	char text[4096];
	char *at = world_read(path, text, sizeof(text)) ? strstr(text, word) : NULL;

	return at ? atoi(at + strlen(word)) : -1;
}

/* A line for each, below two lines of headings; a look by netlink would be a socket more */
static inline int world_netdevs(void)
{
	char text[4096];
	int lines = -2;

	world_read("/proc/thread-self/net/dev", text, sizeof(text));
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	return lines;
}

static inline struct world_count world_count(void)
{
	return (struct world_count){
		.netdevs = world_netdevs(),
		.sockets = world_number("/proc/thread-self/net/sockstat", "sockets: used "),
		.users = module_users(),
	};
}

/* What there is when what was closed before has gone: a socket counts for a grace period more */
static inline struct world_count world_settled(void)
{
	struct world_count last = world_count(), now;
	int same = 0;

	for (int i = 0; i < NET_SOON_MS / 20 && same < 3; i++) {
		syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		net_sleep_ms(20);
		now = world_count();
		same = memcmp(&now, &last, sizeof(now)) ? 0 : same + 1;
		last = now;
	}
	return last;
}

/* Whether all that has come has gone; some of it goes a little later */
static inline bool world_left_nothing(const struct world_count *before)
{
	struct world_count now;

	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		now = world_count();
		if (!memcmp(&now, before, sizeof(now)))
			return true;
		net_sleep_ms(20);
	}
	printf("# netdevs %d, sockets %d, users %d; were %d, %d, %d\n", now.netdevs, now.sockets,
	       now.users, before->netdevs, before->sockets, before->users);
	return false;
}

/* A namespace, silent, with a socket; faults can be injected from here on; 0 or -errno */
static inline int world_setup(struct world *w)
{
	int on = 1, ret = fault_configure();

	if (!ret)
		ret = tun_dev_netns();
	if (ret)
		return ret;
	w->sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	if (w->sock < 0 || setsockopt(w->sock, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)))
		return -errno;
	ret = net_packet_bypass(w->sock);
	w->before = world_settled();
	return ret;
}

static inline void world_teardown(struct world *w)
{
	close(w->sock);
}

/* TUNSETIFF, with nothing else between it and its answer; 0 or -errno */
static inline int world_set_iff(struct world_dev *dev)
{
	struct ifreq ifr = { .ifr_flags = dev->flags };

	memcpy(ifr.ifr_name, dev->name, IFNAMSIZ);
	return tun_ioctl(dev->fd, TUNSETIFF, (unsigned long)&ifr);
}

static inline bool world_attached(int fd)
{
	struct ifreq ifr;

	return !ioctl(fd, TUNGETIFF, &ifr);
}

/* A device that is attached comes up under its real name; 0 or -errno */
static inline int world_up(struct world_dev *dev)
{
	struct ifreq ifr;

	if (ioctl(dev->fd, TUNGETIFF, &ifr))
		return -errno;
	memcpy(dev->name, ifr.ifr_name, IFNAMSIZ);
	dev->index = if_nametoindex(dev->name);
	return net_up(dev->name);
}

/* Makes a device and sets it up; 0 or -errno */
static inline int world_dev(struct world_dev *dev, int flags)
{
	int ret;

	*dev = (struct world_dev){ .flags = flags };
	dev->fd = tun_open(O_NONBLOCK);
	ret = dev->fd < 0 ? dev->fd : world_set_iff(dev);
	return ret ? ret : world_up(dev);
}

/* What is in front of a frame when it is written or read */
static inline size_t world_header(int flags)
{
	return flags & IFF_VNET_HDR ? VNET_PLAIN : 0;
}

/* A frame as the device takes it, with room for its headers in front */
static inline void world_frame(struct packet *p, int flags, size_t len)
{
	static const unsigned char dst[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const unsigned char src[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };
	struct packet_flow flow = packet_flow("10.7.0.2", "10.7.0.1", 0, 0);

	packet_reset(p);
	packet_room(p, world_header(flags));
	if (flags & IFF_TAP) {
		packet_mac(p, dst, src);
		packet_type(p, WORLD_TYPE);
	} else {
		packet_ipv4(p, &flow, WORLD_PROTO, len - PACKET_IPV4_LEN);
	}
	packet_fill(p, len - (p->len - world_header(flags)), 7);
}

/* Whether @len bytes at @frame, or one more frame of any content, come out of @index */
static inline bool world_received(struct world *w, int index, const void *frame, size_t len)
{
	static unsigned char room[PACKET_MAX];
	struct sockaddr_ll from;
	socklen_t from_len;
	ssize_t got;

	while (net_poll(w->sock, POLLIN, NET_SOON_MS) & POLLIN) {
		from_len = sizeof(from);
		got = recvfrom(w->sock, room, sizeof(room), 0, (struct sockaddr *)&from, &from_len);
		if (got < 0 || from.sll_ifindex != index)
			continue;
		if (!frame || (got == (ssize_t)len && !memcmp(room, frame, len)))
			return true;
	}
	return false;
}

/* Sends a frame into the device, which its program can read; 0 or -errno */
static inline int world_send(struct world *w, const struct world_dev *dev, const void *data,
			     size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(dev->flags & IFF_TAP ? WORLD_TYPE : ETH_P_IP),
		.sll_ifindex = dev->index,
		.sll_halen = ETH_ALEN,
	};

	return sendto(w->sock, data, len, 0, (struct sockaddr *)&to, sizeof(to)) == (ssize_t)len ?
	       0 : -errno;
}

/* What an earlier call has left to be read, in the descriptor and in the socket */
static inline void world_drain(struct world *w, int fd)
{
	char room[64];

	while (net_poll(w->sock, POLLIN, 0) & POLLIN && recv(w->sock, room, sizeof(room), 0) >= 0)
		;
	tun_dev_drain(fd);
}

/* A frame written is received, and one sent is read: 0, or which of them was not */
static inline int world_passes(struct world *w, const struct world_dev *dev)
{
	const size_t header = world_header(dev->flags);
	static unsigned char room[PACKET_MAX];
	static struct packet p;

	world_drain(w, dev->fd);
	world_frame(&p, dev->flags, WORLD_LEN);
	if (write(dev->fd, p.data, p.len) != (ssize_t)p.len)
		return 1;
	if (!world_received(w, dev->index, p.data + header, WORLD_LEN))
		return 2;
	if (world_send(w, dev, p.data + header, WORLD_LEN))
		return 3;
	if (tun_dev_read(dev->fd, room, sizeof(room)) != (ssize_t)p.len)
		return 4;
	return memcmp(room + header, p.data + header, WORLD_LEN) ? 5 : 0;
}

#endif /* SELFTESTS_FAULTS_WORLD_H */
