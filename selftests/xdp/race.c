// SPDX-License-Identifier: GPL-2.0
/* A program that comes, goes and changes while two threads write */
#include <pthread.h>

#include "kselftest_harness.h"
#include "xdp.h"

#define WRITERS 2
#define ROUNDS scaled(40)

static struct packet packet;

/* What one thread did */
struct writer {
	pthread_t thread;
	int fd;
	bool *stop;
	long written;
	long refused;
};

static void *write_on(void *arg)
{
	struct writer *w = arg;

	while (!__atomic_load_n(w->stop, __ATOMIC_RELAXED)) {
		if (write(w->fd, packet.data, packet.len) == (ssize_t)packet.len)
			w->written++;
		else
			w->refused++;
	}
	return NULL;
}

FIXTURE(race)
{
	struct xdp_test x;
	struct bpf_object *other;
	struct tun_dev holder[2];
	struct writer writer[WRITERS];
	bool stop;
};

FIXTURE_VARIANT(race)
{
	int flags;
};

FIXTURE_VARIANT_ADD(race, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(race, tun) { .flags = IFF_TUN };

/*
 * Attaches @prog to a device that nobody writes to. With the first device of a program, and the
 * last, the core patches its own code that calls programs, and an emulated processor may be in the
 * middle of that.
 */
static int hold(struct tun_dev *dev, int prog)
{
	int ret = tun_dev_create(dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK);

	return ret ? ret : bpf_test_xdp_attach(dev->name, prog, XDP_FLAGS_DRV_MODE);
}

FIXTURE_SETUP(race)
{
	int flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;

	ASSERT_EQ(0, xdp_test_setup(&self->x, flags, O_NONBLOCK));
	self->other = bpf_test_load("verdict");
	ASSERT_NE(NULL, self->other);
	ASSERT_EQ(0, hold(&self->holder[0], bpf_test_prog(self->x.obj, "verdict")));
	ASSERT_EQ(0, hold(&self->holder[1], bpf_test_prog(self->other, "verdict")));
	xdp_test_frame(&packet, self->x.tap, 1400);
	for (int i = 0; i < WRITERS; i++) {
		struct writer *w = &self->writer[i];

		w->stop = &self->stop;
		w->fd = i ? tun_dev_queue(self->x.dev.name, flags, O_NONBLOCK) : self->x.dev.fd;
		ASSERT_LE(0, w->fd);
	}
}

FIXTURE_TEARDOWN(race)
{
	if (self->other)
		bpf_object__close(self->other);
	for (int i = 1; i < WRITERS; i++)
		close(self->writer[i].fd);
	for (int i = 0; i < 2; i++)
		close(self->holder[i].fd);
	xdp_test_teardown(&self->x);
}

static int writers_start(struct writer *writer)
{
	int ret = 0;

	for (int i = 0; !ret && i < WRITERS; i++)
		ret = pthread_create(&writer[i].thread, NULL, write_on, &writer[i]);
	return ret;
}

static void writers_stop(struct writer *writer)
{
	__atomic_store_n(writer->stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writer[i].thread, NULL);
}

static long written(const struct writer *writer)
{
	long n = 0;

	for (int i = 0; i < WRITERS; i++)
		n += writer[i].written;
	return n;
}

static long refused(const struct writer *writer)
{
	long n = 0;

	for (int i = 0; i < WRITERS; i++)
		n += writer[i].refused;
	return n;
}

/* One verdict by two programs in turn: there is no moment without one */
TEST_F(race, replaced_program_leaves_no_gap)
{
	const char *name = self->x.dev.name;
	int prog[2] = {
		bpf_test_prog(self->x.obj, "verdict"), bpf_test_prog(self->other, "verdict"),
	};

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(0, bpf_test_config(self->other, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(0, writers_start(self->writer));
	for (int i = 0; i < ROUNDS; i++)
		EXPECT_EQ(0, bpf_test_xdp_attach(name, prog[i % 2], XDP_FLAGS_DRV_MODE));
	writers_stop(self->writer);
	EXPECT_EQ(0, refused(self->writer));
	EXPECT_EQ(written(self->writer), xdp_test_saw(&self->x, VERDICT_RUNS) +
		  bpf_test_count(self->other, VERDICT_RUNS));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	EXPECT_EQ(written(self->writer), xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

/* Every frame is dropped by the program or goes to the stack */
TEST_F(race, program_that_comes_and_goes_loses_no_count)
{
	const char *name = self->x.dev.name;
	int prog = bpf_test_prog(self->x.obj, "verdict");

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	ASSERT_EQ(0, writers_start(self->writer));
	for (int i = 0; i < ROUNDS; i++) {
		EXPECT_EQ(0, bpf_test_xdp_detach(name, XDP_FLAGS_DRV_MODE));
		EXPECT_EQ(0, bpf_test_xdp_attach(name, prog, XDP_FLAGS_DRV_MODE));
	}
	writers_stop(self->writer);
	EXPECT_EQ(0, refused(self->writer));
	EXPECT_EQ(written(self->writer), xdp_test_saw(&self->x, VERDICT_RUNS) +
		  xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

/* Frames that are in the ring, are put there and are read, until the device goes with them */
TEST_F(race, device_goes_while_frames_are_sent_back)
{
	char room[2048];

	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_TX));
	ASSERT_EQ(0, writers_start(self->writer));
	for (int i = 0; i < scaled(500); i++)
		if (read(self->writer[i % WRITERS].fd, room, sizeof(room)) < 0)
			EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, net_dellink(self->x.dev.name));
	writers_stop(self->writer);
	EXPECT_LT(0, written(self->writer));
	EXPECT_EQ(-1, read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(EBADFD, errno);
}

/* No more than a ring holds: who drains it while others fill it may never see it empty. */
static void read_some(int fd)
{
	char room[2048];

	for (int i = 0; i < 500 && read(fd, room, sizeof(room)) > 0; i++)
		;
}

TEST_F(race, target_goes_while_frames_are_redirected_to_it)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	ASSERT_EQ(0, writers_start(self->writer));
	for (int i = 0; i < 4; i++) {
		struct tun_dev to;

		ASSERT_EQ(0, tun_dev_create(&to, variant->flags | IFF_NO_PI, O_NONBLOCK));
		ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
		read_some(to.fd);
		close(to.fd);
	}
	writers_stop(self->writer);
	EXPECT_EQ(0, refused(self->writer));
	EXPECT_EQ(written(self->writer), xdp_test_stat(&self->x, NET_RECEIVED_PACKETS) +
		  xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
