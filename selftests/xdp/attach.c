// SPDX-License-Identifier: GPL-2.0
/* Attaching a native program: who may, what replaces what, and when it ends */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "xdp.h"

#define NOBODY 65534

static struct packet packet;

FIXTURE(attach)
{
	struct xdp_test x;
	struct bpf_object *other;
	int prog;
	int prog2;
};

FIXTURE_VARIANT(attach)
{
	int flags;
};

FIXTURE_VARIANT_ADD(attach, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(attach, tun) { .flags = IFF_TUN };

FIXTURE_SETUP(attach)
{
	ASSERT_EQ(0, tun_dev_netns());
	ASSERT_EQ(0, xdp_test_create(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	self->prog = bpf_test_prog(self->x.obj, "verdict");
	self->other = bpf_test_load("verdict");
	ASSERT_NE(NULL, self->other);
	self->prog2 = bpf_test_prog(self->other, "verdict");
	xdp_test_frame(&packet, self->x.tap, XDP_TEST_LEN);
	ASSERT_EQ(0, xdp_test_set(&self->x, VERDICT_ACTION, XDP_PASS));
	ASSERT_EQ(0, bpf_test_config(self->other, VERDICT_ACTION, XDP_DROP));
}

FIXTURE_TEARDOWN(attach)
{
	if (self->other)
		bpf_object__close(self->other);
	xdp_test_teardown(&self->x);
}

#define ATTACH(prog, flags) bpf_test_xdp_attach(self->x.dev.name, prog, flags)
#define WRITE() write(self->x.dev.fd, packet.data, packet.len)

TEST_F(attach, native_is_accepted_and_shown)
{
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(self->x.dev.name));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(attach, no_mode_means_native)
{
	ASSERT_EQ(0, ATTACH(self->prog, 0));
	EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(self->x.dev.name));
}

TEST_F(attach, generic_beside_native_is_eexist)
{
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(-EEXIST, ATTACH(self->prog2, XDP_FLAGS_SKB_MODE));
	EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(self->x.dev.name));
}

TEST_F(attach, needs_cap_net_admin)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		if (setresuid(NOBODY, NOBODY, NOBODY))
			_exit(0);
		_exit(-ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(EPERM, WEXITSTATUS(status));
	EXPECT_EQ(XDP_ATTACHED_NONE, xdp_test_mode(self->x.dev.name));
	EXPECT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
}

TEST_F(attach, detached_program_sees_nothing)
{
	ASSERT_EQ(0, ATTACH(self->prog2, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_TRUE(xdp_test_nothing_received(&self->x));
	ASSERT_EQ(0, bpf_test_xdp_detach(self->x.dev.name, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(XDP_ATTACHED_NONE, xdp_test_mode(self->x.dev.name));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(XDP_TEST_LEN, xdp_test_received(&self->x, packet.data, packet.len, NULL));
	EXPECT_EQ(1, bpf_test_count(self->other, VERDICT_RUNS));
}

TEST_F(attach, second_program_replaces_the_first)
{
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	ASSERT_EQ(0, ATTACH(self->prog2, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(1, bpf_test_count(self->other, VERDICT_RUNS));
}

TEST_F(attach, only_if_there_is_none_is_ebusy)
{
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(-EBUSY, ATTACH(self->prog2, XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST));
}

TEST_F(attach, link_holds_its_program_and_ends_with_its_descriptor)
{
	int ifindex = if_nametoindex(self->x.dev.name);
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int link = bpf_link_create(self->prog, ifindex, BPF_XDP, &opts);

	ASSERT_LE(0, link);
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(-EBUSY, ATTACH(self->prog2, XDP_FLAGS_DRV_MODE));
	close(link);
	EXPECT_EQ(XDP_ATTACHED_NONE, xdp_test_mode(self->x.dev.name));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(attach, link_outlives_its_device)
{
	int ifindex = if_nametoindex(self->x.dev.name);
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int link = bpf_link_create(self->prog, ifindex, BPF_XDP, &opts);

	ASSERT_LE(0, link);
	ASSERT_EQ(0, net_dellink(self->x.dev.name));
	EXPECT_EQ(-ENOLINK, bpf_link_update(link, self->prog2, NULL));
	close(link);
}

TEST_F(attach, every_mtu_takes_a_program)
{
	int most = self->x.tap ? 65521 : 65535;

	for (int mtu = 68; mtu <= most; mtu = mtu < 1500 ? 1500 : mtu < 9000 ? 9000 :
	     mtu < most ? most : most + 1) {
		ASSERT_EQ(0, net_set_mtu(self->x.dev.name, mtu));
		EXPECT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
		EXPECT_EQ(0, bpf_test_xdp_detach(self->x.dev.name, XDP_FLAGS_DRV_MODE));
	}
}

TEST_F(attach, device_of_every_kind_takes_a_program)
{
	static const int flags[] = {
		0, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE, IFF_NAPI, IFF_NO_CARRIER,
		IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE | IFF_NAPI,
	};

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct tun_dev dev;

		ASSERT_EQ(0, tun_dev_create(&dev, variant->flags | flags[i], O_NONBLOCK));
		ASSERT_EQ(0, ioctl(dev.fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6));
		EXPECT_EQ(0, bpf_test_xdp_attach(dev.name, self->prog, XDP_FLAGS_DRV_MODE));
		EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(dev.name));
		close(dev.fd);
	}
}

TEST_F(attach, mtu_may_change_under_a_program)
{
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	EXPECT_EQ(0, net_set_mtu(self->x.dev.name, 9000));
	EXPECT_EQ(0, net_set_mtu(self->x.dev.name, 65521));
	EXPECT_EQ(0, net_set_mtu(self->x.dev.name, 68));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
}

TEST_F(attach, program_stays_when_the_device_goes_down_and_up)
{
	ASSERT_EQ(0, net_down(self->x.dev.name));
	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, net_up(self->x.dev.name));
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(self->x.dev.name));
}

/* Persistent, closed, attached again: an attachment of the device, not of a descriptor */
TEST_F(attach, program_stays_when_the_descriptor_goes)
{
	struct tun_dev *dev = &self->x.dev;

	ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
	ASSERT_EQ(0, ioctl(dev->fd, TUNSETPERSIST, 1));
	close(dev->fd);
	EXPECT_EQ(XDP_ATTACHED_DRV, xdp_test_mode(dev->name));
	dev->fd = tun_dev_queue(dev->name, variant->flags | IFF_NO_PI, O_NONBLOCK);
	ASSERT_LE(0, dev->fd);
	ASSERT_EQ(XDP_TEST_LEN, WRITE());
	EXPECT_EQ(1, xdp_test_saw(&self->x, VERDICT_RUNS));
	ASSERT_EQ(0, ioctl(dev->fd, TUNSETPERSIST, 0));
}

/* Bug 36: what the core keeps of a queue for XDP must go with the device */
TEST_F(attach, descriptor_of_a_deleted_device_has_a_program_again)
{
	struct tun_dev *dev = &self->x.dev;

	for (int i = 1; i <= 20; i++) {
		ASSERT_EQ(0, ATTACH(self->prog, XDP_FLAGS_DRV_MODE));
		ASSERT_EQ(XDP_TEST_LEN, WRITE());
		ASSERT_EQ(i, xdp_test_saw(&self->x, VERDICT_RUNS));
		ASSERT_EQ(0, net_dellink(dev->name));
		ASSERT_EQ(0, tun_dev_attach(dev->fd, dev->name, variant->flags | IFF_NO_PI));
		ASSERT_EQ(0, net_up(dev->name));
	}
}

TEST_HARNESS_MAIN
