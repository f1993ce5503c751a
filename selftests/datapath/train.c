// SPDX-License-Identifier: GPL-2.0
/* Packets that are sent all at once: whoever waits for them gets them all, and hears of each */
#include <sys/epoll.h>

#include "kselftest_harness.h"
#include "classic.h"
#include "packet.h"
#include "task.h"
#include "train.h"

FIXTURE(train)
{
	struct train t;
};

FIXTURE_SETUP(train)
{
	ASSERT_EQ(0, train_make(&self->t, IFF_TUN));
}

FIXTURE_TEARDOWN(train)
{
	train_end(&self->t);
}

/* Whoever reads, waiting, so many packets */
struct reader {
	int fd;
	int want;
	pid_t tid;
	int seen;
	pthread_t thread;
};

static void *reader_main(void *arg)
{
	static unsigned char room[2048];
	struct reader *reader = arg;

	task_began(&reader->tid);
	while (reader->seen < reader->want && read(reader->fd, room, sizeof(room)) > 0)
		reader->seen++;
	return NULL;
}

/* On its way into read(), and asleep there; 0 or not */
static int reader_begin(struct reader *reader, struct train *t, int want)
{
	*reader = (struct reader){ .fd = t->dev.fd, .want = want };
	if (fcntl(reader->fd, F_SETFL, 0) ||
	    pthread_create(&reader->thread, NULL, reader_main, reader))
		return -1;
	return task_sleeps(&reader->tid) ? 0 : -1;
}

static int reader_end(struct reader *reader)
{
	pthread_join(reader->thread, NULL);
	return reader->seen;
}

TEST_F(train, each_packet_raises_a_signal)
{
	ASSERT_EQ(0, train_signals(&self->t));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(TRAIN_CARS, train_signalled(&self->t));
	EXPECT_EQ(TRAIN_CARS, tun_dev_drain(self->t.dev.fd));
}

TEST_F(train, edge_comes_while_earlier_packets_lie_unread)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int set = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, set);
	ASSERT_EQ(0, epoll_ctl(set, EPOLL_CTL_ADD, self->t.dev.fd, &event));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
		EXPECT_EQ(1, epoll_wait(set, &event, 1, NET_SOON_MS));
		EXPECT_EQ(0, epoll_wait(set, &event, 1, 0));
	}
	close(set);
}

TEST_F(train, sleeping_reader_gets_all_of_it)
{
	struct reader reader;

	ASSERT_EQ(0, reader_begin(&reader, &self->t, TRAIN_CARS));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(TRAIN_CARS, reader_end(&reader));
}

TEST_F(train, sleeping_reader_gets_what_a_short_ring_holds_of_it)
{
	const int ring = 8;
	struct reader reader;

	ASSERT_EQ(0, net_set_txqueuelen(self->t.dev.name, ring));
	ASSERT_EQ(0, reader_begin(&reader, &self->t, ring));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	EXPECT_EQ(ring, reader_end(&reader));
}

/* With a filter, which a TAP device alone takes */
FIXTURE(train_filtered)
{
	struct train t;
};

FIXTURE_SETUP(train_filtered)
{
	ASSERT_EQ(0, train_make(&self->t, IFF_TAP));
}

FIXTURE_TEARDOWN(train_filtered)
{
	train_end(&self->t);
}

/* The last segment is shorter, and no such passes */
TEST_F(train_filtered, sleeping_reader_gets_what_came_before_a_lost_end)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ETH_HLEN + TRAIN_LEN, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, CLASSIC_ALL),
	};
	struct reader reader;

	ASSERT_EQ(0, classic_attach(self->t.dev.fd, code, 4));
	ASSERT_EQ(0, reader_begin(&reader, &self->t, TRAIN_CARS - 1));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE - 1));
	EXPECT_EQ(TRAIN_CARS - 1, reader_end(&reader));
}

TEST_F(train_filtered, reader_sleeps_on_if_all_is_lost)
{
	struct reader reader;

	ASSERT_EQ(0, classic_attach_says(self->t.dev.fd, 0));
	ASSERT_EQ(0, reader_begin(&reader, &self->t, 1));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_CARS * TRAIN_SIZE));
	ASSERT_EQ(0, classic_detach(self->t.dev.fd));
	EXPECT_TRUE(task_sleeps(&reader.tid));
	ASSERT_EQ(0, train_send(&self->t, TRAIN_SIZE));
	EXPECT_EQ(1, reader_end(&reader));
}

TEST_HARNESS_MAIN
