// SPDX-License-Identifier: GPL-2.0
/* Frames of many segments, written with a vnet header to queues that have NAPI */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "gso.h"
#include "napi.h"

#define MSS 1000
#define PART 2000

FIXTURE(napi_gso)
{
	struct napi_test t;
	struct gso_frame frame;
	struct virtio_net_hdr hdr;
};

FIXTURE_VARIANT(napi_gso)
{
	int flags;
	int family;
};

FIXTURE_VARIANT_ADD(napi_gso, tun_v4) { .flags = IFF_TUN | IFF_NAPI, .family = AF_INET };
FIXTURE_VARIANT_ADD(napi_gso, tun_v6) { .flags = IFF_TUN | IFF_NAPI, .family = AF_INET6 };
FIXTURE_VARIANT_ADD(napi_gso, tap_v4) { .flags = IFF_TAP | IFF_NAPI, .family = AF_INET };
FIXTURE_VARIANT_ADD(napi_gso, frags_v4) { .flags = IFF_TAP | NAPI_FRAGS, .family = AF_INET };
FIXTURE_VARIANT_ADD(napi_gso, frags_v6) { .flags = IFF_TAP | NAPI_FRAGS, .family = AF_INET6 };

FIXTURE_SETUP(napi_gso)
{
	int on = 1;

	ASSERT_EQ(0, napi_test_setup(&self->t, variant->flags | IFF_NO_PI | IFF_VNET_HDR));
	ASSERT_EQ(0, setsockopt(self->t.sock, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)));
	self->frame = (struct gso_frame) {
		.mac = variant->flags & IFF_TAP ? (const unsigned char *)"\2\0\0\0\0\1" : NULL,
		.family = variant->family,
		.proto = IPPROTO_TCP,
		.payload = 20 * MSS,
	};
	gso_build(&self->frame);
	self->hdr = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = variant->family == AF_INET ? VIRTIO_NET_HDR_GSO_TCPV4 :
							 VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = self->frame.hdr_len,
		.gso_size = MSS,
		.csum_start = self->frame.l4,
		.csum_offset = gso_csum_offset(IPPROTO_TCP),
	};
}

FIXTURE_TEARDOWN(napi_gso)
{
	napi_test_teardown(&self->t);
}

/* The vnet header, the headers of the frame and its payload in pieces; 0 or -errno */
static int write_frame(FIXTURE_DATA(napi_gso) * self)
{
	struct packet *p = &self->frame.packet;
	struct iovec iov[2 + 20 * MSS / PART];
	ssize_t len;
	int n = 2;

	iov[0] = (struct iovec){ &self->hdr, sizeof(self->hdr) };
	iov[1] = (struct iovec){ p->data, self->frame.hdr_len };
	for (size_t at = self->frame.hdr_len; at < p->len; at += PART)
		iov[n++] = (struct iovec){ p->data + at, PART };
	len = writev(self->t.dev.fd, iov, n);
	if (len < 0)
		return -errno;
	return len == (ssize_t)(sizeof(self->hdr) + p->len) ? 0 : -EMSGSIZE;
}

/* Whether the stack received the frame whole, with what the header said of it */
static bool came_whole(FIXTURE_DATA(napi_gso) * self)
{
	struct packet *p = &self->frame.packet;
	ssize_t len = napi_received(&self->t);
	struct virtio_net_hdr hdr;

	if (len != (ssize_t)(sizeof(hdr) + p->len))
		return false;
	memcpy(&hdr, self->t.room, sizeof(hdr));
	return hdr.flags == VIRTIO_NET_HDR_F_NEEDS_CSUM && hdr.gso_type == self->hdr.gso_type &&
	       hdr.gso_size == MSS && hdr.csum_start == self->hdr.csum_start &&
	       hdr.csum_offset == self->hdr.csum_offset &&
	       !memcmp(self->t.room + sizeof(hdr), p->data, p->len);
}

TEST_F(napi_gso, frame_of_many_segments_is_received_whole)
{
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, write_frame(self));
		ASSERT_TRUE(came_whole(self));
	}
	EXPECT_EQ(5, napi_stat(&self->t, NET_RECEIVED_PACKETS));
	EXPECT_EQ(5 * self->frame.packet.len, napi_stat(&self->t, NET_RECEIVED_BYTES));
}

TEST_F(napi_gso, bad_header_is_a_frame_error_and_the_next_frame_is_received)
{
	for (int i = 0; i < 5; i++) {
		__u8 type = self->hdr.gso_type;

		self->hdr.gso_type = 0x77;
		EXPECT_EQ(-EINVAL, write_frame(self));
		self->hdr.gso_type = type;
		self->hdr.gso_size = 0;
		EXPECT_EQ(-EINVAL, write_frame(self));
		self->hdr.gso_size = MSS;
		ASSERT_EQ(0, write_frame(self));
		ASSERT_TRUE(came_whole(self));
	}
	EXPECT_EQ(0, napi_stat(&self->t, NET_RECEIVED_DROPS));
}

TEST_HARNESS_MAIN
