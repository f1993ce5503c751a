// SPDX-License-Identifier: GPL-2.0
/*
 * Receive flow steering through a device: where the program writes a flow's packets, the flow's
 * packets of the other direction are received, so that they reach the program on its processor.
 *
 * They arrive on a veth that has RPS, by default for processor 0, and are forwarded to the device.
 * A packet socket on the veth sees on which processor each of them was received.
 */
#include <sched.h>

#include "kselftest_harness.h"
#include "abi/iff.h"
#include "napi.h"

#define ENTRIES "/proc/sys/net/core/rps_sock_flow_entries"

FIXTURE(rfs)
{
	struct napi_test t;
	int family;
	int home;
	int second;
	int out;
	int seen;
	unsigned char mac[ETH_ALEN];
};

FIXTURE_VARIANT(rfs)
{
	int flags;
	int family;
};

FIXTURE_VARIANT_ADD(rfs, v4) { .flags = IFF_TUN, .family = AF_INET };
FIXTURE_VARIANT_ADD(rfs, v4_napi) { .flags = IFF_TUN | IFF_NAPI, .family = AF_INET };
/* With a flow label the stack looks at that, and not at the ports */
FIXTURE_VARIANT_ADD(rfs, v6_label) { .flags = IFF_TUN, .family = AF_INET6 };

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

static int type_of(int family)
{
	return family == AF_INET ? ETH_P_IP : ETH_P_IPV6;
}

/* A datagram behind what is in @p, of the flow @port, towards the program or from it */
static void datagram(FIXTURE_DATA(rfs) * self, struct packet *p, __u16 port, bool from)
{
	struct packet_flow flow = self->family == AF_INET ?
		packet_flow("10.1.0.2", "10.2.0.2", port, 2000) :
		packet_flow("fd01::2", "fd02::2", port, 2000);
	struct packet_flow back = flow;
	size_t at = p->len;

	memcpy(back.src, flow.dst, sizeof(flow.dst));
	memcpy(back.dst, flow.src, sizeof(flow.src));
	back.sport = flow.dport;
	back.dport = flow.sport;
	packet_udp(p, from ? &back : &flow, 100, 1);
	if (self->family == AF_INET6)
		packet_put16(p->data + at + 2, from ? port : ~port);
}

static int set_processors(const char *text)
{
	return put("/sys/class/net/v1/queues/rx-0/rps_cpus", text);
}

static int set_flows(const char *text)
{
	return put("/sys/class/net/v1/queues/rx-0/rps_flow_cnt", text);
}

/* Address and neighbour of each family; nothing of its own comes from a link without link-local */
static int set_addresses(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), "ipv6/conf/%s/disable_ipv6", dev);
	if (net_ip_batch("link set v1 addrgenmode none\n"
			 "link set %s addrgenmode none\n", dev) ||
	    net_sysctl(path, "0") || net_sysctl("ipv6/conf/v1/disable_ipv6", "0") ||
	    net_sysctl("ipv6/conf/all/forwarding", "1") || net_sysctl("ipv4/ip_forward", "1"))
		return -EIO;
	return net_ip_batch("addr add 10.1.0.1/24 dev v1\n"
			    "addr add 10.2.0.1/24 dev %s\n"
			    "addr add fd01::1/64 dev v1 nodad\n"
			    "addr add fd02::1/64 dev %s nodad\n"
			    "neigh add 10.1.0.2 lladdr 02:00:00:00:00:02 dev v1 nud permanent\n"
			    "neigh add fd01::2 lladdr 02:00:00:00:00:02 dev v1 nud permanent\n",
			    dev, dev);
}

/* v0 - v1 - forwarding - the device */
static int make_path(FIXTURE_DATA(rfs) * self)
{
	if (net_ip_batch("link add v0 type veth peer name v1\n"
			 "link set v0 up\n"
			 "link set v1 up\n") ||
	    net_mac("v1", self->mac) || set_addresses(self->t.dev.name) || !net_passes("v1"))
		return -EIO;
	return set_processors("1");
}

FIXTURE_SETUP(rfs)
{
	int flags = variant->flags | IFF_NO_PI | IFF_MULTI_QUEUE;

	ASSERT_EQ(2, sysconf(_SC_NPROCESSORS_ONLN));
	self->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->home);
	ASSERT_EQ(0, put(ENTRIES, "1024"));
	ASSERT_EQ(0, napi_test_setup(&self->t, flags));
	self->second = tun_dev_queue(self->t.dev.name, flags, O_NONBLOCK);
	ASSERT_LE(0, self->second);
	ASSERT_EQ(0, iff_sysfs());
	ASSERT_EQ(0, make_path(self));
	ASSERT_EQ(0, set_flows("1024"));
	self->out = net_packet_socket("v0", 0);
	ASSERT_LE(0, self->out);
	self->family = variant->family;
	self->seen = net_packet_socket("v1", type_of(self->family));
	ASSERT_LE(0, self->seen);
	ASSERT_EQ(0, napi_tell(self->seen, SKF_AD_CPU, ETH_HLEN));
}

FIXTURE_TEARDOWN(rfs)
{
	close(self->seen);
	close(self->out);
	close(self->second);
	napi_test_teardown(&self->t);
	/* RPS that a device has when it goes is on for the other tests as well */
	EXPECT_EQ(0, set_processors("0"));
	EXPECT_EQ(0, setns(self->home, CLONE_NEWNET));
	EXPECT_EQ(0, put(ENTRIES, "0"));
	close(self->home);
}

static int run_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* A packet of flow @port arrives on the veth, sent on processor 0: which one received it */
static int arrive(FIXTURE_DATA(rfs) * self, __u16 port)
{
	static struct packet p;
	ssize_t len;

	packet_reset(&p);
	packet_mac(&p, self->mac, (const unsigned char *)"\2\0\0\0\0\2");
	packet_type(&p, type_of(self->family));
	datagram(self, &p, port, false);
	if (run_on(0) ||
	    net_packet_send(self->out, "v0", type_of(self->family), p.data, p.len))
		return -EIO;
	if (!(net_poll(self->seen, POLLIN, NET_SOON_MS) & POLLIN))
		return -ETIMEDOUT;
	len = recv(self->seen, self->t.room, sizeof(self->t.room), 0);
	return len - ETH_HLEN;
}

/* The datagram comes out of one of the queues, among what else the stack sends; 0 or -errno */
static int read_it(FIXTURE_DATA(rfs) * self)
{
	struct pollfd fds[2] = {
		{ .fd = self->t.dev.fd, .events = POLLIN },
		{ .fd = self->second, .events = POLLIN },
	};
	struct packet_view view;
	ssize_t len;

	do {
		if (poll(fds, 2, NET_SOON_MS) < 1)
			return -ETIMEDOUT;
		len = read(fds[!fds[0].revents].fd, self->t.room, sizeof(self->t.room));
	} while (len < 0 || !packet_parse(&view, self->t.room, len) || view.proto != IPPROTO_UDP);
	return 0;
}

/* The program answers in the flow @port, on @processor, by one queue; 0 or -errno */
static int answer(FIXTURE_DATA(rfs) * self, __u16 port, int processor)
{
	packet_reset(&self->t.packet);
	datagram(self, &self->t.packet, port, true);
	return run_on(processor) ?: napi_write(&self->t, self->t.dev.fd);
}

/* Both directions are known, since a packet of each was seen after one of the other */
static int converse(FIXTURE_DATA(rfs) * self, __u16 port, int processor)
{
	for (int i = 0; i < 3; i++) {
		if (answer(self, port, processor) || arrive(self, port) < 0 || read_it(self))
			return -EIO;
	}
	return answer(self, port, processor);
}

TEST_F(rfs, flow_that_was_not_answered_goes_where_rps_says)
{
	for (int i = 0; i < 5; i++) {
		EXPECT_EQ(0, arrive(self, 1000 + i));
		ASSERT_EQ(0, read_it(self));
	}
}

TEST_F(rfs, flow_is_received_where_it_is_answered)
{
	ASSERT_EQ(0, converse(self, 1000, 1));
	for (int i = 0; i < 5; i++) {
		EXPECT_EQ(1, arrive(self, 1000));
		ASSERT_EQ(0, read_it(self));
	}
}

TEST_F(rfs, flow_follows_who_answers)
{
	for (int i = 0; i < 6; i++) {
		ASSERT_EQ(0, converse(self, 1000, !(i % 2)));
		EXPECT_EQ(!(i % 2), arrive(self, 1000));
		ASSERT_EQ(0, read_it(self));
	}
}

TEST_F(rfs, flows_go_each_where_it_is_answered)
{
	/* few flows of a table of many: none of them takes another's place */
	for (int i = 0; i < 4; i++)
		ASSERT_EQ(0, converse(self, 1000 + i, i % 2));
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(i % 2, arrive(self, 1000 + i));
		ASSERT_EQ(0, read_it(self));
	}
}

TEST_F(rfs, flow_goes_where_rps_says_without_room_for_flows)
{
	ASSERT_EQ(0, set_flows("0"));
	ASSERT_EQ(0, converse(self, 1000, 1));
	EXPECT_EQ(0, arrive(self, 1000));
}

/* With RPS, the stack warns of a packet from a queue that it does not have */
TEST_F(rfs, packet_of_a_disabled_queue_comes_from_no_queue)
{
	int flags = self->t.flags & ~IFF_NAPI;
	int plain;

	if (!tun_is_alt())
		SKIP(return, "in-tree makes the stack warn, and the boot would fail");
	plain = tun_dev_queue(self->t.dev.name, flags, O_NONBLOCK);
	ASSERT_LE(0, plain);
	/* Not what the stack has sent while the addresses were set */
	close(self->t.sock);
	self->t.sock = net_packet_socket(self->t.dev.name, ETH_P_IP);
	ASSERT_LE(0, self->t.sock);
	ASSERT_EQ(0, napi_tell(self->t.sock, SKF_AD_QUEUE, NAPI_MARK_LEN));
	napi_frame(&self->t, 100, 1);
	ASSERT_EQ(0, napi_write(&self->t, plain));
	EXPECT_EQ(NAPI_MARK_LEN + 3, napi_received(&self->t));
	ASSERT_EQ(0, tun_dev_set_queue(plain, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, napi_write(&self->t, plain));
	EXPECT_EQ(NAPI_MARK_LEN, napi_received(&self->t));
	close(plain);
}

TEST_HARNESS_MAIN
