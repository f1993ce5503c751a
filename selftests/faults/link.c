// SPDX-License-Identifier: GPL-2.0
/* What rtnetlink, the socket ioctls and ethtool do with a device: done, or refused and as before */
#include <linux/ethtool.h>

#include "kselftest_harness.h"
#include "link.h"

FIXTURE(link)
{
	struct world world;
	struct world_dev dev;
	int netlink;
	struct rtnl_request req;
};

FIXTURE_VARIANT(link)
{
	int flags;
};

FIXTURE_VARIANT_ADD(link, tap)
{
	.flags = IFF_TAP | IFF_NO_PI,
};

FIXTURE_SETUP(link)
{
	ASSERT_EQ(0, world_setup(&self->world));
	self->netlink = link_socket();
	ASSERT_LE(0, self->netlink);
	self->world.before = world_settled();
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
	link_request(&self->req, RTM_SETLINK, self->dev.index);
}

FIXTURE_TEARDOWN(link)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	close(self->netlink);
	world_teardown(&self->world);
}

/* One attribute goes to and fro: the fault is in the way to, and the way back is free. */
static void set_to_and_fro(struct __test_metadata *_metadata, FIXTURE_DATA(link) * self,
			   struct rtnl_request *fro, const char *what)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	while (fault_next(&f)) {
		ASSERT_EQ(0, link_do(self->netlink, fro));
		if (link_faulted(&f, self->netlink, &self->req) < 0)
			ASSERT_EQ(0, link_do(self->netlink, &self->req))
				TH_LOG("%s, fault %d", what, f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

static void set_number(struct __test_metadata *_metadata, FIXTURE_DATA(link) * self, int type,
		       unsigned int to, unsigned int fro, const char *what)
{
	struct rtnl_request back = self->req;

	link_put_u32(&self->req, type, to);
	link_put_u32(&back, type, fro);
	set_to_and_fro(_metadata, self, &back, what);
}

TEST_F(link, mtu_can_be_set_again)
{
	set_number(_metadata, self, IFLA_MTU, 1400, 1500, "mtu");
}

static int queue_length(const char *name)
{
	struct ifreq ifr = {};
	int ret = net_ifreq(name, SIOCGIFTXQLEN, &ifr);

	return ret ? ret : ifr.ifr_qlen;
}

/*
 * Each queue has a ring of another size afterwards, or none has. The device comes up last: with
 * each of its 256 queueing disciplines the kernel would resize memory of its own as well.
 */
TEST_F(link, length_of_the_queue_can_be_set_again)
{
	struct world_dev dev = { .flags = variant->flags | IFF_MULTI_QUEUE, .name = "many" };
	struct world_dev more = dev;
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	int ret;

	dev.fd = tun_open(O_NONBLOCK);
	more.fd = tun_open(O_NONBLOCK);
	ASSERT_EQ(0, world_set_iff(&dev));
	ASSERT_EQ(0, world_set_iff(&more));
	ASSERT_EQ(0, tun_ioctl(more.fd, TUNSETQUEUE, (unsigned long)&(struct ifreq){
		.ifr_flags = IFF_DETACH_QUEUE }));
	self->req.ifi.ifi_index = if_nametoindex(dev.name);
	link_put_u32(&self->req, IFLA_TXQLEN, 300);
	while (fault_next(&f)) {
		ASSERT_EQ(0, net_set_txqueuelen(dev.name, 100));
		ret = link_faulted(&f, self->netlink, &self->req);
		if (ret == -ENOMEM)
			ASSERT_EQ(100, queue_length(dev.name));
		ASSERT_EQ(0, link_do(self->netlink, &self->req))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(300, queue_length(dev.name));
	}
	fault_end(_metadata, &f, "txqueuelen");
	ASSERT_EQ(0, world_up(&dev));
	EXPECT_EQ(0, world_passes(&self->world, &dev));
	close(more.fd);
	close(dev.fd);
}

TEST_F(link, address_can_be_set_again)
{
	static const unsigned char one[] = { 2, 0, 0, 0, 7, 1 }, two[] = { 2, 0, 0, 0, 7, 2 };
	struct rtnl_request back = self->req;

	rtnl_put(&self->req, IFLA_ADDRESS, one, sizeof(one));
	rtnl_put(&back, IFLA_ADDRESS, two, sizeof(two));
	set_to_and_fro(_metadata, self, &back, "address");
}

TEST_F(link, name_can_be_set_again)
{
	struct rtnl_request back = self->req;

	rtnl_put(&self->req, IFLA_IFNAME, "one", 4);
	rtnl_put(&back, IFLA_IFNAME, "two", 4);
	set_to_and_fro(_metadata, self, &back, "name");
}

TEST_F(link, device_comes_up_or_stays_down)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	self->req.ifi.ifi_flags = IFF_UP;
	self->req.ifi.ifi_change = IFF_UP;
	while (fault_next(&f)) {
		ASSERT_EQ(0, net_down(self->dev.name));
		if (link_faulted(&f, self->netlink, &self->req) < 0)
			ASSERT_EQ(0, link_do(self->netlink, &self->req))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "up");
}

TEST_F(link, device_goes_down_or_stays_up)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	self->req.ifi.ifi_change = IFF_UP;
	while (fault_next(&f)) {
		if (link_faulted(&f, self->netlink, &self->req) < 0)
			ASSERT_EQ(0, link_do(self->netlink, &self->req))
				TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, net_up(self->dev.name));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "down");
}

/* What is told of a device has what the driver says of it in it. */
TEST_F(link, device_is_told_of_again)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);

	self->req.nlh.nlmsg_type = RTM_GETLINK;
	self->req.nlh.nlmsg_flags = NLM_F_REQUEST;
	while (fault_next(&f)) {
		if (link_faulted(&f, self->netlink, &self->req) < 0)
			ASSERT_EQ(1, link_do(self->netlink, &self->req));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev));
	}
	fault_end(_metadata, &f, "RTM_GETLINK");
}

/* Only TUNSETIFF makes devices, with or without memory. */
TEST_F(link, device_is_not_made_by_netlink)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT, EOPNOTSUPP);
	struct world_count before = world_settled();
	struct rtattr *nest;

	link_request(&self->req, RTM_NEWLINK, 0);
	self->req.nlh.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	nest = rtnl_put(&self->req, IFLA_LINKINFO, NULL, 0);
	rtnl_put(&self->req, IFLA_INFO_KIND, TUN_ALT_KIND_TUN, sizeof(TUN_ALT_KIND_TUN));
	rtnl_nest_end(&self->req, nest);
	while (fault_next(&f)) {
		fault_arm(&f);
		link_do(self->netlink, &self->req);
		fault_stop(&f);
		link_answer(self->netlink);
		ASSERT_EQ(-EOPNOTSUPP, link_do(self->netlink, &self->req));
		ASSERT_TRUE(world_left_nothing(&before));
	}
	fault_end(_metadata, &f, "RTM_NEWLINK");
}

TEST_F(link, deleted_device_is_gone_and_its_descriptor_attaches_again)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	int ret;

	while (fault_next(&f)) {
		link_request(&self->req, RTM_DELLINK, self->dev.index);
		ret = link_faulted(&f, self->netlink, &self->req);
		if (world_attached(self->dev.fd)) {
			ASSERT_GT(0, ret);
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("fault %d", f.n);
			ASSERT_EQ(0, link_do(self->netlink, &self->req))
				TH_LOG("fault %d", f.n);
		}
		ASSERT_EQ(0, world_set_iff(&self->dev))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_up(&self->dev))
			TH_LOG("fault %d", f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("fault %d", f.n);
	}
	fault_end(_metadata, &f, "RTM_DELLINK");
}

#include "leak.h"

TEST_HARNESS_MAIN
