// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"
#include "net_test.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* As many as the oldest kernel cuts one datagram into */
#define SEGMENTS 64
#define LARGEST 65507
/* Ports of flows, until each queue has one */
#define PORTS 20000

/* The packets of one send(), if it may be of more than one */
static int source_segments(const struct bench_side *side)
{
	int fit = LARGEST / device_payload(side);

	return fit < SEGMENTS ? fit : SEGMENTS;
}

/* A flow from @port to the host behind the device */
static int source_socket(const struct bench_side *side, int port, bool large)
{
	int fd = net_udp_socket(device_address(side, false), port);
	int size = device_payload(side), err;
	struct sockaddr_storage ss;
	socklen_t len = net_sockaddr(&ss, device_address(side, true), DEVICE_PORT);

	if (fd < 0)
		return fd;
	if (!connect(fd, (struct sockaddr *)&ss, len) &&
	    (!large || !setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size))))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* What all packets carry, as often as one datagram has room for it */
static unsigned char payload_of[BENCH_SIDES][LARGEST];

static void source_fill(const struct bench_side *side)
{
	size_t payload = device_payload(side);

	for (size_t i = 0; i < source_segments(side) * payload; i++)
		payload_of[side->number][i] = packet_byte(i % payload, side->number);
}

static int source_train(const struct bench_side *side, int fd, int segments)
{
	size_t len = segments * device_payload(side);

	return send(fd, payload_of[side->number], len, 0) == (ssize_t)len ? 0 : -errno;
}

/* The queue that what was sent last came out of, -1 for none or another payload */
static int source_queue(struct bench_side *side)
{
	size_t payload = device_payload(side), at = device_payload_at(side);
	static unsigned char room[PACKET_MAX];
	ssize_t len;

	for (int i = 0; i < side->setup.queues; i++) {
		if (net_poll(side->fd[i], POLLIN, 0) != POLLIN)
			continue;
		len = read(side->fd[i], room, sizeof(room));
		if (len == (ssize_t)(at + payload) &&
		    packet_match(room + at, payload, side->number) == payload)
			return i;
	}
	return -1;
}

int source_begin(struct bench_side *side, bool large)
{
	int missing = side->node ? side->setup.queues : 1;
	int ret = device_qdisc(side, "noqueue");

	source_fill(side);
	side->train = large ? source_segments(side) : 1;
	for (int port = PORTS; missing && !ret && port < PORTS + 1000; port++) {
		int fd = source_socket(side, port, large), queue = 0;

		if (fd < 0)
			return fd;
		ret = source_train(side, fd, 1);
		/* Before 6.11 a train is for devices that take sums which are not filled in. */
		if (large && ret == -EIO)
			ret = -EOPNOTSUPP;
		if (side->node)
			queue = source_queue(side);
		if (ret || queue < 0 || side->source[queue] >= 0) {
			close(fd);
			continue;
		}
		side->source[queue] = fd;
		missing--;
	}
	return ret ? ret : missing ? -EBADMSG : 0;
}

int source_send(struct bench_side *side, int count, struct bench_sample *sample)
{
	int most = side->train, queues = side->node ? side->setup.queues : 1, ret;

	for (int i = 0; i < queues; i++) {
		for (int left = count / queues; left > 0; left -= most) {
			ret = source_train(side, side->source[i], left < most ? left : most);
			if (!ret)
				continue;
			bench_broken(sample, "send: %s", strerror(-ret));
			return -1;
		}
	}
	return 0;
}
