// SPDX-License-Identifier: GPL-2.0
/* The program's rx_queue_index is the number of the queue that the frame was written to */
#include "kselftest_harness.h"
#include "xdp.h"

#define QUEUES 4

static struct packet packet;

FIXTURE(multiqueue)
{
	struct xdp_test x;
	int fd[QUEUES];
	int flags;
};

FIXTURE_VARIANT(multiqueue)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(multiqueue, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(multiqueue, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(multiqueue, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(multiqueue, tun_blocking) { .flags = IFF_TUN };

FIXTURE_SETUP(multiqueue)
{
	self->flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;
	ASSERT_EQ(0, xdp_test_setup(&self->x, self->flags, variant->open_flags));
	self->fd[0] = self->x.dev.fd;
	for (int i = 1; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(self->x.dev.name, self->flags, variant->open_flags);
		ASSERT_LE(0, self->fd[i]);
	}
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(multiqueue)
{
	for (int i = 1; i < QUEUES; i++)
		close(self->fd[i]);
	xdp_test_teardown(&self->x);
}

/* The number that the program knows @fd by, -1 if the frame did not get there */
static int queue_of(struct xdp_test *x, int fd)
{
	long long before = xdp_test_saw(x, VERDICT_RUNS);

	if (write(fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -1;
	if (xdp_test_saw(x, VERDICT_RUNS) != before + 1)
		return -1;
	return xdp_test_saw(x, VERDICT_QUEUE);
}

TEST_F(multiqueue, program_knows_the_queue)
{
	for (int i = QUEUES - 1; i >= 0; i--)
		EXPECT_EQ(i, queue_of(&self->x, self->fd[i]));
}

/* Bug 12 */
TEST_F(multiqueue, last_queue_has_the_number_of_the_disabled_one)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_DETACH_QUEUE));
	EXPECT_EQ(1, queue_of(&self->x, self->fd[1]));
	EXPECT_EQ(2, queue_of(&self->x, self->fd[2]));
	EXPECT_EQ(0, queue_of(&self->x, self->fd[3]));
}

TEST_F(multiqueue, last_queue_has_the_number_of_the_closed_one)
{
	close(self->fd[1]);
	self->fd[1] = -1;
	EXPECT_EQ(0, queue_of(&self->x, self->fd[0]));
	EXPECT_EQ(1, queue_of(&self->x, self->fd[3]));
	EXPECT_EQ(2, queue_of(&self->x, self->fd[2]));
}

TEST_F(multiqueue, enabled_queue_has_the_last_number)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, queue_of(&self->x, self->fd[3]));
	EXPECT_EQ(3, queue_of(&self->x, self->fd[0]));
}

TEST_F(multiqueue, queue_that_comes_later_has_the_program)
{
	int fd = tun_dev_queue(self->x.dev.name, self->flags, variant->open_flags);

	ASSERT_LE(0, fd);
	EXPECT_EQ(4, queue_of(&self->x, fd));
	close(fd);
}

TEST_F(multiqueue, queue_that_was_disabled_meanwhile_has_the_program)
{
	ASSERT_EQ(0, bpf_test_xdp_detach(self->x.dev.name, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[1], IFF_DETACH_QUEUE));
	ASSERT_EQ(0, bpf_test_xdp_attach(self->x.dev.name, bpf_test_prog(self->x.obj, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[1], IFF_ATTACH_QUEUE));
	EXPECT_EQ(3, queue_of(&self->x, self->fd[1]));
}

TEST_F(multiqueue, frame_sent_back_comes_out_of_one_queue)
{
	static unsigned char room[2048];
	int n = 0;

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	EXPECT_EQ(2, queue_of(&self->x, self->fd[2]));
	for (int i = 0; i < QUEUES; i++) {
		if (!(net_poll(self->fd[i], POLLIN, 0) & POLLIN))
			continue;
		n++;
		EXPECT_EQ(XDP_TEST_LEN, read(self->fd[i], room, sizeof(room)));
	}
	EXPECT_EQ(1, n);
}

/* Every queue is disabled: there is no ring that the frame could go to */
TEST_F(multiqueue, sent_back_without_a_queue_counts_as_a_received_drop)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	for (int i = 0; i < QUEUES; i++)
		ASSERT_EQ(0, tun_dev_set_queue(self->fd[i], IFF_DETACH_QUEUE));
	ASSERT_EQ(XDP_TEST_LEN, write(self->fd[0], packet.data, packet.len));
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_HARNESS_MAIN
