// SPDX-License-Identifier: GPL-2.0
/* TUNSETFILTEREBPF: what the program drops and cuts, and what it sees */
#include "kselftest_harness.h"
#include "bpf/answer.h"
#include "bpf_test.h"
#include "classic.h"
#include "mac_filter.h"
#include "probe.h"

#define LENGTH 200

static struct probe probe;

FIXTURE(ebpf_filter)
{
	struct bpf_object *object;
	int fd;
};

FIXTURE_VARIANT(ebpf_filter)
{
	int flags;
};

FIXTURE_VARIANT_ADD(ebpf_filter, tun) { .flags = IFF_TUN | IFF_NO_PI };
FIXTURE_VARIANT_ADD(ebpf_filter, tap) { .flags = IFF_TAP | IFF_NO_PI };

/* TUNSETFILTEREBPF of a program of the object, or of none; 0 or -errno */
static int set(const struct bpf_object *object, int fd, const char *name)
{
	int prog = name ? bpf_test_prog(object, name) : -1;

	return tun_ioctl(fd, TUNSETFILTEREBPF, (unsigned long)&prog);
}

FIXTURE_SETUP(ebpf_filter)
{
	self->object = bpf_test_load("answer");
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(0, probe_setup(&probe, variant->flags));
	self->fd = probe.dev.fd;
	ASSERT_EQ(0, set(self->object, self->fd, "answer"));
}

FIXTURE_TEARDOWN(ebpf_filter)
{
	probe_teardown(&probe);
	bpf_object__close(self->object);
}

/* What the program says from now on, and how much of a frame comes then */
static ssize_t pass(const struct bpf_object *object, unsigned int says)
{
	int ret = bpf_test_config(object, ANSWER_VALUE, says);

	return ret ? ret : probe_pass(&probe, LENGTH);
}

TEST_F(ebpf_filter, answer_0_drops)
{
	EXPECT_EQ(-ENOBUFS, pass(self->object, 0));
	EXPECT_EQ(-EAGAIN, probe_read(&probe, self->fd));
	EXPECT_EQ(1, bpf_test_count(self->object, ANSWER_RUNS));
}

TEST_F(ebpf_filter, answer_of_the_length_and_more_passes_the_whole)
{
	static const unsigned int says[] = { LENGTH, LENGTH + 1, 0x10000, 0x7fffffff, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		EXPECT_EQ(LENGTH, pass(self->object, says[i]))
			TH_LOG("says %u", says[i]);
	}
}

TEST_F(ebpf_filter, smaller_answer_cuts)
{
	static const unsigned int says[] = { LENGTH - 1, 60, 14, 13, 1 };

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		EXPECT_EQ((int)says[i], pass(self->object, says[i]))
			TH_LOG("says %u", says[i]);
	}
}

TEST_F(ebpf_filter, large_frame_is_cut_as_well)
{
	ASSERT_EQ(0, net_set_mtu(probe.dev.name, 65000));
	for (unsigned int says = 59999; says; says /= 3) {
		ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, says));
		EXPECT_EQ((int)says, probe_pass(&probe, 60000));
	}
}

TEST_F(ebpf_filter, program_sees_the_frame_from_its_first_byte)
{
	ASSERT_EQ(0, set(self->object, self->fd, "answer_byte"));
	probe.frame[0] = 0x44;
	EXPECT_EQ(0x44, probe_pass(&probe, LENGTH));
	probe.frame[0] = 0;
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, LENGTH));
	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_AT, LENGTH - 1));
	probe.frame[LENGTH - 1] = 17;
	EXPECT_EQ(17, probe_pass(&probe, LENGTH));
}

TEST_F(ebpf_filter, program_sees_the_device_the_type_and_the_length)
{
	ASSERT_EQ(LENGTH, pass(self->object, 0xffffffff));
	EXPECT_EQ(if_nametoindex(probe.dev.name), bpf_test_count(self->object, ANSWER_IFINDEX));
	EXPECT_EQ(htons(PROBE_TYPE), bpf_test_count(self->object, ANSWER_PROTOCOL));
	EXPECT_EQ(LENGTH, bpf_test_count(self->object, ANSWER_LEN));
}

TEST_F(ebpf_filter, program_finds_its_control_block_empty)
{
	ASSERT_EQ(0, set(self->object, self->fd, "answer_control_block"));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(LENGTH, pass(self->object, LENGTH));
		EXPECT_EQ(0, bpf_test_count(self->object, ANSWER_CB));
	}
}

TEST_F(ebpf_filter, taking_it_away_lets_everything_pass)
{
	ASSERT_EQ(-ENOBUFS, pass(self->object, 0));
	ASSERT_EQ(0, set(self->object, self->fd, NULL));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
	EXPECT_EQ(1, bpf_test_count(self->object, ANSWER_RUNS));
}

TEST_F(ebpf_filter, call_that_fails_changes_nothing)
{
	ASSERT_EQ(50, pass(self->object, 50));
	ASSERT_EQ(-EINVAL, set(self->object, self->fd, "answer_xdp"));
	ASSERT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETFILTEREBPF, tun_bad_pointer()));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(ebpf_filter, dropped_frames_are_counted)
{
	long long drops = net_stat(probe.dev.name, NET_XMITTED_DROPS);

	for (int i = 0; i < 3; i++)
		ASSERT_EQ(-ENOBUFS, pass(self->object, 0));
	EXPECT_EQ(drops + 3, net_stat(probe.dev.name, NET_XMITTED_DROPS));
}

TEST_F(ebpf_filter, frames_that_are_written_need_no_leave)
{
	long long packets = net_stat(probe.dev.name, NET_RECEIVED_PACKETS);

	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, 0));
	ASSERT_EQ(LENGTH, write(self->fd, probe.frame, LENGTH));
	EXPECT_EQ(packets + 1, net_stat(probe.dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, bpf_test_count(self->object, ANSWER_RUNS));
}

TEST_F(ebpf_filter, next_holder_of_a_persistent_device_has_it)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(50, pass(self->object, 50));
	close(self->fd);
	self->fd = tun_dev_queue(probe.dev.name, variant->flags, O_NONBLOCK);
	probe.dev.fd = self->fd;
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(ebpf_filter, next_device_of_a_descriptor_has_none)
{
	ASSERT_EQ(50, pass(self->object, 50));
	ASSERT_EQ(0, net_dellink(probe.dev.name));
	close(probe.sock);
	ASSERT_EQ(0, tun_dev_attach(self->fd, probe.dev.name, variant->flags));
	ASSERT_EQ(0, probe_start(&probe, variant->flags & IFF_TAP));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
}

TEST_F(ebpf_filter, holds_for_every_queue)
{
	int queues = variant->flags | IFF_MULTI_QUEUE, second, passed = 0;

	probe_teardown(&probe);
	ASSERT_EQ(0, probe_setup(&probe, queues));
	self->fd = probe.dev.fd;
	second = tun_dev_queue(probe.dev.name, queues, O_NONBLOCK);
	ASSERT_LE(0, second);
	ASSERT_EQ(0, set(self->object, second, "answer"));
	for (int i = 0; i < 64; i++) {
		ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, i % 2 ? 0xffffffff : 0));
		if (!probe_send(&probe, probe_flow(&probe, i, LENGTH)))
			passed++;
	}
	EXPECT_EQ(32, passed);
	EXPECT_EQ(64, bpf_test_count(self->object, ANSWER_RUNS));
	EXPECT_EQ(32, tun_dev_drain(self->fd) + tun_dev_drain(second));
	close(second);
}

FIXTURE(ebpf_filter_order)
{
	struct bpf_object *object;
	int fd;
};

/* All three filters at work; the classic one with an answer of the test's */
FIXTURE_SETUP(ebpf_filter_order)
{
	self->object = bpf_test_load("answer");
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(0, probe_setup(&probe, IFF_TAP | IFF_NO_PI));
	self->fd = probe.dev.fd;
	ASSERT_EQ(0, set(self->object, self->fd, "answer"));
	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, 0xffffffff));
}

FIXTURE_TEARDOWN(ebpf_filter_order)
{
	probe_teardown(&probe);
	bpf_object__close(self->object);
}

TEST_F(ebpf_filter_order, classic_filter_comes_before)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, LENGTH));
	EXPECT_EQ(0, bpf_test_count(self->object, ANSWER_RUNS));
}

TEST_F(ebpf_filter_order, what_the_classic_filter_cut_is_not_seen)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
	EXPECT_EQ(50, bpf_test_count(self->object, ANSWER_LEN));
	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, 40));
	EXPECT_EQ(40, probe_pass(&probe, LENGTH));
	ASSERT_EQ(0, bpf_test_config(self->object, ANSWER_VALUE, 60));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(ebpf_filter_order, mac_filter_comes_before)
{
	static const unsigned char station[ETH_ALEN] = { 2, 0, 0, 1, 0, 0 };
	static const unsigned char stranger[ETH_ALEN] = { 2, 0, 0, 1, 0, 1 };
	static struct mac_filter filter;

	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(self->fd, &filter));
	EXPECT_EQ(0, probe_to(&probe, stranger));
	EXPECT_EQ(0, bpf_test_count(self->object, ANSWER_RUNS));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(1, bpf_test_count(self->object, ANSWER_RUNS));
}

TEST_HARNESS_MAIN
