// SPDX-License-Identifier: GPL-2.0
/*
 * A program writes on a queue that is disabled meanwhile: the queue that gets its number does not
 * get its flows.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "flows.h"

#define ROUNDS scaled(300)
/* As many as keep one processor busy while the other one disables */
#define WRITERS 2

FIXTURE(flow_race)
{
	struct flows_test t;
	struct packet packet;
	int port;
	int writing;
	int stop;
};

FIXTURE_SETUP(flow_race)
{
	ASSERT_EQ(0, flows_setup(&self->t));
	ASSERT_EQ(0, flows_add_queues(&self->t, 2));
	ASSERT_EQ(1, flows_of_queue_1(&self->t, &self->port, 1));
	ASSERT_EQ(0, flows_add_queues(&self->t, 3));
	flows_packet(&self->packet, self->port);
}

FIXTURE_TEARDOWN(flow_race)
{
	flows_teardown(&self->t);
}

static void *writer_main(void *arg)
{
	FIXTURE_DATA(flow_race) * self = arg;

	while (!__atomic_load_n(&self->stop, __ATOMIC_ACQUIRE)) {
		if (write(self->writing, self->packet.data, self->packet.len) !=
		    (ssize_t)self->packet.len)
			return "refused";
	}
	return NULL;
}

/* Disables the queue while it is written to; 0, or -EIO if a write was refused, or -errno */
static int disable_under_writers(FIXTURE_DATA(flow_race) * self, int fd)
{
	pthread_t writers[WRITERS];
	void *failed = NULL, *ret;
	int err;

	self->writing = fd;
	__atomic_store_n(&self->stop, 0, __ATOMIC_RELEASE);
	for (int i = 0; i < WRITERS; i++)
		if (pthread_create(&writers[i], NULL, writer_main, self))
			return -EAGAIN;
	sched_yield();
	err = tun_dev_set_queue(fd, IFF_DETACH_QUEUE);
	__atomic_store_n(&self->stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writers[i], &ret);
		if (ret)
			failed = ret;
	}
	return failed ? -EIO : err;
}

/* The flow's own queue is disabled: its hash names the second one, whoever is the first now */
TEST_F(flow_race, queue_that_moves_up_gets_no_flow_of_the_disabled_one)
{
	int first = 0, last = 2, moved = 0, swap;

	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, disable_under_writers(self, self->t.fd[first]));
		moved += flows_answer(&self->t, self->port, i) != 1;
		ASSERT_EQ(0, tun_dev_set_queue(self->t.fd[first], IFF_ATTACH_QUEUE));
		swap = first;
		first = last;
		last = swap;
	}
	EXPECT_EQ(0, moved);
}

TEST_HARNESS_MAIN
