// SPDX-License-Identifier: GPL-2.0
/*
 * hold NODE NAME FLAGS [QUEUES]: attaches to a device, says "held NAME", and reads and forgets its
 * packets until stdin ends. FLAGS is the number for ifr_flags. With HOLD_RING=BYTES in the
 * environment each queue has rings of that size, which nobody reads, and with HOLD_BUFFERS=BYTES as
 * well buffers to lend. With HOLD_IDLE it reads nothing at all.
 */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/if_tun_alt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUES_MAX	16

static int begin_rings(int fd)
{
	const char *bytes = getenv("HOLD_RING"), *buffers = getenv("HOLD_BUFFERS");
	struct tun_alt_ring_setup setup = { .size = sizeof(setup) };

	if (!bytes)
		return 0;
	setup.read.bytes = strtoul(bytes, NULL, 0);
	setup.write.bytes = setup.read.bytes;
	setup.buffers.bytes = buffers ? strtoul(buffers, NULL, 0) : 0;
	return ioctl(fd, TUN_ALT_RING_SETUP, &setup);
}

static int attach(const char *node, const char *name, int flags)
{
	int fd = open(node, O_RDWR | O_NONBLOCK);
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	ifr.ifr_flags = flags;
	if (fd >= 0 && !ioctl(fd, TUNSETIFF, &ifr) && !begin_rings(fd))
		return fd;
	perror(name);
	exit(1);
}

int main(int argc, char **argv)
{
	struct pollfd fds[QUEUES_MAX + 1] = { { .fd = STDIN_FILENO, .events = POLLIN } };
	int queues = argc > 4 ? atoi(argv[4]) : 1;
	bool idle = getenv("HOLD_IDLE");
	char packet[65536];

	if (argc < 4 || queues > QUEUES_MAX) {
		fprintf(stderr, "usage: hold NODE NAME FLAGS [QUEUES]\n");
		return 2;
	}
	for (int i = 1; i <= queues; i++) {
		fds[i].fd = attach(argv[1], argv[2], strtol(argv[3], NULL, 0));
		fds[i].events = POLLIN;
	}
	printf("held %s\n", argv[2]);
	fflush(stdout);
	while (poll(fds, idle ? 1 : queues + 1, -1) > 0) {
		if (fds[0].revents)
			return 0;
		for (int i = 1; i <= queues; i++)
			if (fds[i].revents & POLLIN)
				while (read(fds[i].fd, packet, sizeof(packet)) > 0)
					;
			else if (fds[i].revents)
				fds[i].fd = -1;
	}
	return 1;
}
