// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes and checksums through the stack in both directions: UDP and echo over
 * IPv4 and IPv6 of all sizes, in every mode with and without PI, and ARP.
 */
#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"

#define LOCAL4 "10.1.0.1"
#define PEER4 "10.1.0.2"
#define LOCAL6 "fd00:1::1"
#define PEER6 "fd00:1::2"
#define LOCAL_PORT 2000
#define PEER_PORT 1000

static const unsigned char peer_mac[6] = { 2, 0, 0, 0, 0, 2 };
static const size_t sizes[] = {
	0, 1, 2, 3, 17, 18, 63, 64, 65, 100, 127, 128, 129, 255, 511, 1000, 1472, 1473, 2047,
	4000, 4095, 4096, 4097, 8191, 9000, 16384, 32768, 40001, 65000,
};

static struct packet packet;
static unsigned char room[PACKET_MAX];

/* The device and the stack's sockets behind it */
struct path {
	struct tun_dev dev;
	int flags;
	unsigned char mac[6];
	size_t mtu;
	int udp4;
	int udp6;
};

FIXTURE(payload)
{
	struct path path;
};

FIXTURE_VARIANT(payload)
{
	int flags;
};

FIXTURE_VARIANT_ADD(payload, tun) { .flags = IFF_TUN | IFF_NO_PI };
FIXTURE_VARIANT_ADD(payload, tun_pi) { .flags = IFF_TUN };
FIXTURE_VARIANT_ADD(payload, tap) { .flags = IFF_TAP | IFF_NO_PI };
FIXTURE_VARIANT_ADD(payload, tap_pi) { .flags = IFF_TAP };

#define ADDRESSES "addr add " LOCAL4 "/24 dev %s\naddr add " LOCAL6 "/64 dev %s nodad\n"
#define NEIGHBOUR "neigh add %s lladdr 02:00:00:00:00:02 dev %s\n"

/* IPv6 without the packets that it sends on its own, and no ARP but where a test wants it */
static int configure(const char *dev, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "ipv6/conf/%s/router_solicitations", dev);
	net_sysctl(path, "0");
	snprintf(path, sizeof(path), "ipv6/conf/%s/disable_ipv6", dev);
	if (net_sysctl(path, "0"))
		return -1;
	if (!(flags & IFF_TAP))
		return net_ip_batch(ADDRESSES, dev, dev);
	return net_ip_batch(ADDRESSES NEIGHBOUR NEIGHBOUR, dev, dev, PEER4, dev, PEER6, dev);
}

FIXTURE_SETUP(payload)
{
	struct path *path = &self->path;

	path->flags = variant->flags;
	path->mtu = path->flags & IFF_TAP ? 65521 : 65535;
	ASSERT_EQ(0, tun_dev_setup(&path->dev, path->flags, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(path->dev.name, path->mtu));
	ASSERT_EQ(0, net_mac(path->dev.name, path->mac));
	ASSERT_EQ(0, configure(path->dev.name, path->flags));
	path->udp4 = net_udp_socket(LOCAL4, LOCAL_PORT);
	ASSERT_LE(0, path->udp4);
	path->udp6 = net_udp_socket(LOCAL6, LOCAL_PORT);
	ASSERT_LE(0, path->udp6);
}

FIXTURE_TEARDOWN(payload)
{
	close(self->path.udp4);
	close(self->path.udp6);
	close(self->path.dev.fd);
}

/* All that comes before the IP header on the way to the stack */
static void put_headers(struct path *path, int family)
{
	int type = family == AF_INET ? ETH_P_IP : ETH_P_IPV6;

	packet_reset(&packet);
	if (!(path->flags & IFF_NO_PI))
		packet_pi(&packet, 0, type);
	if (path->flags & IFF_TAP) {
		packet_mac(&packet, path->mac, peer_mac);
		packet_type(&packet, type);
	}
}

/* The next IP packet that the stack sent to our peer, checked; its length or -errno */
static ssize_t get_packet(struct path *path, struct packet_view *view, int proto)
{
	size_t skip = (path->flags & IFF_NO_PI ? 0 : 4) + (path->flags & IFF_TAP ? 14 : 0);
	ssize_t ret;

	for (int i = 0; i < 20; i++) {
		ret = tun_dev_read(path->dev.fd, room, sizeof(room));
		if (ret < 0)
			return ret;
		/* anything else is multicast housekeeping of IPv6 */
		if (packet_parse(view, room + skip, ret - skip) && view->proto == proto)
			return ret;
	}
	return -EPROTO;
}

static size_t largest(struct path *path, int family)
{
	return path->mtu - PACKET_UDP_LEN -
	       (family == AF_INET ? PACKET_IPV4_LEN : PACKET_IPV6_LEN);
}

static int udp_to_program(struct path *path, int family, size_t len)
{
	int fd = family == AF_INET ? path->udp4 : path->udp6;
	struct packet_view view;
	ssize_t ret;

	packet_reset(&packet);
	packet_fill(&packet, len, len);
	ret = net_udp_send(fd, family == AF_INET ? PEER4 : PEER6, PEER_PORT, packet.data, len);
	if (ret)
		return ret;
	ret = get_packet(path, &view, IPPROTO_UDP);
	if (ret < 0)
		return ret;
	if (view.family != family || view.sport != LOCAL_PORT || view.dport != PEER_PORT)
		return -EPROTO;
	if (view.payload_len != len || packet_match(view.payload, len, len) != len)
		return -EBADMSG;
	return 0;
}

static struct packet_flow peer_flow(int family)
{
	if (family == AF_INET)
		return packet_flow(PEER4, LOCAL4, PEER_PORT, LOCAL_PORT);
	return packet_flow(PEER6, LOCAL6, PEER_PORT, LOCAL_PORT);
}

static int udp_to_stack(struct path *path, int family, size_t len)
{
	int fd = family == AF_INET ? path->udp4 : path->udp6;
	struct packet_flow flow = peer_flow(family);

	put_headers(path, family);
	packet_udp(&packet, &flow, len, len);
	if (write(path->dev.fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	if (recv(fd, room, sizeof(room), 0) != (ssize_t)len)
		return -ETIMEDOUT;
	return packet_match(room, len, len) == len ? 0 : -EBADMSG;
}

static int echo(struct path *path, int family, size_t len)
{
	int proto = family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	struct packet_flow flow = peer_flow(family);
	struct packet_view view;
	ssize_t ret;

	put_headers(path, family);
	packet_echo(&packet, &flow, len, len);
	if (write(path->dev.fd, packet.data, packet.len) != (ssize_t)packet.len)
		return -errno;
	do {
		ret = get_packet(path, &view, proto);
		if (ret < 0)
			return ret;
	} while (view.payload[-8] != (family == AF_INET ? 0 : 129));
	if (view.payload_len != len || packet_match(view.payload, len, len) != len)
		return -EBADMSG;
	return 0;
}

/* Runs @pass for all sizes up to the largest; 0, or what the first bad one gave */
static int each_size(struct path *path, int family, int (*pass)(struct path *, int, size_t))
{
	size_t most = largest(path, family);
	size_t len;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(sizes) + 2; i++) {
		len = i < ARRAY_SIZE(sizes) ? sizes[i] : most - (i - ARRAY_SIZE(sizes));
		ret = pass(path, family, len);
		if (!ret)
			continue;
		ksft_print_msg("%zu bytes: %s\n", len, strerror(-ret));
		return ret;
	}
	return 0;
}

TEST_F(payload, udp4_reaches_the_program_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET, udp_to_program));
}

TEST_F(payload, udp6_reaches_the_program_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET6, udp_to_program));
}

TEST_F(payload, udp4_reaches_the_stack_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET, udp_to_stack));
}

TEST_F(payload, udp6_reaches_the_stack_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET6, udp_to_stack));
}

TEST_F(payload, echo4_comes_back_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET, echo));
}

TEST_F(payload, echo6_comes_back_whole)
{
	EXPECT_EQ(0, each_size(&self->path, AF_INET6, echo));
}

TEST_F(payload, stack_still_verifies_checksums)
{
	struct packet_flow flow = peer_flow(AF_INET);

	put_headers(&self->path, AF_INET);
	packet_udp(&packet, &flow, 100, 1);
	packet.data[packet.len - 1] ^= 0x40;
	ASSERT_EQ((ssize_t)packet.len, write(self->path.dev.fd, packet.data, packet.len));
	EXPECT_EQ(0, net_poll(self->path.udp4, POLLIN, NET_NEVER_MS));
	EXPECT_EQ(0, udp_to_stack(&self->path, AF_INET, 100));
}

TEST_F(payload, blocking_writer_sends_the_same_bytes)
{
	int flags = fcntl(self->path.dev.fd, F_GETFL) & ~O_NONBLOCK;

	ASSERT_EQ(0, fcntl(self->path.dev.fd, F_SETFL, flags));
	EXPECT_EQ(0, each_size(&self->path, AF_INET, udp_to_stack));
}

FIXTURE(arp)
{
	struct tun_dev dev;
	unsigned char mac[6];
	unsigned char local[4];
	unsigned char peer[4];
	int udp;
};

FIXTURE_SETUP(arp)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_mac(self->dev.name, self->mac));
	ASSERT_EQ(0, net_addr4(self->dev.name, LOCAL4, "255.255.255.0"));
	inet_pton(AF_INET, LOCAL4, self->local);
	inet_pton(AF_INET, PEER4, self->peer);
	self->udp = net_udp_socket(LOCAL4, LOCAL_PORT);
	ASSERT_LE(0, self->udp);
}

FIXTURE_TEARDOWN(arp)
{
	close(self->udp);
	close(self->dev.fd);
}

TEST_F(arp, request_of_the_stack_is_read_and_its_answer_taken)
{
	static const unsigned char broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const unsigned char nobody[6];
	struct packet_view view;

	ASSERT_EQ(0, net_udp_send(self->udp, PEER4, PEER_PORT, "hello", 5));
	packet_mac(&packet, broadcast, self->mac);
	packet_type(&packet, ETH_P_ARP);
	packet_arp(&packet, ARPOP_REQUEST, self->mac, self->local, nobody, self->peer);
	ASSERT_EQ(42, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, 42));

	packet_reset(&packet);
	packet_mac(&packet, self->mac, peer_mac);
	packet_type(&packet, ETH_P_ARP);
	packet_arp(&packet, ARPOP_REPLY, peer_mac, self->peer, self->mac, self->local);
	ASSERT_EQ(42, write(self->dev.fd, packet.data, packet.len));
	ASSERT_EQ(14 + 28 + 5, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(room, peer_mac, 6));
	ASSERT_TRUE(packet_parse(&view, room + 14, 28 + 5));
	EXPECT_EQ(0, memcmp(view.payload, "hello", 5));
}

TEST_F(arp, request_of_the_program_is_answered)
{
	static const unsigned char broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const unsigned char nobody[6];

	packet_mac(&packet, broadcast, peer_mac);
	packet_type(&packet, ETH_P_ARP);
	packet_arp(&packet, ARPOP_REQUEST, peer_mac, self->peer, nobody, self->local);
	ASSERT_EQ(42, write(self->dev.fd, packet.data, packet.len));

	packet_reset(&packet);
	packet_mac(&packet, peer_mac, self->mac);
	packet_type(&packet, ETH_P_ARP);
	packet_arp(&packet, ARPOP_REPLY, self->mac, self->local, peer_mac, self->peer);
	ASSERT_EQ(42, tun_dev_read(self->dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, 42));
}

TEST_HARNESS_MAIN
