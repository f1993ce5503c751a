// SPDX-License-Identifier: GPL-2.0
/* A classic filter: what it drops, what it cuts, and for which queues it holds */
#include "kselftest_harness.h"
#include "classic.h"
#include "probe.h"

#define TAP (IFF_TAP | IFF_MULTI_QUEUE)
#define LENGTH 200

static struct probe probe;

FIXTURE(classic_filter)
{
	int fd;
};

FIXTURE_SETUP(classic_filter)
{
	ASSERT_EQ(0, probe_setup(&probe, IFF_TAP | IFF_NO_PI));
	self->fd = probe.dev.fd;
}

FIXTURE_TEARDOWN(classic_filter)
{
	probe_teardown(&probe);
}

TEST_F(classic_filter, answer_0_drops)
{
	ASSERT_EQ(LENGTH, probe_pass(&probe, LENGTH));
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, LENGTH));
	EXPECT_EQ(-EAGAIN, probe_read(&probe, self->fd));
}

TEST_F(classic_filter, answer_of_the_length_and_more_passes_the_whole)
{
	static const unsigned int says[] = { LENGTH, LENGTH + 1, 0x10000, 0x7fffffff, CLASSIC_ALL };

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		ASSERT_EQ(0, classic_attach_says(self->fd, says[i]));
		EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH))
			TH_LOG("says %u", says[i]);
	}
}

TEST_F(classic_filter, smaller_answer_cuts)
{
	static const unsigned int says[] = { LENGTH - 1, 60, 14, 13, 1 };

	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		ASSERT_EQ(0, classic_attach_says(self->fd, says[i]));
		EXPECT_EQ((int)says[i], probe_pass(&probe, LENGTH))
			TH_LOG("says %u", says[i]);
	}
}

TEST_F(classic_filter, large_frame_is_cut_as_well)
{
	ASSERT_EQ(0, net_set_mtu(probe.dev.name, 65000));
	ASSERT_EQ(60000, probe_pass(&probe, 60000));
	for (unsigned int says = 59999; says; says /= 3) {
		ASSERT_EQ(0, classic_attach_says(self->fd, says));
		EXPECT_EQ((int)says, probe_pass(&probe, 60000));
	}
}

TEST_F(classic_filter, program_sees_the_frame_from_its_ethernet_header)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROBE_TYPE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, CLASSIC_ALL),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	ASSERT_EQ(0, classic_attach(self->fd, code, ARRAY_SIZE(code)));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
	packet_put16(probe.frame + 12, PROBE_TYPE + 1);
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, LENGTH));
}

TEST_F(classic_filter, program_sees_the_length)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 10),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};

	ASSERT_EQ(0, classic_attach(self->fd, code, ARRAY_SIZE(code)));
	EXPECT_EQ(LENGTH - 10, probe_pass(&probe, LENGTH));
	EXPECT_EQ(90, probe_pass(&probe, 100));
}

/* A program whose load is out of the frame ends with the answer 0 */
TEST_F(classic_filter, look_beyond_the_frame_drops)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LENGTH),
		BPF_STMT(BPF_RET | BPF_K, CLASSIC_ALL),
	};

	ASSERT_EQ(0, classic_attach(self->fd, code, ARRAY_SIZE(code)));
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, LENGTH));
	EXPECT_EQ(LENGTH + 1, probe_pass(&probe, LENGTH + 1));
}

TEST_F(classic_filter, detaching_it_lets_everything_pass)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	ASSERT_EQ(0, classic_detach(self->fd));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
}

TEST_F(classic_filter, new_one_takes_the_place_of_the_old)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(classic_filter, call_that_fails_changes_nothing)
{
	struct sock_filter junk = BPF_STMT(0xffff, 0);

	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(-EINVAL, classic_attach(self->fd, &junk, 1));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(classic_filter, dropped_frames_are_counted)
{
	long long drops = net_stat(probe.dev.name, NET_XMITTED_DROPS);

	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(-ENOBUFS, probe_send(&probe, LENGTH));
	EXPECT_EQ(drops + 3, net_stat(probe.dev.name, NET_XMITTED_DROPS));
}

TEST_F(classic_filter, bytes_that_are_left_are_counted)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(50, probe_pass(&probe, LENGTH));
	EXPECT_EQ(1, net_stat(probe.dev.name, NET_XMITTED_PACKETS));
	EXPECT_EQ(50, net_stat(probe.dev.name, NET_XMITTED_BYTES));
}

TEST_F(classic_filter, frames_that_are_written_need_no_leave)
{
	long long packets = net_stat(probe.dev.name, NET_RECEIVED_PACKETS);

	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	ASSERT_EQ(LENGTH, write(self->fd, probe.frame, LENGTH));
	EXPECT_EQ(packets + 1, net_stat(probe.dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(classic_filter, program_does_not_change_with_its_memory)
{
	struct sock_filter code[] = CLASSIC_SAYS(50);

	ASSERT_EQ(0, classic_attach(self->fd, code, 1));
	code[0].k = 70;
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

/* In-tree leaves it with the descriptor */
TEST_F(classic_filter, next_device_of_a_descriptor_has_none)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(0, net_dellink(probe.dev.name));
	close(probe.sock);
	ASSERT_EQ(0, tun_dev_attach(self->fd, probe.dev.name, IFF_TAP | IFF_NO_PI));
	ASSERT_EQ(0, probe_start(&probe, true));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
}

FIXTURE(classic_queues)
{
	int fd;
};

/* With packet information, since IFF_NO_PI is IFF_NOFILTER */
FIXTURE_SETUP(classic_queues)
{
	ASSERT_EQ(0, probe_setup(&probe, TAP));
	self->fd = probe.dev.fd;
}

FIXTURE_TEARDOWN(classic_queues)
{
	probe_teardown(&probe);
}

/* How much of a frame comes out of the only enabled queue, behind its four bytes of information */
static ssize_t pass(int fd)
{
	int ret = probe_send(&probe, LENGTH);
	ssize_t len;

	if (ret)
		return ret;
	len = read(fd, probe.room, sizeof(probe.room));
	return len < 0 ? -errno : len - (ssize_t)sizeof(struct tun_pi);
}

TEST_F(classic_queues, holds_for_a_queue_that_is_enabled_again)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(50, pass(self->fd));
}

TEST_F(classic_queues, set_while_a_queue_is_disabled_holds_for_it_later)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, classic_attach_says(self->fd, 70));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(70, pass(self->fd));
}

/* In-tree, the disabled queue still has the one that was taken away */
TEST_F(classic_queues, detached_while_a_queue_is_disabled_is_gone)
{
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, classic_detach(self->fd));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(LENGTH, pass(self->fd));
}

TEST_F(classic_queues, holds_for_the_next_holder_of_a_persistent_device)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	close(self->fd);
	self->fd = tun_dev_queue(probe.dev.name, TAP, O_NONBLOCK);
	probe.dev.fd = self->fd;
	EXPECT_EQ(50, pass(self->fd));
	ioctl(self->fd, TUNSETPERSIST, 0);
	/* in-tree, the descriptor has no device to do it with */
	net_dellink(probe.dev.name);
}

TEST_F(classic_queues, holds_for_a_queue_that_comes_later)
{
	int second, came = 0;
	ssize_t len;

	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	second = tun_dev_queue(probe.dev.name, TAP, O_NONBLOCK);
	ASSERT_LE(0, second);
	for (int i = 0; i < 64; i++)
		ASSERT_EQ(0, probe_send(&probe, probe_flow(&probe, i, LENGTH)));
	while ((len = read(second, probe.room, sizeof(probe.room))) > 0) {
		EXPECT_EQ(50, len - (ssize_t)sizeof(struct tun_pi));
		came++;
	}
	/* 64 flows that all miss one of 2 queues: hardly ever */
	EXPECT_LT(0, came);
	close(second);
}

TEST_F(classic_queues, not_for_one_that_says_iff_nofilter)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	close(self->fd);
	self->fd = tun_dev_queue(probe.dev.name, TAP | IFF_NOFILTER, O_NONBLOCK);
	probe.dev.fd = self->fd;
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(LENGTH, probe_pass(&probe, LENGTH));
}

TEST_F(classic_queues, for_that_one_as_well_when_it_is_set_again)
{
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	close(self->fd);
	self->fd = tun_dev_queue(probe.dev.name, TAP | IFF_NOFILTER, O_NONBLOCK);
	probe.dev.fd = self->fd;
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	EXPECT_EQ(50, probe_pass(&probe, LENGTH));
}

TEST_F(classic_queues, one_queue_may_have_it_and_another_not)
{
	int second, dropped = 0;

	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	second = tun_dev_queue(probe.dev.name, TAP | IFF_NOFILTER, O_NONBLOCK);
	ASSERT_LE(0, second);
	for (int i = 0; i < 64; i++)
		if (probe_send(&probe, probe_flow(&probe, i, LENGTH)))
			dropped++;
	/* 64 flows that all miss one of 2 queues: hardly ever */
	EXPECT_EQ(0, tun_dev_drain(self->fd));
	EXPECT_EQ(64, dropped + tun_dev_drain(second));
	EXPECT_LT(0, dropped);
	EXPECT_GT(64, dropped);
	close(second);
}

TEST_HARNESS_MAIN
