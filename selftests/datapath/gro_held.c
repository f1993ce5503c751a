// SPDX-License-Identifier: GPL-2.0
/*
 * A segment that GRO holds, to merge it with others, has the number of the queue that it came
 * from. Queues may leave before it goes up: with RPS on, the stack looks at that number then.
 */
#include "kselftest_harness.h"
#include "abi/iff.h"
#include "gso.h"
#include "napi.h"

#define QUEUES 3

/* How long GRO holds a segment: longer than the test needs to close a queue */
#define HELD_NS "6000000000"

FIXTURE(gro_held)
{
	struct napi_test t;
	int fd[QUEUES];
};

FIXTURE_VARIANT(gro_held)
{
	int flags;
};

FIXTURE_VARIANT_ADD(gro_held, tun) { .flags = IFF_TUN | IFF_NAPI };
FIXTURE_VARIANT_ADD(gro_held, tap) { .flags = IFF_TAP | IFF_NAPI };

static int set_processors(const char *name, const char *text)
{
	char file[64];
	int ret = 0;

	for (int i = 0; i < QUEUES && !ret; i++) {
		snprintf(file, sizeof(file), "queues/rx-%d/rps_cpus", i);
		ret = iff_put(name, file, text);
	}
	return ret;
}

/* Segments of a connection that nobody has wait for the next ones; 0 or -errno */
static int hold_segments(const char *name)
{
	int ret = iff_sysfs();

	if (!ret)
		ret = iff_put(name, "gro_flush_timeout", HELD_NS);
	if (!ret)
		ret = iff_put(name, "napi_defer_hard_irqs", "1");
	return ret ? ret : set_processors(name, "1");
}

FIXTURE_SETUP(gro_held)
{
	int flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;

	self->fd[0] = -1;
	if (!tun_is_alt())
		SKIP(return, "in-tree makes the stack warn, and the boot would fail");
	ASSERT_EQ(0, napi_test_setup(&self->t, flags));
	self->fd[0] = self->t.dev.fd;
	for (int i = 1; i < QUEUES; i++) {
		self->fd[i] = tun_dev_queue(self->t.dev.name, flags, O_NONBLOCK);
		ASSERT_LE(0, self->fd[i]);
	}
	ASSERT_EQ(0, hold_segments(self->t.dev.name));
}

FIXTURE_TEARDOWN(gro_held)
{
	if (self->fd[0] < 0)
		return;
	/* RPS that a device has when it goes is on for the other tests as well */
	EXPECT_EQ(0, set_processors(self->t.dev.name, "0"));
	for (int i = 1; i < QUEUES; i++)
		close(self->fd[i]);
	napi_test_teardown(&self->t);
}

/* Writes one segment to @fd; 0 or -errno */
static int write_segment(struct napi_test *t, int fd)
{
	static const unsigned char mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static struct gso_frame frame;

	frame.mac = t->flags & IFF_TAP ? mac : NULL;
	frame.family = AF_INET;
	frame.proto = IPPROTO_TCP;
	frame.payload = 500;
	frame.summed = true;
	gso_build(&frame);
	t->packet = frame.packet;
	t->at = 0;
	return napi_write(t, fd);
}

/*
 * Writes one segment that is held; 0 or -errno. At the end of a poll the stack hands on what came
 * before the clock's last tick, so that one in some goes up at once: then another one is written.
 */
static int write_held_segment(struct napi_test *t, int fd)
{
	int ret;

	for (int i = 0; i < 10; i++) {
		ret = write_segment(t, fd);
		if (ret || napi_nothing_received(t))
			return ret;
		if (!napi_same(t))
			return -EPROTO;
	}
	return -ETIME;
}

TEST_F(gro_held, segment_is_held_and_goes_up)
{
	ASSERT_EQ(0, write_held_segment(&self->t, self->fd[2]));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(gro_held, segment_of_a_queue_whose_number_changed_goes_up)
{
	ASSERT_EQ(0, write_held_segment(&self->t, self->fd[2]));
	ASSERT_EQ(0, close(self->fd[0]));
	self->t.dev.fd = -1;
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_F(gro_held, segment_of_a_queue_whose_number_changed_twice_goes_up)
{
	ASSERT_EQ(0, write_held_segment(&self->t, self->fd[2]));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_DETACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[0], IFF_ATTACH_QUEUE));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd[1], IFF_DETACH_QUEUE));
	EXPECT_TRUE(napi_same(&self->t));
}

TEST_HARNESS_MAIN
