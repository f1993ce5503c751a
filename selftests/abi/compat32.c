// SPDX-License-Identifier: GPL-2.0
/* The ioctls of a 32-bit program: another ifreq, other pointers, the same answers */
#include <limits.h>

#include "kselftest_harness.h"
#include "abi.h"
#include "classic.h"
#include "mac_filter.h"

#include <linux/if_arp.h>

FIXTURE(compat32)
{
	int fd;
	int fresh;
};

FIXTURE_SETUP(compat32)
{
	ASSERT_EQ(4, sizeof(long));
	ASSERT_EQ(32, sizeof(struct ifreq));
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE);
	ASSERT_LE(0, self->fd);
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
}

FIXTURE_TEARDOWN(compat32)
{
	close(self->fresh);
	close(self->fd);
}

TEST_F(compat32, tungetfeatures)
{
	unsigned int features = 0;

	EXPECT_EQ(0, ioctl(self->fresh, TUNGETFEATURES, &features));
	EXPECT_EQ(IFF_TUN | IFF_TAP, features & (IFF_TUN | IFF_TAP));
}

TEST_F(compat32, tunsetiff_writes_no_more_than_its_ifreq)
{
	struct {
		struct ifreq ifr;
		unsigned char guard[16];
	} room = {};

	memset(room.guard, 0xa5, sizeof(room.guard));
	room.ifr.ifr_flags = ABI_SINGLE;
	ASSERT_EQ(0, ioctl(self->fresh, TUNSETIFF, &room.ifr));
	EXPECT_STREQ("tun0", room.ifr.ifr_name);
	for (size_t i = 0; i < sizeof(room.guard); i++)
		EXPECT_EQ(0xa5, room.guard[i]);
}

TEST_F(compat32, tungetiff_writes_no_more_than_its_ifreq)
{
	struct {
		struct ifreq ifr;
		unsigned char guard[16];
	} room;

	memset(&room, 0xa5, sizeof(room));
	ASSERT_EQ(0, ioctl(self->fd, TUNGETIFF, &room.ifr));
	EXPECT_STREQ("t0", room.ifr.ifr_name);
	EXPECT_EQ(IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE, room.ifr.ifr_flags);
	for (size_t i = 0; i < sizeof(room.guard); i++)
		EXPECT_EQ(0xa5, room.guard[i]);
}

TEST_F(compat32, ifreq_at_the_end_of_a_page_is_enough)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ifreq *ifr;

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	ifr = (struct ifreq *)(pages + 4096) - 1;
	ifr->ifr_flags = ABI_SINGLE;
	EXPECT_EQ(0, ioctl(self->fresh, TUNSETIFF, ifr));
	EXPECT_EQ(0, ioctl(self->fresh, TUNGETIFF, ifr));
}

TEST_F(compat32, sndbuf)
{
	int size = 5000;

	ASSERT_EQ(0, ioctl(self->fd, TUNGETSNDBUF, &size));
	EXPECT_EQ(INT_MAX, size);
	size = 5000;
	ASSERT_EQ(0, ioctl(self->fd, TUNSETSNDBUF, &size));
	size = 0;
	ASSERT_EQ(0, ioctl(self->fd, TUNGETSNDBUF, &size));
	EXPECT_EQ(5000, size);
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETSNDBUF, (unsigned long)&(int){ -1 }));
}

TEST_F(compat32, hardware_address)
{
	static const char mac[6] = { 2, 1, 2, 3, 4, 5 };
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, 6);
	ASSERT_EQ(0, ioctl(self->fd, SIOCSIFHWADDR, &ifr));
	memset(&ifr, 0, sizeof(ifr));
	ASSERT_EQ(0, ioctl(self->fd, SIOCGIFHWADDR, &ifr));
	EXPECT_EQ(ARPHRD_ETHER, ifr.ifr_hwaddr.sa_family);
	EXPECT_EQ(0, memcmp(mac, ifr.ifr_hwaddr.sa_data, 6));
}

TEST_F(compat32, queue_is_disabled_and_enabled)
{
	EXPECT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(IFF_DETACH_QUEUE, abi_flags(self->fd) & IFF_DETACH_QUEUE);
	EXPECT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
}

TEST_F(compat32, index_and_carrier)
{
	int number = 4711;

	ASSERT_EQ(0, ioctl(self->fresh, TUNSETIFINDEX, &number));
	ASSERT_EQ(0, abi_set_iff(self->fresh, "t1", ABI_SINGLE));
	EXPECT_EQ(4711, if_nametoindex("t1"));
	number = 0;
	EXPECT_EQ(0, ioctl(self->fresh, TUNSETCARRIER, &number));
}

TEST_F(compat32, numbers_by_value)
{
	EXPECT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 1));
	EXPECT_EQ(IFF_PERSIST, abi_flags(self->fd) & IFF_PERSIST);
	EXPECT_EQ(0, ioctl(self->fd, TUNSETPERSIST, 0));
	EXPECT_EQ(0, ioctl(self->fd, TUNSETOWNER, 1000));
	EXPECT_EQ(0, ioctl(self->fd, TUNSETGROUP, 1000));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETOWNER, -1));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, TUNSETGROUP, -1));
	EXPECT_EQ(0, ioctl(self->fd, TUNSETLINK, ARPHRD_PPP));
	EXPECT_EQ(0, ioctl(self->fd, TUNSETDEBUG, 0));
	EXPECT_EQ(0, ioctl(self->fd, TUNSETNOCSUM, 1));
}

TEST_F(compat32, classic_filter)
{
	struct sock_filter code[] = CLASSIC_SAYS(CLASSIC_ALL);
	struct {
		struct sock_fprog prog;
		unsigned char guard[16];
	} room;

	memset(&room, 0xa5, sizeof(room));
	ASSERT_EQ(0x400854d5, TUNATTACHFILTER);
	ASSERT_EQ(0, classic_attach(self->fd, code, 1));
	ASSERT_EQ(0, classic_get(self->fd, &room.prog));
	EXPECT_EQ(1, room.prog.len);
	EXPECT_EQ(&code[0], room.prog.filter);
	for (size_t i = 0; i < sizeof(room.guard); i++)
		EXPECT_EQ(0xa5, room.guard[i]);
	EXPECT_EQ(0, classic_detach(self->fd));
}

TEST_F(compat32, classic_filter_drops)
{
	char frame[60] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";
	int sock;

	ASSERT_EQ(0, net_up("t0"));
	sock = net_packet_socket("t0", 0);
	ASSERT_LE(0, sock);
	ASSERT_EQ(0, net_packet_bypass(sock));
	ASSERT_EQ(0, classic_attach_says(self->fd, 0));
	EXPECT_EQ(-ENOBUFS, net_packet_send(sock, "t0", 0x88b5, frame, sizeof(frame)));
	ASSERT_EQ(0, classic_attach_says(self->fd, 20));
	ASSERT_EQ(0, net_packet_send(sock, "t0", 0x88b5, frame, sizeof(frame)));
	EXPECT_EQ(20, read(self->fd, frame, sizeof(frame)));
	close(sock);
}

TEST_F(compat32, classic_filter_of_bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNATTACHFILTER, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, classic_attach(self->fd, (void *)tun_bad_pointer(), 1));
	EXPECT_EQ(-EFAULT, classic_attach(self->fd, (void *)0xfffff000UL, 1));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETFILTER, tun_bad_pointer()));
}

TEST_F(compat32, mac_filter)
{
	static struct mac_filter filter;

	mac_filter_add_many(&filter, 0, 20, mac_filter_multicast);
	EXPECT_EQ(MAC_FILTER_EXACT, mac_filter_set(self->fd, &filter));
	filter.count = 0;
	EXPECT_EQ(0, mac_filter_set(self->fd, &filter));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNSETTXFILTER, tun_bad_pointer()));
}

TEST_F(compat32, ebpf_programs)
{
	static const unsigned int numbers[] = { TUNSETSTEERINGEBPF, TUNSETFILTEREBPF };
	int none = -1, closed = 1000;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(0, tun_ioctl(self->fd, numbers[i], (unsigned long)&none));
		EXPECT_EQ(-EBADF, tun_ioctl(self->fd, numbers[i], (unsigned long)&closed));
		EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, numbers[i], (unsigned long)&self->fd));
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, numbers[i], tun_bad_pointer()));
	}
}

TEST_F(compat32, network_namespaces)
{
	struct ifreq ifr = {};
	int ns = ioctl(self->fd, SIOCGSKNS, &ifr);

	EXPECT_LE(0, ns);
	close(ns);
	ns = ioctl(self->fd, TUNGETDEVNETNS, 0);
	EXPECT_LE(0, ns);
	close(ns);
}

TEST_F(compat32, bad_pointers_are_efault)
{
	static const unsigned long numbers[] = {
		TUNGETIFF, TUNGETSNDBUF, TUNSETSNDBUF, TUNSETCARRIER, TUNSETQUEUE, TUNGETFEATURES,
		SIOCGIFHWADDR, SIOCSIFHWADDR,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, numbers[i], tun_bad_pointer()))
			TH_LOG("number %#lx", numbers[i]);
		EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, numbers[i], 0xfffff000UL))
			TH_LOG("number %#lx, at the end of memory", numbers[i]);
	}
}

TEST_F(compat32, unattached_and_unknown)
{
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, TUNGETIFF, tun_bad_pointer()));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, _IO('T', 199), 0));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->fd, _IO('T', 199), 0));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, SIOCGIFNAME, tun_bad_pointer()));
}

TEST_F(compat32, reads_and_writes)
{
	char frame[60] = "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5";

	ASSERT_EQ(0, net_up("t0"));
	EXPECT_EQ(60, write(self->fd, frame, sizeof(frame)));
	EXPECT_EQ(-1, read(self->fresh, frame, sizeof(frame)));
	EXPECT_EQ(EBADFD, errno);
}

TEST_HARNESS_MAIN
