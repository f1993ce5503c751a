// SPDX-License-Identifier: GPL-2.0
/* SIOCGIFHWADDR and SIOCSIFHWADDR on the descriptor itself */

#include <stddef.h>

#include "kselftest_harness.h"
#include "netlink.h"
#include "state.h"

#include <linux/if_arp.h>

#define MAC "\2\x11\x22\x33\x44\x55"

FIXTURE(hwaddr)
{
	char name[IFNAMSIZ];
	int fd;
};

FIXTURE_SETUP(hwaddr)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = state_attached(self->name, IFF_TAP | IFF_NO_PI);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(hwaddr)
{
	close(self->fd);
}

static int get_mac(int fd, struct ifreq *ifr)
{
	return tun_ioctl(fd, SIOCGIFHWADDR, (unsigned long)ifr);
}

static int set_mac(int fd, int family, const char *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = family };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	return tun_ioctl(fd, SIOCSIFHWADDR, (unsigned long)&ifr);
}

TEST_F(hwaddr, get_is_the_address_of_the_device)
{
	unsigned char mac[6];
	struct ifreq ifr = {};

	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	ASSERT_EQ(0, net_mac(self->name, mac));
	EXPECT_EQ(ARPHRD_ETHER, ifr.ifr_hwaddr.sa_family);
	EXPECT_EQ(0, memcmp(mac, ifr.ifr_hwaddr.sa_data, 6));
}

TEST_F(hwaddr, set_shows_in_both_ways_to_ask)
{
	unsigned char mac[6];
	struct ifreq ifr = {};

	ASSERT_EQ(0, set_mac(self->fd, ARPHRD_ETHER, MAC));
	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	EXPECT_EQ(0, memcmp(MAC, ifr.ifr_hwaddr.sa_data, 6));
	ASSERT_EQ(0, net_mac(self->name, mac));
	EXPECT_EQ(0, memcmp(MAC, mac, 6));
}

TEST_F(hwaddr, set_works_on_a_device_that_is_up)
{
	ASSERT_EQ(0, net_up(self->name));
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_ETHER, MAC));
}

TEST_F(hwaddr, set_needs_no_capability)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_ETHER, MAC));
}

TEST_F(hwaddr, get_needs_no_capability)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(0, get_mac(self->fd, &ifr));
}

TEST_F(hwaddr, name_in_the_ifreq_does_not_matter)
{
	struct ifreq ifr = { .ifr_name = "lo" };

	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	EXPECT_EQ(ARPHRD_ETHER, ifr.ifr_hwaddr.sa_family);
	EXPECT_STREQ("lo", ifr.ifr_name);
	memcpy(ifr.ifr_hwaddr.sa_data, MAC, 6);
	EXPECT_EQ(0, tun_ioctl(self->fd, SIOCSIFHWADDR, (unsigned long)&ifr));
}

TEST_F(hwaddr, family_of_another_type_is_einval)
{
	static const int families[] = { 0, ARPHRD_NONE, ARPHRD_PPP, ARPHRD_IEEE802, 0xffff };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		EXPECT_EQ(-EINVAL, set_mac(self->fd, families[i], MAC))
			TH_LOG("family %d", families[i]);
	}
}

TEST_F(hwaddr, address_that_no_device_can_have_is_eaddrnotavail)
{
	static const char *const macs[] = {
		"\0\0\0\0\0\0", "\1\0\0\0\0\1", "\xff\xff\xff\xff\xff\xff", "\x33\x33\0\0\0\1",
	};
	unsigned char before[6], after[6];

	ASSERT_EQ(0, net_mac(self->name, before));
	for (size_t i = 0; i < ARRAY_SIZE(macs); i++) {
		EXPECT_EQ(-EADDRNOTAVAIL, set_mac(self->fd, ARPHRD_ETHER, macs[i]))
			TH_LOG("address %zu", i);
	}
	ASSERT_EQ(0, net_mac(self->name, after));
	EXPECT_EQ(0, memcmp(before, after, 6));
}

TEST_F(hwaddr, wrong_family_is_judged_before_the_address)
{
	EXPECT_EQ(-EINVAL, set_mac(self->fd, ARPHRD_PPP, "\0\0\0\0\0\0"));
}

TEST_F(hwaddr, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, SIOCGIFHWADDR, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, SIOCSIFHWADDR, tun_bad_pointer()));
}

/* Bytes beyond the address are zeros or the caller's own, never the kernel's */
static int foreign_bytes(const struct ifreq *ifr, int addr_len)
{
	const unsigned char *data = (const unsigned char *)ifr;
	const size_t from = offsetof(struct ifreq, ifr_hwaddr.sa_data) + addr_len;
	int foreign = 0;

	for (size_t i = from; i < sizeof(*ifr); i++)
		foreign += data[i] && data[i] != 0xa5;
	return foreign;
}

TEST_F(hwaddr, get_leaks_nothing_of_the_kernel)
{
	static const struct {
		int type, addr_len;
	} table[] = {
		{ ARPHRD_NONE, 0 }, { ARPHRD_LOCALTLK, 1 }, { ARPHRD_SIT, 4 }, { ARPHRD_ROSE, 5 },
		{ ARPHRD_ETHER, 6 }, { ARPHRD_NETROM, 7 }, { ARPHRD_6LOWPAN, 8 },
		{ ARPHRD_IP6GRE, 14 }, { ARPHRD_PPP, 0 },
	};
	struct ifreq ifr;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, table[i].type));
		memset(&ifr, 0xa5, sizeof(ifr));
		ASSERT_EQ(0, get_mac(self->fd, &ifr));
		EXPECT_EQ(table[i].type, ifr.ifr_hwaddr.sa_family);
		EXPECT_EQ(0, foreign_bytes(&ifr, table[i].addr_len))
			TH_LOG("link type %d", table[i].type);
	}
}

TEST_F(hwaddr, device_without_an_address_gives_zeros)
{
	static const char zeros[14];
	struct ifreq ifr;

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	memset(&ifr, 0xa5, sizeof(ifr));
	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	EXPECT_EQ(0, memcmp(zeros, ifr.ifr_hwaddr.sa_data, sizeof(zeros)));
}

TEST_F(hwaddr, address_longer_than_the_field_is_cut)
{
	static struct rtnl_link link;
	struct rtattr *address;
	struct ifreq ifr = {};

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_TUNNEL6));
	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	ASSERT_EQ(0, netlink_get(self->name, &link));
	address = netlink_attribute(&link, IFLA_ADDRESS);
	ASSERT_NE(NULL, address);
	ASSERT_EQ(16, RTA_PAYLOAD(address));
	EXPECT_EQ(0, memcmp(RTA_DATA(address), ifr.ifr_hwaddr.sa_data, 14));
}

TEST_F(hwaddr, set_takes_the_family_that_tunsetlink_gave)
{
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_IEEE802));
	EXPECT_EQ(-EINVAL, set_mac(self->fd, ARPHRD_ETHER, MAC));
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_IEEE802, MAC));
}

TEST_F(hwaddr, set_of_an_address_longer_than_the_field_works)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_IP6GRE));
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_IP6GRE, MAC));
	ASSERT_EQ(0, get_mac(self->fd, &ifr));
	EXPECT_EQ(0, memcmp(MAC, ifr.ifr_hwaddr.sa_data, 6));
}

TEST(tun_gives_its_type_and_zeros)
{
	static const char zeros[14];
	char name[IFNAMSIZ];
	struct ifreq ifr;

	ASSERT_EQ(0, tun_dev_netns());
	memset(&ifr, 0xa5, sizeof(ifr));
	ASSERT_EQ(0, get_mac(state_attached(name, IFF_TUN), &ifr));
	EXPECT_EQ(ARPHRD_NONE, ifr.ifr_hwaddr.sa_family);
	EXPECT_EQ(0, memcmp(zeros, ifr.ifr_hwaddr.sa_data, sizeof(zeros)));
}

TEST(tun_cannot_be_set_and_is_eopnotsupp)
{
	char name[IFNAMSIZ];
	int fd;

	ASSERT_EQ(0, tun_dev_netns());
	fd = state_attached(name, IFF_TUN);
	EXPECT_EQ(-EOPNOTSUPP, set_mac(fd, ARPHRD_NONE, MAC));
	EXPECT_EQ(-EOPNOTSUPP, set_mac(fd, ARPHRD_PPP, MAC));
	ASSERT_EQ(0, tun_ioctl(fd, TUNSETLINK, ARPHRD_ETHER));
	EXPECT_EQ(-EOPNOTSUPP, set_mac(fd, ARPHRD_ETHER, MAC));
}

TEST(unattached_is_ebadfd)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get_mac(tun_open(0), &ifr));
	EXPECT_EQ(-EBADFD, set_mac(tun_open(0), ARPHRD_ETHER, MAC));
}

TEST(bad_memory_is_judged_before_the_state)
{
	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EFAULT, tun_ioctl(tun_open(0), SIOCGIFHWADDR, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(tun_open(0), SIOCSIFHWADDR, tun_bad_pointer()));
}

TEST(deleted_device_is_ebadfd)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, tun_dev_netns());
	EXPECT_EQ(-EBADFD, get_mac(state_deleted(), &ifr));
	EXPECT_EQ(-EBADFD, set_mac(state_deleted(), ARPHRD_ETHER, MAC));
}

TEST(disabled_queue_gets_and_sets_the_address)
{
	struct ifreq ifr = {};
	char name[IFNAMSIZ];
	int fd;

	ASSERT_EQ(0, tun_dev_netns());
	fd = state_attached(name, IFF_TAP | IFF_MULTI_QUEUE);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, set_mac(fd, ARPHRD_ETHER, MAC));
	EXPECT_EQ(0, get_mac(fd, &ifr));
	EXPECT_EQ(0, memcmp(MAC, ifr.ifr_hwaddr.sa_data, 6));
}

TEST_F(hwaddr, random_one_is_local_and_unicast_and_not_the_next_ones)
{
	unsigned char mac[6], next[6];
	char name[IFNAMSIZ];

	ASSERT_LE(0, state_attached(name, IFF_TAP));
	ASSERT_EQ(0, net_mac(self->name, mac));
	ASSERT_EQ(0, net_mac(name, next));
	EXPECT_EQ(2, mac[0] & 3);
	EXPECT_EQ(2, next[0] & 3);
	EXPECT_NE(0, memcmp(mac, next, 6));
}

TEST_HARNESS_MAIN
