// SPDX-License-Identifier: GPL-2.0
/* IFF_NAPI: what a program writes is received in a NAPI poll */
#include <pthread.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "bucket.h"
#include "napi.h"

#define WRITERS 4
#define EACH scaled(200)

FIXTURE(napi)
{
	struct napi_test t;
};

FIXTURE_VARIANT(napi)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi, tun) { .flags = IFF_TUN | IFF_NAPI | IFF_NO_PI };
FIXTURE_VARIANT_ADD(napi, tun_pi) { .flags = IFF_TUN | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi, tun_vnet) { .flags = IFF_TUN | IFF_NAPI | IFF_NO_PI | IFF_VNET_HDR };
FIXTURE_VARIANT_ADD(napi, tap) { .flags = IFF_TAP | IFF_NAPI | IFF_NO_PI };
FIXTURE_VARIANT_ADD(napi, tap_all) { .flags = IFF_TAP | IFF_NAPI | IFF_VNET_HDR };
FIXTURE_VARIANT_ADD(napi, tap_frags) { .flags = IFF_TAP | NAPI_FRAGS | IFF_NO_PI };

FIXTURE_SETUP(napi)
{
	ASSERT_EQ(0, napi_test_setup(&self->t, variant->flags));
}

FIXTURE_TEARDOWN(napi)
{
	napi_test_teardown(&self->t);
}

TEST_F(napi, frames_of_all_lengths_are_received_byte_for_byte)
{
	static const size_t lengths[] = { 28, 60, 100, 128, 129, 1514, 4096, 9000, 40000, 65000 };

	for (int i = 0; i < ARRAY_SIZE(lengths); i++) {
		napi_frame(&self->t, lengths[i], i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
		EXPECT_TRUE(napi_same(&self->t)) {
			TH_LOG("length %zu", lengths[i]);
		}
	}
}

TEST_F(napi, frames_keep_their_order)
{
	ssize_t len;

	napi_frame(&self->t, 100, 1);
	for (int i = 0; i < scaled(500); i++) {
		napi_mark(&self->t, 0, i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	}
	for (int i = 0; i < scaled(500); i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(100, len);
		ASSERT_EQ(i, napi_number(&self->t, len));
	}
}

TEST_F(napi, frames_are_counted_without_headers_in_front)
{
	for (int i = 1; i <= 3; i++) {
		napi_frame(&self->t, 100 * i, i);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	}
	EXPECT_EQ(3, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(600, napi_stat(&self->t, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

TEST_F(napi, device_that_is_down_is_eio_and_a_drop)
{
	napi_frame(&self->t, 100, 1);
	ASSERT_EQ(0, net_down(self->t.dev.name));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EIO, napi_write(&self->t, self->t.dev.fd));
	EXPECT_EQ(3, napi_stat(&self->t, NET_RECEIVED_DROPS));
	ASSERT_EQ(0, net_up(self->t.dev.name));
	EXPECT_EQ(0, napi_write(&self->t, self->t.dev.fd));
	EXPECT_EQ(1, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(3, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

TEST_F(napi, frames_that_are_refused_leave_the_queue_usable)
{
	for (int i = 0; i < 50; i++) {
		struct iovec bad[2] = {
			{ self->t.packet.data, 50 }, { (void *)tun_bad_pointer(), 50 },
		};

		napi_frame(&self->t, 100, i);
		ASSERT_EQ(-1, writev(self->t.dev.fd, bad, 2));
		ASSERT_EQ(EFAULT, errno);
		ASSERT_EQ(0, napi_write(&self->t, self->t.dev.fd));
		ASSERT_TRUE(napi_same(&self->t));
	}
	EXPECT_EQ(50, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(50, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

/* One of several threads that write to one queue */
struct writer {
	pthread_t thread;
	struct napi_test t;
	int number;
	int failed;
};

static void *writer_main(void *arg)
{
	struct writer *writer = arg;

	napi_frame(&writer->t, 100, writer->number);
	for (int i = 0; i < EACH; i++) {
		napi_mark(&writer->t, writer->number, i);
		writer->failed |= napi_write(&writer->t, writer->t.dev.fd);
	}
	return NULL;
}

static struct writer writers[WRITERS];

/* Starts them, and waits for them; 0 when all that they wrote was taken */
static int write_at_once(struct napi_test *t)
{
	int failed = 0;

	for (int i = 0; i < WRITERS; i++) {
		writers[i].t.dev = t->dev;
		writers[i].t.flags = t->flags;
		writers[i].number = i;
		failed |= pthread_create(&writers[i].thread, NULL, writer_main, &writers[i]);
	}
	for (int i = 0; i < WRITERS && !failed; i++) {
		pthread_join(writers[i].thread, NULL);
		failed |= writers[i].failed;
	}
	return failed;
}

TEST_F(napi, writers_at_once_lose_nothing)
{
	int next[WRITERS] = {};
	ssize_t len;
	int who;

	ASSERT_EQ(0, write_at_once(&self->t));
	for (int i = 0; i < WRITERS * EACH; i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(100, len);
		who = napi_sender(&self->t, len);
		ASSERT_GT(WRITERS, who);
		ASSERT_EQ(next[who], napi_number(&self->t, len));
		next[who]++;
	}
	EXPECT_EQ(WRITERS * EACH, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

FIXTURE(napi_queues)
{
	struct napi_test t;
};

FIXTURE_VARIANT(napi_queues)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi_queues, tun) { .flags = IFF_TUN | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi_queues, tap) { .flags = IFF_TAP | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi_queues, tap_frags) { .flags = IFF_TAP | NAPI_FRAGS };

FIXTURE_SETUP(napi_queues)
{
	ASSERT_EQ(0, napi_test_setup(&self->t, variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE));
	napi_frame(&self->t, 100, 1);
}

FIXTURE_TEARDOWN(napi_queues)
{
	napi_test_teardown(&self->t);
}

/* The number of the queue that a frame came from; a queue is noted in it as one more */
static int queue_of(struct napi_test *t, int fd)
{
	int ret = napi_write(t, fd);

	return ret ? ret : (int)napi_received(t) - 1 - NAPI_MARK_LEN;
}

TEST_F(napi_queues, frame_knows_the_queue_that_it_came_from)
{
	int fd[3] = { self->t.dev.fd };

	for (int i = 1; i < 3; i++) {
		fd[i] = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
		ASSERT_LE(0, fd[i]);
	}
	ASSERT_EQ(0, napi_tell(self->t.sock, SKF_AD_QUEUE, NAPI_MARK_LEN));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(i, queue_of(&self->t, fd[i]));
	/* The last one moves to the place of the one that goes */
	ASSERT_EQ(0, tun_dev_set_queue(fd[0], IFF_DETACH_QUEUE));
	EXPECT_EQ(0, queue_of(&self->t, fd[2]));
	EXPECT_EQ(1, queue_of(&self->t, fd[1]));
	ASSERT_EQ(0, tun_dev_set_queue(fd[0], IFF_ATTACH_QUEUE));
	EXPECT_EQ(2, queue_of(&self->t, fd[0]));
	close(fd[1]);
	close(fd[2]);
	EXPECT_EQ(0, queue_of(&self->t, fd[0]));
}

TEST_F(napi_queues, queues_with_and_without_napi_are_received_side_by_side)
{
	int plain = tun_dev_queue(self->t.dev.name, self->t.flags & ~NAPI_FRAGS, O_NONBLOCK);
	int next[2] = {};
	ssize_t len;
	int who;

	ASSERT_LE(0, plain);
	for (int i = 0; i < 200; i++) {
		napi_mark(&self->t, i & 1, i / 2);
		ASSERT_EQ(0, napi_write(&self->t, i & 1 ? plain : self->t.dev.fd));
	}
	for (int i = 0; i < 200; i++) {
		len = napi_received(&self->t);
		ASSERT_EQ(100, len);
		who = napi_sender(&self->t, len);
		ASSERT_GT(2, who);
		ASSERT_EQ(next[who]++, napi_number(&self->t, len));
	}
	EXPECT_EQ(200, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	close(plain);
}

FIXTURE(napi_sndbuf)
{
	struct tun_dev dev;
};

FIXTURE_VARIANT(napi_sndbuf)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi_sndbuf, napi) { .flags = IFF_TAP | IFF_NAPI | IFF_NO_PI };

FIXTURE_SETUP(napi_sndbuf)
{
	int size = 4000;

	ASSERT_EQ(0, tun_dev_setup(&self->dev, variant->flags, O_NONBLOCK));
	ASSERT_EQ(0, bucket_setup(self->dev.name));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &size));
}

FIXTURE_TEARDOWN(napi_sndbuf)
{
	EXPECT_EQ(0, bucket_remove());
	close(self->dev.fd);
}

/* What the stack holds on to counts, until it lets go */
TEST_F(napi_sndbuf, full_buffer_is_eagain_until_the_stack_lets_go)
{
	int n = 0;

	while (n < 100 && write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN) > 0)
		n++;
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_LE(1, n);
	EXPECT_GT(100, n);
	ASSERT_EQ(0, bucket_let_go());
	EXPECT_EQ(POLLOUT, net_poll(self->dev.fd, POLLOUT, NET_SOON_MS));
	EXPECT_EQ(BUCKET_FRAME_LEN, write(self->dev.fd, bucket_frame, BUCKET_FRAME_LEN));
	EXPECT_EQ(n + 1, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, net_stat(self->dev.name, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
