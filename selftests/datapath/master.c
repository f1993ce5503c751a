// SPDX-License-Identifier: GPL-2.0
/* A TAP under other devices: a bond that watches it, a bridge that wants headroom, a macvlan */
#include <limits.h>
#include <sys/utsname.h>

#include "kselftest_harness.h"
#include "message.h"
#include "packet.h"
#include "tun_dev.h"

#define OURS "10.9.0.1"
#define PEER "10.9.0.2"
#define TYPE 0x88b5
#define ARP_REQUEST 1
#define ARP_REPLY 2

/* The bond gives up a port of which it heard nothing for MISSED times the interval */
#define INTERVAL_MS 200
#define MISSED 20

static const unsigned char far_mac[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[PACKET_MAX];

FIXTURE(master)
{
	struct tun_dev dev;
};

FIXTURE_SETUP(master)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
}

FIXTURE_TEARDOWN(master)
{
	close(self->dev.fd);
}

/* A bond of the device alone, that asks for PEER; 0 or an error */
static int make_bond(const char *port)
{
	int ret = net_down(port);

	if (ret)
		return ret;
	return net_ip_batch("link add bond0 type bond mode active-backup arp_missed_max %d\n"
			    "link set bond0 type bond arp_interval %d arp_ip_target %s\n"
			    "link set %s master bond0\n"
			    "addr add %s/24 dev bond0\n"
			    "link set bond0 up\n", MISSED, INTERVAL_MS, PEER, port, OURS);
}

/* A number of the bond's in /proc, the first of this @name; -1 for none */
static long bond_number(const char *name)
{
	FILE *f = fopen("/proc/thread-self/net/bonding/bond0", "r");
	char line[256];
	long value = -1;

	while (f && value < 0 && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, strlen(name)))
			value = strtol(line + strlen(name) + 1, NULL, 10);
	if (f)
		fclose(f);
	return value;
}

/* Reads until the bond asks for PEER, and answers if @answer says so; 0 or -errno */
static int bond_asks(int fd, int answer)
{
	unsigned char *at;
	ssize_t len;

	do {
		len = tun_dev_read(fd, room, sizeof(room));
		if (len < 0)
			return -ETIMEDOUT;
	} while (len < 42 || packet_get16(room + 12) != ETH_P_ARP ||
		 packet_get16(room + 20) != ARP_REQUEST);
	if (!answer)
		return 0;
	packet_reset(&packet);
	packet_mac(&packet, room + 6, far_mac);
	packet_type(&packet, ETH_P_ARP);
	packet_append(&packet, room + 14, 28);
	at = packet.data + 14;
	packet_put16(at + 6, ARP_REPLY);
	memcpy(at + 8, far_mac, 6);
	memcpy(at + 14, room + 38, 4);
	memcpy(at + 18, room + 22, 10);
	return write(fd, packet.data, packet.len) == (ssize_t)packet.len ? 0 : -errno;
}

/* It asks when it sent and when it received last: both times must go on */
TEST_F(master, bond_that_watches_by_arp_keeps_its_port)
{
	ASSERT_EQ(0, make_bond(self->dev.name));
	for (int i = 0; i < MISSED + MISSED / 2; i++)
		ASSERT_EQ(0, bond_asks(self->dev.fd, 1));
	EXPECT_EQ(0, bond_number("Link Failure Count"));
	EXPECT_EQ(1, net_running_is("bond0", 1));
}

TEST_F(master, bond_that_hears_no_answer_gives_its_port_up)
{
	ASSERT_EQ(0, make_bond(self->dev.name));
	for (int i = 0; i < 2 * MISSED + 2 && bond_number("Link Failure Count") < 1; i++)
		ASSERT_EQ(0, bond_asks(self->dev.fd, 0));
	EXPECT_EQ(1, bond_number("Link Failure Count"));
}

static void make_frame(const unsigned char *dst, size_t len)
{
	packet_reset(&packet);
	packet_mac(&packet, dst, far_mac);
	packet_type(&packet, TYPE);
	packet_fill(&packet, len, len);
}

/* Ports that put headers before what the bridge gives them, one on the other */
static int make_bridge(const char *port)
{
	return net_ip_batch("link add br0 type bridge mcast_snooping 0\n"
			    "link add v0 type veth peer name v1\n"
			    "link add x0 type vxlan id 1 remote 10.1.1.2 dev v1 dstport 4789\n"
			    "link add x1 type vxlan id 2 remote 10.1.2.2 dev x0 dstport 4790\n"
			    "link add x2 type vxlan id 3 remote 10.1.3.2 dev x1 dstport 4791\n"
			    "link set %s master br0\nlink set x2 master br0\n"
			    "link set v0 master br0\n"
			    "link set v0 up\nlink set v1 up\nlink set br0 up\n", port);
}

TEST_F(master, bridge_that_wants_headroom_gets_whole_frames)
{
	static const unsigned char dst[6] = { 2, 0, 0, 0, 0, 1 };
	int far;

	ASSERT_EQ(0, make_bridge(self->dev.name));
	ASSERT_TRUE(net_passes("v0"));
	far = net_packet_socket("v1", TYPE);
	ASSERT_LE(0, far);
	for (size_t len = 1; len <= 9000; len += 1 + len / 8) {
		make_frame(dst, len);
		if (len > 1500)
			ASSERT_EQ(0, net_set_mtu("v0", 9100) | net_set_mtu("v1", 9100));
		ASSERT_EQ((ssize_t)packet.len, write(self->dev.fd, packet.data, packet.len));
		ASSERT_EQ(POLLIN, net_poll(far, POLLIN, NET_SOON_MS));
		ASSERT_EQ((ssize_t)packet.len, recv(far, room, sizeof(room), 0));
		EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
	}
	/* and the device is its own again */
	ASSERT_EQ(0, net_ip("link set %s nomaster", self->dev.name));
	make_frame(dst, 100);
	EXPECT_EQ((ssize_t)packet.len, write(self->dev.fd, packet.data, packet.len));
}

/* Bug 17 ends an older kernel */
static bool in_tree_dies_of_headroom(void)
{
	unsigned int major, minor, patch;
	struct utsname name;
	const char *at;

	if (tun_is_alt() || uname(&name))
		return false;
	at = strstr(name.version, "Debian ");
	if (!at || sscanf(at, "Debian %u.%u.%u", &major, &minor, &patch) != 3 || major != 6)
		return false;
	return (minor == 1 && patch < 190) || (minor == 12 && patch < 111);
}

/* Bug 17: a master may ask for any headroom, and gets what a packet can have */
TEST_F(master, headroom_beyond_what_a_packet_has_is_bounded)
{
	static const int headrooms[] = { 65535, 65536, 65534, 32768, INT_MAX, INT_MIN, -1, 0 };
	struct tun_test_message call = { .fd = self->dev.fd };
	int far = net_packet_socket(self->dev.name, TYPE);
	int test;

	ASSERT_LE(0, far);
	if (in_tree_dies_of_headroom())
		SKIP(return, "in-tree of before 6.1.190 and 6.12.111 dies of it");
	test = message_open();
	ASSERT_LE(0, test);
	for (size_t i = 0; i < ARRAY_SIZE(headrooms); i++) {
		call.length = if_nametoindex(self->dev.name);
		call.flags = headrooms[i];
		ASSERT_EQ(0, message_call(test, TUN_TEST_MESSAGE_HEADROOM, &call));
		for (size_t len = 1; len < 60000; len += 1 + 7 * len) {
			make_frame(far_mac, len);
			ASSERT_EQ((ssize_t)packet.len,
				  write(self->dev.fd, packet.data, packet.len));
			ASSERT_EQ(POLLIN, net_poll(far, POLLIN, NET_SOON_MS));
			ASSERT_EQ((ssize_t)packet.len, recv(far, room, sizeof(room), 0))
				TH_LOG("headroom %d", headrooms[i]);
			EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
		}
	}
	close(far);
	EXPECT_EQ(0, message_close(test));
}

TEST_F(master, macvlan_on_it_receives_and_xmits)
{
	unsigned char mac[6];
	int upper;

	ASSERT_EQ(0, net_ip("link add link %s name m0 type macvlan mode bridge", self->dev.name));
	ASSERT_EQ(0, net_up("m0") | net_mac("m0", mac));
	upper = net_packet_socket("m0", TYPE);
	ASSERT_LE(0, upper);
	make_frame(mac, 200);
	ASSERT_EQ((ssize_t)packet.len, write(self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(POLLIN, net_poll(upper, POLLIN, NET_SOON_MS));
	ASSERT_EQ((ssize_t)packet.len, recv(upper, room, sizeof(room), 0));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));

	make_frame(far_mac, 300);
	ASSERT_EQ(0, net_packet_send(upper, "m0", TYPE, packet.data, packet.len));
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_HARNESS_MAIN
