/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device of a side, and the packets for it.
 */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include "bench.h"

/* So many packets find room in a queue. */
#define DEVICE_QUEUE 1000

/* UDP port that the program writes to, and the stack sends to */
#define DEVICE_PORT 4001

/* Makes the device of @side with its address and sets it up; 0 or -errno */
int device_make(struct bench_side *side);

/* A queueing discipline of that kind between the stack and the device; 0 or -errno */
int device_qdisc(struct bench_side *side, const char *kind);

/* Ends what device_make() and the case have opened */
void device_end(struct bench_side *side);

/* The address of the device, or with @peer of the host behind it */
const char *device_address(const struct bench_side *side, bool peer);

/* What comes before the IP header of what the program writes to the device: begins side->packet */
int device_headers(struct bench_side *side);

/* Bytes that a UDP packet of the side's size carries, and where they begin in what is read */
size_t device_payload(const struct bench_side *side);
size_t device_payload_at(const struct bench_side *side);

/*
 * Of an IPv4 packet, as any sender does that looks for the path's MTU: packets of one
 * identification belong together only so.
 */
void device_forbid_fragments(unsigned char *ip);

/*
 * Of a whole packet of IPv4, with BENCH_CHECKED: its sum, @offset bytes into its protocol's header,
 * is the receiver's to make up, who trusts the sender then
 */
void device_want_sum(const struct bench_side *side, struct packet *p, int proto, int offset);

/*
 * side->packet: UDP from the host behind the device to the device, or to @to if that is not NULL,
 * with checksums; 0 or -errno
 */
int device_udp(struct bench_side *side, const char *to);

/* Writes side->packet @packets times, to the queues in turn; 0, or -1 and the sample is void */
int device_write(struct bench_side *side, int packets, struct bench_sample *sample);

/* Writes side->packet once and looks whether it is what comes up; 0 or -errno */
int device_shows(struct bench_side *side);

/* Makes the device and side->packet, which IP drops for its header; 0 or -errno */
int device_drop(struct bench_side *side);

/* The last step of that, where the case makes the device and the packet itself */
int device_drop_begin(struct bench_side *side);

#endif /* BENCH_DEVICE_H */
