// SPDX-License-Identifier: GPL-2.0
/* A device whose packets the administrator's rules drop, send back and take a short cut with */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define PORT 1000

/* Runs "COMMAND ARGS" (a literal format and its values); its exit status */
#define RUN(...) ({							\
	char cmd_[1024];						\
									\
	snprintf(cmd_, sizeof(cmd_), __VA_ARGS__);			\
	system(cmd_);							\
})

static struct packet packet;
static unsigned char room[2048];

FIXTURE(rules)
{
	struct tun_dev dev;
	struct tun_dev other;
};

/* A router between two of them, whose far ends are 10.1.0.2 and 10.2.0.2 */
FIXTURE_SETUP(rules)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, tun_dev_create(&self->other, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.1.0.1", "255.255.255.0"));
	ASSERT_EQ(0, net_addr4(self->other.name, "10.2.0.1", "255.255.255.0"));
	ASSERT_EQ(0, net_sysctl("ipv4/ip_forward", "1"));
}

FIXTURE_TEARDOWN(rules)
{
	close(self->other.fd);
	close(self->dev.fd);
}

static void make_packet(const char *src, const char *dst, int sport, int dport)
{
	struct packet_flow flow = packet_flow(src, dst, sport, dport);

	packet_reset(&packet);
	packet_udp(&packet, &flow, 100, 0);
}

static bool came_whole(const struct tun_dev *dev)
{
	ssize_t len = tun_dev_read(dev->fd, room, sizeof(room));

	/* but for the time to live and the sum */
	return len == (ssize_t)packet.len && !memcmp(room + 12, packet.data + 12, len - 12);
}

/* Whether the packet, written to @in, comes out of @out */
static bool passes(const struct tun_dev *in, const struct tun_dev *out)
{
	return write(in->fd, packet.data, packet.len) == (ssize_t)packet.len && came_whole(out);
}

static bool is_dropped(const struct tun_dev *in, const struct tun_dev *out)
{
	return write(in->fd, packet.data, packet.len) == (ssize_t)packet.len &&
	       !(net_poll(out->fd, POLLIN, NET_NEVER_MS) & POLLIN);
}

TEST_F(rules, tc_sends_back_what_is_written)
{
	const char *name = self->dev.name;

	ASSERT_EQ(0, RUN("tc qdisc add dev %s clsact", name));
	ASSERT_EQ(0,
		  RUN("tc filter add dev %s ingress matchall action mirred egress redirect dev %s",
		      name, name));
	make_packet("10.1.0.2", "10.2.0.2", PORT, PORT);
	EXPECT_TRUE(passes(&self->dev, &self->dev));
	EXPECT_EQ(64, room[8]);
	EXPECT_EQ(0, tun_dev_drain(self->other.fd));
}

TEST_F(rules, tc_drops_what_the_stack_sends)
{
	make_packet("10.1.0.2", "10.2.0.2", PORT, PORT);
	ASSERT_TRUE(passes(&self->dev, &self->other));
	ASSERT_EQ(0, RUN("tc qdisc add dev %s clsact", self->other.name));
	ASSERT_EQ(0, RUN("tc filter add dev %s egress matchall action drop", self->other.name));
	EXPECT_TRUE(is_dropped(&self->dev, &self->other));
	ASSERT_EQ(0, RUN("tc filter del dev %s egress", self->other.name));
	EXPECT_TRUE(passes(&self->dev, &self->other));
}

static int make_flowtable(const char *one, const char *other)
{
	return RUN("nft 'add table ip t\n"
		   "add flowtable ip t f { hook ingress priority 0; devices = { %s, %s }; }\n"
		   "add chain ip t c { type filter hook forward priority 0; }\n"
		   "add rule ip t c ip protocol udp flow add @f'", one, other);
}

/* Whether this kernel's configuration has @line; if it shows none, it is a stock kernel's */
static bool is_configured(const char *line, bool stock)
{
	if (access("/proc/config.gz", R_OK))
		return stock;
	return !RUN("zcat /proc/config.gz | grep -q '^%s'", line);
}

/* A flow of the table goes past the chain: what is dropped there from now on does not hold it up */
TEST_F(rules, flowtable_carries_a_flow_both_ways)
{
	if (!is_configured("CONFIG_NFT_FLOW_OFFLOAD=", true))
		SKIP(return, "the kernel has no flow tables");
	/* nft_flowtable_lookup() of 6.12 walks a list under a mutex and does not say so */
	if (is_configured("CONFIG_PROVE_RCU_LIST=y", false))
		SKIP(return, "lockdep complains of the kernel's own look-up of flow tables");
	ASSERT_EQ(0, make_flowtable(self->dev.name, self->other.name));
	for (int i = 0; i < 5; i++) {
		make_packet("10.1.0.2", "10.2.0.2", PORT, PORT);
		ASSERT_TRUE(passes(&self->dev, &self->other));
		make_packet("10.2.0.2", "10.1.0.2", PORT, PORT);
		ASSERT_TRUE(passes(&self->other, &self->dev));
	}
	ASSERT_EQ(0, RUN("nft insert rule ip t c drop"));
	make_packet("10.1.0.2", "10.2.0.2", PORT + 1, PORT);
	EXPECT_TRUE(is_dropped(&self->dev, &self->other));
	for (int i = 0; i < 5; i++) {
		make_packet("10.1.0.2", "10.2.0.2", PORT, PORT);
		EXPECT_TRUE(passes(&self->dev, &self->other));
		EXPECT_EQ(63, room[8]);
		make_packet("10.2.0.2", "10.1.0.2", PORT, PORT);
		EXPECT_TRUE(passes(&self->other, &self->dev));
	}
}

TEST_HARNESS_MAIN
