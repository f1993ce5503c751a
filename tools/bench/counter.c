// SPDX-License-Identifier: GPL-2.0
#include "counter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net_test.h"

/* The number under @field in the two lines that begin with @group; -1 if there is none */
static long long counter_snmp(const char *group, const char *field)
{
	static const char space[] = { ' ', '\n', 0 };
	char names[1024], values[1024], *name, *value, *names_at, *values_at;
	long long found = -1;
	FILE *f = fopen("/proc/net/snmp", "re");

	while (f && found < 0 && fgets(names, sizeof(names), f) &&
	       fgets(values, sizeof(values), f)) {
		name = strtok_r(names, space, &names_at);
		value = strtok_r(values, space, &values_at);
		if (!name || strcmp(name, group))
			continue;
		while (name && value && strcmp(name, field)) {
			name = strtok_r(NULL, space, &names_at);
			value = strtok_r(NULL, space, &values_at);
		}
		if (name && value)
			found = strtoll(value, NULL, 10);
	}
	if (f)
		fclose(f);
	return found;
}

struct counter counter_now(const struct bench_side *side)
{
	return (struct counter){
		.received = net_stat(side->name, NET_RECEIVED_PACKETS),
		.xmitted = net_stat(side->name, NET_XMITTED_PACKETS),
		.dropped = net_stat(side->name, NET_RECEIVED_DROPS) +
			   net_stat(side->name, NET_XMITTED_DROPS),
		.header_errors = counter_snmp("Ip:", "InHdrErrors"),
	};
}

void counter_check(const struct bench_side *side, const struct counter *before, long received,
		   long xmitted, long header_errors, struct bench_sample *sample)
{
	struct counter now = counter_now(side);

	if (now.received - before->received != received)
		bench_broken(sample, "the device received %lld packets instead of %ld",
			     now.received - before->received, received);
	if (xmitted >= 0 && now.xmitted - before->xmitted != xmitted)
		bench_broken(sample, "the device sent %lld packets instead of %ld",
			     now.xmitted - before->xmitted, xmitted);
	if (now.dropped != before->dropped)
		bench_broken(sample, "the device dropped %lld packets",
			     now.dropped - before->dropped);
	if (now.header_errors - before->header_errors != header_errors)
		bench_broken(sample, "IP refused %lld headers instead of %ld",
			     now.header_errors - before->header_errors, header_errors);
}
