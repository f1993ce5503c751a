// SPDX-License-Identifier: GPL-2.0
/* Before a device is made: does the driver have what each word asks for? */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "cli_unit.h"

/* What the driver of the case that runs says that it can do; -1 if it does not answer */
static int unit_offered;

/* How often the driver was asked for anything else */
static int unit_other;

static int unit_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;

	(void)fd;
	if (request != TUNGETFEATURES || unit_offered < 0) {
		unit_other += request != TUNGETFEATURES;
		errno = ENOTTY;
		return -1;
	}
	va_start(ap, request);
	*va_arg(ap, unsigned int *) = unit_offered;
	va_end(ap);
	return 0;
}

#define ioctl unit_ioctl
#include "node.c"
#undef ioctl

size_t holder_find(const char *name, struct holder *holders, size_t max)
{
	(void)name;
	(void)holders;
	(void)max;
	return 0;
}

/* All that the newest driver has */
#define ALL	0x71f3

#define LACKS(word, offered, bit) \
	"2: this version of the driver cannot do \"" word "\"." \
	"TUNGETFEATURES says " offered ", without " bit ": leave the word out."

#define NO_ANSWER \
	"2: " CONF_NODE " does not answer TUNGETFEATURES: Inappropriate ioctl for device." \
	"it is not this driver's node: see `tun-alt doctor`."

static const struct {
	const char *name;
	int offered;
	int flags;
	const char *want;
} cases[] = {
	{ "a driver that has all takes each word", ALL,
	  IFF_TUN | IFF_NO_PI | IFF_ONE_QUEUE | IFF_VNET_HDR | IFF_MULTI_QUEUE | IFF_NO_CARRIER,
	  "0: " },
	{ "vnet_hdr is refused by who lacks it", ALL & ~IFF_VNET_HDR, IFF_TUN | IFF_VNET_HDR,
	  LACKS("vnet_hdr", "0x31f3", "0x4000") },
	{ "multi_queue is refused by who lacks it", ALL & ~IFF_MULTI_QUEUE,
	  IFF_TAP | IFF_MULTI_QUEUE, LACKS("multi_queue", "0x70f3", "0x100") },
	{ "one_queue is refused by who lacks it", ALL & ~IFF_ONE_QUEUE, IFF_TUN | IFF_ONE_QUEUE,
	  LACKS("one_queue", "0x51f3", "0x2000") },
	{ "carrier off is refused by who lacks it", ALL & ~IFF_NO_CARRIER,
	  IFF_TUN | IFF_NO_CARRIER, LACKS("carrier off", "0x71b3", "0x40") },
	{ "mode tap is refused by who has tun alone", ALL & ~IFF_TAP, IFF_TAP,
	  LACKS("mode tap", "0x71f1", "0x2") },
	{ "mode tun is refused by who has tap alone", ALL & ~IFF_TUN, IFF_TUN,
	  LACKS("mode tun", "0x71f2", "0x1") },
	{ "the first of two words that it lacks is named", IFF_TUN | IFF_TAP,
	  IFF_TUN | IFF_MULTI_QUEUE | IFF_VNET_HDR, LACKS("vnet_hdr", "0x3", "0x4000") },
	{ "what is lacking and was not asked for is no matter", IFF_TUN, IFF_TUN | IFF_NO_PI,
	  "0: " },
	{ "a node that does not answer is none of ours", -1, IFF_TUN,
	  NO_ANSWER },
};

int main(void)
{
	char got[sizeof(unit_said) + 8];

	unit_plan(ARRAY_SIZE(cases) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int ret;

		unit_offered = cases[i].offered;
		*unit_said = 0;
		ret = node_check_flags(0, cases[i].flags);
		snprintf(got, sizeof(got), "%d: %s", ret, unit_said);
		unit_check(cases[i].name, cases[i].want, got);
	}
	snprintf(got, sizeof(got), "%d", unit_other);
	unit_check("nothing is made by asking", "0", got);
	return unit_finish();
}
