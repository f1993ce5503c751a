/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bursts: many packets by one call, each behind its length.
 */
#ifndef BENCH_BURST_H
#define BENCH_BURST_H

#include <linux/if_tun_alt.h>

#include "bench.h"

/* What stands in front of a packet there */
#define BURST_HEADER sizeof(struct tun_alt_frame)

/*
 * Room for a burst, with side->packet in each place, and the mode of the side's descriptors; 0 or
 * -errno. Nothing without BENCH_BURST.
 */
int burst_begin(struct bench_side *side);
/* Bytes that a burst of the side's packets may have */
size_t burst_room(const struct bench_side *side);

/* How many packets of @want bytes are in a burst of @len bytes; if there is another, it is void */
int burst_look(const unsigned char *burst, size_t len, size_t want, struct bench_sample *sample);

void burst_end(struct bench_side *side);

/* Puts a packet into the place @at of the burst; all of a burst have one length. */
void burst_put(struct bench_side *side, int at, const struct packet *p);

/*
 * Writes @packets packets of @len bytes, those in the burst's places, by as few calls; 0, or -1 and
 * the sample is void
 */
int burst_write(struct bench_side *side, size_t len, int packets, struct bench_sample *sample);

/*
 * Reads @packets that are there, each of @want bytes; where the last of them is, or NULL and the
 * sample is void
 */
const unsigned char *burst_read(struct bench_side *side, int fd, int packets, size_t want,
				struct bench_sample *sample);

#endif /* BENCH_BURST_H */
