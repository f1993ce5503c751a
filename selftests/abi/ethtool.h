/* SPDX-License-Identifier: GPL-2.0 */
/* SIOCETHTOOL on a device by name */
#ifndef SELFTESTS_ABI_ETHTOOL_H
#define SELFTESTS_ABI_ETHTOOL_H

#include <linux/ethtool.h>

#include "net_test.h"

/* @data begins with the command; 0 or -errno */
static inline int ethtool(const char *name, void *data)
{
	struct ifreq ifr = { .ifr_data = data };

	return net_ifreq(name, SIOCETHTOOL, &ifr);
}

/* A command whose answer is one number */
static inline long long ethtool_value(const char *name, unsigned int cmd)
{
	struct ethtool_value value = { .cmd = cmd };
	int ret = ethtool(name, &value);

	return ret ? ret : (long long)value.data;
}

static inline int ethtool_set_value(const char *name, unsigned int cmd, unsigned int data)
{
	struct ethtool_value value = { .cmd = cmd, .data = data };

	return ethtool(name, &value);
}

#endif /* SELFTESTS_ABI_ETHTOOL_H */
