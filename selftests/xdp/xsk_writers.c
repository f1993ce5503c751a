// SPDX-License-Identifier: GPL-2.0
/*
 * Two writers whose frames go to one AF_XDP socket, on two processors: its rings know of one
 * processor at a time, and the driver has to see to it.
 */
#include <pthread.h>
#include <sched.h>

#include "kselftest_harness.h"
#include "xdp.h"
#include "xsk.h"

#define WRITERS 2
#define FRAMES 8000
#define FRAME_LEN 1500

/* So often a writer lets the receiver have the processor */
#define BURST 8

/**
 * struct writer - what one thread writes
 * @thread: the thread
 * @fd: where to
 * @who: its number
 * @refused: frames that write() did not take
 * @packet: the frame
 */
struct writer {
	pthread_t thread;
	int fd;
	int who;
	int refused;
	struct packet packet;
};

/* What came out of the socket */
struct tally {
	int received;
	int twice;
	int strange;
	bool seen[WRITERS][FRAMES];
};

static struct writer writers[WRITERS];
static struct tally tally;
static int running;
static pthread_barrier_t together;

FIXTURE(xsk_writers)
{
	struct xdp_test x;
	struct xsk xsk;
	int flags;
};

FIXTURE_VARIANT(xsk_writers)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(xsk_writers, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(xsk_writers, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(xsk_writers, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(xsk_writers, tun_blocking) { .flags = IFF_TUN };

/* The socket is that of queue 0; what finds none is passed on. 0 or -errno */
static int setup(struct xdp_test *x, struct xsk *xsk, int flags, int open_flags)
{
	int ret = tun_dev_netns();

	if (!ret)
		ret = xdp_test_create(x, flags, open_flags);
	if (!ret)
		ret = bpf_test_xdp_attach(x->dev.name, bpf_test_prog(x->obj, "to_socket"),
					  XDP_FLAGS_DRV_MODE);
	if (!ret)
		ret = xdp_test_set(x, VERDICT_ACTION, XDP_PASS);
	if (!ret)
		ret = xsk_open(xsk) ?: xsk_bind(xsk, x->dev.name, 0, XDP_COPY);
	if (ret)
		return ret;
	/* The socket sends nothing: all rooms are to receive into */
	xsk_fill(xsk, XSK_FRAMES);
	return bpf_test_map_set(x->obj, "sockets", 0, xsk->fd);
}

FIXTURE_SETUP(xsk_writers)
{
	self->flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;
	self->xsk.fd = -1;
	if (!tun_is_alt() && variant->flags & IFF_TAP)
		SKIP(return, "in-tree, two writers may end the guest, or drops are not counted");
	ASSERT_EQ(2, sysconf(_SC_NPROCESSORS_ONLN));
	ASSERT_EQ(0, setup(&self->x, &self->xsk, self->flags, variant->open_flags));
}

FIXTURE_TEARDOWN(xsk_writers)
{
	if (self->xsk.fd < 0)
		return;
	xsk_close(&self->xsk);
	xdp_test_teardown(&self->x);
}

/* On a processor of its own, and not before the other one is there */
static void *write_all(void *arg)
{
	struct writer *w = arg;
	unsigned char *end = w->packet.data + w->packet.len;
	cpu_set_t own;

	CPU_ZERO(&own);
	CPU_SET(w->who, &own);
	w->refused = sched_setaffinity(0, sizeof(own), &own) ? 1 : 0;
	pthread_barrier_wait(&together);
	for (int i = 0; i < scaled(FRAMES); i++) {
		packet_put16(end - 4, w->who);
		packet_put16(end - 2, i);
		if (write(w->fd, w->packet.data, w->packet.len) != (ssize_t)w->packet.len)
			w->refused++;
		if (i % BURST == BURST - 1)
			sched_yield();
	}
	__atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
	return NULL;
}

static int start(bool tap, int first, int second)
{
	int ret = pthread_barrier_init(&together, NULL, WRITERS);

	running = WRITERS;
	for (int i = 0; i < WRITERS && !ret; i++) {
		writers[i].fd = i ? second : first;
		writers[i].who = i;
		xdp_test_frame(&writers[i].packet, tap, FRAME_LEN);
		ret = pthread_create(&writers[i].thread, NULL, write_all, &writers[i]);
	}
	return ret;
}

static void look(const unsigned char *data, ssize_t len)
{
	const struct packet *packet = &writers[0].packet;
	unsigned int who = packet_get16(data + FRAME_LEN - 4);
	unsigned int number = packet_get16(data + FRAME_LEN - 2);

	tally.received++;
	if (len != FRAME_LEN || who >= WRITERS || number >= FRAMES ||
	    memcmp(data, packet->data, FRAME_LEN - 4)) {
		tally.strange++;
		return;
	}
	tally.twice += tally.seen[who][number];
	tally.seen[who][number] = true;
}

/* Takes frames, and gives their rooms back, until nobody writes any more and none is left */
static void receive_all(struct xsk *xsk)
{
	unsigned char *data = NULL;
	bool more = true;
	int len;

	while (more) {
		more = __atomic_load_n(&running, __ATOMIC_ACQUIRE);
		while ((len = xsk_receive(xsk, &data)) >= 0) {
			look(data, len);
			xsk_give_back(xsk, data);
		}
		if (more)
			net_poll(xsk->fd, POLLIN, 10);
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
}

/* Each frame came once or was counted, and all rooms are where they were */
#define EXPECT_ALL_ACCOUNTED() do {							\
	long long drops = xdp_test_stat(&self->x, NET_RECEIVED_DROPS);			\
											\
	EXPECT_EQ(0, writers[0].refused + writers[1].refused);				\
	EXPECT_EQ(0, tally.strange);							\
	EXPECT_EQ(0, tally.twice);							\
	EXPECT_LT(0, tally.received);							\
	EXPECT_EQ(WRITERS * scaled(FRAMES), tally.received + drops);				\
	EXPECT_EQ(tally.received, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));	\
	EXPECT_EQ(XSK_FRAMES, xsk_filled(&self->xsk));					\
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));				\
} while (0)

TEST_F(xsk_writers, frames_of_two_writers_of_a_queue_come_once_or_are_counted)
{
	ASSERT_EQ(0, start(self->x.tap, self->x.dev.fd, self->x.dev.fd));
	receive_all(&self->xsk);
	EXPECT_ALL_ACCOUNTED();
}

/* To the program a disabled queue is number 0, as the first one is */
TEST_F(xsk_writers, frames_of_a_disabled_queue_and_the_first_come_once_or_are_counted)
{
	struct ifreq off = { .ifr_flags = IFF_DETACH_QUEUE };
	int second = tun_dev_queue(self->x.dev.name, self->flags, variant->open_flags);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, ioctl(second, TUNSETQUEUE, &off));
	ASSERT_EQ(0, start(self->x.tap, self->x.dev.fd, second));
	receive_all(&self->xsk);
	EXPECT_ALL_ACCOUNTED();
	close(second);
}

TEST_HARNESS_MAIN
