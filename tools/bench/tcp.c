// SPDX-License-Identifier: GPL-2.0
/*
 * The program writes the segments of a TCP stream whose reader is a socket of this machine: each
 * as large as the MTU lets it, and its acknowledgements are read but not counted.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "burst.h"
#include "counter.h"
#include "device.h"
#include "net_test.h"
#include "ring.h"

#define SPORT 4000
#define DPORT 4002
/* Segments before the reader takes them: 32 of 1460 bytes are less than its window. */
#define BATCH 32
#define TCP_LEN 20

static const int sizes[] = { 1500, 0 };

static const struct bench_config configs[] = {
	{ "nonblock", BENCH_NONBLOCK },
	{ "napi", BENCH_NONBLOCK | BENCH_NAPI },
	{ }
};

/* The window takes one of these, */
static const int large_sizes[] = { 65000, 0 };

/* which stays where it is. */
static const struct bench_config lend_configs[] = {
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "checked", BENCH_NONBLOCK | BENCH_VNET | BENCH_CHECKED | BENCH_REFERENCE },
	{ "ring, lent", BENCH_NONBLOCK | BENCH_RING | BENCH_LEND },
	{ }
};

static const struct bench_config burst_configs[] = {
	{ "nonblock", BENCH_NONBLOCK | BENCH_REFERENCE },
	{ "checked", BENCH_NONBLOCK | BENCH_VNET | BENCH_CHECKED | BENCH_REFERENCE },
	{ "napi", BENCH_NONBLOCK | BENCH_NAPI | BENCH_REFERENCE },
	{ "burst", BENCH_NONBLOCK | BENCH_BURST },
	{ "merging", BENCH_NONBLOCK | BENCH_BURST | BENCH_MERGE },
	{ }
};

/**
 * struct stream - one connection, as its sender knows it
 * @seq: of the next byte that is sent
 * @ack: of the next byte that the other side may send
 * @frames: the next segments, ready to be written
 */
static struct stream {
	__u32 seq;
	__u32 ack;
	struct packet frames[BATCH];
} streams[BENCH_SIDES];

static void put32(unsigned char *at, __u32 value)
{
	packet_put16(at, value >> 16);
	packet_put16(at + 2, value & 0xffff);
}

/* A segment with @len bytes of payload */
static void tcp_build(struct bench_side *side, struct packet *frame, int flags, size_t len)
{
	struct packet_flow flow = packet_flow(device_address(side, true),
					      device_address(side, false), SPORT, DPORT);
	struct stream *stream = &streams[side->number];
	unsigned char *at;
	__u32 sum;

	packet_reset(frame);
	packet_append(frame, side->packet.data, side->header);
	packet_ipv4(frame, &flow, IPPROTO_TCP, TCP_LEN + len);
	device_forbid_fragments(frame->data + side->header);
	at = packet_room(frame, TCP_LEN);
	packet_put16(at, SPORT);
	packet_put16(at + 2, DPORT);
	put32(at + 4, stream->seq);
	put32(at + 8, stream->ack);
	at[12] = TCP_LEN / 4 << 4;
	at[13] = flags;
	packet_put16(at + 14, 0xffff);
	packet_fill(frame, len, side->number);
	sum = packet_pseudo(flow.src, flow.dst, 4, IPPROTO_TCP, TCP_LEN + len);
	packet_put16(at + 16, packet_fold(packet_sum(at, TCP_LEN + len, sum)));
	device_want_sum(side, frame, IPPROTO_TCP, 16);
	stream->seq += len + !!(flags & TH_SYN);
}

static int tcp_write(struct bench_side *side, const struct packet *frame)
{
	return write(side->fd[0], frame->data, frame->len) == (ssize_t)frame->len ? 0 : -errno;
}

/* The answer to a SYN; 0 or -errno */
static int tcp_answer(struct bench_side *side)
{
	static unsigned char room[PACKET_MAX];
	const unsigned char *at = room + side->header + PACKET_IPV4_LEN;

	while (net_poll(side->fd[0], POLLIN, NET_SOON_MS) == POLLIN) {
		ssize_t len = read(side->fd[0], room, sizeof(room));

		if (len < (ssize_t)(side->header + PACKET_IPV4_LEN + TCP_LEN) ||
		    packet_get16(at + 2) != SPORT || at[13] != (TH_SYN | TH_ACK))
			continue;
		streams[side->number].ack = ((__u32)packet_get16(at + 4) << 16 |
					     packet_get16(at + 6)) + 1;
		return 0;
	}
	return -ETIMEDOUT;
}

static int tcp_listen(struct bench_side *side)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), room = 4 << 20, err;
	struct sockaddr_storage ss;
	socklen_t len = net_sockaddr(&ss, device_address(side, false), DPORT);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (!bind(fd, (struct sockaddr *)&ss, len) && !listen(fd, 1))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int tcp_connect(struct bench_side *side)
{
	struct stream *stream = &streams[side->number];
	struct linger now = { .l_onoff = 1 };
	int fd = tcp_listen(side), ret;

	if (fd < 0)
		return fd;
	*stream = (struct stream){ .seq = 1000 };
	tcp_build(side, stream->frames, TH_SYN, 0);
	ret = tcp_write(side, stream->frames);
	ret = ret ? ret : tcp_answer(side);
	tcp_build(side, stream->frames, TH_ACK, 0);
	ret = ret ? ret : tcp_write(side, stream->frames);
	if (!ret) {
		side->sock = accept(fd, NULL, NULL);
		ret = side->sock < 0 ? -errno : 0;
	}
	close(fd);
	/* When it is closed nothing stays that a connection of the same ports would meet. */
	if (!ret && setsockopt(side->sock, SOL_SOCKET, SO_LINGER, &now, sizeof(now)))
		ret = -errno;
	return ret;
}

static int tcp_begin(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : device_headers(side);
	ret = ret ? ret : tcp_connect(side);
	ret = ret ? ret : burst_begin(side);
	return ret ? ret : ring_begin(side);
}

/* All that was sent must have come, to @room. */
static void tcp_take(struct bench_side *side, unsigned char *room, size_t len,
		     struct bench_sample *sample)
{
	size_t got = 0;

	while (got < len) {
		ssize_t ret = recv(side->sock, room + got, len - got, MSG_DONTWAIT);

		if (ret <= 0)
			break;
		got += ret;
	}
	if (got != len)
		bench_broken(sample, "%zu bytes of %zu came: %s", got, len, strerror(errno));
}

static void tcp_run(struct bench_side *side, struct bench_sample *sample)
{
	size_t payload = side->setup.size - PACKET_IPV4_LEN - TCP_LEN;
	struct packet *frames = streams[side->number].frames;
	static unsigned char acks[BATCH * ETH_DATA_LEN], room[PACKET_MAX];
	struct counter before = counter_now(side);
	long long start;
	int batch = payload * BATCH < 0xffff ? BATCH : 0xffff / payload, len;

	for (int left = sample->count; left > 0 && !*sample->broken; left -= len) {
		len = left < batch ? left : batch;
		for (int i = 0; i < len; i++) {
			tcp_build(side, &frames[i], TH_ACK, payload);
			if (side->burst)
				burst_put(side, i, &frames[i]);
			else if (side->ring)
				ring_put(side, i, &frames[i]);
		}
		start = bench_now();
		if (side->burst)
			burst_write(side, frames->len, len, sample);
		else if (side->ring)
			ring_write(side, len, sample);
		for (int i = 0; i < len && !side->burst && !side->ring; i++)
			if (tcp_write(side, &frames[i]))
				bench_broken(sample, "write: %s", strerror(errno));
		tcp_take(side, room, len * payload, sample);
		sample->amount += bench_now() - start;
		if (packet_match(room + (len - 1) * payload, payload, side->number) != payload)
			bench_broken(sample, "another payload came than was written");
		/* Acknowledgements */
		while (read(side->fd[0], acks, sizeof(acks)) > 0)
			;
	}
	counter_check(side, &before, sample->count, -1, 0, sample);
}

const struct bench_case bench_write_tcp = {
	.figure = { "write, TCP stream", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 512,
	.begin = tcp_begin,
	.run = tcp_run,
};

const struct bench_case bench_lend_tcp = {
	.figure = { "ring: write, lent, TCP stream", BENCH_PER_PACKET },
	.sizes = large_sizes,
	.configs = lend_configs,
	.count = 256,
	.begin = tcp_begin,
	.run = tcp_run,
};

const struct bench_case bench_burst_tcp = {
	.figure = { "burst of 32: write, TCP stream", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = burst_configs,
	.count = 512,
	.begin = tcp_begin,
	.run = tcp_run,
};
