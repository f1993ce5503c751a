/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A TUN with several queues, flows that a program writes on one of them, and the answers of a
 * socket of the stack: the queue that they come out of.
 */
#ifndef SELFTESTS_FLOWS_H
#define SELFTESTS_FLOWS_H

#include "packet.h"
#include "tun_dev.h"

#define FLOWS_FLAGS (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define FLOWS_LOCAL "10.1.0.1"
#define FLOWS_PEER "10.1.0.2"
#define FLOWS_LOCAL_PORT 2000
#define FLOWS_PORT 5000
#define FLOWS_QUEUES 4

/**
 * struct flows_test - the device under test
 * @dev: its first queue
 * @fd: all of its queues
 * @queues: how many there are
 * @udp: the socket that answers
 * @packet: what was written last
 * @room: what was read last
 */
struct flows_test {
	struct tun_dev dev;
	int fd[FLOWS_QUEUES];
	int queues;
	int udp;
	struct packet packet;
	unsigned char room[2048];
};

/* A device with one queue; 0 or -errno */
static inline int flows_setup(struct flows_test *t)
{
	int ret = tun_dev_setup(&t->dev, FLOWS_FLAGS, O_NONBLOCK);

	if (ret)
		return ret;
	t->fd[0] = t->dev.fd;
	t->queues = 1;
	ret = net_addr4(t->dev.name, FLOWS_LOCAL, "255.255.255.0");
	if (ret)
		return ret;
	t->udp = net_udp_socket(FLOWS_LOCAL, FLOWS_LOCAL_PORT);
	return t->udp < 0 ? t->udp : 0;
}

static inline void flows_teardown(struct flows_test *t)
{
	while (t->queues)
		close(t->fd[--t->queues]);
	close(t->udp);
}

/* Adds queues until there are @n; 0 or -errno */
static inline int flows_add_queues(struct flows_test *t, int n)
{
	while (t->queues < n) {
		t->fd[t->queues] = tun_dev_queue(t->dev.name, FLOWS_FLAGS, O_NONBLOCK);
		if (t->fd[t->queues] < 0)
			return t->fd[t->queues];
		t->queues++;
	}
	return 0;
}

/* A packet of flow @port, as the program writes it */
static inline void flows_packet(struct packet *p, int port)
{
	struct packet_flow flow = packet_flow(FLOWS_PEER, FLOWS_LOCAL, port,
					      FLOWS_LOCAL_PORT);

	packet_reset(p);
	packet_udp(p, &flow, 20, 0);
}

/* The program writes one packet of flow @port on queue @queue, and the stack has it */
static inline int flows_teach(struct flows_test *t, int queue, int port)
{
	flows_packet(&t->packet, port);
	if (write(t->fd[queue], t->packet.data, t->packet.len) != (ssize_t)t->packet.len)
		return -errno;
	return recv(t->udp, t->room, sizeof(t->room), 0) == 20 ? 0 : -EIO;
}

/* The stack sends one packet of flow @port; the queue that it comes out of, or -errno */
static inline int flows_answer(struct flows_test *t, int port, unsigned int number)
{
	struct pollfd pfd[FLOWS_QUEUES];
	struct packet_view view;
	ssize_t len;
	int ret;

	ret = net_udp_send(t->udp, FLOWS_PEER, port, &number, sizeof(number));
	if (ret)
		return ret;
	for (int i = 0; i < t->queues; i++)
		pfd[i] = (struct pollfd) { .fd = t->fd[i], .events = POLLIN };
	if (poll(pfd, t->queues, NET_SOON_MS) != 1)
		return -ETIMEDOUT;
	for (int i = 0; i < t->queues; i++) {
		if (!pfd[i].revents)
			continue;
		len = read(t->fd[i], t->room, sizeof(t->room));
		if (len < 0 || !packet_parse(&view, t->room, len) || view.dport != port)
			return -EPROTO;
		return memcmp(view.payload, &number, sizeof(number)) ? -EBADMSG : i;
	}
	return -ENODATA;
}

/* Flows that the hash of two queues sends to the second; how many of @ports were filled */
static inline int flows_of_queue_1(struct flows_test *t, int *ports, int want)
{
	int found = 0;

	for (int flow = 0; flow < 200 && found < want; flow++)
		if (flows_answer(t, FLOWS_PORT + flow, flow) == 1)
			ports[found++] = FLOWS_PORT + flow;
	return found;
}

#endif /* SELFTESTS_FLOWS_H */
