// SPDX-License-Identifier: GPL-2.0
/*
 * A VPN in one thread: what a program sends to the tunnel is read, copied and sent to the other
 * end by UDP; what comes from there is copied and written to the device, for a socket.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "counter.h"
#include "device.h"
#include "net_test.h"

/* So many of one direction are handled before those of the other. */
#define BATCH 64
/* The first port of the VPN's two ends, which differ by side */
#define OUTER 5000

static const int sizes[] = { 64, 1400, 0 };

static const struct bench_config configs[] = {
	{ "nonblock", BENCH_NONBLOCK },
	{ }
};

/* The VPN's end here and its peer; the tunnel's own are in the side. */
static int outer[BENCH_SIDES], peer[BENCH_SIDES];
static unsigned char room[PACKET_MAX], copy[PACKET_MAX];

static int vpn_connect(int fd, int port)
{
	struct sockaddr_storage ss;
	socklen_t len = net_sockaddr(&ss, "127.0.0.1", port);

	return connect(fd, (struct sockaddr *)&ss, len) ? -errno : 0;
}

/* Both ends stay for the next configuration. */
static int vpn_ends(unsigned int number)
{
	int port = OUTER + 2 * number, ret;

	if (peer[number] > 0)
		return 0;
	outer[number] = net_udp_socket("127.0.0.1", port);
	if (outer[number] < 0)
		return outer[number];
	peer[number] = net_udp_socket("127.0.0.1", port + 1);
	ret = peer[number] < 0 ? peer[number] : 0;
	ret = ret ? ret : vpn_connect(outer[number], port + 1);
	ret = ret ? ret : vpn_connect(peer[number], port);
	if (!ret)
		return 0;
	close(outer[number]);
	if (peer[number] >= 0)
		close(peer[number]);
	peer[number] = 0;
	return ret;
}

static int vpn_begin(struct bench_side *side)
{
	int ret = device_make(side);

	ret = ret ? ret : vpn_ends(side->number);
	ret = ret ? ret : device_udp(side, NULL);
	if (ret)
		return ret;
	side->sock = net_udp_socket(device_address(side, false), DEVICE_PORT);
	return side->sock < 0 ? side->sock : 0;
}

/* What came is sent on as a copy, which stands for what a cipher does. */
static int pass(ssize_t len, ssize_t want, int to, bool is_device, struct bench_sample *sample)
{
	ssize_t ret = -1;

	if (len == want) {
		memcpy(copy, room, len);
		ret = is_device ? write(to, copy, len) : send(to, copy, len, 0);
	}
	if (ret == want)
		return 0;
	bench_broken(sample, "%zd bytes of %zd came, %zd went: %s", len, want, ret,
		     strerror(errno));
	return -1;
}

/* Out: through the device, the VPN and the outer socket to the peer, who swallows it */
static int vpn_out(struct bench_side *side, int count, struct bench_sample *sample)
{
	ssize_t want = side->packet.len;

	for (int i = 0; i < count; i++)
		if (pass(read(side->fd[0], room, sizeof(room)), want, outer[side->number], false,
			 sample))
			return -1;
	for (int i = 0; i < count; i++)
		if (recv(peer[side->number], room, sizeof(room), MSG_DONTWAIT) != want) {
			bench_broken(sample, "packet %d of %d did not reach the peer", i, count);
			return -1;
		}
	return 0;
}

/* Back: from the peer to the device and the inner socket */
static int vpn_back(struct bench_side *side, int count, struct bench_sample *sample)
{
	ssize_t want = side->packet.len;
	size_t payload = device_payload(side);

	for (int i = 0; i < count; i++)
		if (pass(recv(outer[side->number], room, sizeof(room), MSG_DONTWAIT), want,
			 side->fd[0], true, sample))
			return -1;
	for (int i = 0; i < count; i++)
		if (recv(side->sock, room, sizeof(room), MSG_DONTWAIT) != (ssize_t)payload) {
			bench_broken(sample, "packet %d of %d did not come back", i, count);
			return -1;
		}
	if (packet_match(room, payload, side->number) != payload)
		bench_broken(sample, "another payload came back");
	return 0;
}

static void vpn_run(struct bench_side *side, struct bench_sample *sample)
{
	const unsigned char *at = side->packet.data + device_payload_at(side);
	const char *to = device_address(side, true);
	size_t payload = device_payload(side);
	struct counter before = counter_now(side);
	long long start;
	int len;

	for (int left = sample->count; left > 0; left -= len) {
		len = left < BATCH ? left : BATCH;
		for (int i = 0; i < len; i++)
			net_udp_send(side->sock, to, DEVICE_PORT, at, payload);
		for (int i = 0; i < len; i++)
			send(peer[side->number], side->packet.data, side->packet.len, 0);
		start = bench_now();
		if (vpn_out(side, len, sample) || vpn_back(side, len, sample))
			break;
		sample->amount += bench_now() - start;
	}
	counter_check(side, &before, sample->count, sample->count, 0, sample);
}

const struct bench_case bench_vpn = {
	.figure = { "VPN, there and back", BENCH_PER_PACKET },
	.sizes = sizes,
	.configs = configs,
	.count = 512,
	.tun_only = true,
	.begin = vpn_begin,
	.run = vpn_run,
};
