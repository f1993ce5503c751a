/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel counted meanwhile: no figure is believed whose packets are not all accounted for.
 */
#ifndef BENCH_COUNTER_H
#define BENCH_COUNTER_H

#include "bench.h"

/**
 * struct counter - the counters of a side
 * @received: packets that the program wrote, as the device counts them
 * @xmitted: packets that the stack sent
 * @dropped: both kinds that the driver dropped
 * @header_errors: packets that IP dropped for their header, of all devices
 */
struct counter {
	long long received;
	long long xmitted;
	long long dropped;
	long long header_errors;
};

/* What @side's counters are now */
struct counter counter_now(const struct bench_side *side);

/*
 * Whether they have moved by @received, @xmitted and @header_errors since @before and nothing was
 * dropped; if not, the sample is void. -1 for @xmitted is any number.
 */
void counter_check(const struct bench_side *side, const struct counter *before, long received,
		   long xmitted, long header_errors, struct bench_sample *sample);

#endif /* BENCH_COUNTER_H */
