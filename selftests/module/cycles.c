// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading many times leaves no memory behind */
#include <limits.h>

#include "kselftest_harness.h"
#include "../tun_dev.h"
#include "../memory.h"
#include "module.h"

#define WARM_UP 20
/* A leak grows in every part; what the kernel puts off or splits up does in some */
#define PARTS 4
#define CYCLES scaled(50)
/* Loading dummy.ko costs the kernel 0.75 kB of slab a cycle: 38; a leak of 1 KiB is 50 more */
#define MARGIN_KB 75

FIXTURE(cycles)
{
};

FIXTURE_SETUP(cycles)
{
	ASSERT_EQ(0, module_reset());
	ASSERT_EQ(0, tun_dev_netns());
}

FIXTURE_TEARDOWN(cycles)
{
	ASSERT_EQ(0, module_reset());
}

/* One life of the module, with devices of both kinds and a packet in it now and then */
static int cycle(int number)
{
	unsigned char packet[64] = { 0x45 };
	struct tun_dev tun, tap;
	int ret;

	ret = module_unload();
	if (ret)
		return ret;
	ret = module_load("");
	if (ret || number % 5)
		return ret;
	ret = tun_dev_create(&tun, IFF_TUN | IFF_NO_PI, O_NONBLOCK);
	if (ret)
		return ret;
	ret = tun_dev_create(&tap, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK);
	if (ret)
		return ret;
	if (write(tun.fd, packet, sizeof(packet)) != sizeof(packet))
		return -EIO;
	close(tun.fd);
	close(tap.fd);
	return 0;
}

static long least(long a, long b)
{
	return a < b ? a : b;
}

TEST_F_TIMEOUT(cycles, two_hundred_leave_no_memory_behind, 230)
{
	struct memory before, after, growth = { LONG_MAX, LONG_MAX, LONG_MAX };

	for (int i = 0; i < WARM_UP; i++)
		ASSERT_EQ(0, cycle(i));
	for (int part = 0; part < PARTS; part++) {
		memory_settle();
		before = memory_now();
		for (int i = 0; i < CYCLES; i++)
			ASSERT_EQ(0, cycle(i));
		memory_settle();
		after = memory_now();
		ksft_print_msg("%d cycles: slab %+ld kB, percpu %+ld kB, vmalloc %+ld kB\n", CYCLES,
			       after.slab - before.slab, after.percpu - before.percpu,
			       after.vmalloc - before.vmalloc);
		growth.slab = least(growth.slab, after.slab - before.slab);
		growth.percpu = least(growth.percpu, after.percpu - before.percpu);
		growth.vmalloc = least(growth.vmalloc, after.vmalloc - before.vmalloc);
	}
	EXPECT_GT(MARGIN_KB, growth.slab);
	EXPECT_GT(MARGIN_KB, growth.percpu);
	EXPECT_GT(MARGIN_KB, growth.vmalloc);
}

TEST_HARNESS_MAIN
