// SPDX-License-Identifier: GPL-2.0
/* What the kernel's drop monitors are told of a frame that the program never reads */
#include "kselftest_harness.h"
#include "bpf/answer.h"
#include "bpf/drop.h"
#include "bpf_test.h"
#include "classic.h"
#include "mac_filter.h"
#include "probe.h"

#define TAP (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)
#define LENGTH 200

static struct probe probe;

FIXTURE(drop_reason)
{
	struct bpf_object *monitor;
	struct bpf_link *link;
};

FIXTURE_SETUP(drop_reason)
{
	struct bpf_program *program;

	self->monitor = NULL;
	self->link = NULL;
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		SKIP(return, "the kernel does not describe its types (BTF)");
	ASSERT_EQ(0, probe_setup(&probe, TAP));
	self->monitor = bpf_test_load("drop");
	ASSERT_NE(NULL, self->monitor);
	program = bpf_object__find_program_by_name(self->monitor, "drop");
	ASSERT_NE(NULL, program);
	self->link = bpf_program__attach(program);
	ASSERT_NE(NULL, self->link);
	ASSERT_EQ(0, bpf_test_config(self->monitor, DROP_PROCESS, getpid()));
}

FIXTURE_TEARDOWN(drop_reason)
{
	bpf_link__destroy(self->link);
	bpf_object__close(self->monitor);
	if (self->monitor)
		probe_teardown(&probe);
}

/* How many of three frames that are dropped are told as @reason, and none as anything else */
static int told(const struct bpf_object *monitor, enum drop_count reason)
{
	int all = 0;

	for (int i = 0; i < 3; i++)
		if (probe_send(&probe, LENGTH) != -ENOBUFS)
			return -EPROTO;
	for (int i = 0; i < DROP_COUNTS; i++)
		all += bpf_test_count(monitor, i);
	return all == 3 ? bpf_test_count(monitor, reason) : -ERANGE;
}

TEST_F(drop_reason, of_the_mac_filter)
{
	static struct mac_filter filter;

	mac_filter_add_many(&filter, 0, 1, mac_filter_unicast);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(3, told(self->monitor, DROP_TXFILTER));
}

TEST_F(drop_reason, of_the_classic_filter)
{
	ASSERT_EQ(0, classic_attach_says(probe.dev.fd, 0));
	EXPECT_EQ(3, told(self->monitor, DROP_SOCKET_FILTER));
}

TEST_F(drop_reason, of_the_ebpf_filter)
{
	struct bpf_object *object = bpf_test_load("answer");
	int prog;

	ASSERT_NE(NULL, object);
	prog = bpf_test_prog(object, "answer");
	ASSERT_EQ(0, ioctl(probe.dev.fd, TUNSETFILTEREBPF, &prog));
	EXPECT_EQ(3, told(self->monitor, DROP_FILTER));
	bpf_object__close(object);
}

TEST_F(drop_reason, of_a_full_ring)
{
	ASSERT_EQ(0, net_set_txqueuelen(probe.dev.name, 0));
	EXPECT_EQ(3, told(self->monitor, DROP_FULL_RING));
}

TEST_F(drop_reason, of_a_queue_that_nobody_holds)
{
	struct ifreq ifr = { .ifr_flags = IFF_DETACH_QUEUE };

	ASSERT_EQ(0, ioctl(probe.dev.fd, TUNSETQUEUE, &ifr));
	EXPECT_EQ(3, told(self->monitor, DROP_DEV_READY));
}

TEST_F(drop_reason, of_none_that_is_read)
{
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
	for (int i = 0; i < DROP_COUNTS; i++)
		EXPECT_EQ(0, bpf_test_count(self->monitor, i));
}

TEST_HARNESS_MAIN
