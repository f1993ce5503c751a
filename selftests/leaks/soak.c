// SPDX-License-Identifier: GPL-2.0
/*
 * Ten minutes of everything at once: two devices carry checked packets both ways while others come
 * and go, queues are switched, rings resized, links flap and namespaces end. Not a timed test: what
 * is asserted is that each worker gets on, that no packet is wrong, and that memory does not grow.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "../memory.h"
#include "packet.h"
#include "tun_dev.h"

#define SOAK_SECONDS 600
#define SLICES 10
#define LIMIT 1400

/* What the machine's own caches may take in nine tenths of the time */
#define SLACK_KB 8192

#define MULTI (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)

/**
 * struct shared - what the workers tell
 * @stop: end after this round
 * @rounds: how far each worker is
 * @err: why a worker gave up, 0: it did not
 */
struct shared {
	int stop;
	unsigned long rounds[8];
	int err[8];
};

FIXTURE(soak)
{
	struct shared *shared;
};

FIXTURE_SETUP(soak)
{
	self->shared = mmap(NULL, sizeof(*self->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->shared);
}

FIXTURE_TEARDOWN(soak)
{
	munmap(self->shared, sizeof(*self->shared));
}

/* A packet that the stack sends, read from the ring and written back; 0 or -errno */
static int carry(struct tun_dev *dev, unsigned int seed)
{
	unsigned char sent[1200], got[2048];
	size_t len = 64 + seed % 1000;
	ssize_t n;
	int sock;

	sent[0] = 0x45;
	for (size_t i = 1; i < len; i++)
		sent[i] = packet_byte(i, seed);
	sock = net_packet_socket(dev->name, 0);
	if (sock < 0)
		return sock;
	n = net_packet_send(sock, dev->name, ETH_P_IP, sent, len);
	close(sock);
	if (n)
		return n;
	n = tun_dev_read(dev->fd, got, sizeof(got));
	if (n < 0)
		return n;
	if (n != (ssize_t)len || memcmp(got, sent, len))
		return -EBADMSG;
	return write(dev->fd, got, n) == n ? 0 : -errno;
}

static int round_of_packets(struct tun_dev *dev, unsigned int round)
{
	int ret = 0;

	for (unsigned int i = 0; i < 20 && !ret; i++)
		ret = carry(dev, 20 * round + i);
	return ret;
}

static int round_of_resizes(struct tun_dev *dev, unsigned int round)
{
	int ret = net_set_txqueuelen(dev->name, 1 + round * 37 % 2000);

	if (!ret)
		ret = net_set_mtu(dev->name, 68 + round * 101 % 1400);
	if (!ret && round % 8 == 0)
		ret = net_down(dev->name);
	if (!ret && round % 8 == 0)
		ret = net_up(dev->name);
	tun_dev_drain(dev->fd);
	return ret;
}

static int round_of_queues(struct tun_dev *dev, unsigned int round)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	struct ifreq on = { .ifr_flags = IFF_ATTACH_QUEUE };
	int fd = tun_dev_queue(dev->name, MULTI, O_NONBLOCK);
	int ret = 0;

	if (fd < 0)
		return fd;
	if (ioctl(fd, TUNSETQUEUE, &off) || (round % 2 && ioctl(fd, TUNSETQUEUE, &on)))
		ret = -errno;
	tun_dev_drain(dev->fd);
	close(fd);
	return ret;
}

static int round_of_devices(struct tun_dev *unused, unsigned int round)
{
	struct tun_dev dev;
	int ret = tun_dev_create(&dev, round % 2 ? MULTI : IFF_TUN | IFF_NO_PI, O_NONBLOCK);

	if (!ret && round % 3 == 0)
		ret = net_dellink(dev.name);
	else if (!ret)
		ret = write(dev.fd, "\x45", 1) < 0 && errno != EINVAL ? -errno : 0;
	close(dev.fd);
	return ret;
}

static int round_of_namespaces(struct tun_dev *unused, unsigned int round)
{
	struct tun_dev dev;
	int ret = tun_dev_netns();

	if (!ret)
		ret = tun_dev_create(&dev, MULTI, O_NONBLOCK);
	if (!ret && ioctl(dev.fd, TUNSETPERSIST, round % 2))
		ret = -errno;
	if (!ret)
		close(dev.fd);
	return ret;
}

static const struct {
	const char *name;
	int flags;
	int (*run)(struct tun_dev *dev, unsigned int round);
} workers[] = {
	{ "packets of a TUN", IFF_TUN | IFF_NO_PI, round_of_packets },
	{ "packets through NAPI", IFF_TUN | IFF_NO_PI | IFF_NAPI, round_of_packets },
	{ "resizes", MULTI, round_of_resizes },
	{ "queues", MULTI, round_of_queues },
	{ "devices", MULTI, round_of_devices },
	{ "namespaces", MULTI, round_of_namespaces },
};

static int work(struct shared *shared, int w)
{
	struct tun_dev dev;
	unsigned int round = 0;
	int ret = tun_dev_setup(&dev, workers[w].flags, O_NONBLOCK);

	while (!ret && !__atomic_load_n(&shared->stop, __ATOMIC_RELAXED)) {
		ret = workers[w].run(&dev, round++);
		__atomic_store_n(&shared->rounds[w], round, __ATOMIC_RELAXED);
	}
	shared->err[w] = -ret;
	return 0;
}

TEST_F_TIMEOUT(soak, mixed_traffic_and_churn_get_on_and_leave_no_memory_behind, LIMIT)
{
	const char *seconds = getenv("TUN_TEST_SOAK");
	int slice = (seconds ? atoi(seconds) : SOAK_SECONDS) / SLICES;
	unsigned long last[ARRAY_SIZE(workers)] = {};
	struct memory begin = {}, end;
	pid_t child[ARRAY_SIZE(workers)];

	for (size_t w = 0; w < ARRAY_SIZE(workers); w++) {
		child[w] = fork();
		ASSERT_LE(0, child[w]);
		if (!child[w]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(work(self->shared, w));
		}
	}
	for (int s = 0; s < SLICES; s++) {
		sleep(slice ? slice : 1);
		if (!s)
			begin = memory_now();
		for (size_t w = 0; w < ARRAY_SIZE(workers); w++) {
			unsigned long *rounds = &self->shared->rounds[w];
			unsigned long n = __atomic_load_n(rounds, __ATOMIC_RELAXED);

			EXPECT_LT(last[w], n) TH_LOG("%s: no progress", workers[w].name);
			last[w] = n;
		}
	}
	end = memory_now();
	__atomic_store_n(&self->shared->stop, 1, __ATOMIC_RELAXED);
	for (size_t w = 0; w < ARRAY_SIZE(workers); w++) {
		ASSERT_EQ(child[w], waitpid(child[w], NULL, 0));
		EXPECT_EQ(0, self->shared->err[w]) TH_LOG("%s: %s", workers[w].name,
							  strerror(self->shared->err[w]));
		TH_LOG("%s: %lu rounds", workers[w].name, self->shared->rounds[w]);
	}
	TH_LOG("in nine tenths: slab %+ld kB, vmalloc %+ld kB", end.slab - begin.slab,
	       end.vmalloc - begin.vmalloc);
	if (tun_divisor() == 1) {
		EXPECT_GT(SLACK_KB, end.slab - begin.slab);
		EXPECT_GT(SLACK_KB, end.vmalloc - begin.vmalloc);
	}
}

TEST_HARNESS_MAIN
