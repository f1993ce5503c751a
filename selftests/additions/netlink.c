// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family: what a dump has, and what it does not take */
#include <pthread.h>
#include <sched.h>

#include "genl.h"
#include "kselftest_harness.h"
#include "packet.h"
#include "struct.h"

#define MANY (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE)
#define LEN 64
#define RING 4

FIXTURE(netlink)
{
	struct tun_dev dev;
	int genl;
	unsigned int ifindex;
	struct genl_answer answer;
};

FIXTURE_SETUP(netlink)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, MANY, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(self->dev.name, RING));
	self->ifindex = rtnl_index(self->dev.name);
	self->genl = genl_socket();
	ASSERT_LE(0, self->genl);
}

FIXTURE_TEARDOWN(netlink)
{
	close(self->genl);
	close(self->dev.fd);
}

static long long number(FIXTURE_DATA(netlink) * self, unsigned int n, int attr)
{
	const struct nlmsghdr *nlh = genl_at(&self->answer, n);

	return nlh ? genl_number(genl_find(nlh, attr)) : -2;
}

TEST_F(netlink, each_queue_is_there_and_then_what_is_left)
{
	int disabled = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);
	int second = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);

	ASSERT_LE(0, disabled);
	ASSERT_LE(0, second);
	ASSERT_EQ(0, tun_dev_set_queue(disabled, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(TUN_ALT_NETLINK_ENABLED, number(self, i, TUN_ALT_A_QUEUE_STATE));
		EXPECT_EQ(i, number(self, i, TUN_ALT_A_QUEUE_ID));
		EXPECT_EQ(self->ifindex, number(self, i, TUN_ALT_A_QUEUE_IFINDEX));
		EXPECT_EQ(RING, number(self, i, TUN_ALT_A_QUEUE_LENGTH));
	}
	EXPECT_EQ(TUN_ALT_NETLINK_DISABLED, number(self, 2, TUN_ALT_A_QUEUE_STATE));
	EXPECT_EQ(-1, number(self, 2, TUN_ALT_A_QUEUE_ID));
	EXPECT_EQ(TUN_ALT_NETLINK_NO_QUEUE, number(self, 3, TUN_ALT_A_QUEUE_STATE));
	EXPECT_EQ(NULL, genl_at(&self->answer, 4));
	close(disabled);
	close(second);
}

TEST_F(netlink, queue_has_what_it_counted)
{
	unsigned char packet[LEN] = { 0x45 };

	ASSERT_EQ(0, net_packet_flood(self->dev.name, LEN, RING + 2));
	ASSERT_EQ(LEN, read(self->dev.fd, packet, LEN));
	ASSERT_EQ(LEN, write(self->dev.fd, packet, LEN));
	ASSERT_EQ(LEN, write(self->dev.fd, packet, LEN));
	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	EXPECT_EQ(1, number(self, 0, TUN_ALT_A_QUEUE_READ_PACKETS));
	EXPECT_EQ(LEN, number(self, 0, TUN_ALT_A_QUEUE_READ_BYTES));
	EXPECT_EQ(2, number(self, 0, TUN_ALT_A_QUEUE_RECEIVED_PACKETS));
	EXPECT_EQ(2 * LEN, number(self, 0, TUN_ALT_A_QUEUE_RECEIVED_BYTES));
	EXPECT_EQ(RING - 1, number(self, 0, TUN_ALT_A_QUEUE_WAITING));
	EXPECT_EQ(2, genl_drops(genl_at(&self->answer, 0), TUN_ALT_DROP_RING_FULL));
	EXPECT_EQ(0, genl_drops(genl_at(&self->answer, 1), TUN_ALT_DROP_RING_FULL));
}

TEST_F(netlink, counts_of_a_queue_that_left_are_what_is_left)
{
	int other = tun_dev_queue(self->dev.name, MANY, O_NONBLOCK);
	unsigned char packet[LEN] = { 0x45 };

	ASSERT_LE(0, other);
	ASSERT_EQ(LEN, write(other, packet, LEN));
	packet[0] = 0;
	ASSERT_EQ(-1, write(other, packet, LEN));
	close(other);
	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	EXPECT_EQ(0, number(self, 0, TUN_ALT_A_QUEUE_RECEIVED_PACKETS));
	EXPECT_EQ(TUN_ALT_NETLINK_NO_QUEUE, number(self, 1, TUN_ALT_A_QUEUE_STATE));
	EXPECT_EQ(1, number(self, 1, TUN_ALT_A_QUEUE_RECEIVED_PACKETS));
	EXPECT_EQ(1, genl_drops(genl_at(&self->answer, 1), TUN_ALT_DROP_BAD_FRAME));
}

TEST_F(netlink, name_of_a_reason_comes_with_it)
{
	const struct rtattr *drop;

	ASSERT_EQ(0, net_packet_flood(self->dev.name, LEN, RING + 1));
	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	drop = genl_find(genl_at(&self->answer, 0), TUN_ALT_A_QUEUE_DROP);
	EXPECT_STREQ("ring_full", genl_text(genl_find_in(drop, TUN_ALT_A_DROP_NAME)));
	EXPECT_EQ(1, genl_number(genl_find_in(drop, TUN_ALT_A_DROP_PACKETS)));
}

TEST_F(netlink, device_that_is_not_there_is_refused_with_a_text)
{
	EXPECT_EQ(-ENODEV, genl_queues(self->genl, 0x7fffffff, &self->answer));
	EXPECT_STREQ("there is no device of that index", self->answer.text);
}

TEST_F(netlink, device_of_another_driver_is_refused_with_a_text)
{
	EXPECT_EQ(-EOPNOTSUPP, genl_queues(self->genl, rtnl_index("lo"), &self->answer));
	EXPECT_STREQ("the device is of another driver", self->answer.text);
}

static int ask_with(FIXTURE_DATA(netlink) * self, int attr, const void *data, size_t len)
{
	int family = genl_family(self->genl, TUN_ALT_FAMILY_NAME, &self->answer);
	struct genl_request req;

	if (family < 0)
		return family;
	genl_start(&req, family, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION, NLM_F_DUMP);
	genl_put(&req, attr, data, len);
	return genl_ask(self->genl, &req, &self->answer);
}

TEST_F(netlink, attribute_that_cannot_be_is_refused_with_a_text)
{
	const char wide[8] = { 1 };
	const __u32 zero = 0;

	EXPECT_EQ(-EINVAL, ask_with(self, 1000, &zero, sizeof(zero)));
	EXPECT_NE('\0', self->answer.text[0]);
	EXPECT_EQ(-EINVAL, ask_with(self, TUN_ALT_A_QUEUE_IFNAME, "x", 2));
	EXPECT_NE('\0', self->answer.text[0]);
	EXPECT_EQ(-ERANGE, ask_with(self, TUN_ALT_A_QUEUE_IFINDEX, &zero, sizeof(zero)));
	EXPECT_NE('\0', self->answer.text[0]);
	EXPECT_EQ(-EINVAL, ask_with(self, TUN_ALT_A_QUEUE_IFINDEX, wide, sizeof(wide)));
	EXPECT_EQ(-EINVAL, ask_with(self, TUN_ALT_A_QUEUE_IFINDEX, wide, 1));
}

TEST_F(netlink, what_is_no_command_is_refused)
{
	int family = genl_family(self->genl, TUN_ALT_FAMILY_NAME, &self->answer);
	struct genl_request req;

	ASSERT_LT(0, family);
	genl_start(&req, family, TUN_ALT_CMD_MAX + 1, TUN_ALT_FAMILY_VERSION, NLM_F_ACK);
	EXPECT_EQ(-EOPNOTSUPP, genl_ask(self->genl, &req, &self->answer));
	/* nor is a queue asked for without a dump */
	genl_start(&req, family, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION, NLM_F_ACK);
	EXPECT_EQ(-EOPNOTSUPP, genl_ask(self->genl, &req, &self->answer));
}

TEST_F(netlink, another_namespace_has_its_own_devices)
{
	int genl;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	genl = genl_socket();
	ASSERT_LE(0, genl);
	ASSERT_EQ(0, genl_queues(genl, 0, &self->answer));
	EXPECT_EQ(0, self->answer.len);
	/* a socket stays where it was opened */
	ASSERT_EQ(0, genl_queues(self->genl, 0, &self->answer));
	EXPECT_EQ(self->ifindex, number(self, 0, TUN_ALT_A_QUEUE_IFINDEX));
	close(genl);
}

/* More than one message holds */
#define DEVICES 20

TEST_F(netlink, all_devices_come_once_each)
{
	unsigned char seen[DEVICES + 1] = { 0 };
	struct tun_dev dev[DEVICES];
	long long index, first;

	for (int i = 0; i < DEVICES; i++) {
		dev[i].name[0] = '\0';
		dev[i].fd = tun_dev_queue(dev[i].name, MANY, O_NONBLOCK);
		ASSERT_LE(0, dev[i].fd);
	}
	first = rtnl_index(dev[0].name);
	ASSERT_EQ(0, genl_queues(self->genl, 0, &self->answer));
	for (unsigned int n = 0; genl_at(&self->answer, n); n++) {
		index = number(self, n, TUN_ALT_A_QUEUE_IFINDEX);
		if (index < first || index >= first + DEVICES)
			index = first + DEVICES;
		seen[index - first]++;
	}
	/* each with a queue and with what is left */
	for (int i = 0; i <= DEVICES; i++)
		EXPECT_EQ(2, seen[i]);
	for (int i = 0; i < DEVICES; i++)
		close(dev[i].fd);
}

/* A dump as far as its first message, which is a small one; its descriptor or -errno */
static int begin_dump(FIXTURE_DATA(netlink) * self)
{
	int family = genl_family(self->genl, TUN_ALT_FAMILY_NAME, &self->answer);
	int fd = genl_socket();
	struct genl_request req;
	char room[4096];

	genl_start(&req, family, TUN_ALT_CMD_QUEUE_GET, TUN_ALT_FAMILY_VERSION, NLM_F_DUMP);
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0 || recv(fd, room, sizeof(room), 0) < 0)
		return -errno;
	return fd;
}

/* What comes behind: of a device, how many messages, and whether any was said to be disturbed */
static int end_dump(int fd, long long ifindex, bool *disturbed)
{
	char room[32768];
	int found = 0;
	ssize_t len;

	*disturbed = false;
	while ((len = recv(fd, room, sizeof(room), 0)) > 0) {
		for (struct nlmsghdr *nlh = (void *)room; NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			*disturbed |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
			if (nlh->nlmsg_type == NLMSG_DONE)
				return found;
			found += genl_number(genl_find(nlh, TUN_ALT_A_QUEUE_IFINDEX)) == ifindex;
		}
	}
	return -errno;
}

/* More than a message of a page holds */
#define QUEUES 60

static int many_queues(const char *name, int *fds)
{
	for (int i = 0; i < QUEUES; i++) {
		char of[IFNAMSIZ] = "";

		snprintf(of, sizeof(of), "%s", name);
		fds[i] = tun_dev_queue(of, MANY, O_NONBLOCK);
		if (fds[i] < 0)
			return fds[i];
	}
	return 0;
}

TEST_F(netlink, dump_that_was_disturbed_says_so)
{
	int fds[QUEUES], dump;
	bool disturbed;

	ASSERT_EQ(0, many_queues(self->dev.name, fds));
	dump = begin_dump(self);
	ASSERT_LE(0, dump);
	EXPECT_LT(0, end_dump(dump, self->ifindex, &disturbed));
	EXPECT_FALSE(disturbed);
	close(dump);
	dump = begin_dump(self);
	ASSERT_LE(0, dump);
	close(fds[0]);
	EXPECT_LT(0, end_dump(dump, self->ifindex, &disturbed));
	EXPECT_TRUE(disturbed);
	close(dump);
	for (int i = 1; i < QUEUES; i++)
		close(fds[i]);
}

TEST_F(netlink, device_behind_one_that_went_is_whole)
{
	struct tun_dev next = { };
	int fds[QUEUES], dump;
	bool disturbed;

	ASSERT_EQ(0, many_queues(self->dev.name, fds));
	next.fd = tun_dev_queue(next.name, MANY, O_NONBLOCK);
	ASSERT_LE(0, next.fd);
	dump = begin_dump(self);
	ASSERT_LE(0, dump);
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_EQ(2, end_dump(dump, rtnl_index(next.name), &disturbed));
	EXPECT_TRUE(disturbed);
	close(dump);
	close(next.fd);
	for (int i = 0; i < QUEUES; i++)
		close(fds[i]);
}

TEST_F(netlink, serial_is_another_one_with_each_device)
{
	char name[IFNAMSIZ] = "";
	long long serial;

	ASSERT_EQ(0, genl_queues(self->genl, self->ifindex, &self->answer));
	serial = number(self, 0, TUN_ALT_A_QUEUE_SERIAL);
	EXPECT_LT(0, serial);
	ASSERT_EQ(0, net_dellink(self->dev.name));
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, name, MANY));
	ASSERT_EQ(0, genl_queues(self->genl, rtnl_index(name), &self->answer));
	EXPECT_LT(serial, number(self, 0, TUN_ALT_A_QUEUE_SERIAL));
}

static void *come_and_go(void *arg)
{
	const bool *stop = arg;
	struct tun_dev dev;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		dev.name[0] = '\0';
		dev.fd = tun_dev_queue(dev.name, MANY, O_NONBLOCK);
		close(dev.fd);
	}
	return NULL;
}

TEST_F(netlink, dump_goes_on_while_devices_come_and_go)
{
	bool stop = false;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, come_and_go, &stop));
	for (int i = 0; i < 50; i++) {
		EXPECT_EQ(0, genl_queues(self->genl, 0, &self->answer));
		EXPECT_NE(NULL, genl_at(&self->answer, 1));
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

TEST_HARNESS_MAIN
