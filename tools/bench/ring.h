/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rings: packets in memory that program and kernel share.
 */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include "bench.h"

/* Sets both rings of the side's queue up; 0 or -errno. Nothing without BENCH_RING. */
int ring_begin(struct bench_side *side);
void ring_end(struct bench_side *side);

/*
 * Puts a packet into the buffer that is lent as the @at'th from now on; all have one length. There
 * are more buffers than packets that the stack still has.
 */
void ring_put(struct bench_side *side, int at, const struct packet *p);

/* Writes side->packet @packets times, with a kick for 64; 0, or -1 and the sample is void */
int ring_write(struct bench_side *side, int packets, struct bench_sample *sample);

/* Likewise, with one kick for all of them, which have to fit */
int ring_write_at_once(struct bench_side *side, int packets, struct bench_sample *sample);

/*
 * Waits, without a system call, for packets of @want bytes each, and takes up to @most; how many,
 * or 0 and the sample is void
 */
int ring_take(struct bench_side *side, int most, size_t want, struct bench_sample *sample);

/*
 * Reads @packets that are there, each of @want bytes; where the last of them is, up to the next
 * call, or NULL and the sample is void
 */
const unsigned char *ring_read(struct bench_side *side, int packets, size_t want,
			       struct bench_sample *sample);

#endif /* BENCH_RING_H */
