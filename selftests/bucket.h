/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A place in the stack that holds on to written frames: behind a bridge port that is the TAP
 * under test stands a token bucket that lets one through and no more for the length of a test.
 *
 * A packet in a queueing discipline holds its socket, which holds the netns that the queueing
 * discipline is in: without bucket_remove() all of it stays.
 */
#ifndef SELFTESTS_BUCKET_H
#define SELFTESTS_BUCKET_H

#include "net_test.h"

#define BUCKET_FRAME_LEN 1000
/* More than it holds before a send buffer of some thousand bytes is full */
#define BUCKET_MANY 100

/*
 * A frame to nobody that the bridge knows: it goes to the one other port, and not as a clone.
 */
static const unsigned char bucket_frame[BUCKET_FRAME_LEN] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";

/* Everything, behind the TAP @name that is up; 0 or not */
static inline int bucket_setup(const char *name)
{
	int ret = net_ip_batch("link add br0 type bridge mcast_snooping 0\n"
			       "link add v0 type veth peer name v1\n"
			       "link set v0 master br0\n"
			       "link set %s master br0\n", name);

	if (ret || net_up("v1") || net_up("v0") || net_up("br0") || !net_running_is("v0", 1))
		return -EIO;
	return system("tc qdisc add dev v0 root tbf rate 8bit burst 1100 limit 1000000");
}

/*
 * Writes until the driver refuses; how many frames it took, or -errno if not with EAGAIN. What
 * the bucket lets through is freed by the peer's softirq, maybe after the first refusal, and
 * poll() asks for half of the buffer: only another write tells.
 */
static inline int bucket_fill(int fd)
{
	int n = 0, before;

	do {
		before = n;
		while (n < BUCKET_MANY &&
		       write(fd, bucket_frame, BUCKET_FRAME_LEN) == BUCKET_FRAME_LEN)
			n++;
		if (n == BUCKET_MANY)
			return n;
		if (errno != EAGAIN)
			return -errno;
		net_sleep_ms(NET_NEVER_MS);
	} while (n != before);
	return n;
}

/* All that it holds is freed; 0 or not */
static inline int bucket_let_go(void)
{
	return system("tc qdisc del dev v0 root");
}

static inline int bucket_remove(void)
{
	return net_dellink("v0");
}

#endif /* SELFTESTS_BUCKET_H */
