// SPDX-License-Identifier: GPL-2.0
/* write() and its kin: a packet that fails is lost whole, and the next one goes its way */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "uring_fault.h"
#include "world.h"

/* Pieces that writev() and IFF_NAPI_FRAGS get a packet in */
#define PIECES 5

FIXTURE(write)
{
	struct world world;
	struct world_dev dev;
	struct packet p;
	struct iovec iov[PIECES];
};

FIXTURE_VARIANT(write)
{
	const char *name;
	int flags;
	size_t len;
	bool segments;
};

FIXTURE_VARIANT_ADD(write, tun)
{
	.name = "tun", .flags = IFF_TUN | IFF_NO_PI, .len = 100,
};

FIXTURE_VARIANT_ADD(write, tap)
{
	.name = "tap", .flags = IFF_TAP | IFF_NO_PI, .len = 100,
};

/* More than one piece of memory */
FIXTURE_VARIANT_ADD(write, large)
{
	.name = "large", .flags = IFF_TAP | IFF_NO_PI, .len = 65000,
};

FIXTURE_VARIANT_ADD(write, segments)
{
	.name = "segments", .flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR, .len = 30000,
	.segments = true,
};

FIXTURE_VARIANT_ADD(write, napi)
{
	.name = "napi", .flags = IFF_TUN | IFF_NO_PI | IFF_NAPI, .len = 100,
};

/* Each piece but the first becomes a page */
FIXTURE_VARIANT_ADD(write, frags)
{
	.name = "frags", .flags = IFF_TAP | IFF_NO_PI | IFF_NAPI | IFF_NAPI_FRAGS, .len = 3000,
};

/* A UDP packet of segments, as a virtual machine would write it */
static void segmented(struct packet *p, size_t len)
{
	struct packet_flow flow = packet_flow("10.7.0.2", "10.7.0.1", 1000, 2000);
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = VIRTIO_NET_HDR_GSO_UDP_L4,
		.hdr_len = PACKET_IPV4_LEN + PACKET_UDP_LEN,
		.gso_size = 1000,
		.csum_start = PACKET_IPV4_LEN,
		.csum_offset = 6,
	};

	packet_reset(p);
	packet_append(p, &hdr, sizeof(hdr));
	packet_udp(p, &flow, len - PACKET_IPV4_LEN - PACKET_UDP_LEN, 7);
}

FIXTURE_SETUP(write)
{
	size_t piece;

	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	if (variant->segments)
		segmented(&self->p, variant->len);
	else
		world_frame(&self->p, variant->flags, variant->len);
	piece = self->p.len / PIECES;
	for (int i = 0; i < PIECES; i++)
		self->iov[i] = (struct iovec){ self->p.data + i * piece, piece };
	self->iov[PIECES - 1].iov_len += self->p.len % PIECES;
}

FIXTURE_TEARDOWN(write)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* After each: the same again, and one of each direction */
static void check(struct __test_metadata *_metadata, FIXTURE_DATA(write) * self, struct fault *f,
		  int ret)
{
	if (ret >= 0)
		ASSERT_EQ(self->p.len, ret)
			TH_LOG("fault %d", f->n);
	ASSERT_EQ(self->p.len, write(self->dev.fd, self->p.data, self->p.len))
		TH_LOG("fault %d", f->n);
	ASSERT_TRUE(world_received(&self->world, self->dev.index, NULL, 0))
		TH_LOG("fault %d", f->n);
	ASSERT_EQ(0, world_passes(&self->world, &self->dev))
		TH_LOG("fault %d", f->n);
}

TEST_F(write, failed_write_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	while (fault_next(&f))
		check(_metadata, self, &f,
		      fault_call(&f, fault_errno(write(self->dev.fd, self->p.data,
						       self->p.len))));
	fault_end(_metadata, &f, variant->name);
}

TEST_F(write, failed_writev_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	while (fault_next(&f))
		check(_metadata, self, &f,
		      fault_call(&f, fault_errno(writev(self->dev.fd, self->iov, PIECES))));
	fault_end(_metadata, &f, variant->name);
}

/* IOCB_NOWAIT: there is room, and memory that could be waited for is no such wait. */
TEST_F(write, failed_write_that_may_not_wait_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	while (fault_next(&f))
		check(_metadata, self, &f,
		      fault_call(&f, fault_errno(pwritev2(self->dev.fd, self->iov, PIECES, -1,
							  RWF_NOWAIT))));
	fault_end(_metadata, &f, variant->name);
}

TEST_F(write, failed_write_of_io_uring_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT, EAGAIN);
	struct uring ring;

	ASSERT_EQ(0, uring_init(&ring));
	while (fault_next(&f))
		check(_metadata, self, &f,
		      uring_faulted(&f, &ring, IORING_OP_WRITEV, self->dev.fd, self->iov, PIECES));
	fault_end(_metadata, &f, variant->name);
	uring_exit(&ring);
}

#include "leak.h"

TEST_HARNESS_MAIN
