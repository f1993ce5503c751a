// SPDX-License-Identifier: GPL-2.0
/*
 * Segments whose IPv4 identification stands still, as it may where nothing is cut into fragments:
 * what GRO merges of them is of a kind of its own, which a device with
 * tx-tcp-mangleid-segmentation takes. The program that reads is told of TCP segments like any.
 */
#include "kselftest_harness.h"
#include "abi/features.h"
#include "message.h"
#include "vnet_taken.h"

#define MSS 1000
#define SEGMENTS 8

static struct taken taken;

FIXTURE(mangleid)
{
	struct vnet_path path;
	struct tun_dev reader;
	int test;
};

static int make_reader(struct tun_dev *reader)
{
	int ret = tun_dev_create(reader, SENDER_TUN | IFF_VNET_HDR, O_NONBLOCK);

	if (!ret)
		ret = vnet_set_offload(reader->fd, TUN_F_CSUM | TUN_F_TSO4);
	if (!ret)
		ret = features_set(reader->name, "tx-tcp-mangleid-segmentation", true);
	return ret;
}

/* The packets go to a reader with a vnet header, not to the router's other end */
FIXTURE_SETUP(mangleid)
{
	self->test = message_open();
	ASSERT_LE(0, self->test);
	ASSERT_EQ(0, vnet_path_setup(&self->path, SENDER_TUN | IFF_NAPI, VNET_PLAIN));
	ASSERT_EQ(0, make_reader(&self->reader));
	ASSERT_EQ(0, net_ip("route add 10.2.0.2/32 dev %s", self->reader.name));
}

FIXTURE_TEARDOWN(mangleid)
{
	close(self->reader.fd);
	vnet_path_close(&self->path);
	EXPECT_EQ(0, message_close(self->test));
}

/* Segment @i of @whole, with the identification of the others and DF, into @p */
static void segment(struct packet *p, const struct gso_frame *whole, int i)
{
	struct packet_flow flow = gso_flow(AF_INET);
	size_t len = GSO_TCP_LEN + MSS;
	unsigned char *ip, *tcp;
	__u32 sum;

	packet_reset(p);
	packet_room(p, VNET_PLAIN);
	ip = p->data + p->len;
	packet_ipv4(p, &flow, IPPROTO_TCP, len);
	packet_put16(ip + 6, 0x4000);
	packet_put16(ip + 10, 0);
	packet_put16(ip + 10, packet_fold(packet_sum(ip, PACKET_IPV4_LEN, 0)));
	tcp = p->data + p->len;
	packet_append(p, whole->packet.data + whole->l4, GSO_TCP_LEN);
	packet_put16(tcp + 6, (GSO_SEQ & 0xffff) + i * MSS);
	packet_put16(tcp + 16, 0);
	packet_append(p, whole->packet.data + whole->hdr_len + i * MSS, MSS);
	sum = packet_pseudo(flow.src, flow.dst, 4, IPPROTO_TCP, len);
	packet_put16(tcp + 16, packet_fold(packet_sum(tcp, len, sum)));
}

/* All segments in one poll; 0 or -errno */
static int write_together(int test, int fd, const struct gso_frame *whole)
{
	static struct packet p;

	for (int i = 0; i < SEGMENTS; i++) {
		int more = i + 1 < SEGMENTS ? MSG_MORE : 0;
		ssize_t len;

		segment(&p, whole, i);
		len = message_send_as(test, fd, p.data, p.len, MSG_DONTWAIT | more, 0);
		if (len != (ssize_t)p.len)
			return len < 0 ? len : -EMSGSIZE;
	}
	return 0;
}

/* Reads past what IPv6 sends to its groups */
static void read_packet(int fd)
{
	do {
		taken_read(&taken, fd, SENDER_TUN, VNET_PLAIN);
	} while (taken.len > 0 && vnet_path_is_noise(taken.data, taken.data_len));
}

TEST_F(mangleid, segments_of_one_identification_are_read_in_one)
{
	static const struct sender sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = SEGMENTS * MSS,
	};
	const struct gso_frame *whole = sender_frame(&sender, NULL);

	ASSERT_EQ(0, write_together(self->test, self->path.in.fd, whole));
	read_packet(self->reader.fd);
	ASSERT_EQ((ssize_t)whole->packet.len, taken.data_len);
	EXPECT_EQ(SENDER_TSO4, taken.hdr.gso_type);
	EXPECT_EQ(MSS, taken.hdr.gso_size);
	EXPECT_EQ(SENDER_CSUM, taken.hdr.flags);
	EXPECT_EQ(0, memcmp(taken.data + whole->hdr_len, whole->packet.data + whole->hdr_len,
			    whole->payload));
	EXPECT_EQ(0, net_stat(self->reader.name, NET_XMITTED_DROPS));
}

/* Where the device does not take the kind, the stack cuts the packet */
TEST_F(mangleid, without_the_feature_segments_come_one_by_one)
{
	static const struct sender sender = {
		.type = SENDER_TUN, .family = AF_INET, .payload = SEGMENTS * MSS,
	};
	const struct gso_frame *whole = sender_frame(&sender, NULL);

	ASSERT_EQ(0, features_set(self->reader.name, "tx-tcp-mangleid-segmentation", false));
	ASSERT_EQ(0, write_together(self->test, self->path.in.fd, whole));
	for (int i = 0; i < SEGMENTS; i++) {
		read_packet(self->reader.fd);
		ASSERT_EQ((ssize_t)whole->hdr_len + MSS, taken.data_len);
		EXPECT_EQ(0, taken.hdr.gso_type);
		EXPECT_EQ(0, memcmp(taken.data + whole->hdr_len,
				    whole->packet.data + whole->hdr_len + i * MSS, MSS));
	}
	EXPECT_EQ(0, net_stat(self->reader.name, NET_XMITTED_DROPS));
}

TEST_HARNESS_MAIN
