// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the stack: whatever fails on the way into a queue costs that packet alone. Faults
 * are those of the sender's call, which runs through the driver.
 */
#include "kselftest_harness.h"
#include "classic.h"
#include "world.h"

FIXTURE(xmit)
{
	struct world world;
	struct world_dev dev;
	struct packet p;
};

FIXTURE_VARIANT(xmit)
{
	const char *name;
	size_t len;
	unsigned int cut;
	bool tagged;
};

FIXTURE_VARIANT_ADD(xmit, small)
{
	.name = "small", .len = 100,
};

FIXTURE_VARIANT_ADD(xmit, large)
{
	.name = "large", .len = 9000,
};

/* A filter that cuts packets where they have to be copied for it */
FIXTURE_VARIANT_ADD(xmit, cut)
{
	.name = "cut", .len = 9000, .cut = 5000,
};

/* Through a VLAN above, which hands the tag down beside the packet */
FIXTURE_VARIANT_ADD(xmit, tagged)
{
	.name = "tagged", .len = 1000, .tagged = true,
};

FIXTURE_SETUP(xmit)
{
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TAP | IFF_NO_PI));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 9000));
	if (variant->tagged) {
		ASSERT_EQ(0, net_ip("link add link %s name tag type vlan id 7", self->dev.name));
		ASSERT_EQ(0, net_up("tag"));
	}
	world_frame(&self->p, IFF_TAP, variant->len);
}

FIXTURE_TEARDOWN(xmit)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

/* What was sent is read whole, or what is left of it by the filter; or nothing was sent. */
TEST_F(xmit, failed_send_can_be_repeated)
{
	size_t whole = (variant->cut ? variant->cut : variant->len) + (variant->tagged ? 4 : 0);
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	static unsigned char room[PACKET_MAX];
	struct world_dev to = self->dev;
	int ret;

	if (variant->tagged)
		to.index = if_nametoindex("tag");
	while (fault_next(&f)) {
		if (variant->cut)
			ASSERT_EQ(0, classic_attach_says(self->dev.fd, variant->cut));
		ret = fault_call(&f, world_send(&self->world, &to, self->p.data, self->p.len));
		if (net_poll(self->dev.fd, POLLIN, 0) & POLLIN)
			ASSERT_EQ(whole, read(self->dev.fd, room, sizeof(room)))
				TH_LOG("fault %d: %d", f.n, ret);
		ASSERT_EQ(0, world_send(&self->world, &to, self->p.data, self->p.len));
		ASSERT_EQ(whole, tun_dev_read(self->dev.fd, room, sizeof(room)))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, classic_detach(self->dev.fd));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, variant->name);
}

#include "leak.h"

TEST_HARNESS_MAIN
