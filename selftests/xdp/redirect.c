// SPDX-License-Identifier: GPL-2.0
/* Native XDP that redirects a written frame to another device, and what counts it there */
#include "kselftest_harness.h"
#include "abi/features.h"
#include "xdp.h"

static struct packet packet, frame;
static unsigned char room[PACKET_MAX];

FIXTURE(redirect)
{
	struct xdp_test x;
};

FIXTURE_VARIANT(redirect)
{
	int flags;
	int open_flags;
};

FIXTURE_VARIANT_ADD(redirect, tap) { .flags = IFF_TAP, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(redirect, tap_blocking) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(redirect, tun) { .flags = IFF_TUN, .open_flags = O_NONBLOCK };
FIXTURE_VARIANT_ADD(redirect, tun_blocking) { .flags = IFF_TUN };

FIXTURE_SETUP(redirect)
{
	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, variant->open_flags));
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_REDIRECT));
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
}

FIXTURE_TEARDOWN(redirect)
{
	xdp_test_teardown(&self->x);
}

/* The frame goes to @name as an Ethernet frame, which is then in frame; 0 or -errno */
static int aim_ethernet(struct xdp_test *x, const char *name)
{
	static struct packet ether;
	int ret;

	packet_reset(&frame);
	if (!x->tap) {
		xdp_test_frame(&ether, true, ETH_HLEN);
		packet_append(&frame, ether.data, ETH_HLEN);
		ret = xdp_test_set_bytes(x, ether.data, ETH_HLEN);
		if (!ret)
			ret = xdp_test_set(x, VERDICT_HEAD, -ETH_HLEN);
		if (ret)
			return ret;
	}
	packet_append(&frame, packet.data, packet.len);
	return xdp_test_set(x, VERDICT_TARGET, if_nametoindex(name));
}

/* The same for what is in the Ethernet frame, if it is one */
static int aim_inside(struct xdp_test *x, const char *name)
{
	struct packet_flow flow = packet_flow("10.1.0.2", "10.1.0.1", 0, 0);

	packet_reset(&frame);
	packet_ipv4(&frame, &flow, XDP_TEST_PROTO, 60);
	packet_fill(&frame, 60, XDP_TEST_SEED);
	packet.len = x->tap ? ETH_HLEN : 0;
	packet_append(&packet, frame.data, frame.len);
	if (xdp_test_set(x, VERDICT_HEAD, x->tap ? ETH_HLEN : 0))
		return -errno;
	return xdp_test_set(x, VERDICT_TARGET, if_nametoindex(name));
}

#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

TEST_F(redirect, to_a_tap_is_read_there)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ((ssize_t)frame.len, tun_dev_read(to.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
	EXPECT_EQ(1, net_stat(to.name, NET_XMITTED_PACKETS));
	EXPECT_EQ((ssize_t)frame.len, net_stat(to.name, NET_XMITTED_BYTES));
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
}

TEST_F(redirect, to_a_tun_is_read_there)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, aim_inside(&self->x, to.name));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ((ssize_t)frame.len, tun_dev_read(to.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
	EXPECT_EQ(1, net_stat(to.name, NET_XMITTED_PACKETS));
	EXPECT_EQ((ssize_t)frame.len, net_stat(to.name, NET_XMITTED_BYTES));
}

TEST_F(redirect, to_a_veth_comes_out_of_its_peer)
{
	struct bpf_object *pass = bpf_test_load("verdict");
	int peer;

	ASSERT_NE(NULL, pass);
	ASSERT_EQ(0, net_ip("link add v0 type veth peer name v1"));
	ASSERT_EQ(0, net_up("v0"));
	ASSERT_EQ(0, net_up("v1"));
	/* veth takes XDP frames only for a peer that has a program itself */
	ASSERT_EQ(0, bpf_test_config(pass, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, bpf_test_xdp_attach("v1", bpf_test_prog(pass, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	ASSERT_TRUE(net_passes("v0"));
	peer = net_packet_socket("v1", ETH_P_ALL);
	ASSERT_EQ(0, aim_ethernet(&self->x, "v0"));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ(POLLIN, net_poll(peer, POLLIN, NET_SOON_MS) & POLLIN);
	ASSERT_EQ((ssize_t)frame.len, recv(peer, room, sizeof(room), 0));
	EXPECT_EQ(0, memcmp(frame.data, room, frame.len));
	EXPECT_EQ((ssize_t)frame.len, bpf_test_count(pass, VERDICT_LEN));
}

TEST_F(redirect, to_the_device_itself_is_read)
{
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex(self->x.dev.name)));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ((ssize_t)packet.len, tun_dev_read(self->x.dev.fd, room, sizeof(room)));
	EXPECT_EQ(0, memcmp(packet.data, room, packet.len));
}

TEST_F(redirect, frame_counts_as_received)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
	EXPECT_EQ((ssize_t)frame.len, xdp_test_stat(&self->x, NET_RECEIVED_BYTES));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, net_stat(to.name, NET_XMITTED_PACKETS));
}

TEST_F(redirect, frames_come_in_order)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	for (int i = 0; i < 200; i++) {
		packet.data[packet.len - 1] = i;
		ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
		ASSERT_EQ((ssize_t)packet.len, WRITE());
	}
	for (int i = 0; i < 200; i++) {
		ASSERT_EQ((ssize_t)frame.len, tun_dev_read(to.fd, room, sizeof(room)));
		ASSERT_EQ(i, room[frame.len - 1]);
	}
}

TEST_F(redirect, full_target_counts_xmit_drops)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_txqueuelen(to.name, 2));
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	for (int i = 0; i < 5; i++)
		ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(3, net_stat(to.name, NET_XMITTED_DROPS));
	EXPECT_EQ(2, tun_dev_drain(to.fd));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
}

TEST_F(redirect, to_a_device_that_is_down_counts_as_a_received_drop)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_down(to.name));
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, xdp_test_stat(&self->x, NET_RECEIVED_PACKETS));
}

TEST_F(redirect, longer_than_the_target_takes_counts_as_a_received_drop)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, net_set_mtu(to.name, 70));
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	EXPECT_EQ(0, tun_dev_drain(to.fd));
}

/* veth takes XDP frames for a peer with GRO, and with that frames of any length; 0 or -errno */
static int make_long_veth(void)
{
	if (net_ip_batch("link add v0 mtu 65535 type veth peer name v1 mtu 65535\n"
			 "link set v0 up\n"
			 "link set v1 up\n"))
		return -EIO;
	if (features_set("v1", "rx-gro", true))
		return -EOPNOTSUPP;
	return net_passes("v0") ? 0 : -ETIMEDOUT;
}

/* Not every kernel's redirect has more than 16 bits for a length: 65636 would be 100 to it */
TEST_F(redirect, frame_over_64k_goes_nowhere_and_counts_as_a_received_drop)
{
	static unsigned char seen[PACKET_MAX];
	int peer;

	ASSERT_EQ(0, make_long_veth());
	peer = net_packet_socket("v1", ETH_P_ALL);
	ASSERT_LE(0, peer);
	xdp_test_frame(&packet, self->x.tap, 65536 + 100);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_TARGET, if_nametoindex("v0")));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	EXPECT_EQ(1, xdp_test_stat(&self->x, NET_RECEIVED_DROPS));
	/* What arrives is the next one, of an ordinary length */
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
	ASSERT_EQ(0, aim_ethernet(&self->x, "v0"));
	ASSERT_EQ((ssize_t)packet.len, WRITE());
	ASSERT_EQ(POLLIN, net_poll(peer, POLLIN, NET_SOON_MS) & POLLIN);
	ASSERT_EQ((ssize_t)frame.len, recv(peer, seen, sizeof(seen), 0));
	EXPECT_EQ(0, memcmp(frame.data, seen, frame.len));
	EXPECT_EQ(1, net_stat("v1", NET_RECEIVED_PACKETS));
	close(peer);
}

/* A device that nobody has open: it takes nothing, and the frame is gone */
TEST_F(redirect, to_a_device_without_a_queue_goes_nowhere)
{
	struct tun_dev to;

	ASSERT_EQ(0, tun_dev_create(&to, IFF_TAP | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, ioctl(to.fd, TUNSETPERSIST, 1));
	close(to.fd);
	ASSERT_EQ(0, aim_ethernet(&self->x, to.name));
	for (int i = 0; i < 5; i++)
		ASSERT_EQ((ssize_t)packet.len, WRITE());
	to.fd = tun_dev_queue(to.name, IFF_TAP | IFF_NO_PI, O_NONBLOCK);
	ASSERT_LE(0, to.fd);
	EXPECT_EQ(0, tun_dev_drain(to.fd));
	EXPECT_EQ(0, net_stat(to.name, NET_XMITTED_PACKETS));
	ASSERT_EQ(0, ioctl(to.fd, TUNSETPERSIST, 0));
	close(to.fd);
}

TEST_HARNESS_MAIN
