// SPDX-License-Identifier: GPL-2.0
/* TUNSETTXFILTER: what it returns, in which state, for which memory */
#include "kselftest_harness.h"
#include "abi.h"
#include "mac_filter.h"

#define TAP (IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE)

static struct mac_filter filter;

FIXTURE(txfilter)
{
	int fd;
	int fresh;
};

FIXTURE_SETUP(txfilter)
{
	memset(&filter, 0, sizeof(filter));
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
}

FIXTURE_TEARDOWN(txfilter)
{
	close(self->fresh);
	close(self->fd);
}

TEST_F(txfilter, returns_the_number_of_exact_addresses)
{
	for (int n = 0; n <= MAC_FILTER_EXACT; n++) {
		filter.count = 0;
		mac_filter_add_many(&filter, 0, n, mac_filter_unicast);
		EXPECT_EQ(n, mac_filter_set(self->fd, &filter));
	}
}

TEST_F(txfilter, groups_beyond_the_eighth_are_not_exact)
{
	mac_filter_add_many(&filter, 0, 3, mac_filter_unicast);
	mac_filter_add_many(&filter, 0, 100, mac_filter_multicast);
	EXPECT_EQ(MAC_FILTER_EXACT, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, groups_among_the_first_eight_are_exact)
{
	mac_filter_add_many(&filter, 0, 5, mac_filter_multicast);
	EXPECT_EQ(5, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, unicast_beyond_the_eighth_returns_0)
{
	mac_filter_add_many(&filter, 0, MAC_FILTER_EXACT + 1, mac_filter_unicast);
	EXPECT_EQ(0, mac_filter_set(self->fd, &filter));
	filter.flags = TUN_FLT_ALLMULTI;
	EXPECT_EQ(0, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, longest_list_is_taken)
{
	mac_filter_add_many(&filter, 0, MAC_FILTER_MOST, mac_filter_multicast);
	EXPECT_EQ(MAC_FILTER_EXACT, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, last_address_of_the_longest_list_counts)
{
	mac_filter_add_many(&filter, 0, MAC_FILTER_MOST - 1, mac_filter_multicast);
	mac_filter_add_many(&filter, 0, 1, mac_filter_unicast);
	EXPECT_EQ(0, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, other_flags_are_ignored)
{
	mac_filter_add_many(&filter, 0, 2, mac_filter_unicast);
	filter.flags = 0xffff;
	EXPECT_EQ(2, mac_filter_set(self->fd, &filter));
	filter.flags = 0xfffe;
	EXPECT_EQ(2, mac_filter_set(self->fd, &filter));
}

/* A structure whose header, or addresses, end where the memory does */
static void *end_of_memory(size_t size)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + 4096, 4096))
		return NULL;
	return pages + 4096 - size;
}

TEST_F(txfilter, no_address_is_read_where_none_is_announced)
{
	struct mac_filter *at = end_of_memory(4);

	ASSERT_NE(NULL, at);
	EXPECT_EQ(0, mac_filter_set(self->fd, at));
}

TEST_F(txfilter, no_byte_behind_the_last_address_is_read)
{
	struct mac_filter *at = end_of_memory(4 + 3 * ETH_ALEN);

	ASSERT_NE(NULL, at);
	mac_filter_add_many(at, 0, 3, mac_filter_unicast);
	EXPECT_EQ(3, mac_filter_set(self->fd, at));
}

TEST_F(txfilter, address_that_cannot_be_read_is_efault)
{
	struct mac_filter *at = end_of_memory(4 + 3 * ETH_ALEN);

	ASSERT_NE(NULL, at);
	at->count = 4;
	EXPECT_EQ(-EFAULT, mac_filter_set(self->fd, at));
	at->count = MAC_FILTER_MOST;
	EXPECT_EQ(-EFAULT, mac_filter_set(self->fd, at));
}

TEST_F(txfilter, header_that_cannot_be_read_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETTXFILTER, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETTXFILTER, 0));
}

TEST_F(txfilter, tun_is_einval_whatever_the_memory)
{
	int tun = abi_attach("t1", ABI_SINGLE);

	ASSERT_LE(0, tun);
	EXPECT_EQ(-EINVAL, mac_filter_set(tun, &filter));
	EXPECT_EQ(-EINVAL, tun_ioctl(tun, TUNSETTXFILTER, tun_bad_pointer()));
	close(tun);
}

TEST_F(txfilter, descriptor_without_a_device_is_ebadfd_whatever_the_memory)
{
	int gone = abi_deleted(TAP);

	ASSERT_LE(0, gone);
	EXPECT_EQ(-EBADFD, mac_filter_set(self->fresh, &filter));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, TUNSETTXFILTER, tun_bad_pointer()));
	EXPECT_EQ(-EBADFD, mac_filter_set(gone, &filter));
	EXPECT_EQ(-EBADFD, tun_ioctl(gone, TUNSETTXFILTER, tun_bad_pointer()));
	close(gone);
}

TEST_F(txfilter, disabled_queue_may_set_it)
{
	mac_filter_add_many(&filter, 0, 2, mac_filter_unicast);
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(2, mac_filter_set(self->fd, &filter));
}

TEST_F(txfilter, needs_no_right)
{
	struct abi_call call = { self->fd, TUNSETTXFILTER, (unsigned long)&filter };

	EXPECT_EQ(0, abi_as_nobody(abi_call, &call));
}

TEST_HARNESS_MAIN
