// SPDX-License-Identifier: GPL-2.0
/*
 * Writers of NAPI queues against those who disable, enable, close and delete them, a bounded
 * number of times. What a write returns is chance; that it is from the list, and that what was
 * taken is counted, is the test.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "napi.h"

#define ROUNDS scaled(100)
#define DEVICES scaled(20)

FIXTURE(napi_race)
{
	struct napi_test t;
	int second;
	int stop;
	int strange;
	long long taken;
};

FIXTURE_VARIANT(napi_race)
{
	int flags;
};

FIXTURE_VARIANT_ADD(napi_race, tun) { .flags = IFF_TUN | IFF_NAPI };
FIXTURE_VARIANT_ADD(napi_race, tap_frags) { .flags = IFF_TAP | NAPI_FRAGS };

FIXTURE_SETUP(napi_race)
{
	ASSERT_EQ(0, napi_test_setup(&self->t, variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE));
	self->second = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);
	ASSERT_LE(0, self->second);
	napi_frame(&self->t, 100, 1);
}

FIXTURE_TEARDOWN(napi_race)
{
	close(self->second);
	napi_test_teardown(&self->t);
}

static void *writer_main(void *arg)
{
	FIXTURE_DATA(napi_race) * self = arg;
	int ret;

	while (!__atomic_load_n(&self->stop, __ATOMIC_RELAXED)) {
		ret = napi_write(&self->t, self->second);
		if (!ret)
			__atomic_fetch_add(&self->taken, 1, __ATOMIC_RELAXED);
		else if (ret != -EBUSY && ret != -EIO && ret != -EBADFD)
			self->strange = ret;
	}
	return NULL;
}

static int start(FIXTURE_DATA(napi_race) * self, pthread_t *threads)
{
	return pthread_create(&threads[0], NULL, writer_main, self) ||
	       pthread_create(&threads[1], NULL, writer_main, self);
}

static void end(FIXTURE_DATA(napi_race) * self, pthread_t *threads)
{
	__atomic_store_n(&self->stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

TEST_F(napi_race, writers_against_disable_and_enable)
{
	pthread_t threads[2];

	ASSERT_EQ(0, start(self, threads));
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->second, IFF_ATTACH_QUEUE));
	}
	end(self, threads);
	EXPECT_EQ(0, self->strange);
	EXPECT_EQ(self->taken, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, napi_write(&self->t, self->second));
}

TEST_F(napi_race, writers_against_disable_of_the_other_queue)
{
	pthread_t threads[2];

	ASSERT_EQ(0, start(self, threads));
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_DETACH_QUEUE));
		ASSERT_EQ(0, tun_dev_set_queue(self->t.dev.fd, IFF_ATTACH_QUEUE));
	}
	end(self, threads);
	EXPECT_EQ(0, self->strange);
	EXPECT_EQ(self->taken, napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

TEST_F(napi_race, writers_against_down_and_up)
{
	pthread_t threads[2];

	ASSERT_EQ(0, start(self, threads));
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, net_down(self->t.dev.name));
		ASSERT_EQ(0, net_up(self->t.dev.name));
	}
	end(self, threads);
	EXPECT_EQ(0, self->strange);
	EXPECT_EQ(self->taken, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(0, napi_write(&self->t, self->second));
}

TEST_F(napi_race, writers_against_deletion)
{
	struct tun_dev *dev = &self->t.dev;
	pthread_t threads[2];

	if (!tun_is_alt() && self->t.flags & IFF_NAPI_FRAGS)
		SKIP(return, "in-tree frees what a writer is filling, and the guest may die");
	/* One queue only: in-tree's later ones would want an index that is taken (U6) */
	close(self->second);
	self->second = dev->fd;
	ASSERT_EQ(0, start(self, threads));
	for (int i = 0; i < DEVICES; i++) {
		net_sleep_ms(1);
		ASSERT_EQ(0, net_dellink(dev->name));
		ASSERT_EQ(0, tun_dev_attach(dev->fd, dev->name, self->t.flags));
		ASSERT_EQ(0, net_up(dev->name));
	}
	end(self, threads);
	EXPECT_EQ(0, self->strange);
	EXPECT_EQ(0, napi_write(&self->t, dev->fd));
	self->second = -1;
}

TEST_F(napi_race, writers_against_queues_that_come_and_go)
{
	pthread_t threads[2];

	ASSERT_EQ(0, start(self, threads));
	for (int i = 0; i < scaled(50); i++) {
		int fd = tun_dev_queue(self->t.dev.name, self->t.flags, O_NONBLOCK);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, napi_write(&self->t, fd));
		__atomic_fetch_add(&self->taken, 1, __ATOMIC_RELAXED);
		if (i & 1)
			ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
		close(fd);
	}
	end(self, threads);
	EXPECT_EQ(0, self->strange);
	EXPECT_EQ(self->taken, napi_stat(&self->t, NET_RECEIVED_PACKETS));
}

TEST_HARNESS_MAIN
