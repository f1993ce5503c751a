// SPDX-License-Identifier: GPL-2.0
/*
 * A tunnel over UDP, without any encryption: what the device sends goes to the peer, and back.
 *
 *	vpn NAME ADDRESS LOCAL:PORT PEER:PORT [ring|burst|plain] [NODE]
 *	vpn tun0 10.0.0.1/24 192.0.2.1:5000 192.0.2.2:5000
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <tunalt.h>

/* So many packets of one direction, then those of the other */
#define TURN 64

/* What is left of 1500 bytes behind the headers of IPv4 and UDP */
#define MTU 1472

static void fail(const char *what, int error)
{
	fprintf(stderr, "vpn: %s: %s\n", what, tunalt_strerror(NULL, error));
	exit(1);
}

/* "192.0.2.1:5000" */
static struct sockaddr_in address(const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	const char *colon = strchr(text, ':');
	char host[INET_ADDRSTRLEN] = "";

	if (colon && (size_t)(colon - text) < sizeof(host))
		memcpy(host, text, colon - text);
	if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
		fail(text, -EINVAL);
	in.sin_port = htons(atoi(colon + 1));
	return in;
}

static int connected(const char *local, const char *peer)
{
	struct sockaddr_in from = address(local), to = address(peer);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		fail(local, -errno);
	return fd;
}

static unsigned int way(const char *name)
{
	return !name ? 0 : !strcmp(name, "ring") ? TUNALT_RING :
	       !strcmp(name, "burst") ? TUNALT_BURST : TUNALT_PLAIN;
}

/* To the peer. What it has no room for is lost, as on any wire. */
static int out(struct tunalt *t, int fd)
{
	struct tunalt_frame frame;
	int ret = 0;

	for (int i = 0; i < TURN && (ret = tunalt_next(t, &frame)) > 0; i++)
		send(fd, frame.data, frame.len, 0);
	return ret < 0 ? ret : tunalt_release(t);
}

/* From the peer, straight to where the driver takes it; -EAGAIN if it takes no more for now */
static int in(struct tunalt *t, int fd)
{
	struct tunalt_frame frame;
	ssize_t got;
	int ret = 0;

	for (int i = 0; i < TURN && !(ret = tunalt_reserve(t, MTU, &frame)); i++) {
		got = recv(fd, frame.data, MTU, 0);
		if (got <= 0)
			break;
		frame.len = got;
		tunalt_submit(t, &frame);
	}
	return ret ? ret : tunalt_flush(t);
}

/* Until the driver fails. As long as it takes nothing, nobody looks for what the peer sends. */
static int carry(struct tunalt *t, int fd)
{
	struct pollfd pfd[2] = { { .fd = tunalt_fd(t) }, { .events = POLLIN } };
	int ret, full = 0;

	do {
		pfd[0].events = full ? POLLIN | POLLOUT : POLLIN;
		pfd[1].fd = full ? -1 : fd;
		ret = tunalt_ask(t, full ? TUNALT_IN | TUNALT_OUT : TUNALT_IN);
		if (!ret)
			poll(pfd, 2, -1);
		if (ret >= 0)
			ret = out(t, fd);
		if (!ret)
			ret = in(t, fd);
		full = ret == -EAGAIN;
	} while (!ret || full);
	return ret;
}

int main(int argc, char **argv)
{
	struct tunalt_config config = {
		.size = sizeof(config), .flags = TUNALT_UP, .mtu = MTU,
	};
	struct tunalt *t;
	int ret, fd;

	if (argc < 5) {
		fputs("vpn NAME ADDRESS LOCAL:PORT PEER:PORT [ring|burst|plain] [NODE]\n", stderr);
		return 2;
	}
	config.name = argv[1];
	config.addresses = (const char *const []){ argv[2], NULL };
	config.ways = way(argc > 5 ? argv[5] : NULL);
	config.node = argc > 6 ? argv[6] : NULL;
	fd = connected(argv[3], argv[4]);
	ret = tunalt_open(&t, &config);
	if (ret) {
		fprintf(stderr, "vpn: %s: %s\n", config.step, config.reason);
		return 1;
	}
	ret = carry(t, fd);
	fprintf(stderr, "vpn: %s: %s\n", tunalt_name(t), tunalt_strerror(t, ret));
	tunalt_close(t);
	return 1;
}
