// SPDX-License-Identifier: GPL-2.0
/* A TAP that is the port of a team, which is told by generic netlink how to send */
#include <linux/genetlink.h>
#include <linux/if_team.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define TYPE 0x88b5

static const unsigned char far_mac[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[PACKET_MAX];

/**
 * struct request - a message of generic netlink and what answers it
 * @nlh: the message
 * @genl: its command
 * @data: attributes
 */
struct request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char data[8192];
};

static struct nlattr *tail(struct request *request)
{
	return (void *)&request->nlh + NLMSG_ALIGN(request->nlh.nlmsg_len);
}

static void start(struct request *request, int family, int command)
{
	memset(request, 0, sizeof(*request));
	request->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->nlh.nlmsg_type = family;
	request->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->genl.cmd = command;
	request->genl.version = 1;
}

static void put(struct request *request, int type, const void *data, size_t len)
{
	struct nlattr *attr = tail(request);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((void *)attr + NLA_HDRLEN, data, len);
	request->nlh.nlmsg_len += NLA_ALIGN(attr->nla_len);
}

static struct nlattr *nest(struct request *request, int type)
{
	struct nlattr *attr = tail(request);

	put(request, type | NLA_F_NESTED, NULL, 0);
	return attr;
}

static void nest_end(struct request *request, struct nlattr *attr)
{
	attr->nla_len = (void *)tail(request) - (void *)attr;
}

/* Sends it and leaves the first answer in its place; 0 or -errno */
static int ask(struct request *request)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct nlmsgerr *error = (void *)&request->genl;
	int ret = 0;

	if (fd < 0 || send(fd, request, request->nlh.nlmsg_len, 0) < 0 ||
	    recv(fd, request, sizeof(*request), 0) < 0)
		ret = -errno;
	else if (request->nlh.nlmsg_type == NLMSG_ERROR)
		ret = error->error;
	close(fd);
	return ret;
}

/* The number of the family of generic netlink that a team listens to; -ENOENT for none */
static int team_family(void)
{
	struct request request;
	char *at = request.data;
	int ret;

	start(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&request, CTRL_ATTR_FAMILY_NAME, TEAM_GENL_NAME, sizeof(TEAM_GENL_NAME));
	ret = ask(&request);
	if (ret)
		return ret;
	while (at < (char *)tail(&request)) {
		struct nlattr *attr = (void *)at;

		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(unsigned short *)(at + NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
	return -ENOENT;
}

/* Before it has a port, a team must learn how to send; until then it sends nothing */
static int team_sends(const char *team, const char *mode)
{
	unsigned int index = if_nametoindex(team);
	unsigned char string = 5; /* NLA_STRING of the kernel */
	struct nlattr *list, *item;
	struct request request;
	int family = team_family();
	int ret;

	if (family < 0)
		return family;
	start(&request, family, TEAM_CMD_OPTIONS_SET);
	put(&request, TEAM_ATTR_TEAM_IFINDEX, &index, sizeof(index));
	list = nest(&request, TEAM_ATTR_LIST_OPTION);
	item = nest(&request, TEAM_ATTR_ITEM_OPTION);
	put(&request, TEAM_ATTR_OPTION_NAME, "mode", sizeof("mode"));
	put(&request, TEAM_ATTR_OPTION_TYPE, &string, sizeof(string));
	put(&request, TEAM_ATTR_OPTION_DATA, mode, strlen(mode) + 1);
	nest_end(&request, item);
	nest_end(&request, list);
	ret = ask(&request);
	/* it is done, but nobody listens to what a team tells of itself */
	return ret == -ESRCH ? 0 : ret;
}

FIXTURE(team)
{
	struct tun_dev dev;
	int upper;
};

FIXTURE_SETUP(team)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_down(self->dev.name));
	ASSERT_EQ(0, net_ip("link add team0 type team"));
	ASSERT_EQ(0, team_sends("team0", "roundrobin"));
	ASSERT_EQ(0, net_ip_batch("link set %s master team0\n"
				  "link set team0 up\n", self->dev.name));
	ASSERT_TRUE(net_running_is("team0", 1));
	ASSERT_TRUE(net_passes("team0"));
	self->upper = net_packet_socket("team0", TYPE);
	ASSERT_LE(0, self->upper);
}

FIXTURE_TEARDOWN(team)
{
	close(self->upper);
	close(self->dev.fd);
}

static void make_frame(const unsigned char *dst, size_t len)
{
	packet_reset(&packet);
	packet_mac(&packet, dst, far_mac);
	packet_type(&packet, TYPE);
	packet_fill(&packet, len, len);
}

TEST_F(team, written_frame_is_received_by_the_team)
{
	unsigned char mac[6];

	ASSERT_EQ(0, net_mac("team0", mac));
	make_frame(mac, 200);
	ASSERT_EQ((ssize_t)packet.len, write(self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(POLLIN, net_poll(self->upper, POLLIN, NET_SOON_MS));
	ASSERT_EQ((ssize_t)packet.len, recv(self->upper, room, sizeof(room), 0));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_F(team, frame_that_the_team_sends_is_read)
{
	make_frame(far_mac, 300);
	ASSERT_EQ(0, net_packet_send(self->upper, "team0", TYPE, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_HARNESS_MAIN
