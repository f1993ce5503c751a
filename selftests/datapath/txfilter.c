// SPDX-License-Identifier: GPL-2.0
/* TUNSETTXFILTER: which frames of the stack the program gets to read */
#include "kselftest_harness.h"
#include "mac_filter.h"
#include "probe.h"

#define TAP (IFF_TAP | IFF_NO_PI)
#define SEVERAL 20

static const unsigned char broadcast[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
static const unsigned char station[ETH_ALEN] = { 2, 0, 0, 1, 0, 0 };
static const unsigned char stranger[ETH_ALEN] = { 2, 0, 0, 1, 0, 1 };
static const unsigned char group[ETH_ALEN] = { 1, 0, 0x5e, 1, 0, 0 };

static struct mac_filter filter;
static struct probe probe;

FIXTURE(txfilter)
{
	unsigned char same[ETH_ALEN];
	unsigned char other[ETH_ALEN];
};

FIXTURE_SETUP(txfilter)
{
	memset(&filter, 0, sizeof(filter));
	ASSERT_EQ(0, probe_setup(&probe, TAP));
	/* Groups whose bit of the hash is that of "group", and is not */
	mac_filter_group(self->same, group, true);
	mac_filter_group(self->other, group, false);
}

FIXTURE_TEARDOWN(txfilter)
{
	probe_teardown(&probe);
}

/* "group" as the ninth address, of which the hash alone is known */
static void add_hashed_group(void)
{
	mac_filter_add_many(&filter, 100, MAC_FILTER_EXACT, mac_filter_unicast);
	mac_filter_add(&filter, group);
}

TEST_F(txfilter, everything_passes_without_one)
{
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(1, probe_to(&probe, group));
	EXPECT_EQ(1, probe_to(&probe, broadcast));
}

TEST_F(txfilter, exact_address_passes_alone)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(0, probe_to(&probe, stranger));
}

TEST_F(txfilter, each_of_eight_exact_addresses_passes)
{
	mac_filter_add_many(&filter, 0, MAC_FILTER_EXACT, mac_filter_unicast);
	ASSERT_EQ(MAC_FILTER_EXACT, mac_filter_set(probe.dev.fd, &filter));
	for (int i = 0; i < MAC_FILTER_EXACT; i++)
		EXPECT_EQ(1, probe_to(&probe, filter.addr[i]));
	mac_filter_add_many(&filter, MAC_FILTER_EXACT, 1, mac_filter_unicast);
	EXPECT_EQ(0, probe_to(&probe, filter.addr[MAC_FILTER_EXACT]));
}

TEST_F(txfilter, each_byte_of_an_exact_address_counts)
{
	unsigned char near[ETH_ALEN];

	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	for (int i = 0; i < ETH_ALEN; i++) {
		memcpy(near, station, ETH_ALEN);
		near[i] ^= 0x80;
		EXPECT_EQ(0, probe_to(&probe, near));
	}
}

TEST_F(txfilter, address_of_the_device_has_to_be_asked_for)
{
	unsigned char mac[ETH_ALEN];

	ASSERT_EQ(0, net_mac(probe.dev.name, mac));
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(0, probe_to(&probe, mac));
}

TEST_F(txfilter, broadcast_and_groups_have_to_be_asked_for)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(0, probe_to(&probe, broadcast));
	EXPECT_EQ(0, probe_to(&probe, group));
}

TEST_F(txfilter, group_among_the_first_eight_is_exact)
{
	mac_filter_add(&filter, group);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, group));
	EXPECT_EQ(0, probe_to(&probe, self->same));
}

TEST_F(txfilter, group_beyond_the_eighth_passes_with_those_of_its_hash)
{
	add_hashed_group();
	ASSERT_EQ(MAC_FILTER_EXACT, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, group));
	EXPECT_EQ(1, probe_to(&probe, self->same));
	EXPECT_EQ(0, probe_to(&probe, self->other));
	EXPECT_EQ(0, probe_to(&probe, stranger));
}

TEST_F(txfilter, every_group_of_a_long_list_passes)
{
	mac_filter_add_many(&filter, 100, MAC_FILTER_EXACT, mac_filter_unicast);
	mac_filter_add_many(&filter, 0, SEVERAL, mac_filter_multicast);
	ASSERT_EQ(MAC_FILTER_EXACT, mac_filter_set(probe.dev.fd, &filter));
	for (int i = 0; i < MAC_FILTER_EXACT + SEVERAL; i++)
		EXPECT_EQ(1, probe_to(&probe, filter.addr[i]));
}

TEST_F(txfilter, broadcast_is_a_group_like_any_other)
{
	add_hashed_group();
	mac_filter_add(&filter, broadcast);
	ASSERT_EQ(MAC_FILTER_EXACT, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, broadcast));
}

TEST_F(txfilter, all_groups_pass_by_flag_and_no_station)
{
	mac_filter_add(&filter, station);
	filter.flags = TUN_FLT_ALLMULTI;
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(1, probe_to(&probe, group));
	EXPECT_EQ(1, probe_to(&probe, broadcast));
	EXPECT_EQ(0, probe_to(&probe, stranger));
	for (int n = 0; n < SEVERAL; n++) {
		mac_filter_multicast(self->other, n);
		EXPECT_EQ(1, probe_to(&probe, self->other));
	}
}

TEST_F(txfilter, empty_list_switches_it_off)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(0, probe_to(&probe, stranger));
	filter.count = 0;
	ASSERT_EQ(0, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, stranger));
}

TEST_F(txfilter, station_beyond_the_eighth_switches_it_off)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(0, probe_to(&probe, stranger));
	mac_filter_add_many(&filter, 100, MAC_FILTER_EXACT, mac_filter_unicast);
	filter.flags = TUN_FLT_ALLMULTI;
	ASSERT_EQ(0, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, stranger));
	EXPECT_EQ(1, probe_to(&probe, group));
}

TEST_F(txfilter, new_list_forgets_the_old)
{
	add_hashed_group();
	filter.flags = TUN_FLT_ALLMULTI;
	ASSERT_EQ(MAC_FILTER_EXACT, mac_filter_set(probe.dev.fd, &filter));
	memset(&filter, 0, sizeof(filter));
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(0, probe_to(&probe, group));
	mac_filter_unicast(self->other, 101);
	EXPECT_EQ(0, probe_to(&probe, self->other));
}

TEST_F(txfilter, call_that_fails_changes_nothing)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(-EFAULT, tun_ioctl(probe.dev.fd, TUNSETTXFILTER, tun_bad_pointer()));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(0, probe_to(&probe, stranger));
}

TEST_F(txfilter, dropped_frames_are_counted)
{
	long long drops = net_stat(probe.dev.name, NET_XMITTED_DROPS);

	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(1, probe_to(&probe, station));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, probe_to(&probe, stranger));
	EXPECT_EQ(drops + 3, net_stat(probe.dev.name, NET_XMITTED_DROPS));
	EXPECT_EQ(1, net_stat(probe.dev.name, NET_XMITTED_PACKETS));
}

TEST_F(txfilter, frames_that_are_written_need_no_leave)
{
	long long packets;

	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	packets = net_stat(probe.dev.name, NET_RECEIVED_PACKETS);
	memcpy(probe.frame, stranger, ETH_ALEN);
	ASSERT_EQ(ETH_ZLEN, write(probe.dev.fd, probe.frame, ETH_ZLEN));
	EXPECT_EQ(packets + 1, net_stat(probe.dev.name, NET_RECEIVED_PACKETS));
}

TEST_F(txfilter, next_holder_of_a_persistent_device_has_it)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(0, ioctl(probe.dev.fd, TUNSETPERSIST, 1));
	close(probe.dev.fd);
	probe.dev.fd = tun_dev_queue(probe.dev.name, TAP, O_NONBLOCK);
	ASSERT_LE(0, probe.dev.fd);
	ASSERT_EQ(0, ioctl(probe.dev.fd, TUNSETPERSIST, 0));
	EXPECT_EQ(1, probe_to(&probe, station));
	EXPECT_EQ(0, probe_to(&probe, stranger));
}

TEST_F(txfilter, next_device_of_a_descriptor_has_none)
{
	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(probe.dev.fd, &filter));
	ASSERT_EQ(0, net_dellink(probe.dev.name));
	close(probe.sock);
	ASSERT_EQ(0, tun_dev_attach(probe.dev.fd, probe.dev.name, TAP));
	ASSERT_EQ(0, probe_start(&probe, true));
	EXPECT_EQ(1, probe_to(&probe, stranger));
}

FIXTURE(txfilter_queues)
{
	int second;
};

FIXTURE_SETUP(txfilter_queues)
{
	memset(&filter, 0, sizeof(filter));
	ASSERT_EQ(0, probe_setup(&probe, TAP | IFF_MULTI_QUEUE));
	self->second = tun_dev_queue(probe.dev.name, TAP | IFF_MULTI_QUEUE, O_NONBLOCK);
	ASSERT_LE(0, self->second);
}

FIXTURE_TEARDOWN(txfilter_queues)
{
	close(self->second);
	probe_teardown(&probe);
}

TEST_F(txfilter_queues, holds_whichever_queue_a_frame_goes_to)
{
	size_t len;

	mac_filter_add(&filter, station);
	ASSERT_EQ(1, mac_filter_set(self->second, &filter));
	for (int i = 0; i < SEVERAL; i++) {
		memcpy(probe.frame, i % 2 ? station : stranger, ETH_ALEN);
		len = probe_flow(&probe, i, ETH_ZLEN);
		EXPECT_EQ(i % 2 ? 0 : -ENOBUFS, probe_send(&probe, len));
	}
	EXPECT_EQ(SEVERAL / 2, tun_dev_drain(probe.dev.fd) + tun_dev_drain(self->second));
}

TEST_HARNESS_MAIN
