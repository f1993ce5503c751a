// SPDX-License-Identifier: GPL-2.0
/* A handle of libtunalt is made whole or not at all, and says what failed */
#include <sys/socket.h>

#include "kselftest_harness.h"
#include "tun_dev.h"
#include "tunalt.h"

#define NAME "lib0"

FIXTURE(open)
{
	struct tunalt *t;
	struct tunalt_config config;
};

FIXTURE_SETUP(open)
{
	self->config = (struct tunalt_config){ .size = sizeof(self->config), .name = NAME };
	ASSERT_EQ(0, tun_dev_netns());
}

FIXTURE_TEARDOWN(open)
{
	tunalt_close(self->t);
}

static int open_it(FIXTURE_DATA(open) * self)
{
	return tunalt_open(&self->t, &self->config);
}

/* What a device is set to, in one number; 0 if there is none */
static long long state_of(const char *name)
{
	struct ifreq ifr = {};
	unsigned char mac[6] = {};
	long long ret = net_flags(name);

	if (ret < 0 || net_ifreq(name, SIOCGIFMTU, &ifr))
		return 0;
	net_mac(name, mac);
	for (int i = 0; i < 6; i++)
		ret = ret * 257 + mac[i];
	return ret * 65537 + ifr.ifr_mtu;
}

TEST_F(open, zeroes_are_an_l3_device_of_the_best_way)
{
	self->config.name = NULL;
	ASSERT_EQ(0, open_it(self));
	EXPECT_EQ(TUNALT_RING, tunalt_way(self->t));
	EXPECT_LT(0, net_flags(tunalt_name(self->t)));
	EXPECT_TRUE(net_flags(tunalt_name(self->t)) & IFF_POINTOPOINT);
}

TEST_F(open, configuration_of_another_size_is_einval)
{
	self->config.size--;
	EXPECT_EQ(-EINVAL, open_it(self));
	EXPECT_EQ(-EINVAL, tunalt_open(&self->t, NULL));
}

TEST_F(open, what_makes_no_sense_is_einval)
{
	struct tunalt_config bad[] = {
		{ .flags = TUNALT_HASH << 1 }, { .ways = 8 }, { .reserved = 1 },
		{ .lend_bytes = 1 }, { .lend_bytes = 0x1010000 },
		{ .offloads = TUN_F_CSUM }, { .flags = TUNALT_MAC },
		{ .name = "a_name_of_sixteen" },
		{ .flags = TUNALT_VNET, .offloads = 0x80000000 },
		{ .ways = TUNALT_RING, .read_bytes = 12345 },
		{ .addresses = (const char *const []){ "10.9.0.1/33", NULL } },
		{ .addresses = (const char *const []){ "10.9.0.1/", NULL } },
		{ .addresses = (const char *const []){ "10.9.0", NULL } },
		{ .addresses = (const char *const []){ "fd00::1/129", NULL } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		bad[i].size = sizeof(bad[i]);
		if (!bad[i].name)
			bad[i].name = NAME;
		EXPECT_EQ(-EINVAL, tunalt_open(&self->t, &bad[i]))
			TH_LOG("configuration %zu, %s", i, bad[i].step);
		EXPECT_EQ(0, state_of(NAME));
	}
}

TEST_F(open, node_that_is_not_there_is_named)
{
	self->config.node = "/dev/net/nowhere";
	EXPECT_EQ(-ENOENT, open_it(self));
	EXPECT_STREQ("/dev/net/nowhere", self->config.step);
	EXPECT_STREQ(strerror(ENOENT), self->config.reason);
}

TEST_F(open, way_that_in_tree_has_not_got_is_eopnotsupp)
{
	self->config.node = "/dev/net/tun";
	self->config.ways = TUNALT_RING | TUNALT_BURST;
	EXPECT_EQ(-EOPNOTSUPP, open_it(self));
	EXPECT_EQ(0, state_of(NAME));
}

TEST_F(open, device_that_is_there_is_ebusy_for_who_wants_a_new_one)
{
	ASSERT_EQ(0, open_it(self));
	self->config.flags = TUNALT_EXCLUSIVE;
	EXPECT_EQ(-EBUSY, tunalt_open(&self->t, &self->config));
	EXPECT_STREQ("TUNSETIFF", self->config.step);
	EXPECT_STREQ("IFF_TUN_EXCL was asked for and the name exists", self->config.reason);
}

TEST_F(open, all_that_was_asked_for_is_so)
{
	const char *const addresses[] = { "10.9.0.1/24", "10.9.1.1/16", "fd09::1/64", NULL };
	const unsigned char mac[] = { 2, 0, 0, 9, 0, 1 };
	unsigned char found[6];
	struct sockaddr_storage ss;
	struct ifreq ifr = {};
	socklen_t len;
	int fd;

	ASSERT_EQ(0, net_sysctl("ipv6/conf/all/disable_ipv6", "0"));
	self->config.flags = TUNALT_TAP | TUNALT_UP | TUNALT_MAC | TUNALT_VNET;
	self->config.offloads = TUN_F_CSUM;
	self->config.mtu = 1400;
	self->config.addresses = addresses;
	memcpy(self->config.mac, mac, sizeof(mac));
	ASSERT_EQ(0, open_it(self))
		TH_LOG("%s", self->config.step);
	EXPECT_STREQ(NAME, tunalt_name(self->t));
	EXPECT_TRUE(net_flags(NAME) & IFF_UP);
	ASSERT_EQ(0, net_ifreq(NAME, SIOCGIFMTU, &ifr));
	EXPECT_EQ(1400, ifr.ifr_mtu);
	ASSERT_EQ(0, net_mac(NAME, found));
	EXPECT_EQ(0, memcmp(mac, found, sizeof(mac)));
	for (int i = 0; i < 2; i++) {
		len = net_sockaddr(&ss, i ? "10.9.1.1" : "10.9.0.1", 0);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		EXPECT_EQ(0, bind(fd, (struct sockaddr *)&ss, len));
		close(fd);
	}
}

TEST_F(open, new_device_is_gone_after_a_failure)
{
	const char *const addresses[] = { "10.9.0.1/24", "nonsense", NULL };

	self->config.flags = TUNALT_UP | TUNALT_PERSIST;
	self->config.mtu = 1400;
	self->config.addresses = addresses;
	EXPECT_EQ(-EINVAL, open_it(self));
	EXPECT_STREQ("nonsense", self->config.step);
	EXPECT_EQ(0, state_of(NAME));
}

TEST_F(open, device_that_was_there_is_as_before_after_a_failure)
{
	const char *const addresses[] = { "10.9.0.1/24", NULL };
	struct sockaddr_storage ss;
	long long before;
	socklen_t len;
	int fd;

	self->config.flags = TUNALT_TAP | TUNALT_PERSIST;
	ASSERT_EQ(0, open_it(self));
	tunalt_close(self->t);
	self->t = NULL;
	before = state_of(NAME);
	ASSERT_NE(0, before);
	self->config.flags |= TUNALT_UP | TUNALT_VNET | TUNALT_MAC | TUNALT_OWNER;
	self->config.mac[0] = 2;
	self->config.mtu = 1400;
	self->config.addresses = addresses;
	self->config.offloads = 0x80000000;
	EXPECT_EQ(-EINVAL, open_it(self));
	EXPECT_STREQ("TUNSETOFFLOAD", self->config.step);
	EXPECT_EQ(before, state_of(NAME));
	len = net_sockaddr(&ss, "10.9.0.1", 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	EXPECT_EQ(-1, bind(fd, (struct sockaddr *)&ss, len));
	close(fd);
	self->t = NULL;
	net_dellink(NAME);
}

TEST_F(open, persistent_device_outlives_its_handle)
{
	self->config.flags = TUNALT_PERSIST;
	ASSERT_EQ(0, open_it(self));
	tunalt_close(self->t);
	self->t = NULL;
	EXPECT_NE(0, state_of(NAME));
	ASSERT_EQ(0, net_dellink(NAME));
}

TEST_F(open, descriptor_is_given_away_and_adopted)
{
	struct tunalt *other;
	int pair[2], fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(0, open_it(self));
	ASSERT_EQ(0, tunalt_send_fd(pair[0], tunalt_fd(self->t)));
	fd = tunalt_receive_fd(pair[1]);
	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	/* As long as its rings are somebody else's it carries nothing. */
	EXPECT_EQ(-EBUSY, tunalt_adopt(&other, fd, &self->config));
	tunalt_close(self->t);
	self->t = NULL;
	EXPECT_NE(0, state_of(NAME));
	ASSERT_EQ(0, tunalt_adopt(&other, fd, &self->config));
	EXPECT_STREQ(NAME, tunalt_name(other));
	EXPECT_EQ(TUNALT_RING, tunalt_way(other));
	tunalt_close(other);
	close(pair[0]);
	EXPECT_EQ(-ENOMSG, tunalt_receive_fd(pair[1]));
	close(pair[1]);
}

/* What carried frames before is ended, and the file's own flags come back where that fails. */
TEST_F(open, adopted_descriptor_carries_frames_as_it_is_told)
{
	struct tunalt_config burst = self->config;
	struct tunalt *other;
	int fd;

	burst.ways = TUNALT_BURST;
	ASSERT_EQ(0, tunalt_open(&self->t, &burst));
	fd = dup(tunalt_fd(self->t));
	tunalt_close(self->t);
	self->t = NULL;
	self->config.ways = TUNALT_PLAIN;
	ASSERT_EQ(0, tunalt_adopt(&other, fd, &self->config));
	ASSERT_EQ(0, net_up(NAME));
	EXPECT_EQ(0, tunalt_wait(other, TUNALT_IN, 0));
	fd = dup(fd);
	tunalt_close(other);
	ASSERT_EQ(0, fcntl(fd, F_SETFL, 0));
	self->config.ways = TUNALT_RING;
	self->config.read_bytes = 1 << 24;
	self->config.write_bytes = 1 << 25;
	EXPECT_EQ(-EINVAL, tunalt_adopt(&other, fd, &self->config));
	EXPECT_EQ(O_RDWR, fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK));
	close(fd);
}

TEST_F(open, header_that_no_ring_carries_is_not_adopted)
{
	int fd = open(tun_node(), O_RDWR), size = 100000;
	char name[IFNAMSIZ] = NAME;

	ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
	ASSERT_EQ(0, tun_ioctl(fd, TUNSETVNETHDRSZ, (unsigned long)&size));
	for (unsigned int way = 0; way <= TUNALT_PLAIN; way = way ? 2 * way : 1) {
		self->config.ways = way;
		EXPECT_EQ(-EINVAL, tunalt_adopt(&self->t, fd, &self->config));
	}
	close(fd);
}

TEST_F(open, second_descriptor_of_a_message_is_not_leaked)
{
	char room[CMSG_SPACE(2 * sizeof(int))] = "", byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = room,
		.msg_controllen = CMSG_LEN(2 * sizeof(int)),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int pair[2], fd, next;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(head), pair, sizeof(pair));
	ASSERT_EQ(1, sendmsg(pair[0], &msg, 0));
	fd = tunalt_receive_fd(pair[1]);
	next = dup(pair[0]);
	EXPECT_GE(fd < 0 ? pair[1] + 1 : fd + 1, next);
	close(next);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

TEST_F(open, descriptor_without_a_device_is_not_adopted)
{
	int fd = open(tun_node(), O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, tunalt_adopt(&self->t, fd, &self->config));
	EXPECT_EQ(0, close(fd));
}

TEST_F(open, message_without_a_descriptor_is_enomsg)
{
	int pair[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(1, send(pair[0], "", 1, 0));
	EXPECT_EQ(-ENOMSG, tunalt_receive_fd(pair[1]));
	close(pair[0]);
	close(pair[1]);
}

TEST_F(open, every_errno_has_a_text)
{
	EXPECT_STREQ(strerror(EBUSY), tunalt_strerror(NULL, -EBUSY));
	EXPECT_NE(NULL, strchr(tunalt_version(), '.'));
}

TEST_HARNESS_MAIN
