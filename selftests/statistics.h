/* SPDX-License-Identifier: GPL-2.0 */
/* ethtool -S: the counters of a device by name. */
#ifndef SELFTESTS_STATISTICS_H
#define SELFTESTS_STATISTICS_H

#include <linux/ethtool.h>

#include "net_test.h"

/* More than 256 queues have */
#define STATISTICS_MOST 10000

struct statistics {
	unsigned int n;
	char (*name)[ETH_GSTRING_LEN];
	__u64 *value;
	void *names;
	void *values;
};

static inline int statistics_ask(const char *dev, void *what)
{
	struct ifreq ifr = { .ifr_data = what };

	return net_ifreq(dev, SIOCETHTOOL, &ifr);
}

static inline void statistics_free(struct statistics *all)
{
	free(all->names);
	free(all->values);
	*all = (struct statistics){ };
}

/* What there is now; 0 or -errno */
static inline int statistics_get(const char *dev, struct statistics *all)
{
	struct ethtool_gstrings *names = calloc(1, sizeof(*names) +
						STATISTICS_MOST * ETH_GSTRING_LEN);
	struct ethtool_stats *values = calloc(1, sizeof(*values) +
					      STATISTICS_MOST * sizeof(__u64));
	int ret;

	*all = (struct statistics){ .names = names, .values = values };
	if (!names || !values)
		return -ENOMEM;
	*names = (struct ethtool_gstrings){ .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_STATS };
	*values = (struct ethtool_stats){ .cmd = ETHTOOL_GSTATS };
	ret = statistics_ask(dev, names);
	if (!ret)
		ret = statistics_ask(dev, values);
	all->n = values->n_stats;
	all->name = (void *)names->data;
	all->value = (void *)values->data;
	return !ret && names->len != values->n_stats ? -EPROTO : ret;
}

/* The value of that name, -1 if there is none */
static inline long long statistics_of(const struct statistics *all, const char *name)
{
	for (unsigned int i = 0; i < all->n; i++)
		if (!strncmp(all->name[i], name, ETH_GSTRING_LEN))
			return all->value[i];
	return -1;
}

/* The sum of those whose name begins so */
static inline long long statistics_sum(const struct statistics *all, const char *prefix)
{
	long long sum = 0;

	for (unsigned int i = 0; i < all->n; i++)
		if (!strncmp(all->name[i], prefix, strlen(prefix)))
			sum += all->value[i];
	return sum;
}

/* One of them now; -1 if there is none of the name, -errno */
static inline long long statistic(const char *dev, const char *name)
{
	struct statistics all;
	long long ret = statistics_get(dev, &all);

	if (!ret)
		ret = statistics_of(&all, name);
	statistics_free(&all);
	return ret;
}

#endif /* SELFTESTS_STATISTICS_H */
