// SPDX-License-Identifier: GPL-2.0
/*
 * Actions that race, a bounded number of times. What each call returns is mostly
 * chance; that all of them return, with an errno from the list, and that the
 * kernel log stays clean is the test.
 */
#include <pthread.h>
#include <signal.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define ROUNDS scaled(40)
#define MULTI (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)

static unsigned char packet[64] = { 0x45 };

/* What the threads of a test share */
struct arena {
	struct tun_dev dev;
	int fd;
	int stop;
	int strange;	/* an errno that nobody expects */
};

static int stopped(struct arena *arena)
{
	return __atomic_load_n(&arena->stop, __ATOMIC_RELAXED);
}

static void stop(struct arena *arena)
{
	__atomic_store_n(&arena->stop, 1, __ATOMIC_RELAXED);
}

FIXTURE(race)
{
	struct arena arena;
};

FIXTURE_SETUP(race)
{
	ASSERT_EQ(0, tun_dev_setup(&self->arena.dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->arena.fd = self->arena.dev.fd;
}

FIXTURE_TEARDOWN(race)
{
	close(self->arena.dev.fd);
}

static void judge(struct arena *arena, ssize_t ret)
{
	static const int usual[] = { EAGAIN, EBADFD, EIO, EBADF, EFAULT, EINVAL };

	if (ret >= 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (errno == usual[i])
			return;
	arena->strange = errno;
}

static void *writer_main(void *arg)
{
	struct arena *arena = arg;

	while (!stopped(arena))
		judge(arena, write(arena->fd, packet, sizeof(packet)));
	return NULL;
}

static void *reader_main(void *arg)
{
	struct arena *arena = arg;
	char room[2048];

	while (!stopped(arena))
		judge(arena, read(arena->fd, room, sizeof(room)));
	return NULL;
}

static void *poller_main(void *arg)
{
	struct arena *arena = arg;

	while (!stopped(arena))
		net_poll(arena->fd, POLLIN, 1);
	return NULL;
}

/*
 * The stack's side: a packet socket on whatever bears the name at the moment. Through the qdisc:
 * PACKET_QDISC_BYPASS divides by the number of queues before it looks whether the device is up,
 * and the core sets that to 0 on the way out (seen to panic 6.1 in packet_direct_xmit()).
 */
static void *sender_main(void *arg)
{
	struct arena *arena = arg;
	int sock = net_packet_socket("lo", 0);

	while (!stopped(arena))
		net_packet_send(sock, arena->dev.name, ETH_P_IP, packet, sizeof(packet));
	close(sock);
	return NULL;
}

#define THREADS 4

static int start_all(pthread_t *threads, struct arena *arena)
{
	static void *(*const bodies[THREADS])(void *) = {
		writer_main, reader_main, poller_main, sender_main,
	};

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, bodies[i], arena))
			return -1;
	return 0;
}

static void stop_all(pthread_t *threads, struct arena *arena)
{
	stop(arena);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

TEST_F(race, deletion_against_traffic)
{
	struct arena *arena = &self->arena;
	pthread_t threads[THREADS];

	ASSERT_EQ(0, start_all(threads, arena));
	for (int i = 0; i < ROUNDS; i++) {
		net_sleep_ms(1);
		ASSERT_EQ(0, net_dellink(arena->dev.name));
		ASSERT_EQ(0, tun_dev_attach(arena->fd, arena->dev.name, IFF_TUN | IFF_NO_PI));
		ASSERT_EQ(0, net_up(arena->dev.name));
	}
	stop_all(threads, arena);
	EXPECT_EQ(0, arena->strange);
}

TEST_F(race, close_and_open_against_traffic)
{
	struct arena *arena = &self->arena;
	int null = open("/dev/null", O_RDWR);
	pthread_t threads[THREADS];
	int fresh;

	ASSERT_LE(0, null);
	ASSERT_EQ(0, start_all(threads, arena));
	for (int i = 0; i < ROUNDS; i++) {
		net_sleep_ms(1);
		/* the number stays taken: nobody else's descriptor may get under the threads */
		ASSERT_EQ(arena->fd, dup2(null, arena->fd));
		/* a call that is not over keeps the old device for a moment */
		do {
			fresh = tun_dev_queue(arena->dev.name, IFF_TUN | IFF_NO_PI, O_NONBLOCK);
		} while (fresh == -EBUSY);
		ASSERT_LE(0, fresh);
		ASSERT_EQ(0, net_up(arena->dev.name));
		ASSERT_EQ(arena->fd, dup2(fresh, arena->fd));
		close(fresh);
	}
	stop_all(threads, arena);
	EXPECT_EQ(0, arena->strange);
}

TEST_F(race, down_and_up_against_traffic)
{
	struct arena *arena = &self->arena;
	pthread_t threads[THREADS];

	ASSERT_EQ(0, start_all(threads, arena));
	for (int i = 0; i < 3 * ROUNDS; i++) {
		ASSERT_EQ(0, net_down(arena->dev.name));
		ASSERT_EQ(0, net_up(arena->dev.name));
	}
	stop_all(threads, arena);
	EXPECT_EQ(0, arena->strange);
}

TEST_F(race, resize_and_carrier_against_traffic)
{
	struct arena *arena = &self->arena;
	pthread_t threads[THREADS];
	int on;

	ASSERT_EQ(0, start_all(threads, arena));
	for (int i = 0; i < 3 * ROUNDS; i++) {
		on = i & 1;
		ASSERT_EQ(0, net_set_txqueuelen(arena->dev.name, i % 7 * 100));
		ASSERT_EQ(0, ioctl(arena->fd, TUNSETCARRIER, &on));
	}
	stop_all(threads, arena);
	EXPECT_EQ(0, arena->strange);
}

static void *resize_main(void *arg)
{
	struct arena *arena = arg;

	for (int i = 0; !stopped(arena); i++)
		net_set_txqueuelen(arena->dev.name, 1 + i % 500);
	return NULL;
}

static void *flip_main(void *arg)
{
	struct arena *arena = arg;
	struct ifreq ifr = {};

	for (int i = 0; !stopped(arena); i++) {
		ifr.ifr_flags = i & 1 ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE;
		judge(arena, ioctl(arena->fd, TUNSETQUEUE, &ifr));
	}
	return NULL;
}

TEST_F(race, attach_disable_and_resize_against_each_other)
{
	struct arena arena = { .dev.name = "" };
	pthread_t resizer, flipper, sender;
	int fd;

	ASSERT_EQ(0, tun_dev_create(&arena.dev, MULTI, O_NONBLOCK));
	arena.fd = tun_dev_queue(arena.dev.name, MULTI, O_NONBLOCK);
	ASSERT_LE(0, arena.fd);
	ASSERT_EQ(0, pthread_create(&resizer, NULL, resize_main, &arena));
	ASSERT_EQ(0, pthread_create(&flipper, NULL, flip_main, &arena));
	ASSERT_EQ(0, pthread_create(&sender, NULL, sender_main, &arena));
	for (int i = 0; i < 2 * ROUNDS; i++) {
		fd = tun_dev_queue(arena.dev.name, MULTI, O_NONBLOCK);
		ASSERT_LE(0, fd);
		close(fd);
	}
	stop(&arena);
	pthread_join(resizer, NULL);
	pthread_join(flipper, NULL);
	pthread_join(sender, NULL);
	EXPECT_EQ(0, arena.strange);
	close(arena.fd);
	close(arena.dev.fd);
	EXPECT_EQ(0, rtnl_index(arena.dev.name));
}

/* TUNSETIFF that fails while others use the descriptor: nothing half made may be seen */
TEST_F(race, failing_creation_against_reader_and_poller)
{
	unsigned int index = if_nametoindex(self->arena.dev.name);
	struct arena arena = { .dev.name = "" };
	pthread_t threads[THREADS];

	arena.fd = open(tun_node(), O_RDWR | O_NONBLOCK);
	ASSERT_LE(0, arena.fd);
	ASSERT_EQ(0, start_all(threads, &arena));
	for (int i = 0; i < 3 * ROUNDS; i++) {
		ASSERT_EQ(0, ioctl(arena.fd, TUNSETIFINDEX, &index));
		ASSERT_EQ(-EBUSY, tun_dev_attach(arena.fd, arena.dev.name, IFF_TUN | IFF_NO_PI));
	}
	stop_all(threads, &arena);
	EXPECT_EQ(0, arena.strange);
	close(arena.fd);
}

/* A thread that joins the device all the time, and ends with the last chance to */
static void *joiner_main(void *arg)
{
	struct arena *arena = arg;
	char name[IFNAMSIZ];
	int fd;

	while (!stopped(arena)) {
		snprintf(name, sizeof(name), "race0");
		fd = tun_dev_queue(name, MULTI, O_NONBLOCK);
		if (fd < 0)
			errno = -fd;
		judge(arena, fd);
		close(fd);
	}
	return NULL;
}

TEST_F(race, two_joiners_and_a_deleter_of_one_name)
{
	struct arena arena = {};
	pthread_t threads[2];
	int ret;

	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, joiner_main, &arena));
	for (int i = 0; i < ROUNDS; i++) {
		ret = net_dellink("race0");
		ASSERT_TRUE(ret == 0 || ret == -ENODEV);
		net_sleep_ms(1);
	}
	stop(&arena);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, arena.strange);
	EXPECT_EQ(0, rtnl_index("race0"));
}

TEST_F(race, persist_flips_against_close)
{
	char name[IFNAMSIZ] = "race1";
	int ret;

	for (int i = 0; i < ROUNDS; i++) {
		int fd = tun_dev_queue(name, IFF_TAP, O_NONBLOCK);

		ASSERT_LE(0, fd);
		for (int j = 0; j < 5; j++)
			ASSERT_EQ(0, ioctl(fd, TUNSETPERSIST, j & 1));
		ASSERT_EQ(0, ioctl(fd, TUNSETPERSIST, i & 1));
		close(fd);
		ret = net_dellink(name);
		ASSERT_EQ(i & 1 ? 0 : -ENODEV, ret);
	}
}

TEST_HARNESS_MAIN
