// SPDX-License-Identifier: GPL-2.0
/*
 * Bursts and arrays: what fails is where the next call begins, and each packet comes once and in
 * order, whichever call it is that takes it.
 */
#include <linux/if_tun_alt.h>

#include "kselftest_harness.h"
#include "world.h"

#define FRAMES 3
#define LEN 200
/* A frame, a header of the device and what begins a frame: a multiple of eight bytes */
#define PLACE (sizeof(struct tun_alt_frame) + LEN)
#define BOTH (TUN_ALT_BURST_READ | TUN_ALT_BURST_WRITE)

FIXTURE(bursts)
{
	struct world world;
	struct world_dev dev;
	unsigned char data[FRAMES * PLACE];
	struct tun_alt_slot slots[FRAMES];
};

FIXTURE_VARIANT(bursts)
{
	const char *name;
	int flags;
	unsigned int burst;
};

FIXTURE_VARIANT_ADD(bursts, tun)
{
	.name = "tun", .flags = IFF_TUN | IFF_NO_PI, .burst = BOTH,
};

FIXTURE_VARIANT_ADD(bursts, tap)
{
	.name = "tap", .flags = IFF_TAP | IFF_NO_PI, .burst = BOTH,
};

FIXTURE_VARIANT_ADD(bursts, merged)
{
	.name = "merged", .flags = IFF_TUN | IFF_NO_PI, .burst = BOTH | TUN_ALT_BURST_GRO,
};

FIXTURE_VARIANT_ADD(bursts, napi)
{
	.name = "napi", .flags = IFF_TUN | IFF_NO_PI | IFF_NAPI, .burst = BOTH,
};

static int set_burst(int fd, unsigned int flags)
{
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = flags };

	return tun_ioctl(fd, TUN_ALT_SET_BURST, (unsigned long)&burst);
}

/* The frames differ in their last byte. */
static void build(FIXTURE_DATA(bursts) * self, int flags)
{
	struct tun_alt_frame frame = { .len = LEN };
	struct packet p;

	for (int i = 0; i < FRAMES; i++) {
		unsigned char *at = self->data + i * PLACE;

		world_frame(&p, flags, LEN - world_header(flags));
		p.data[p.len - 1] = i;
		memcpy(at, &frame, sizeof(frame));
		memcpy(at + sizeof(frame), p.data, LEN);
		self->slots[i] = (struct tun_alt_slot){
			.addr = (uintptr_t)at + sizeof(frame), .len = LEN,
		};
	}
}

FIXTURE_SETUP(bursts)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	build(self, variant->flags);
}

FIXTURE_TEARDOWN(bursts)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

static int array_call(int fd, unsigned int cmd, struct tun_alt_slot *slots, int nr)
{
	struct tun_alt_array array = {
		.size = sizeof(array), .nr = nr, .slots = (uintptr_t)slots,
	};

	return ioctl(fd, cmd, &array);
}

/* Packets that the stack was given; what it could not make copies of is its own to lose */
static long long received(FIXTURE_DATA(bursts) * self)
{
	return net_stat(self->dev.name, NET_RECEIVED_PACKETS);
}

TEST_F(bursts, failed_write_goes_on_where_it_says)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	long long before;
	ssize_t ret;

	ASSERT_EQ(0, set_burst(self->dev.fd, variant->burst));
	while (fault_next(&f)) {
		before = received(self);
		ret = fault_call(&f, fault_errno(write(self->dev.fd, self->data,
						       sizeof(self->data))));
		ret = ret < 0 ? 0 : ret;
		ASSERT_EQ(0, ret % PLACE)
			TH_LOG("fault %d", f.n);
		if (ret < (ssize_t)sizeof(self->data))
			ASSERT_EQ((ssize_t)sizeof(self->data) - ret,
				  write(self->dev.fd, self->data + ret,
					sizeof(self->data) - ret))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(before + FRAMES, received(self))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

TEST_F(bursts, failed_array_is_written_on_where_it_says)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	long long before;
	int ret;

	while (fault_next(&f)) {
		before = received(self);
		ret = fault_call(&f, fault_errno(array_call(self->dev.fd, TUN_ALT_WRITE_ARRAY,
							    self->slots, FRAMES)));
		ret = ret < 0 ? 0 : ret;
		if (ret < FRAMES)
			ASSERT_EQ(FRAMES - ret, array_call(self->dev.fd, TUN_ALT_WRITE_ARRAY,
							   self->slots + ret, FRAMES - ret))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(before + FRAMES, received(self))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

/* Nothing that waits to be read is lost to a fault. */
static int send_all(FIXTURE_DATA(bursts) * self)
{
	int ret = 0;

	for (int i = 0; i < FRAMES && !ret; i++)
		ret = world_send(&self->world, &self->dev,
				 self->data + i * PLACE + sizeof(struct tun_alt_frame), LEN);
	return ret;
}

TEST_F(bursts, failed_read_loses_nothing)
{
	unsigned char data[FRAMES * PLACE];
	struct fault f = FAULT(EFAULT);
	ssize_t ret;

	ASSERT_EQ(0, set_burst(self->dev.fd, variant->burst));
	while (fault_next(&f)) {
		ASSERT_EQ(0, send_all(self));
		ret = fault_call(&f, fault_errno(read(self->dev.fd, data, sizeof(data))));
		ret = ret < 0 ? 0 : ret;
		if (ret < (ssize_t)sizeof(data))
			ASSERT_EQ((ssize_t)sizeof(data) - ret,
				  read(self->dev.fd, data + ret, sizeof(data) - ret))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, memcmp(data, self->data, sizeof(data)))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

TEST_F(bursts, failed_array_that_is_read_loses_nothing)
{
	unsigned char data[FRAMES][LEN];
	struct fault f = FAULT(EFAULT);
	struct tun_alt_slot slots[FRAMES];
	int ret;

	while (fault_next(&f)) {
		ASSERT_EQ(0, send_all(self));
		for (int i = 0; i < FRAMES; i++)
			slots[i] = (struct tun_alt_slot){ .addr = (uintptr_t)data[i], .len = LEN };
		ret = fault_call(&f, fault_errno(array_call(self->dev.fd, TUN_ALT_READ_ARRAY,
							    slots, FRAMES)));
		ret = ret < 0 ? 0 : ret;
		if (ret < FRAMES)
			ASSERT_EQ(FRAMES - ret, array_call(self->dev.fd, TUN_ALT_READ_ARRAY,
							   slots + ret, FRAMES - ret))
				TH_LOG("fault %d", f.n);
		for (int i = 0; i < FRAMES; i++) {
			ASSERT_EQ(0, memcmp(data[i], self->data + i * PLACE +
						     sizeof(struct tun_alt_frame), LEN))
				TH_LOG("fault %d, packet %d", f.n, i);
		}
	}
	fault_end(_metadata, &f, variant->name);
}

/* Each that takes a structure: what cannot be read changes nothing */
TEST_F(bursts, failed_settings_can_be_repeated)
{
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = variant->burst };
	struct tun_alt_queues queues = { .size = sizeof(queues), .most = 4 };
	struct tun_alt_options options = { .size = sizeof(options) };
	struct tun_alt_caps caps = { .size = sizeof(caps) };
	const struct {
		const char *name;
		unsigned int cmd;
		void *arg;
	} rows[] = {
		{ "TUN_ALT_SET_BURST", TUN_ALT_SET_BURST, &burst },
		{ "TUN_ALT_SET_QUEUES", TUN_ALT_SET_QUEUES, &queues },
		{ "TUN_ALT_SET_OPTIONS", TUN_ALT_SET_OPTIONS, &options },
		{ "TUN_ALT_GET_CAPS", TUN_ALT_GET_CAPS, &caps },
	};

	for (int i = 0; i < 4; i++) {
		struct fault f = FAULT(EFAULT);

		while (fault_next(&f)) {
			fault_call(&f, fault_errno(ioctl(self->dev.fd, rows[i].cmd, rows[i].arg)));
			ASSERT_EQ(0, ioctl(self->dev.fd, rows[i].cmd, rows[i].arg));
		}
		fault_end(_metadata, &f, rows[i].name);
	}
}

#include "leak.h"

TEST_HARNESS_MAIN
