// SPDX-License-Identifier: GPL-2.0
/*
 * Ways of a frame that end in the driver, tens of thousands of times. A frame of 3000 bytes whose
 * page is not given back costs 3000 bytes and more: the memory that is there afterwards tells.
 */
#include "kselftest_harness.h"
#include <sys/mman.h>

#include "xdp.h"

#define FRAMES 20000
#define FRAME_LEN 3000
/* Half of what is gone if each loses its frame; what else happens meanwhile takes far less */
#define MOST_KB (scaled(FRAMES) / 2 * (FRAME_LEN / 1000))

static struct packet packet;

FIXTURE(leak)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(leak)
{
	int flags;
	int open_flags;
	size_t len;
};

FIXTURE_VARIANT_ADD(leak, tap) { IFF_TAP, O_NONBLOCK, FRAME_LEN };
FIXTURE_VARIANT_ADD(leak, tap_large) { IFF_TAP, O_NONBLOCK, 5000 };
FIXTURE_VARIANT_ADD(leak, tun) { IFF_TUN, O_NONBLOCK, FRAME_LEN };
FIXTURE_VARIANT_ADD(leak, tun_blocking) { IFF_TUN, 0, FRAME_LEN };
FIXTURE_VARIANT_ADD(leak, tun_large) { IFF_TUN, O_NONBLOCK, 5000 };

FIXTURE_SETUP(leak)
{
	self->x = (struct xdp_test){ .packets = -1, .dev.fd = -1 };
	/* KASAN's kernels alone have kmemleak. Pages, which a shorter frame is in, are not kept. */
	if (!access("/sys/kernel/debug/kmemleak", F_OK) && variant->len > 4096)
		SKIP(return, "KASAN keeps what was freed; kmemleak looks for what was not");
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, variant->open_flags));
	close(self->x.packets);
	self->x.packets = -1;
	xdp_test_frame(&packet, self->x.tap, variant->len);
}

FIXTURE_TEARDOWN(leak)
{
	xdp_test_teardown(&self->x);
}

static long available_kb(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long kb = -1;

	while (f && kb < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "MemAvailable: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

/*
 * Writes them all, each with the answer @want, or -errno; by how much memory there is less, or
 * LONG_MAX. What a frame loses is lost each time. What the kernel needs meanwhile for something
 * else is not: the least of three counts.
 */
static long lost_kb(int fd, const void *data, ssize_t want)
{
	long least = LONG_MAX, before, lost;
	ssize_t ret;

	for (int tries = 0; tries < 3 && least >= MOST_KB; tries++) {
		before = available_kb();
		for (int i = 0; i < scaled(FRAMES); i++) {
			ret = write(fd, data, packet.len);
			if ((ret < 0 ? -errno : ret) != want)
				return LONG_MAX;
		}
		lost = before - available_kb();
		least = lost < least ? lost : least;
	}
	return least;
}

/* Of those that a program does @action with */
static long lost_by(struct xdp_test *x, int action)
{
	if (xdp_test_set(x, VERDICT_ACTION, action))
		return LONG_MAX;
	return lost_kb(x->dev.fd, packet.data, packet.len);
}

TEST_F(leak, dropped_frames_are_freed)
{
	EXPECT_GT(MOST_KB, lost_by(&self->x, XDP_DROP));
}

TEST_F(leak, aborted_frames_are_freed)
{
	EXPECT_GT(MOST_KB, lost_by(&self->x, XDP_ABORTED));
}

TEST_F(leak, frames_sent_back_into_a_full_ring_are_freed)
{
	ASSERT_EQ(0, net_set_txqueuelen(self->x.dev.name, 10));
	EXPECT_GT(MOST_KB, lost_by(&self->x, XDP_TX));
}

TEST_F(leak, frames_redirected_to_nobody_are_freed)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, 9999));
	EXPECT_GT(MOST_KB, lost_by(&self->x, XDP_REDIRECT));
}

TEST_F(leak, frames_redirected_into_a_full_ring_are_freed)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(to.name, 9000));
	ASSERT_EQ(0, net_set_txqueuelen(to.name, 10));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(to.name)));
	EXPECT_GT(MOST_KB, lost_by(&self->x, XDP_REDIRECT));
	close(to.fd);
}

/* Passed to a device that is down: the skb that was made has an owner, and goes */
TEST_F(leak, passed_frames_of_a_device_that_is_down_are_freed)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, net_down(self->x.dev.name));
	EXPECT_GT(MOST_KB, lost_kb(self->x.dev.fd, packet.data, -EIO));
}

/* Memory whose end is in the middle of the frame, or NULL */
static unsigned char *half_a_frame(void)
{
	const size_t size = 65536;
	unsigned char *memory = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || munmap(memory + size, size))
		return NULL;
	memory += size - packet.len / 2;
	return memcpy(memory, packet.data, packet.len / 2);
}

/* The driver has room for a frame by the time that it cannot be read */
TEST_F(leak, frames_that_cannot_be_read_are_freed)
{
	unsigned char *half = half_a_frame();

	ASSERT_NE(NULL, half);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_DROP));
	EXPECT_GT(MOST_KB, lost_kb(self->x.dev.fd, half, -EFAULT));
}

TEST_HARNESS_MAIN
