// SPDX-License-Identifier: GPL-2.0
/* The end of a device with a program on it: the program goes as well, whatever ended the device */
#include "kselftest_harness.h"
#include "xdp.h"

FIXTURE(end)
{
	struct xdp_test x;
	__u32 id;
};

FIXTURE_VARIANT(end)
{
	int flags;
};

FIXTURE_VARIANT_ADD(end, tap) { .flags = IFF_TAP };
FIXTURE_VARIANT_ADD(end, tun) { .flags = IFF_TUN };

/* Nobody but the device holds the program when a test begins */
FIXTURE_SETUP(end)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	ASSERT_EQ(0, xdp_test_setup(&self->x, variant->flags | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, bpf_obj_get_info_by_fd(bpf_test_prog(self->x.obj, "verdict"), &info, &len));
	self->id = info.id;
	bpf_object__close(self->x.obj);
	self->x.obj = NULL;
}

FIXTURE_TEARDOWN(end)
{
	xdp_test_teardown(&self->x);
}

static bool program_is_there(__u32 id)
{
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* What holds a program lets go after a grace period */
static bool program_goes(__u32 id)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (!program_is_there(id))
			return true;
		net_sleep_ms(20);
	}
	return false;
}

TEST_F(end, device_holds_the_program)
{
	EXPECT_TRUE(program_is_there(self->id));
	ASSERT_EQ(0, bpf_test_xdp_detach(self->x.dev.name, XDP_FLAGS_DRV_MODE));
	EXPECT_TRUE(program_goes(self->id));
}

TEST_F(end, deleted_device_lets_it_go)
{
	ASSERT_EQ(0, net_dellink(self->x.dev.name));
	EXPECT_TRUE(program_goes(self->id));
}

TEST_F(end, last_close_lets_it_go)
{
	close(self->x.dev.fd);
	self->x.dev.fd = -1;
	EXPECT_TRUE(program_goes(self->id));
}

TEST_F(end, persistent_device_keeps_it)
{
	ASSERT_EQ(0, ioctl(self->x.dev.fd, TUNSETPERSIST, 1));
	close(self->x.dev.fd);
	self->x.dev.fd = -1;
	net_sleep_ms(NET_NEVER_MS);
	EXPECT_TRUE(program_is_there(self->id));
	ASSERT_EQ(0, net_dellink(self->x.dev.name));
	EXPECT_TRUE(program_goes(self->id));
}

/* The netns of the device dies while somebody in another one has it open */
TEST_F(end, end_of_the_netns_lets_it_go)
{
	ASSERT_EQ(0, net_ip("netns add xdpend"));
	ASSERT_EQ(0, net_ip("link set %s netns xdpend", self->x.dev.name));
	/* the device takes it along */
	EXPECT_TRUE(program_is_there(self->id));
	ASSERT_EQ(0, net_ip("netns del xdpend"));
	EXPECT_TRUE(program_goes(self->id));
}

TEST_HARNESS_MAIN
