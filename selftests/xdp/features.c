// SPDX-License-Identifier: GPL-2.0
/* What the device says of its native XDP: xdp-features of the netlink family netdev */
#include <linux/genetlink.h>

#include "kselftest_harness.h"
#include "tun_dev.h"

/* From linux/netdev.h, which is newer than the oldest kernel's headers */
#define NETDEV_CMD_DEV_GET 1
#define NETDEV_A_DEV_IFINDEX 1
#define NETDEV_A_DEV_XDP_FEATURES 3
#define NETDEV_XDP_ACT_BASIC 1
#define NETDEV_XDP_ACT_REDIRECT 2
#define NETDEV_XDP_ACT_NDO_XMIT 4

/**
 * struct genl - one message
 * @nlh: netlink's header
 * @genl: the family's
 * @attributes: the rest
 */
struct genl {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attributes[8192];
};

static void genl_begin(struct genl *msg, int family, int cmd)
{
	memset(msg, 0, sizeof(*msg));
	msg->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	msg->nlh.nlmsg_type = family;
	msg->nlh.nlmsg_flags = NLM_F_REQUEST;
	msg->genl.cmd = cmd;
	msg->genl.version = 1;
}

static void genl_put(struct genl *msg, int type, const void *data, size_t len)
{
	struct nlattr *nla = (void *)msg + NLMSG_ALIGN(msg->nlh.nlmsg_len);

	nla->nla_type = type;
	nla->nla_len = NLA_HDRLEN + len;
	memcpy((void *)nla + NLA_HDRLEN, data, len);
	msg->nlh.nlmsg_len = NLMSG_ALIGN(msg->nlh.nlmsg_len) + NLA_ALIGN(nla->nla_len);
}

/* The attribute @type of at most @len bytes; 0, -ENODATA if it is not there */
static int genl_get(const struct genl *msg, int type, void *data, size_t len)
{
	const char *end = (const char *)msg + msg->nlh.nlmsg_len;
	const char *at = msg->attributes;

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *nla = (const void *)at;

		if (nla->nla_len < NLA_HDRLEN)
			break;
		if (nla->nla_type == type && nla->nla_len - NLA_HDRLEN <= (int)len) {
			memcpy(data, at + NLA_HDRLEN, nla->nla_len - NLA_HDRLEN);
			return 0;
		}
		at += NLA_ALIGN(nla->nla_len);
	}
	return -ENODATA;
}

/* Asks, and has the answer in @msg; 0 or -errno */
static int genl_ask(int fd, struct genl *msg)
{
	ssize_t len;

	if (send(fd, msg, msg->nlh.nlmsg_len, 0) < 0)
		return -errno;
	len = recv(fd, msg, sizeof(*msg), 0);
	if (len < 0)
		return -errno;
	if (msg->nlh.nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)NLMSG_DATA(&msg->nlh))->error;
	return 0;
}

/* The family's number, or -ENOENT where the kernel has none */
static int netdev_family(int fd)
{
	unsigned short id = 0;
	struct genl msg;
	int ret;

	genl_begin(&msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	genl_put(&msg, CTRL_ATTR_FAMILY_NAME, "netdev", sizeof("netdev"));
	ret = genl_ask(fd, &msg);
	if (!ret)
		ret = genl_get(&msg, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	return ret ? ret : id;
}

FIXTURE(features)
{
	int netlink;
	int family;
};

FIXTURE_SETUP(features)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	ASSERT_LE(0, self->netlink);
	self->family = netdev_family(self->netlink);
	if (self->family == -ENOENT)
		SKIP(return, "no netlink family netdev before Linux 6.3");
	ASSERT_LT(0, self->family);
}

FIXTURE_TEARDOWN(features)
{
	close(self->netlink);
}

/* The features, or -errno */
static long long features_of(int fd, int family, const char *name)
{
	__u32 ifindex = if_nametoindex(name);
	unsigned long long features = 0;
	struct genl msg;
	int ret;

	genl_begin(&msg, family, NETDEV_CMD_DEV_GET);
	genl_put(&msg, NETDEV_A_DEV_IFINDEX, &ifindex, sizeof(ifindex));
	ret = genl_ask(fd, &msg);
	if (!ret)
		ret = genl_get(&msg, NETDEV_A_DEV_XDP_FEATURES, &features, sizeof(features));
	return ret ? ret : (long long)features;
}

static long long features_of_new(int fd, int family, int flags)
{
	struct tun_dev dev;
	long long features;

	if (tun_dev_create(&dev, flags | IFF_NO_PI, 0))
		return -errno;
	features = features_of(fd, family, dev.name);
	close(dev.fd);
	return features;
}

#define EXPECTED (NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT | NETDEV_XDP_ACT_NDO_XMIT)

TEST_F(features, of_a_tap_are_verdicts_redirect_and_xmit)
{
	EXPECT_EQ(EXPECTED, features_of_new(self->netlink, self->family, IFF_TAP));
}

TEST_F(features, of_a_tap_of_many_queues_are_the_same)
{
	EXPECT_EQ(EXPECTED, features_of_new(self->netlink, self->family,
					    IFF_TAP | IFF_MULTI_QUEUE | IFF_NAPI | IFF_VNET_HDR));
}

TEST_F(features, of_a_tun_are_verdicts_redirect_and_xmit)
{
	EXPECT_EQ(EXPECTED, features_of_new(self->netlink, self->family, IFF_TUN));
}

TEST_HARNESS_MAIN
