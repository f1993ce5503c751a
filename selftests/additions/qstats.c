// SPDX-License-Identifier: GPL-2.0
/* Queues as the core's own netlink family shows them (qstats-get), since Linux 6.10 */
#include "genl.h"
#include "kselftest_harness.h"
#include "packet.h"
#include "statistics.h"
#include "struct.h"

/* Of <linux/netdev.h>, which is younger than some kernels that this is built on */
#define CMD_QSTATS_GET 12
#define ATTR_IFINDEX 1
#define ATTR_QUEUE_ID 3
#define ATTR_SCOPE 4
#define ATTR_RECEIVED_PACKETS 8
#define ATTR_READ_PACKETS 10
#define ATTR_READ_BYTES 11
#define ATTR_RECEIVED_DROPS 13
#define ATTR_XMITTED_DROPS 24
#define SCOPE_QUEUE 1

#define MANY (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define LEN 64
#define RING 4

FIXTURE(qstats)
{
	struct tun_dev dev;
	int genl;
	int family;
	struct genl_answer answer;
};

FIXTURE_SETUP(qstats)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, MANY, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	self->genl = genl_socket();
	ASSERT_LE(0, self->genl);
	self->family = genl_family(self->genl, "netdev", &self->answer);
	if (self->family == -ENOENT)
		SKIP(return, "the kernel has no netlink family of that name");
	ASSERT_LT(0, self->family);
}

FIXTURE_TEARDOWN(qstats)
{
	close(self->genl);
	close(self->dev.fd);
}

/* One packet to read, two that died, three written, one of which was none */
static int traffic(const char *name, int fd)
{
	unsigned char packet[LEN] = { 0x45 };
	int ret = net_packet_flood(name, LEN, RING + 2);

	if (ret || read(fd, packet, LEN) != LEN || write(fd, packet, LEN) != LEN ||
	    write(fd, packet, LEN) != LEN)
		return -EPROTO;
	packet[0] = 0;
	return write(fd, packet, LEN) == -1 ? 0 : -EPROTO;
}

/* Of the whole device, or of each queue; 0 or -errno */
static int ask(FIXTURE_DATA(qstats) * self, __u32 scope)
{
	__u32 index = rtnl_index(self->dev.name);
	struct genl_request req;

	genl_start(&req, self->family, CMD_QSTATS_GET, 1, NLM_F_DUMP);
	genl_put(&req, ATTR_IFINDEX, &index, sizeof(index));
	if (scope)
		genl_put(&req, ATTR_SCOPE, &scope, sizeof(scope));
	return genl_ask(self->genl, &req, &self->answer);
}

static long long sum(FIXTURE_DATA(qstats) * self, int attr)
{
	const struct nlmsghdr *nlh;
	long long all = 0, value;

	for (unsigned int n = 0; (nlh = genl_at(&self->answer, n)); n++) {
		value = genl_number(genl_find(nlh, attr));
		all += value > 0 ? value : 0;
	}
	return all;
}

static long long first(FIXTURE_DATA(qstats) * self, int attr)
{
	const struct nlmsghdr *nlh;
	const struct rtattr *rta;

	for (unsigned int n = 0; (nlh = genl_at(&self->answer, n)); n++) {
		rta = genl_find(nlh, attr);
		if (rta && !genl_number(genl_find(nlh, ATTR_QUEUE_ID)))
			return genl_number(rta);
	}
	return -1;
}

TEST_F(qstats, queue_has_what_it_carried_and_what_died)
{
	ASSERT_EQ(0, traffic(self->dev.name, self->dev.fd));
	ASSERT_EQ(0, ask(self, SCOPE_QUEUE));
	EXPECT_EQ(1, first(self, ATTR_READ_PACKETS));
	EXPECT_EQ(LEN, first(self, ATTR_READ_BYTES));
	EXPECT_EQ(2, first(self, ATTR_RECEIVED_PACKETS));
	EXPECT_EQ(2, first(self, ATTR_XMITTED_DROPS));
	EXPECT_EQ(1, first(self, ATTR_RECEIVED_DROPS));
}

TEST_F(qstats, device_has_that_of_queues_that_left_and_that_are_disabled)
{
	int gone = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);
	int disabled = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);
	unsigned char packet[LEN] = { 0x45 };

	ASSERT_LE(0, gone);
	ASSERT_LE(0, disabled);
	ASSERT_EQ(LEN, write(gone, packet, LEN));
	ASSERT_EQ(LEN, write(disabled, packet, LEN));
	close(gone);
	ASSERT_EQ(0, tun_dev_set_queue(disabled, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, traffic(self->dev.name, self->dev.fd));
	ASSERT_EQ(0, ask(self, SCOPE_QUEUE));
	EXPECT_EQ(2, sum(self, ATTR_RECEIVED_PACKETS));
	ASSERT_EQ(0, ask(self, 0));
	EXPECT_EQ(4, sum(self, ATTR_RECEIVED_PACKETS));
	EXPECT_EQ(4, net_stat(self->dev.name, NET_RECEIVED_PACKETS));
	EXPECT_EQ(1, sum(self, ATTR_READ_PACKETS));
	EXPECT_EQ(2, sum(self, ATTR_XMITTED_DROPS));
	EXPECT_EQ(1, sum(self, ATTR_RECEIVED_DROPS));
	close(disabled);
}

TEST_HARNESS_MAIN
