// SPDX-License-Identifier: GPL-2.0
/* TUNSETLINK: the link type, and how long an address of that type is */

#include "kselftest_harness.h"
#include "netlink.h"
#include "state.h"

#include <linux/if_arp.h>

static const struct {
	unsigned int type;
	int addr_len;
} table[] = {
	{ ARPHRD_IP6GRE, 16 },
	{ ARPHRD_TUNNEL6, 16 },
	{ ARPHRD_IPGRE, 4 },
	{ ARPHRD_TUNNEL, 4 },
	{ ARPHRD_SIT, 4 },
	{ ARPHRD_ETHER, 6 },
	{ ARPHRD_IEEE802154, 8 },
	{ ARPHRD_IEEE802154_MONITOR, 8 },
	{ ARPHRD_PHONET_PIPE, 0 },
	{ ARPHRD_PPP, 0 },
	{ ARPHRD_NONE, 0 },
	{ ARPHRD_6LOWPAN, 8 },
	{ ARPHRD_FDDI, 6 },
	{ ARPHRD_HIPPI, 6 },
	{ ARPHRD_IEEE802, 6 },
	{ ARPHRD_ROSE, 5 },
	{ ARPHRD_NETROM, 7 },
	{ ARPHRD_LOCALTLK, 1 },
	{ ARPHRD_IEEE80211, 0 },
	{ ARPHRD_IEEE80211_PRISM, 0 },
	{ ARPHRD_IEEE80211_RADIOTAP, 0 },
	{ ARPHRD_INFINIBAND, 0 },
	{ ARPHRD_LOOPBACK, 0 },
	{ ARPHRD_VOID, 0 },
	{ 0xfff0, 0 },
};

FIXTURE(setlink)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_VARIANT(setlink)
{
	int flags;
};

FIXTURE_VARIANT_ADD(setlink, tun)
{
	.flags = IFF_TUN | IFF_NO_PI,
};

FIXTURE_VARIANT_ADD(setlink, tap)
{
	.flags = IFF_TAP | IFF_NO_PI,
};

FIXTURE_SETUP(setlink)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, variant->flags);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(setlink)
{
	close(self->fd);
}

static int link_type(const char *name)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFHWADDR, &ifr);

	return ret ? ret : ifr.ifr_hwaddr.sa_family;
}

TEST_F(setlink, each_type_has_its_address_length)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, table[i].type));
		EXPECT_EQ(table[i].addr_len, netlink_addr_len(self->name))
			TH_LOG("link type %u", table[i].type);
	}
}

TEST_F(setlink, type_shows_in_netlink)
{
	static struct rtnl_link link;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, table[i].type));
		ASSERT_EQ(0, netlink_get(self->name, &link));
		EXPECT_EQ(table[i].type, link.ifi.ifi_type) TH_LOG("link type %u", table[i].type);
	}
}

TEST_F(setlink, type_shows_in_siocgifhwaddr_of_a_socket)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_IEEE80211));
	EXPECT_EQ(ARPHRD_IEEE80211, link_type(self->name));
}

TEST_F(setlink, type_shows_in_siocgifhwaddr_of_the_descriptor)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	ASSERT_EQ(0, tun_ioctl(self->fd, SIOCGIFHWADDR, (unsigned long)&ifr));
	EXPECT_EQ(ARPHRD_PPP, ifr.ifr_hwaddr.sa_family);
}

TEST_F(setlink, value_beyond_16_bits_is_cut)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, 0x12340000 | ARPHRD_PPP));
	EXPECT_EQ(ARPHRD_PPP, link_type(self->name));
}

TEST_F(setlink, device_that_is_up_is_ebusy)
{
	int before = link_type(self->name);

	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(-EBUSY, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	EXPECT_EQ(-EBUSY, tun_ioctl(self->fd, TUNSETLINK, before));
	EXPECT_EQ(before, link_type(self->name));
	ASSERT_EQ(0, net_down(self->name));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
}

TEST_F(setlink, device_comes_up_with_each_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, table[i].type));
		EXPECT_EQ(0, net_up(self->name)) TH_LOG("link type %u", table[i].type);
		ASSERT_EQ(0, net_down(self->name));
	}
}

TEST_F(setlink, needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(ARPHRD_PPP, link_type(self->name));
}

TEST_F(setlink, type_outlives_the_descriptor_of_a_persistent_device)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETPERSIST, 1));
	close(self->fd);
	EXPECT_EQ(ARPHRD_PPP, link_type(self->name));
	self->fd = tun_dev_queue(self->name, variant->flags, O_NONBLOCK);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(ARPHRD_PPP, link_type(self->name));
	EXPECT_EQ(0, net_dellink(self->name));
}

TEST(unattached_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, tun_ioctl(tun_open(0), TUNSETLINK, ARPHRD_PPP));
}

TEST(deleted_device_is_ebadfd)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, tun_ioctl(state_deleted(), TUNSETLINK, ARPHRD_PPP));
}

TEST(disabled_queue_sets_the_type_too)
{
	char name[IFNAMSIZ];

	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(0, tun_ioctl(state_disabled(name), TUNSETLINK, ARPHRD_PPP));
	EXPECT_EQ(ARPHRD_PPP, link_type(name));
}

TEST_F(setlink, only_sixteen_bits_of_the_type_count)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, 0x10000 | ARPHRD_ETHER));
	EXPECT_EQ(ARPHRD_ETHER, link_type(self->name));
	EXPECT_EQ(6, netlink_addr_len(self->name));
}

TEST(port_of_a_bridge_vetoes_with_eperm)
{
	char name[IFNAMSIZ];
	int fd;

	ASSERT_EQ(0, tun_dev_netns());
	fd = state_attached(name, IFF_TAP | IFF_NO_PI);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, net_ip("link add br0 type bridge"));
	ASSERT_EQ(0, net_ip("link set %s master br0", name));
	EXPECT_EQ(-EPERM, tun_ioctl(fd, TUNSETLINK, ARPHRD_PPP));
	EXPECT_EQ(ARPHRD_ETHER, link_type(name));
}

TEST_HARNESS_MAIN
