/* SPDX-License-Identifier: GPL-2.0 */
/* ethtool -k and -K on a device by name: the offloads of the core's */
#ifndef SELFTESTS_ABI_FEATURES_H
#define SELFTESTS_ABI_FEATURES_H

#include "ethtool.h"

#define FEATURES_MOST 128
#define FEATURES_WORDS (FEATURES_MOST / 32)

/* Which of a device's features are what */
enum features_kind { FEATURES_AVAILABLE, FEATURES_REQUESTED, FEATURES_ACTIVE };

struct features_answer {
	__u32 cmd;
	__u32 size;
	struct ethtool_get_features_block block[FEATURES_WORDS];
};

struct features_names {
	__u32 cmd;
	__u32 string_set;
	__u32 len;
	char name[FEATURES_MOST][ETH_GSTRING_LEN];
};

/* The names of the features of this kernel, in the order of their numbers; 0 or -errno */
static inline int features_names(const char *device, struct features_names *names)
{
	struct {
		struct ethtool_sset_info info;
		__u32 len;
	} set = { { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES } };
	int ret = ethtool(device, &set);

	if (ret)
		return ret;
	if (set.len > FEATURES_MOST)
		return -E2BIG;
	memset(names, 0, sizeof(*names));
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = set.len;
	return ethtool(device, names);
}

/* The number of a feature, or -ENOENT */
static inline int features_number(const struct features_names *names, const char *name)
{
	for (unsigned int i = 0; i < names->len; i++)
		if (!strncmp(names->name[i], name, ETH_GSTRING_LEN))
			return i;
	return -ENOENT;
}

/* Bit i of the answer says whether feature i of @list is of that kind; or -errno */
static inline int features_get(const char *device, const char *const *list,
			       enum features_kind kind)
{
	struct features_answer answer = { .cmd = ETHTOOL_GFEATURES, .size = FEATURES_WORDS };
	struct features_names names;
	int ret = features_names(device, &names), found = 0;

	if (!ret)
		ret = ethtool(device, &answer);
	for (int i = 0; !ret && list[i]; i++) {
		int number = features_number(&names, list[i]);
		struct ethtool_get_features_block *block = answer.block + number / 32;
		__u32 word[] = { block->available, block->requested, block->active };

		if (number >= 0 && word[kind] & 1U << number % 32)
			found |= 1 << i;
	}
	return ret ? ret : found;
}

/* ethtool -K of one feature; 0, ETHTOOL_F_* of what was not done, or -errno */
static inline int features_set(const char *device, const char *name, bool on)
{
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block block[FEATURES_WORDS];
	} set = { { .cmd = ETHTOOL_SFEATURES } };
	struct ifreq ifr = { .ifr_data = (char *)&set };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct features_names names;
	int number, ret = features_names(device, &names);

	number = ret ? ret : features_number(&names, name);
	if (number >= 0 && fd >= 0) {
		set.head.size = (names.len + 31) / 32;
		set.block[number / 32].valid = 1U << number % 32;
		set.block[number / 32].requested = on ? 1U << number % 32 : 0;
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", device);
		ret = ioctl(fd, SIOCETHTOOL, &ifr);
		number = ret < 0 ? -errno : ret;
	}
	close(fd);
	return number;
}

#endif /* SELFTESTS_ABI_FEATURES_H */
