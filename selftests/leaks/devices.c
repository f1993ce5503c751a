// SPDX-License-Identifier: GPL-2.0
/*
 * Ten thousand devices of every shape, made and destroyed in each of the ways that a device ends:
 * the kernel has as much memory afterwards as before.
 */
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "../memory.h"
#include "../module/module.h"
#include "packet.h"
#include "tun_dev.h"

#define STOCK 10000
#define SLOW_KERNEL 500
#define BATCH 100
#define LIMIT 1400

/*
 * Smaller than anything that a device has of its own (a queue alone has more than 1 kB), larger
 * than what the rest of the machine moves by: 200 kB in 10000 devices on 6.12.
 */
#define BYTES_A_DEVICE 300

/* What caches keep for later, which grows with the machine and not with the count */
#define SLACK_KB 1024

/* By close, by `ip link del`, with the netns, with the process that holds it */
enum ending { CLOSED, DELETED, NETNS, KILLED, ENDINGS };

static const int shapes[] = {
	IFF_TUN | IFF_NO_PI, IFF_TAP | IFF_NO_PI, IFF_TUN, IFF_TAP | IFF_NO_PI | IFF_NAPI,
	IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE | IFF_VNET_HDR,
};

FIXTURE(devices)
{
	int home;
};

FIXTURE_SETUP(devices)
{
	struct rlimit limit = { 4096, 4096 };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	self->home = open("/proc/self/ns/net", O_RDONLY);
	ASSERT_LE(0, self->home);
}

FIXTURE_TEARDOWN(devices)
{
	close(self->home);
}

/* Packets that nobody reads, and one that the stack takes; 0 or -errno */
static int fill(struct tun_dev *dev)
{
	unsigned char frame[128] = { 0x45 };
	int sock, ret = 0;

	sock = net_packet_socket(dev->name, 0);
	if (sock < 0)
		return sock;
	for (int i = 0; i < 3 && !ret; i++)
		ret = net_packet_send(sock, dev->name, ETH_P_IP, frame, sizeof(frame));
	close(sock);
	if (!ret && write(dev->fd, frame, sizeof(frame)) < 0 && errno != EINVAL && errno != EIO)
		ret = -errno;
	return ret;
}

static int end_one(struct tun_dev *dev, enum ending ending)
{
	int ret = 0;

	if (ending == DELETED)
		ret = net_dellink(dev->name);
	close(dev->fd);
	return ret;
}

/* In a netns that ends with the process; 0 or -errno */
static int batch(enum ending ending)
{
	struct tun_dev dev;
	int ret = tun_dev_netns();

	for (int i = 0; i < BATCH && !ret; i++) {
		int flags = shapes[i % ARRAY_SIZE(shapes)];

		ret = tun_dev_create(&dev, flags, O_NONBLOCK);
		if (ret)
			break;
		if (flags & IFF_MULTI_QUEUE)
			ret = tun_dev_queue(dev.name, flags, 0) < 0 ? -EIO : 0;
		if (!ret)
			ret = fill(&dev);
		if (!ret && ending == NETNS && ioctl(dev.fd, TUNSETPERSIST, 1))
			ret = -errno;
		/* Second queues stay open, and end with the process as well. */
		if (!ret && ending != KILLED)
			ret = end_one(&dev, ending);
	}
	return ret;
}

/* 0 or -errno */
static int run_batch(enum ending ending)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child)
		_exit(-batch(ending));
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

/* A netns ends behind the back of its last process: it is over when nothing holds the module. */
static bool all_gone(void)
{
	for (int i = 0; i < 600; i++) {
		if (!module_users())
			return true;
		net_sleep_ms(100);
	}
	return false;
}

TEST_F_TIMEOUT(devices, ten_thousand_leave_no_memory_behind, LIMIT)
{
	int batches = (tun_divisor() == 1 ? STOCK : SLOW_KERNEL) / BATCH;
	struct memory before, after;
	long slab, vmalloc;

	/* What is made once and kept is made here. */
	for (int ending = 0; ending < ENDINGS; ending++)
		ASSERT_EQ(0, run_batch(ending));
	ASSERT_TRUE(all_gone());
	memory_settle();
	before = memory_now();
	for (int i = 0; i < batches; i++)
		ASSERT_EQ(0, run_batch(i % ENDINGS));
	ASSERT_TRUE(all_gone());
	memory_settle();
	after = memory_now();
	slab = after.slab - before.slab;
	vmalloc = after.vmalloc - before.vmalloc;
	TH_LOG("%d devices: slab %+ld kB, percpu %+ld kB, vmalloc %+ld kB", batches * BATCH, slab,
	       after.percpu - before.percpu, vmalloc);
	/* A debug kernel keeps what is freed, to see who touches it: there kmemleak answers. */
	if (tun_divisor() > 1)
		return;
	EXPECT_GT(SLACK_KB + batches * BATCH * BYTES_A_DEVICE / 1024, slab);
	EXPECT_GT(SLACK_KB + batches * BATCH * BYTES_A_DEVICE / 1024, vmalloc);
	EXPECT_GT(SLACK_KB, after.percpu - before.percpu);
}

TEST_HARNESS_MAIN
