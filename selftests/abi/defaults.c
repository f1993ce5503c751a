// SPDX-License-Identifier: GPL-2.0
/* What a device is before anybody has set anything */
#include <limits.h>

#include "kselftest_harness.h"
#include "abi.h"
#include "netlink.h"

#include <linux/if_arp.h>

FIXTURE(defaults)
{
	int tun;
	int tap;
	struct rtnl_link link;
};

FIXTURE_SETUP(defaults)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->tun = abi_attach("tun0", IFF_TUN);
	ASSERT_LE(0, self->tun);
	self->tap = abi_attach("tap0", IFF_TAP | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->tap);
}

FIXTURE_TEARDOWN(defaults)
{
	close(self->tun);
	close(self->tap);
}

TEST_F(defaults, tun_is_a_point_to_point_device_without_address)
{
	ASSERT_EQ(0, netlink_get("tun0", &self->link));
	EXPECT_EQ(ARPHRD_NONE, self->link.ifi.ifi_type);
	EXPECT_EQ(IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST, self->link.ifi.ifi_flags & 0xffbf);
	EXPECT_EQ(NULL, netlink_attribute(&self->link, IFLA_ADDRESS));
}

TEST_F(defaults, tap_is_an_ethernet_device)
{
	ASSERT_EQ(0, netlink_get("tap0", &self->link));
	EXPECT_EQ(ARPHRD_ETHER, self->link.ifi.ifi_type);
	EXPECT_EQ(IFF_BROADCAST | IFF_MULTICAST, self->link.ifi.ifi_flags & 0xffbf);
	ASSERT_NE(NULL, netlink_attribute(&self->link, IFLA_ADDRESS));
	EXPECT_EQ(6, RTA_PAYLOAD(netlink_attribute(&self->link, IFLA_ADDRESS)));
}

TEST_F(defaults, mtu_is_1500)
{
	EXPECT_EQ(1500, netlink_link_value("tun0", IFLA_MTU));
	EXPECT_EQ(1500, netlink_link_value("tap0", IFLA_MTU));
}

TEST_F(defaults, mtu_limits_are_shown)
{
	EXPECT_EQ(68, netlink_link_value("tun0", IFLA_MIN_MTU));
	EXPECT_EQ(65535, netlink_link_value("tun0", IFLA_MAX_MTU));
	EXPECT_EQ(68, netlink_link_value("tap0", IFLA_MIN_MTU));
	EXPECT_EQ(65521, netlink_link_value("tap0", IFLA_MAX_MTU));
}

TEST_F(defaults, ring_holds_500_on_a_tun_and_1000_on_a_tap)
{
	EXPECT_EQ(500, netlink_link_value("tun0", IFLA_TXQLEN));
	EXPECT_EQ(1000, netlink_link_value("tap0", IFLA_TXQLEN));
}

TEST_F(defaults, multi_queue_device_is_made_for_256)
{
	EXPECT_EQ(256, netlink_link_value("tap0", IFLA_NUM_TX_QUEUES));
	EXPECT_EQ(1, netlink_link_value("tun0", IFLA_NUM_TX_QUEUES));
	if (!net_has_receive_queues())
		SKIP(return, "this kernel is without CONFIG_RPS");
	EXPECT_EQ(256, netlink_link_value("tap0", IFLA_NUM_RX_QUEUES));
	EXPECT_EQ(1, netlink_link_value("tun0", IFLA_NUM_RX_QUEUES));
}

TEST_F(defaults, nothing_is_counted_yet)
{
	struct rtnl_link_stats64 zeros = {}, stats;
	struct rtattr *rta;

	for (const char *name = "tun0\0tap0\0"; *name; name += 5) {
		ASSERT_EQ(0, netlink_get(name, &self->link));
		rta = netlink_attribute(&self->link, IFLA_STATS64);
		ASSERT_NE(NULL, rta);
		memset(&stats, 0, sizeof(stats));
		memcpy(&stats, RTA_DATA(rta), sizeof(stats) < RTA_PAYLOAD(rta) ?
		       sizeof(stats) : RTA_PAYLOAD(rta));
		EXPECT_EQ(0, memcmp(&zeros, &stats, sizeof(stats)))
			TH_LOG("%s", name);
	}
}

TEST_F(defaults, ring_length_may_be_set_up_to_32767)
{
	static const int lengths[] = { 0, 1, 2, 499, 1001, 32767 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		EXPECT_EQ(0, net_set_txqueuelen("tun0", lengths[i]))
			TH_LOG("%d", lengths[i]);
		EXPECT_EQ(lengths[i], netlink_link_value("tun0", IFLA_TXQLEN));
	}
	EXPECT_EQ(-EINVAL, net_set_txqueuelen("tun0", -1));
	EXPECT_EQ(32767, netlink_link_value("tun0", IFLA_TXQLEN));
}

TEST_F(defaults, ring_length_beyond_32767_is_erange)
{
	/* of a namespace of our own */
	if (!net_set_txqueuelen("lo", 32768))
		SKIP(return, "the kernel bounds the length of no device's queue");
	ASSERT_EQ(0, net_set_txqueuelen("tun0", 100));
	EXPECT_EQ(-ERANGE, net_set_txqueuelen("tun0", 32768));
	EXPECT_EQ(-ERANGE, net_set_txqueuelen("tun0", INT_MAX));
	EXPECT_EQ(100, netlink_link_value("tun0", IFLA_TXQLEN));
}

/* A word to a file of pktgen; 0 or -errno */
static int tell_pktgen(const char *file, const char *word)
{
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/thread-self/net/pktgen/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, word, strlen(word)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* The device keeps what it is given until somebody reads it: nobody may send that once more */
TEST_F(defaults, packet_cannot_be_sent_again_and_again_by_pktgen)
{
	ASSERT_EQ(0, net_up("tap0"));
	ASSERT_EQ(0, system("modprobe pktgen"));
	ASSERT_EQ(0, tell_pktgen("kpktgend_0", "add_device tap0\n"));
	EXPECT_EQ(0, tell_pktgen("tap0", "clone_skb 0\n"));
	EXPECT_GT(0, tell_pktgen("tap0", "clone_skb 1\n"));
	EXPECT_EQ(0, tell_pktgen("kpktgend_0", "rem_device_all\n"));
}

TEST_HARNESS_MAIN
