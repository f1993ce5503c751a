// SPDX-License-Identifier: GPL-2.0
/*
 * Filters and programs that are swapped, and devices that go with them, while packets run through
 * them. That every frame that is read is one that some filter in use let pass, and that the kernel
 * log stays clean, is the test.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "bpf/answer.h"
#include "bpf_test.h"
#include "classic.h"
#include "mac_filter.h"
#include "packet.h"
#include "tun_dev.h"

#define ROUNDS scaled(60)
#define TAP (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)
#define LENGTH 100
/* What the programs that are swapped cut a frame to */
#define SHORT 40
#define SHORTER 20

/* What the threads of a test share */
struct arena {
	struct bpf_object *object;
	struct tun_dev dev;
	int second;
	int stop;
	int read;
	int strange;	/* a length that no filter gives, or an errno that nobody expects */
};

FIXTURE(program_race)
{
	struct arena arena;
	pthread_t threads[4];
};

static bool stopped(struct arena *arena)
{
	return __atomic_load_n(&arena->stop, __ATOMIC_RELAXED);
}

/* Through the qdisc, which looks whether the device is up: lifetime/race says why */
static void *sender_main(void *arg)
{
	static const unsigned char peer[ETH_ALEN] = { 2, 0, 0, 1, 0, 0 };
	struct arena *arena = arg;
	unsigned char frame[LENGTH] = {};
	int sock = net_packet_socket("lo", 0);

	memcpy(frame, peer, ETH_ALEN);
	packet_put16(frame + 2 * ETH_ALEN, 0x88b5);
	while (!stopped(arena))
		net_packet_send(sock, arena->dev.name, 0x88b5, frame, sizeof(frame));
	close(sock);
	return NULL;
}

static void *reader_main(void *arg)
{
	struct arena *arena = arg;
	char room[2048];
	ssize_t len;

	while (!stopped(arena)) {
		net_poll(arena->dev.fd, POLLIN, 1);
		len = read(arena->dev.fd, room, sizeof(room));
		if (len <= 0)
			continue;
		arena->read++;
		if (len != LENGTH && len != SHORT && len != SHORTER)
			arena->strange = len;
	}
	return NULL;
}

static void *flip_main(void *arg)
{
	struct arena *arena = arg;
	struct ifreq ifr = {};

	for (int i = 0; !stopped(arena); i++) {
		ifr.ifr_flags = i & 1 ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE;
		if (ioctl(arena->second, TUNSETQUEUE, &ifr) && errno != EINVAL && errno != ENOTTY)
			arena->strange = -errno;
	}
	return NULL;
}

FIXTURE_SETUP(program_race)
{
	struct arena *arena = &self->arena;

	memset(arena, 0, sizeof(*arena));
	arena->object = bpf_test_load("answer");
	ASSERT_NE(NULL, arena->object);
	ASSERT_EQ(0, bpf_test_config(arena->object, ANSWER_VALUE, SHORT));
	ASSERT_EQ(0, tun_dev_setup(&arena->dev, TAP, O_NONBLOCK));
	arena->second = tun_dev_queue(arena->dev.name, TAP, O_NONBLOCK);
	ASSERT_LE(0, arena->second);
	ASSERT_EQ(0, pthread_create(&self->threads[0], NULL, sender_main, arena));
	ASSERT_EQ(0, pthread_create(&self->threads[1], NULL, sender_main, arena));
	ASSERT_EQ(0, pthread_create(&self->threads[2], NULL, reader_main, arena));
	ASSERT_EQ(0, pthread_create(&self->threads[3], NULL, flip_main, arena));
}

FIXTURE_TEARDOWN(program_race)
{
	__atomic_store_n(&self->arena.stop, 1, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(self->threads); i++)
		pthread_join(self->threads[i], NULL);
	EXPECT_EQ(0, self->arena.strange);
	close(self->arena.second);
	close(self->arena.dev.fd);
	bpf_object__close(self->arena.object);
}

static int set(const struct arena *arena, unsigned int number, const char *name)
{
	int prog = name ? bpf_test_prog(arena->object, name) : -1;

	return tun_ioctl(arena->dev.fd, number, (unsigned long)&prog);
}

/* One filter of each kind; 0 or -errno */
static int set_all(const struct arena *arena, struct mac_filter *filter)
{
	int ret = set(arena, TUNSETFILTEREBPF, "answer");

	if (!ret)
		ret = set(arena, TUNSETSTEERINGEBPF, "answer");
	if (!ret)
		ret = classic_attach_says(arena->dev.fd, SHORTER);
	if (!ret)
		ret = mac_filter_set(arena->dev.fd, filter);
	return ret < 0 ? ret : 0;
}

TEST_F(program_race, mac_filter_is_swapped_under_traffic)
{
	static struct mac_filter filter;

	mac_filter_add_many(&filter, 0, 1, mac_filter_unicast);
	mac_filter_add_many(&filter, 0, 30, mac_filter_multicast);
	for (int i = 0; i < 10 * ROUNDS; i++) {
		filter.count = i % 3 ? 31 : 0;
		EXPECT_EQ(i % 3 ? MAC_FILTER_EXACT : 0,
			  mac_filter_set(self->arena.dev.fd, &filter));
	}
}

TEST_F(program_race, classic_filter_is_swapped_under_traffic)
{
	static const unsigned int says[] = { SHORT, SHORTER, 0, CLASSIC_ALL };

	for (int i = 0; i < 5 * ROUNDS; i++) {
		ASSERT_EQ(0, classic_attach_says(self->arena.dev.fd, says[i % 4]));
		if (i % 5 == 0)
			ASSERT_EQ(0, classic_detach(self->arena.dev.fd));
	}
}

TEST_F(program_race, ebpf_programs_are_swapped_under_traffic)
{
	static const char *const names[] = { "answer", "answer_control_block", NULL };

	for (int i = 0; i < 5 * ROUNDS; i++) {
		ASSERT_EQ(0, set(&self->arena, TUNSETFILTEREBPF, names[i % 3]));
		ASSERT_EQ(0, set(&self->arena, TUNSETSTEERINGEBPF, names[(i + 1) % 3]));
	}
}

TEST_F(program_race, device_goes_with_all_of_them_under_traffic)
{
	struct arena *arena = &self->arena;
	static struct mac_filter filter;

	mac_filter_add_many(&filter, 0, 2, mac_filter_unicast);
	for (int i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, set_all(arena, &filter));
		net_sleep_ms(1);
		ASSERT_EQ(0, net_dellink(arena->dev.name));
		ASSERT_EQ(0, tun_dev_attach(arena->dev.fd, arena->dev.name, TAP));
		ASSERT_EQ(0, tun_dev_attach(arena->second, arena->dev.name, TAP));
		ASSERT_EQ(0, net_up(arena->dev.name));
	}
}

/* A new device behind the same numbers: nobody else's descriptor may get under the threads */
static int open_again(struct arena *arena)
{
	int *const fds[] = { &arena->dev.fd, &arena->second };
	int fd;

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		/* a call that is not over keeps the old device for a moment */
		do {
			fd = tun_dev_queue(arena->dev.name, TAP, O_NONBLOCK);
		} while (fd == -EBUSY);
		if (fd < 0)
			return fd;
		if (dup2(fd, *fds[i]) < 0)
			return -errno;
		close(fd);
	}
	return net_up(arena->dev.name);
}

TEST_F(program_race, last_close_takes_all_of_them_along)
{
	struct arena *arena = &self->arena;
	static struct mac_filter filter;
	int null = open("/dev/null", O_RDWR);

	ASSERT_LE(0, null);
	mac_filter_add_many(&filter, 0, 2, mac_filter_unicast);
	for (int i = 0; i < scaled(20); i++) {
		ASSERT_EQ(0, set_all(arena, &filter));
		ASSERT_LE(0, dup2(null, arena->dev.fd));
		ASSERT_LE(0, dup2(null, arena->second));
		ASSERT_EQ(0, open_again(arena));
	}
	close(null);
}

TEST_HARNESS_MAIN
