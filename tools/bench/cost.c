// SPDX-License-Identifier: GPL-2.0
/*
 * What devices cost: memory of the kernel's slabs, time to make them and to end them.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/if_tun_alt.h>

#include "net_test.h"
#include "bench.h"

#define MOST 1000
#define GROUP 77

static const struct bench_config configs[] = {
	{ "default", 0 },
	{ }
};

static const struct bench_config memory_configs[] = {
	{ "default", 0 },
	{ "queues said", BENCH_SAID },
	{ }
};

static const int queues[] = { 1, 4, 0 };

/* Of the side that is at work; the others have none. */
static int files[MOST * BENCH_QUEUES];
static int opened;
/* For requests about links; it stays */
static int netlink = -1;

static int cost_begin(struct bench_side *side)
{
	struct rlimit limit = { .rlim_cur = MOST * BENCH_QUEUES + 100 };

	(void)side;
	if (netlink < 0)
		netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (netlink < 0)
		return -errno;
	limit.rlim_max = limit.rlim_cur;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

static int make_queue(const struct bench_side *side, int number)
{
	struct tun_alt_queues most = { .size = sizeof(most), .most = side->setup.queues };
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open(side->node, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	files[opened++] = fd;
	if (side->setup.flags & BENCH_SAID && ioctl(fd, TUN_ALT_SET_QUEUES, &most))
		return -errno;
	if (side->setup.queues > 1)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "cost%d", number);
	return ioctl(fd, TUNSETIFF, &ifr) ? -errno : 0;
}

static int make_dummies(int count)
{
	FILE *ip = popen("ip -batch -", "w");

	for (int i = 0; ip && i < count; i++)
		fprintf(ip, "link add cost%d type dummy\n", i);
	return ip && !pclose(ip) ? 0 : -EIO;
}

static int make_all(const struct bench_side *side, int count, struct bench_sample *sample)
{
	int ret = side->node ? 0 : make_dummies(count);

	for (int i = 0; side->node && i < count && !ret; i++)
		for (int queue = 0; queue < side->setup.queues && !ret; queue++)
			ret = make_queue(side, i);
	if (ret)
		bench_broken(sample, "device: %s", strerror(-ret));
	return ret;
}

static int join_group(int count, struct bench_sample *sample)
{
	char name[IFNAMSIZ];
	int ret = 0;

	for (int i = 0; i < count && !ret; i++) {
		snprintf(name, sizeof(name), "cost%d", i);
		ret = rtnl_set_number(netlink, name, IFLA_GROUP, GROUP);
	}
	if (ret)
		bench_broken(sample, "group: %s", strerror(-ret));
	return ret;
}

static void close_all(void)
{
	while (opened)
		close(files[--opened]);
}

static void gone(int count, struct bench_sample *sample)
{
	char name[IFNAMSIZ];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "cost%d", i);
		if (rtnl_index(name))
			bench_broken(sample, "%s is still there", name);
	}
}

/* What is in the slabs, in bytes */
static long long slab(void)
{
	long long kib = -1;
	char line[128];
	FILE *f;

	/* What was freed a moment ago is not yet back. */
	net_sleep_ms(500);
	f = fopen("/proc/meminfo", "re");
	while (f && kib < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "Slab: %lld kB", &kib) != 1)
			kib = -1;
	if (f)
		fclose(f);
	return kib * 1024;
}

static void memory_run(struct bench_side *side, struct bench_sample *sample)
{
	long long before = slab();

	if (!make_all(side, sample->count, sample))
		sample->amount = slab() - before;
	if (!side->node)
		join_group(sample->count, sample);
	if (!side->node && rtnl_delete_group(netlink, GROUP))
		bench_broken(sample, "the devices do not go");
	close_all();
	gone(sample->count, sample);
}

static void create_run(struct bench_side *side, struct bench_sample *sample)
{
	long long start = bench_now();

	make_all(side, sample->count, sample);
	sample->amount = bench_now() - start;
	if (!join_group(sample->count, sample))
		rtnl_delete_group(netlink, GROUP);
	close_all();
	gone(sample->count, sample);
}

static void destroy_run(struct bench_side *side, struct bench_sample *sample)
{
	long long start;

	if (!make_all(side, sample->count, sample) && !join_group(sample->count, sample)) {
		start = bench_now();
		if (rtnl_delete_group(netlink, GROUP))
			bench_broken(sample, "the devices do not go");
		sample->amount = bench_now() - start;
		gone(sample->count, sample);
	}
	close_all();
}

static void close_run(struct bench_side *side, struct bench_sample *sample)
{
	long long start;

	make_all(side, sample->count, sample);
	start = bench_now();
	close_all();
	sample->amount = bench_now() - start;
	gone(sample->count, sample);
}

const struct bench_case bench_memory = {
	.figure = { "memory of a device", "bytes of slab/device" },
	.queues = queues,
	.configs = memory_configs,
	.count = 100,
	.tun_only = true,
	.driver = true,
	.begin = cost_begin,
	.run = memory_run,
};

const struct bench_case bench_create = {
	.figure = { "create a device", "ns/device" },
	.clock = true,
	.configs = configs,
	.count = MOST,
	.tun_only = true,
	.begin = cost_begin,
	.run = create_run,
};

const struct bench_case bench_destroy = {
	.figure = { "destroy by one request", "ns/device" },
	.clock = true,
	.configs = configs,
	.count = MOST,
	.tun_only = true,
	.begin = cost_begin,
	.run = destroy_run,
};

const struct bench_case bench_close = {
	.figure = { "destroy by closing each", "ns/device" },
	.clock = true,
	.configs = configs,
	.count = MOST / 10,
	.tun_only = true,
	.begin = cost_begin,
	.run = close_run,
};
