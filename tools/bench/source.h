/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack sends UDP to the device, and no queueing discipline is between it and the driver: one
 * datagram at a time, or, which is the cheapest way that it has, large ones that it cuts in as many
 * packets as fit into 64 KiB.
 */
#ifndef BENCH_SOURCE_H
#define BENCH_SOURCE_H

#include "bench.h"

/* A socket for each queue, whose flow goes there and comes out as it was sent; 0 or -errno */
int source_begin(struct bench_side *side, bool large);

/* Sends @count packets, as many to each queue; 0, or -1 and the sample is void */
int source_send(struct bench_side *side, int count, struct bench_sample *sample);

#endif /* BENCH_SOURCE_H */
