/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of the programs whose senders are all refused: EINVAL, and nothing of the packet
 * reaches the stack. The senders are its variants.
 */
#ifndef SELFTESTS_DATAPATH_VNET_REFUSED_H
#define SELFTESTS_DATAPATH_VNET_REFUSED_H

#include "vnet_sender.h"

FIXTURE(vnet_refused)
{
	struct vnet_path path;
};

FIXTURE_VARIANT(vnet_refused)
{
	struct sender sender;
	/* refused before there is a frame to count */
	bool early;
};

FIXTURE_SETUP(vnet_refused)
{
	const struct sender *sender = &variant->sender;

	ASSERT_EQ(0, vnet_path_bare(&self->path, sender->type, sender_size(sender)));
}

FIXTURE_TEARDOWN(vnet_refused)
{
	close(self->path.in.fd);
	close(self->path.capture);
}

/* A packet that is in order, which has to be the first that the stack gets */
static inline bool vnet_refused_only_this_arrives(struct vnet_path *path, int type)
{
	struct sender good = {
		.type = type, .size = path->size, .family = AF_INET, .payload = 17,
		.summed = true,
	};
	const struct gso_frame *frame = sender_frame(&good, path->mac);
	static unsigned char room[PACKET_MAX];
	struct vnet_hdr hdr;

	if (sender_write(&good, path->in.fd, frame))
		return false;
	return vnet_path_captured(path, &hdr, room, sizeof(room)) == (ssize_t)frame->packet.len &&
	       !memcmp(room, frame->packet.data, frame->packet.len);
}

TEST_F(vnet_refused, is_einval)
{
	const struct sender *sender = &variant->sender;
	const struct gso_frame *frame = sender_frame(sender, self->path.mac);

	EXPECT_EQ(-EINVAL, sender_write(sender, self->path.in.fd, frame));
	if (!variant->early && sender->type & IFF_TUN)
		EXPECT_EQ(1, net_stat(self->path.in.name, NET_RECEIVED_FRAME_ERRORS));
	EXPECT_EQ(true, vnet_refused_only_this_arrives(&self->path, sender->type));
}

#endif
