// SPDX-License-Identifier: GPL-2.0
/*
 * What a single-queue device costs above a dummy device of the same boot: ours at most
 * half of in-tree's share. 400 TUN devices of each, descriptors held open.
 * TUN_NODE is ours, TUN_REFERENCE the other (default /dev/net/tun).
 */
#include <sys/resource.h>

#include "kselftest_harness.h"
#include "../tun_dev.h"
#include "../memory.h"
#include "../rtnl.h"

#define DEVICES 400
#define WARM_UP 40

FIXTURE(memory)
{
	int netns;
};

FIXTURE_SETUP(memory)
{
	struct rlimit limit = { 2 * DEVICES, 2 * DEVICES };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
}

FIXTURE_TEARDOWN(memory)
{
}

/* @n devices of the node (NULL: dummy devices); 0 or -errno */
static int add_devices(const char *node, int n)
{
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	char name[IFNAMSIZ];
	int fd, ret = sock < 0 ? -errno : 0;

	for (int i = 0; i < n && !ret; i++) {
		if (!node) {
			ret = rtnl_add(sock, "dummy", NULL);
			continue;
		}
		fd = open(node, O_RDWR);
		if (fd < 0)
			return -errno;
		name[0] = 0;
		ret = tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI);
	}
	close(sock);
	return ret;
}

/* In a child, so that its end takes descriptors and netns away: kB of all devices, in @sum */
static int measure_once(const char *node, struct memory *sum)
{
	struct memory before, after;
	int pipes[2], status;
	pid_t child;

	if (pipe(pipes))
		return -errno;
	memory_settle();
	before = memory_now();
	child = fork();
	if (!child) {
		status = unshare(CLONE_NEWNET) || add_devices(node, WARM_UP);
		memory_settle();
		before = memory_now();
		status = status || add_devices(node, DEVICES);
		memory_settle();
		after = memory_now();
		sum->slab = after.slab - before.slab;
		sum->percpu = after.percpu - before.percpu;
		sum->vmalloc = after.vmalloc - before.vmalloc;
		if (write(pipes[1], sum, sizeof(*sum)) != sizeof(*sum))
			status = 1;
		_exit(status);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		return -EIO;
	if (read(pipes[0], sum, sizeof(*sum)) != sizeof(*sum))
		return -EIO;
	close(pipes[0]);
	close(pipes[1]);
	/* The netns is taken down by a work item, 400 devices at once */
	for (int i = 0; i < 30 && memory_now().slab > before.slab + 2048; i++)
		sleep(1);
	return 0;
}

/* Bytes a device, the mean of all */
static int measure(const char *node, struct memory *bytes)
{
	*bytes = (struct memory) {};
	if (measure_once(node, bytes))
		return -EIO;
	bytes->slab = bytes->slab * 1024 / DEVICES;
	bytes->percpu = bytes->percpu * 1024 / DEVICES;
	bytes->vmalloc = bytes->vmalloc * 1024 / DEVICES;
	ksft_print_msg("%-16s slab %6ld, percpu %5ld, vmalloc %5ld bytes a device\n",
		       node ? node : "dummy", bytes->slab, bytes->percpu, bytes->vmalloc);
	return 0;
}

static long total(const struct memory *memory)
{
	return memory->slab + memory->percpu + memory->vmalloc;
}

TEST_F_TIMEOUT(memory, device_costs_at_most_half_of_in_trees_share, 230)
{
	const char *reference = getenv("TUN_REFERENCE");
	struct memory dummy, tun, alt;

	ASSERT_EQ(0, measure(NULL, &dummy));
	ASSERT_EQ(0, measure(reference ? reference : "/dev/net/tun", &tun));
	ASSERT_EQ(0, measure(tun_node(), &alt));
	ksft_print_msg("above dummy: slab %ld against %ld, all %ld against %ld bytes\n",
		       alt.slab - dummy.slab, tun.slab - dummy.slab,
		       total(&alt) - total(&dummy), total(&tun) - total(&dummy));
	EXPECT_LE(2 * (alt.slab - dummy.slab), tun.slab - dummy.slab);
	EXPECT_LE(2 * (total(&alt) - total(&dummy)), total(&tun) - total(&dummy));
}

/*
 * The ring of a queue is made before the device is registered: 8000 bytes each that must go back.
 * Half of what all of them would be is far above what else grows.
 */
#define REFUSALS 1000
#define REFUSALS_MARGIN_KB (REFUSALS * 8 / 2)

TEST_F(memory, refused_attach_costs_nothing)
{
	struct memory before, after;
	char name[IFNAMSIZ];
	int fd;

	ASSERT_EQ(0, tun_dev_netns());
	memory_settle();
	before = memory_now();
	for (int i = 0; i < REFUSALS; i++) {
		snprintf(name, sizeof(name), "a/b");
		fd = open(tun_node(), O_RDWR);
		ASSERT_LE(0, fd);
		ASSERT_EQ(-EINVAL, tun_dev_attach(fd, name, IFF_TAP));
		close(fd);
	}
	memory_settle();
	after = memory_now();
	EXPECT_GT(REFUSALS_MARGIN_KB, after.slab - before.slab);
}

TEST_HARNESS_MAIN
