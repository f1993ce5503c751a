// SPDX-License-Identifier: GPL-2.0
/* What a 32-bit program is refused, ioctl by ioctl: the state of the descriptor, the right */
#include <limits.h>

#include "kselftest_harness.h"
#include "child.h"
#include "iff.h"

#include <linux/filter.h>
#include <linux/if_arp.h>

/* All that need a device; those that read memory before they judge get some */
static const struct {
	const char *name;
	unsigned long cmd;
	bool pointer;
} need_device[] = {
	{ "TUNSETNOCSUM", TUNSETNOCSUM }, { "TUNSETDEBUG", TUNSETDEBUG },
	{ "TUNSETPERSIST", TUNSETPERSIST }, { "TUNSETOWNER", TUNSETOWNER },
	{ "TUNSETLINK", TUNSETLINK }, { "TUNSETGROUP", TUNSETGROUP },
	{ "TUNSETOFFLOAD", TUNSETOFFLOAD }, { "TUNSETTXFILTER", TUNSETTXFILTER },
	{ "TUNGETIFF", TUNGETIFF }, { "TUNGETSNDBUF", TUNGETSNDBUF },
	{ "TUNSETSNDBUF", TUNSETSNDBUF }, { "TUNATTACHFILTER", TUNATTACHFILTER },
	{ "TUNDETACHFILTER", TUNDETACHFILTER }, { "TUNGETVNETHDRSZ", TUNGETVNETHDRSZ },
	{ "TUNSETVNETHDRSZ", TUNSETVNETHDRSZ }, { "TUNGETFILTER", TUNGETFILTER },
	{ "TUNSETVNETLE", TUNSETVNETLE }, { "TUNGETVNETLE", TUNGETVNETLE },
	{ "TUNSETVNETBE", TUNSETVNETBE }, { "TUNGETVNETBE", TUNGETVNETBE },
	{ "TUNSETSTEERINGEBPF", TUNSETSTEERINGEBPF }, { "TUNSETFILTEREBPF", TUNSETFILTEREBPF },
	{ "TUNSETCARRIER", TUNSETCARRIER }, { "TUNGETDEVNETNS", TUNGETDEVNETNS },
	{ "SIOCGIFHWADDR", SIOCGIFHWADDR, true }, { "SIOCSIFHWADDR", SIOCSIFHWADDR, true },
};

FIXTURE(states32)
{
	int fd;
	int fresh;
	struct ifreq ifr;
};

FIXTURE_SETUP(states32)
{
	ASSERT_EQ(4, sizeof(long));
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = iff_open("t0", IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->fd);
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
	memset(&self->ifr, 0, sizeof(self->ifr));
}

FIXTURE_TEARDOWN(states32)
{
	close(self->fresh);
	close(self->fd);
}

/* A pointer to @number, which lives until the end of the statement */
#define INT(number) ((unsigned long)&(int){ number })

TEST_F(states32, every_ioctl_of_a_device_is_ebadfd_without_one)
{
	for (size_t i = 0; i < ARRAY_SIZE(need_device); i++) {
		unsigned long arg = need_device[i].pointer ? (unsigned long)&self->ifr :
							     tun_bad_pointer();

		EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, need_device[i].cmd, arg))
			TH_LOG("%s", need_device[i].name);
	}
}

TEST_F(states32, ifreq_that_cannot_be_read_is_efault_before_the_state_is_judged)
{
	static const unsigned long numbers[] = {
		TUNSETIFF, TUNSETQUEUE, SIOCGIFHWADDR, SIOCSIFHWADDR,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, numbers[i], tun_bad_pointer()))
			TH_LOG("number %#lx", numbers[i]);
	}
}

TEST_F(states32, tunsetiff_of_an_attached_descriptor_is_eexist)
{
	EXPECT_EQ(-EEXIST, iff_set(self->fd, "t1", IFF_TUN));
	EXPECT_EQ(-EINVAL, iff_set(self->fresh, "t0", IFF_TUN));
	EXPECT_EQ(-EBUSY, iff_set(self->fresh, "t0", IFF_TAP | IFF_MULTI_QUEUE | IFF_TUN_EXCL));
}

TEST_F(states32, tunsetiff_that_cannot_answer_is_efault)
{
	struct ifreq *ifr = iff_read_only("t1", IFF_TUN);

	ASSERT_NE(NULL, ifr);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, TUNSETIFF, (unsigned long)ifr));
}

TEST_F(states32, tunsetqueue_without_its_state_is_einval)
{
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->fresh, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->fd, 0));
}

TEST_F(states32, tunsetifindex_refuses_what_it_cannot_give)
{
	EXPECT_EQ(-EPERM, iff_set_ifindex(self->fd, 100));
	EXPECT_EQ(-EINVAL, iff_set_ifindex(self->fresh, -1));
	EXPECT_EQ(-EINVAL, iff_set_ifindex(self->fresh, INT_MIN));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, TUNSETIFINDEX, tun_bad_pointer()));
	ASSERT_EQ(0, iff_set_ifindex(self->fresh, if_nametoindex("t0")));
	EXPECT_EQ(-EBUSY, iff_set(self->fresh, "t1", IFF_TUN));
}

TEST_F(states32, tunsetcarrier_on_needs_an_enabled_queue)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EPERM, tun_ioctl(self->fd, TUNSETCARRIER, INT(1)));
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNSETCARRIER, INT(0)));
}

TEST_F(states32, tunsetlink_of_a_device_that_is_up_is_ebusy)
{
	ASSERT_EQ(0, net_up("t0"));
	EXPECT_EQ(-EBUSY, tun_ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
}

TEST_F(states32, number_above_int_max_is_no_negative_one)
{
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETOWNER, 0x80000001UL));
	EXPECT_EQ(0x80000001LL, iff_sysfs_number("t0", "owner"));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNSETGROUP, 0xfffffffeUL));
	EXPECT_EQ(0xfffffffeLL, iff_sysfs_number("t0", "group"));
}

TEST_F(states32, address_that_no_station_may_have_is_refused)
{
	self->ifr.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	EXPECT_EQ(-EADDRNOTAVAIL, tun_ioctl(self->fd, SIOCSIFHWADDR, (unsigned long)&self->ifr));
	self->ifr.ifr_hwaddr.sa_family = ARPHRD_PPP;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, SIOCSIFHWADDR, (unsigned long)&self->ifr));
	ASSERT_EQ(0, iff_set(self->fresh, "t1", IFF_TUN));
	EXPECT_EQ(-EOPNOTSUPP, tun_ioctl(self->fresh, SIOCSIFHWADDR, (unsigned long)&self->ifr));
}

TEST_F(states32, network_namespaces_need_the_capability)
{
	static const struct child_rights user = { .uid = 1000, .gid = 1000 };

	EXPECT_EQ(-EPERM, child_ioctl(&user, self->fd, SIOCGSKNS, 0));
	EXPECT_EQ(-EPERM, child_ioctl(&user, self->fd, TUNGETDEVNETNS, 0));
}

TEST_F(states32, fionread_tells_a_length)
{
	unsigned char frame[60] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";
	int sock, len[3] = { -1, -1, -1 };

	ASSERT_EQ(0, net_up("t0"));
	sock = net_packet_socket("t0", 0x88b5);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_send(sock, "t0", 0x88b5, frame, sizeof(frame)));
	ASSERT_EQ(POLLIN, net_poll(self->fd, POLLIN, NET_SOON_MS) & POLLIN);
	ASSERT_EQ(0, tun_ioctl(self->fd, FIONREAD, (unsigned long)&len[1]));
	EXPECT_EQ(60, len[1]);
	EXPECT_EQ(-1, len[0] & len[2]);
	close(sock);
}

/* The filters are for Ethernet */
TEST_F(states32, filters_of_a_tun_are_einval)
{
	struct sock_filter all[] = { BPF_STMT(BPF_RET | BPF_K, 0xffffffff) };
	struct sock_fprog prog = { .len = 1, .filter = all };
	struct tun_filter none = {};

	ASSERT_EQ(0, iff_set(self->fresh, "t1", IFF_TUN));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fresh, TUNSETTXFILTER, (unsigned long)&none));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fresh, TUNATTACHFILTER, (unsigned long)&prog));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fresh, TUNDETACHFILTER, 0));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fresh, TUNGETFILTER, (unsigned long)&prog));
}

TEST_HARNESS_MAIN
