// SPDX-License-Identifier: GPL-2.0
/* read() and its kin: a packet is lost by a fault below its headers, and nothing else ever is */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "uring_fault.h"
#include "world.h"

FIXTURE(read)
{
	struct world world;
	struct world_dev dev;
	struct packet p;
	struct iovec iov[3];
	unsigned char room[3000];
};

FIXTURE_VARIANT(read)
{
	const char *name;
	int flags;
};

FIXTURE_VARIANT_ADD(read, tun)
{
	.name = "tun", .flags = IFF_TUN | IFF_NO_PI,
};

FIXTURE_VARIANT_ADD(read, vnet)
{
	.name = "vnet", .flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
};

FIXTURE_SETUP(read)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	world_frame(&self->p, variant->flags & ~IFF_VNET_HDR, 1000);
	for (int i = 0; i < 3; i++)
		self->iov[i] = (struct iovec){ self->room + i * 1000, 1000 };
}

FIXTURE_TEARDOWN(read)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* What the packet is as it is read */
static size_t whole(const FIXTURE_DATA(read) * self)
{
	return self->p.len + world_header(self->dev.flags);
}

/* One packet waits before the call, and what the call has left of it goes away behind it. */
static void check(struct __test_metadata *_metadata, FIXTURE_DATA(read) * self, struct fault *f,
		  int ret)
{
	if (ret >= 0)
		ASSERT_EQ(whole(self), ret)
			TH_LOG("fault %d", f->n);
	tun_dev_drain(self->dev.fd);
	ASSERT_EQ(0, world_passes(&self->world, &self->dev))
		TH_LOG("fault %d", f->n);
	ASSERT_EQ(0, world_send(&self->world, &self->dev, self->p.data, self->p.len));
}

TEST_F(read, failed_read_can_be_repeated)
{
	struct fault f = FAULT(EFAULT);

	ASSERT_EQ(0, world_send(&self->world, &self->dev, self->p.data, self->p.len));
	while (fault_next(&f))
		check(_metadata, self, &f,
		      fault_call(&f, fault_errno(read(self->dev.fd, self->room,
						      sizeof(self->room)))));
	fault_end(_metadata, &f, variant->name);
}

TEST_F(read, failed_readv_can_be_repeated)
{
	struct fault f = FAULT(EFAULT, ENOMEM);

	ASSERT_EQ(0, world_send(&self->world, &self->dev, self->p.data, self->p.len));
	while (fault_next(&f))
		check(_metadata, self, &f,
		      fault_call(&f, fault_errno(readv(self->dev.fd, self->iov, 3))));
	fault_end(_metadata, &f, variant->name);
}

TEST_F(read, failed_read_of_io_uring_can_be_repeated)
{
	struct fault f = FAULT(EFAULT, ENOMEM, EAGAIN);
	struct uring ring;

	ASSERT_EQ(0, uring_init(&ring));
	ASSERT_EQ(0, world_send(&self->world, &self->dev, self->p.data, self->p.len));
	while (fault_next(&f))
		check(_metadata, self, &f,
		      uring_faulted(&f, &ring, IORING_OP_READV, self->dev.fd, self->iov, 3));
	fault_end(_metadata, &f, variant->name);
	uring_exit(&ring);
}

/* The tag goes into the packet between two copies of it. */
TEST_F(read, failed_read_of_a_tagged_packet_can_be_repeated)
{
	struct fault f = FAULT(EFAULT);
	int ret;

	if (!(variant->flags & IFF_TAP))
		SKIP(return, "no tags on TUN");
	ASSERT_EQ(0, net_ip("link add link %s name tag type vlan id 7", self->dev.name));
	ASSERT_EQ(0, net_up("tag"));
	while (fault_next(&f)) {
		struct world_dev tag = self->dev;

		tag.index = if_nametoindex("tag");
		tun_dev_drain(self->dev.fd);
		ASSERT_EQ(0, world_send(&self->world, &tag, self->p.data, self->p.len));
		ret = fault_call(&f, fault_errno(read(self->dev.fd, self->room,
						      sizeof(self->room))));
		if (ret >= 0)
			ASSERT_EQ(whole(self) + 4, ret)
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "tagged");
}

#include "leak.h"

TEST_HARNESS_MAIN
