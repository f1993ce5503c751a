// SPDX-License-Identifier: GPL-2.0
/*
 * A device behind which every host answers to ping.
 *
 *	echo NAME ADDRESS [ring|burst|plain] [NODE]
 *	echo tun0 10.0.0.1/24
 */
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <tunalt.h>

/* Turns a request into its answer; false if it is none. IPv4's own checksum stays what it is. */
static bool answer(unsigned char *packet, size_t len)
{
	struct icmphdr *icmp;
	struct iphdr *ip = (struct iphdr *)packet;
	uint32_t sum;

	if (len < sizeof(*ip) || ip->version != 4 || ip->protocol != IPPROTO_ICMP ||
	    ip->ihl < 5 || len < ip->ihl * 4 + sizeof(*icmp))
		return false;
	icmp = (struct icmphdr *)(packet + ip->ihl * 4);
	if (icmp->type != ICMP_ECHO)
		return false;
	sum = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = sum;
	icmp->type = ICMP_ECHOREPLY;
	/* RFC 1624: the sum grows by what the type has lost. */
	sum = ntohs(icmp->checksum) + (ICMP_ECHO << 8);
	icmp->checksum = htons((sum & 0xffff) + (sum >> 16));
	return true;
}

/* An answer that finds no room is lost, as on any wire. */
static int send_back(struct tunalt *t, const struct tunalt_frame *frame)
{
	struct tunalt_frame back;
	int ret = tunalt_reserve(t, frame->len, &back);

	if (ret)
		return ret == -EAGAIN ? 0 : ret;
	memcpy(back.data, frame->data, frame->len);
	return answer(back.data, back.len) ? tunalt_submit(t, &back) : 0;
}

static int turn(struct tunalt *t)
{
	struct tunalt_frame frame;
	int ret;

	while ((ret = tunalt_next(t, &frame)) > 0) {
		ret = send_back(t, &frame);
		if (ret)
			return ret;
	}
	if (!ret)
		ret = tunalt_release(t);
	if (!ret)
		ret = tunalt_flush(t);
	return ret == -EAGAIN ? 0 : ret;
}

/* Until the driver fails */
static int serve(struct tunalt *t)
{
	int ret = 0;

	while (ret >= 0 || ret == -EINTR) {
		ret = tunalt_wait(t, TUNALT_IN, -1);
		if (ret > 0)
			ret = turn(t);
	}
	return ret;
}

int main(int argc, char **argv)
{
	struct tunalt_config config = { .size = sizeof(config), .flags = TUNALT_UP };
	const char *way = argc > 3 ? argv[3] : "";
	struct tunalt *t;
	int ret;

	if (argc < 3) {
		fprintf(stderr, "echo NAME ADDRESS [ring|burst|plain] [NODE]\n");
		return 2;
	}
	config.name = argv[1];
	config.addresses = (const char *const []){ argv[2], NULL };
	config.ways = !strcmp(way, "ring") ? TUNALT_RING : !strcmp(way, "burst") ? TUNALT_BURST :
		      !strcmp(way, "plain") ? TUNALT_PLAIN : 0;
	config.node = argc > 4 ? argv[4] : NULL;
	ret = tunalt_open(&t, &config);
	if (ret) {
		fprintf(stderr, "echo: %s: %s\n", config.step, config.reason);
		return 1;
	}
	ret = serve(t);
	fprintf(stderr, "echo: %s: %s\n", tunalt_name(t), tunalt_strerror(t, ret));
	tunalt_close(t);
	return 1;
}
