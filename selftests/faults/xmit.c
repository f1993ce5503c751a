// SPDX-License-Identifier: GPL-2.0
/*
 * Packets from the stack: whatever fails on the way into a queue costs that packet alone. Faults
 * are those of the sender's call, which runs through the driver.
 */
#include "kselftest_harness.h"
#include "classic.h"
#include "vnet.h"
#include "world.h"

FIXTURE(xmit)
{
	struct world world;
	struct world_dev dev;
	struct packet p;
	int watcher;
};

FIXTURE_VARIANT(xmit)
{
	const char *name;
	size_t len;
	unsigned int cut;
	bool tagged;
	bool watched;
};

FIXTURE_VARIANT_ADD(xmit, small)
{
	.name = "small", .len = 100,
};

FIXTURE_VARIANT_ADD(xmit, large)
{
	.name = "large", .len = 9000,
};

FIXTURE_VARIANT_ADD(xmit, cut)
{
	.name = "cut", .len = 9000, .cut = 5000,
};

/* Somebody else sees them all: a filter that cuts them has to copy */
FIXTURE_VARIANT_ADD(xmit, cut_watched)
{
	.name = "cut, watched", .len = 9000, .cut = 5000, .watched = true,
};

/* Through a VLAN above, which hands the tag down beside the packet */
FIXTURE_VARIANT_ADD(xmit, tagged)
{
	.name = "tagged", .len = 1000, .tagged = true,
};

/* A socket that sees what goes out, and all of it goes its way past the watchers; fd or -errno */
static int watch(struct world *world, const char *name)
{
	int bypass = 0;

	if (setsockopt(world->sock, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)))
		return -errno;
	return net_packet_socket(name, ETH_P_ALL);
}

FIXTURE_SETUP(xmit)
{
	self->watcher = -1;
	ASSERT_EQ(0, world_setup(&self->world));
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TAP | IFF_NO_PI));
	ASSERT_EQ(0, net_set_mtu(self->dev.name, 9000));
	if (variant->tagged) {
		ASSERT_EQ(0, net_ip("link add link %s name tag type vlan id 7", self->dev.name));
		ASSERT_EQ(0, net_up("tag"));
	}
	if (variant->watched) {
		self->watcher = watch(&self->world, self->dev.name);
		ASSERT_LE(0, self->watcher);
	}
	world_frame(&self->p, IFF_TAP, variant->len);
}

FIXTURE_TEARDOWN(xmit)
{
	close(self->watcher);
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

/* A UDP socket that lends its packets, and where to send them */
FIXTURE(lent)
{
	struct world world;
	struct world_dev dev;
	struct sockaddr_storage to;
	socklen_t to_len;
	int udp;
};

FIXTURE_SETUP(lent)
{
	int on = 1;

	ASSERT_EQ(0, world_setup(&self->world));
	/* Who fills in no checksum need not see the payload: it is lent to the device as well. */
	ASSERT_EQ(0, world_dev(&self->dev, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR));
	ASSERT_EQ(0, vnet_set_offload(self->dev.fd, TUN_F_CSUM));
	ASSERT_EQ(0, net_addr4(self->dev.name, "10.7.0.1", "255.255.255.0"));
	self->to_len = net_sockaddr(&self->to, "10.7.0.2", 1000);
	self->udp = net_udp_socket("10.7.0.1", 0);
	ASSERT_LE(0, self->udp);
	ASSERT_EQ(0, setsockopt(self->udp, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)));
}

FIXTURE_TEARDOWN(lent)
{
	close(self->udp);
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	world_teardown(&self->world);
}

#define LENT_LEN 1000
#define LENT_HEADERS (VNET_PLAIN + PACKET_IPV4_LEN + PACKET_UDP_LEN)

static int send_lent(FIXTURE_DATA(lent) * self, const unsigned char *data)
{
	return fault_errno(sendto(self->udp, data, LENT_LEN, MSG_ZEROCOPY,
				  (struct sockaddr *)&self->to, self->to_len));
}

/* What the socket has to say of memory that it may use again is taken; how often it had */
static int told(int udp)
{
	struct msghdr msg = { };
	int n = 0;

	while (net_poll(udp, 0, 0) & POLLERR && !recvmsg(udp, &msg, MSG_ERRQUEUE))
		n++;
	return n;
}

/*
 * A packet that nobody may wait with is copied by the device, or it is lost and counted; either way
 * its memory is free.
 */
TEST_F(lent, failed_send_of_lent_memory_can_be_repeated)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	static unsigned char data[LENT_LEN], room[PACKET_MAX];
	int ret;

	memset(data, 'x', sizeof(data));
	while (fault_next(&f)) {
		ret = fault_call(&f, send_lent(self, data));
		if (net_poll(self->dev.fd, POLLIN, 0) & POLLIN)
			ASSERT_EQ(LENT_HEADERS + LENT_LEN, read(self->dev.fd, room, sizeof(room)))
				TH_LOG("fault %d: %d", f.n, ret);
		told(self->udp);
		ASSERT_EQ(LENT_LEN, send_lent(self, data))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(LENT_HEADERS + LENT_LEN, tun_dev_read(self->dev.fd, room, sizeof(room)))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, memcmp(data, room + LENT_HEADERS, LENT_LEN));
		ASSERT_EQ(1, told(self->udp))
			TH_LOG("fault %d", f.n);
	}
	EXPECT_LT(0, net_stat(self->dev.name, NET_XMITTED_DROPS));
	fault_end(_metadata, &f, "lent");
}

#include "leak.h"

TEST_HARNESS_MAIN
