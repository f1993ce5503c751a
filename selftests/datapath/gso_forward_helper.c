// SPDX-License-Identifier: GPL-2.0
/*
 * A cable with two devices of the node under test at its ends, each in a network namespace:
 *
 *	gso_forward_helper tun|tap NETNS NETNS
 *
 * Both are called gso0, have a vnet header and all offloads of TCP and UDP that the kernel has;
 * what is read at one end is written to the other as it is, header first. Says "ready" on stdout,
 * and on SIGUSR1 what has crossed since the last time, a line for each way:
 *
 *	WAY frames N bytes N gso N large N
 *
 * where WAY is 0 from the first namespace, 1 from the second, and large is more than 60000 bytes.
 */
#include <sched.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "vnet.h"

#define LARGE 60000
#define MOST (VNET_MERGE + 70000)

/**
 * struct way - one direction
 * @from: descriptor to read
 * @to: descriptor to write
 * @frames: how many crossed
 * @bytes: their bytes, without headers
 * @gso: how many had segments
 * @large: how many had more than LARGE bytes
 * @lost: how many the other end refused
 */
struct way {
	int from;
	int to;
	unsigned long frames;
	unsigned long long bytes;
	unsigned long gso;
	unsigned long large;
	unsigned long lost;
};

/* A descriptor that SIGUSR1 is read from, or -errno */
static int open_signal(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A device in the namespace of that name; a descriptor or -errno */
static int open_end(const char *netns, int type, int size)
{
	char path[128], name[IFNAMSIZ] = "gso0";
	int ns, fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		return -errno;
	close(ns);
	fd = tun_dev_queue(name, type | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK);
	if (fd < 0)
		return fd;
	if (vnet_set_size(fd, size))
		return -EINVAL;
	/* in-tree 6.1 has no USO */
	if (vnet_set_offload(fd, TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN | VNET_USO) &&
	    vnet_set_offload(fd, TUN_F_CSUM | VNET_TSO | TUN_F_TSO_ECN))
		return -EINVAL;
	return fd;
}

/* Takes what is there and hands it on */
static void carry(struct way *way, int size)
{
	static unsigned char room[MOST];
	ssize_t len;

	for (int i = 0; i < 64; i++) {
		len = read(way->from, room, sizeof(room));
		if (len < size)
			return;
		if (write(way->to, room, len) != len) {
			way->lost++;
			continue;
		}
		way->frames++;
		way->bytes += len - size;
		way->gso += room[1] != VIRTIO_NET_HDR_GSO_NONE;
		way->large += len - size > LARGE;
	}
}

static void tell(struct way *way, int n)
{
	printf("%d frames %lu bytes %llu gso %lu large %lu lost %lu\n", n, way->frames, way->bytes,
	       way->gso, way->large, way->lost);
	fflush(stdout);
	way->frames = 0;
	way->bytes = 0;
	way->gso = 0;
	way->large = 0;
	way->lost = 0;
}

static void answer(struct way *ways, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	tell(&ways[0], 0);
	tell(&ways[1], 1);
}

static int carry_all(struct way *ways, int size, int signals)
{
	struct pollfd fds[] = {
		{ .fd = ways[0].from, .events = POLLIN }, { .fd = ways[1].from, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (poll(fds, 3, -1) > 0) {
		if ((fds[0].revents | fds[1].revents) & POLLERR)
			break;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents)
				carry(&ways[i], size);
		if (fds[2].revents)
			answer(ways, signals);
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct way ways[2] = {};
	bool tap = argc == 4 && !strcmp(argv[1], "tap");
	int size = tap ? VNET_MERGE : VNET_PLAIN;
	int signals = open_signal();

	if (argc != 4 || signals < 0)
		return 2;
	for (int i = 0; i < 2; i++) {
		ways[i].from = open_end(argv[2 + i], tap ? IFF_TAP : IFF_TUN, size);
		if (ways[i].from < 0) {
			fprintf(stderr, "%s: %s\n", argv[2 + i], strerror(-ways[i].from));
			return 1;
		}
		ways[!i].to = ways[i].from;
	}
	puts("ready");
	fflush(stdout);
	return carry_all(ways, size, signals);
}
