// SPDX-License-Identifier: GPL-2.0
/* Frames whose checksum the stack has verified on their way: their header says so to the reader */
#include <linux/ethtool.h>

#include "kselftest_harness.h"
#include "packet.h"
#include "tun_dev.h"
#include "vnet.h"

#define LEN 200

static const unsigned char dst[6] = { 2, 0, 0, 0, 0, 1 };
static const unsigned char src[6] = { 2, 0, 0, 0, 0, 2 };
static struct packet packet;
static unsigned char room[2048];

FIXTURE(checked)
{
	struct tun_dev dev;
	int sock;
};

static int ethtool(const char *device, int cmd, int value)
{
	struct ethtool_value ev = { .cmd = cmd, .data = value };
	struct ifreq ifr = { .ifr_data = (void *)&ev };

	return net_ifreq(device, SIOCETHTOOL, &ifr);
}

/* From v0 over v1, which has GRO look at the checksums, and a bridge to the device */
FIXTURE_SETUP(checked)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, O_NONBLOCK));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM));
	ASSERT_EQ(0, net_ip_batch("link add v0 type veth peer name v1\n"
				  "link add br0 type bridge mcast_snooping 0\n"
				  "link set v1 master br0\n"
				  "link set %s master br0\n"
				  "link set br0 up\n", self->dev.name));
	/* a sender that could do its own segmentation goes past GRO */
	ASSERT_EQ(0, ethtool("v0", ETHTOOL_STSO, 0));
	ASSERT_EQ(0, ethtool("v1", ETHTOOL_SGRO, 1));
	ASSERT_EQ(0, net_up("v0") | net_up("v1"));
	ASSERT_TRUE(net_passes("v1"));
	self->sock = net_packet_socket("v0", 0);
	ASSERT_LE(0, self->sock);
}

FIXTURE_TEARDOWN(checked)
{
	close(self->sock);
	close(self->dev.fd);
}

/* Sends a UDP datagram over the bridge and reads it; the flags of its header, or -errno */
static int flags_of(FIXTURE_DATA(checked) * self, int damage)
{
	struct packet_flow flow = packet_flow("10.1.0.1", "10.1.0.2", 1000, 2000);
	struct vnet_hdr hdr = {};
	ssize_t len;
	int ret;

	packet_reset(&packet);
	packet_mac(&packet, dst, src);
	packet_type(&packet, ETH_P_IP);
	packet_udp(&packet, &flow, LEN, 3);
	packet.data[packet.len - 1] ^= damage;
	ret = net_packet_send(self->sock, "v0", ETH_P_IP, packet.data, packet.len);
	if (ret)
		return ret;
	len = tun_dev_read(self->dev.fd, room, sizeof(room));
	if (len != (ssize_t)packet.len + VNET_PLAIN ||
	    memcmp(room + VNET_PLAIN, packet.data, packet.len))
		return -EIO;
	memcpy(&hdr, room, VNET_PLAIN);
	return hdr.flags;
}

TEST_F(checked, verified_checksum_is_data_valid)
{
	EXPECT_EQ(VIRTIO_NET_HDR_F_DATA_VALID, flags_of(self, 0));
}

TEST_F(checked, wrong_checksum_is_not)
{
	EXPECT_EQ(0, flags_of(self, 1));
}

TEST_HARNESS_MAIN
