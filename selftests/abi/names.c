// SPDX-License-Identifier: GPL-2.0
/* The names that TUNSETIFF takes, gives and refuses */
#include "kselftest_harness.h"
#include "abi.h"
#include "netlink.h"

/* As many numbers as a page has bits, and one that the core tries when all of them are taken */
#define NUMBERS (8 * 4096 + 1)

/* As many as the core lets a device have */
#define ALTERNATIVES 490

FIXTURE(names)
{
	int fd;
};

FIXTURE_SETUP(names)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(names)
{
	close(self->fd);
}

/* TUNSETIFF with all 16 bytes of the name the caller's own; the answer is left in @ifr */
static int set_iff(int fd, struct ifreq *ifr, const void *name, size_t len, int flags)
{
	memset(ifr, 0, sizeof(*ifr));
	memcpy(ifr->ifr_name, name, len);
	ifr->ifr_flags = flags;
	return tun_ioctl(fd, TUNSETIFF, (unsigned long)ifr);
}

TEST_F(names, empty_name_is_chosen_by_the_driver)
{
	char tun[IFNAMSIZ] = "", tap[IFNAMSIZ] = "";
	int fd = tun_dev_queue(tap, IFF_TAP, 0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_attach(self->fd, tun, IFF_TUN));
	EXPECT_STREQ("tap0", tap);
	EXPECT_STREQ("tun0", tun);
	close(fd);
}

TEST_F(names, lowest_free_number_is_taken)
{
	char name[IFNAMSIZ] = "";
	int fd[4];

	for (int i = 0; i < 3; i++) {
		fd[i] = abi_attach("", IFF_TUN);
		ASSERT_LE(0, fd[i]);
	}
	close(fd[1]);
	fd[1] = tun_dev_queue(name, IFF_TUN, 0);
	ASSERT_LE(0, fd[1]);
	EXPECT_STREQ("tun1", name);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
}

TEST_F(names, pattern_becomes_a_number)
{
	static const struct {
		const char *pattern;
		const char *name;
	} rows[] = {
		{ "x%d", "x0" }, { "x%d", "x1" }, { "%d", "0" }, { "a%db", "a0b" },
		{ "abcdefghijklm%d", "abcdefghijklm0" },
	};
	char name[IFNAMSIZ];
	int fd[ARRAY_SIZE(rows)];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(name, sizeof(name), "%s", rows[i].pattern);
		fd[i] = tun_dev_queue(name, IFF_TUN, 0);
		EXPECT_LE(0, fd[i])
			TH_LOG("'%s' got %d", rows[i].pattern, fd[i]);
		EXPECT_STREQ(rows[i].name, name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		close(fd[i]);
}

TEST_F(names, invalid_name_is_einval)
{
	static const char * const bad[] = {
		"/", "a/b", "/a", "a/", ".", "..", "%s", "%d%d", "%", "a%", "%%", "%dx%s", "%5d",
		" ", "a b", "a\tb", "a\n", "a:b", ":", "\xc3\xa0", "all", "default",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, bad[i], ABI_SINGLE))
			TH_LOG("row %zu: '%s' was not refused so", i, bad[i]);
		EXPECT_EQ(-EINVAL, abi_set_iff(self->fd, bad[i], IFF_TAP | IFF_MULTI_QUEUE))
			TH_LOG("row %zu: '%s' was not refused so as a TAP", i, bad[i]);
	}
	EXPECT_EQ(-EBADFD, abi_flags(self->fd));
}

TEST_F(names, odd_name_that_is_valid_is_taken)
{
	static const char * const good[] = {
		"...", "-", "a.b", "0", "lo0", "a-b_c", "\xc3\xbc", "\xff", "\x01", "\\", "'", "\"",
		"*", "a,b", "@", "x=y", "tun", "{}", "abcdefghijklmno",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		char name[IFNAMSIZ];
		int fd;

		snprintf(name, sizeof(name), "%s", good[i]);
		fd = tun_dev_queue(name, ABI_SINGLE, 0);
		EXPECT_LE(0, fd)
			TH_LOG("row %zu: '%s' got %d", i, good[i], fd);
		EXPECT_STREQ(good[i], name);
		close(fd);
	}
}

TEST_F(names, sixteen_bytes_are_cut_to_fifteen)
{
	struct ifreq ifr;

	ASSERT_EQ(0, set_iff(self->fd, &ifr, "abcdefghijklmnop", 16, ABI_SINGLE));
	EXPECT_STREQ("abcdefghijklmno", ifr.ifr_name);
	EXPECT_NE(0, if_nametoindex("abcdefghijklmno"));
}

TEST_F(names, cut_name_is_found_again)
{
	int fd = abi_attach("abcdefghijklmno", ABI_SINGLE);
	struct ifreq ifr;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, set_iff(self->fd, &ifr, "abcdefghijklmnop", 16, ABI_SINGLE));
	close(fd);
}

TEST_F(names, what_follows_the_end_does_not_count)
{
	struct ifreq ifr;

	ASSERT_EQ(0, set_iff(self->fd, &ifr, "a\0/:%s %d%d", 11, ABI_SINGLE));
	EXPECT_STREQ("a", ifr.ifr_name);
}

TEST_F(names, tungetiff_follows_a_rename)
{
	struct ifreq ifr = {};

	ASSERT_EQ(0, abi_set_iff(self->fd, "old", ABI_SINGLE));
	ASSERT_EQ(0, net_ip("link set old name new"));
	ASSERT_EQ(0, ioctl(self->fd, TUNGETIFF, &ifr));
	EXPECT_STREQ("new", ifr.ifr_name);
}

TEST_F(names, alternative_name_is_found_too)
{
	char name[IFNAMSIZ] = "other";
	int fd;

	ASSERT_EQ(0, abi_set_iff(self->fd, "one", ABI_MULTI));
	ASSERT_EQ(0, net_ip("link property add dev one altname other"));
	fd = tun_dev_queue(name, ABI_MULTI, 0);
	EXPECT_LE(0, fd);
	EXPECT_EQ(0, rtnl_index("tun0"));
	close(fd);
}

/* Gives @name the alternative names e@from to e@to, that one excluded; 0 or -errno */
static int name_otherwise(int netlink, const char *name, int from, int to)
{
	static struct rtnl_link link;
	struct rtattr *list = IFLA_RTA(&link.ifi), *at = RTA_DATA(list);
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr error;
	} answer;

	memset(&link, 0, sizeof(link));
	link.nlh.nlmsg_type = RTM_NEWLINKPROP;
	link.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND;
	link.ifi.ifi_index = if_nametoindex(name);
	list->rta_type = IFLA_PROP_LIST | NLA_F_NESTED;
	for (; from < to; from++) {
		at->rta_type = IFLA_ALT_IFNAME;
		at->rta_len = RTA_LENGTH(sprintf(RTA_DATA(at), "e%d", from) + 1);
		at = (void *)at + RTA_ALIGN(at->rta_len);
	}
	list->rta_len = (void *)at - (void *)list;
	link.nlh.nlmsg_len = (void *)at - (void *)&link;
	if (send(netlink, &link, link.nlh.nlmsg_len, 0) < 0 ||
	    recv(netlink, &answer, sizeof(answer), MSG_TRUNC) < 0)
		return -errno;
	return answer.error.error;
}

/* Alternative names take numbers as devices do, and cost less */
TEST_F(names, pattern_without_a_free_number_is_enfile)
{
	int netlink = netlink_socket(0);
	int fd[NUMBERS / ALTERNATIVES + 1];
	char name[IFNAMSIZ];

	ASSERT_LE(0, netlink);
	for (int i = 0; i < ARRAY_SIZE(fd); i++) {
		int from = i * ALTERNATIVES, to = from + ALTERNATIVES;

		sprintf(name, "d%d", i);
		fd[i] = abi_attach(name, ABI_SINGLE);
		ASSERT_LE(0, fd[i]);
		ASSERT_EQ(0, name_otherwise(netlink, name, from, to < NUMBERS ? to : NUMBERS));
	}
	EXPECT_EQ(-ENFILE, abi_set_iff(self->fd, "e%d", ABI_SINGLE));
	EXPECT_EQ(-EBADFD, abi_flags(self->fd));
	EXPECT_EQ(0, abi_set_iff(self->fd, "f%d", ABI_SINGLE));
	for (int i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
	close(netlink);
}

TEST_HARNESS_MAIN
