/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters of all kinds, one in the place of the other: classic programs, lists of addresses, and
 * eBPF programs, which are all that TUN takes. Long ones, too. A filter that is freed too early is
 * found by who runs it at that moment, and the longer it runs the more often there is such a
 * moment.
 */
#ifndef SELFTESTS_RACES_FILTERS_H
#define SELFTESTS_RACES_FILTERS_H

#include "../classic.h"
#include "../mac_filter.h"
#include "random.h"

/* Instructions of a long program */
#define RACE_FILTER_LONG 2000

/* A program that adds for a while before it answers @says; 0 or -errno */
static inline int race_filter_long(int fd, unsigned int says)
{
	struct sock_filter code[RACE_FILTER_LONG];

	for (int i = 0; i < RACE_FILTER_LONG - 1; i++)
		code[i] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0);
	code[RACE_FILTER_LONG - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, says);
	return classic_attach(fd, code, RACE_FILTER_LONG);
}

/* Stations and a group that frames of a race are not for, or nothing; 0 or -errno */
static inline int race_filter_addresses(int fd, bool some)
{
	struct {
		__u16 flags, count;
		unsigned char addresses[MAC_FILTER_EXACT + 1][ETH_ALEN];
	} filter = { .count = some ? MAC_FILTER_EXACT + 1 : 0 };
	int ret;

	for (int i = 0; i < MAC_FILTER_EXACT; i++)
		mac_filter_unicast(filter.addresses[i], i);
	mac_filter_multicast(filter.addresses[MAC_FILTER_EXACT], 0);
	ret = tun_ioctl(fd, TUNSETTXFILTER, (unsigned long)&filter);
	return ret < 0 ? ret : 0;
}

/* An eBPF program, -1 for none; 0 or -errno */
static inline int race_filter_program(int fd, int prog)
{
	return tun_ioctl(fd, TUNSETFILTEREBPF, (unsigned long)&prog);
}

/* Addresses keep all frames away: they are there for one of four. @programs are two. */
static inline int race_filter_any(int fd, struct race_random *random, int flags,
				  const int *programs)
{
	static const unsigned int says[] = { CLASSIC_ALL, 40, 0 };

	if (flags & IFF_TUN || race_once_in(random, 4))
		return race_filter_program(fd, race_once_in(random, 3) ? -1 :
					       programs[race_below(random, 2)]);
	switch (race_below(random, 8)) {
	case 0:
	case 1:
		return classic_attach_says(fd, says[race_below(random, ARRAY_SIZE(says))]);
	case 2:
	case 3:
		return race_filter_long(fd, CLASSIC_ALL);
	case 4:
		return classic_detach(fd);
	case 5:
		return race_filter_addresses(fd, true);
	default:
		return race_filter_addresses(fd, false);
	}
}

static inline int race_filter_none(int fd, int flags)
{
	int ret = race_filter_program(fd, -1);

	if (ret || flags & IFF_TUN)
		return ret;
	ret = classic_detach(fd);
	return ret ? ret : race_filter_addresses(fd, false);
}

#endif /* SELFTESTS_RACES_FILTERS_H */
