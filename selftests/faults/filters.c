// SPDX-License-Identifier: GPL-2.0
/* Filters of a TAP: a call that fails keeps the filter that was there */
#include "kselftest_harness.h"
#include "classic.h"
#include "mac_filter.h"
#include "world.h"

static struct mac_filter list;

/* Where all frames of the world go, and one more station */
static const unsigned char station[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };

FIXTURE(filters)
{
	struct world world;
	struct world_dev dev;
};

FIXTURE_SETUP(filters)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TAP | IFF_NO_PI));
	memset(&list, 0, sizeof(list));
	mac_filter_add(&list, station);
}

FIXTURE_TEARDOWN(filters)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* Each answers with the number of addresses that count exactly. */
static void set_addresses(struct __test_metadata *_metadata, struct world *w,
			  struct world_dev *dev, int exact, const char *what)
{
	struct fault f = FAULT(ENOMEM, EFAULT);

	while (fault_next(&f)) {
		int ret = fault_call(&f, mac_filter_set(dev->fd, &list));

		if (ret >= 0)
			ASSERT_EQ(exact, ret);
		ASSERT_EQ(exact, mac_filter_set(dev->fd, &list));
		ASSERT_EQ(0, world_passes(w, dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

TEST_F(filters, addresses_can_be_set_again)
{
	set_addresses(_metadata, &self->world, &self->dev, 1, "TUNSETTXFILTER of one");
}

/* 360 KiB, which the kernel has no single piece of memory for */
TEST_F(filters, very_many_addresses_can_be_set_again)
{
	mac_filter_add_many(&list, 0, 60000, mac_filter_multicast);
	set_addresses(_metadata, &self->world, &self->dev, MAC_FILTER_EXACT,
		      "TUNSETTXFILTER of 60001");
}

TEST_F(filters, failed_list_keeps_the_one_before)
{
	static struct mac_filter other = { .count = 1, .addr = { { 2, 0, 0, 0, 0, 9 } } };
	struct fault f = FAULT(ENOMEM, EFAULT);
	int ret;

	while (fault_next(&f)) {
		ASSERT_EQ(1, mac_filter_set(self->dev.fd, &list));
		ret = fault_call(&f, mac_filter_set(self->dev.fd, &other));
		if (ret < 0)
			ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "TUNSETTXFILTER of another");
}

TEST_F(filters, classic_filter_can_be_attached_again)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, CLASSIC_ALL),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = ARRAY_SIZE(code), .filter = code };
	struct fault f = FAULT(ENOMEM, EFAULT);
	int ret;

	while (fault_next(&f)) {
		ret = fault_call(&f, tun_ioctl(self->dev.fd, TUNATTACHFILTER,
					       (unsigned long)&prog));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
		if (ret)
			ASSERT_EQ(0, classic_attach(self->dev.fd, code, ARRAY_SIZE(code)));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNATTACHFILTER");
}

TEST_F(filters, failed_classic_filter_keeps_the_one_before)
{
	struct sock_filter none[] = CLASSIC_SAYS(0);
	struct sock_fprog prog = { .len = 1, .filter = none };
	struct fault f = FAULT(ENOMEM, EFAULT);

	while (fault_next(&f)) {
		ASSERT_EQ(0, classic_attach_says(self->dev.fd, CLASSIC_ALL));
		if (fault_call(&f, tun_ioctl(self->dev.fd, TUNATTACHFILTER,
					     (unsigned long)&prog)))
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "TUNATTACHFILTER of another");
}

TEST_F(filters, classic_filter_is_told_again)
{
	struct sock_fprog prog = {};
	struct fault f = FAULT(EFAULT);

	ASSERT_EQ(0, classic_attach_says(self->dev.fd, CLASSIC_ALL));
	while (fault_next(&f)) {
		if (fault_call(&f, classic_get(self->dev.fd, &prog)))
			ASSERT_EQ(0, classic_get(self->dev.fd, &prog));
		ASSERT_EQ(1, prog.len);
	}
	fault_end(_metadata, &f, "TUNGETFILTER");
}

/* It asks for nothing, so that it cannot fail. */
TEST_F(filters, taking_a_filter_away_needs_no_memory)
{
	struct fault f = FAULT(0);

	ASSERT_EQ(0, classic_attach_says(self->dev.fd, 0));
	while (fault_next(&f)) {
		ASSERT_EQ(0, fault_call(&f, classic_detach(self->dev.fd)));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_tell(&f, "TUNDETACHFILTER");
	EXPECT_EQ(0, f.injected);
}

#include "leak.h"

TEST_HARNESS_MAIN
