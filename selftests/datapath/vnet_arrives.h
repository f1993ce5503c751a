/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of the programs whose tests are all the same: a sender's write is taken, seen for
 * what it is, and its segments are what a receiver expects. The senders are its variants.
 */
#ifndef SELFTESTS_DATAPATH_VNET_ARRIVES_H
#define SELFTESTS_DATAPATH_VNET_ARRIVES_H

#include "vnet_sender.h"

FIXTURE(vnet)
{
	struct vnet_path path;
};

FIXTURE_VARIANT(vnet)
{
	struct sender sender;
};

FIXTURE_SETUP(vnet)
{
	const struct sender *sender = &variant->sender;

	if (sender->tunnel.family && !vnet_has_tunnels())
		SKIP(return, "kernel without GSO in tunnels of a program");
	ASSERT_EQ(0, vnet_path_setup(&self->path, sender->type, sender_size(sender)));
	ASSERT_EQ(0, sender_vlan(sender, &self->path));
	if (sender->hdr.gso_size + 100 > 1500)
		ASSERT_EQ(0, net_set_mtu(self->path.out.name, 65535));
}

FIXTURE_TEARDOWN(vnet)
{
	if (self->path.size)
		vnet_path_close(&self->path);
}

TEST_F(vnet, arrives)
{
	const struct gso_frame *frame = sender_frame(&variant->sender, self->path.mac);

	ASSERT_EQ(0, sender_write(&variant->sender, self->path.in.fd, frame));
	if (sender_can_be_seen(&variant->sender))
		sender_is_seen(_metadata, &variant->sender, &self->path, frame);
	EXPECT_EQ(sender_pieces(&variant->sender), sender_segments(&variant->sender, &self->path));
	EXPECT_EQ(0, net_stat(self->path.in.name, NET_RECEIVED_FRAME_ERRORS));
}

#endif
