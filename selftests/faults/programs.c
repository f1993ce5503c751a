// SPDX-License-Identifier: GPL-2.0
/* BPF programs: for steering, for filtering, XDP; a call that fails keeps what was there */
#include "kselftest_harness.h"
#include "bpf/answer.h"
#include "bpf/verdict.h"
#include "bpf_test.h"
#include "link.h"

FIXTURE(programs)
{
	struct world world;
	struct world_dev dev;
	struct bpf_object *answer;
	struct bpf_object *verdict;
	int netlink;
};

FIXTURE_VARIANT(programs)
{
	int flags;
};

FIXTURE_VARIANT_ADD(programs, tun)
{
	.flags = IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE,
};

FIXTURE_VARIANT_ADD(programs, tap)
{
	.flags = IFF_TAP | IFF_NO_PI,
};

FIXTURE_SETUP(programs)
{
	self->answer = bpf_test_load("answer");
	self->verdict = bpf_test_load("verdict");
	ASSERT_NE(NULL, self->answer);
	ASSERT_NE(NULL, self->verdict);
	ASSERT_EQ(0, world_setup(&self->world));
	self->netlink = link_socket();
	ASSERT_LE(0, self->netlink);
	self->world.before = world_settled();
	ASSERT_EQ(0, world_dev(&self->dev, variant->flags));
}

FIXTURE_TEARDOWN(programs)
{
	close(self->dev.fd);
	EXPECT_TRUE(world_left_nothing(&self->world.before));
	close(self->netlink);
	world_teardown(&self->world);
	bpf_object__close(self->answer);
	bpf_object__close(self->verdict);
}

/* The program cuts nothing off and steers to the only queue. */
static void set_program(struct __test_metadata *_metadata, FIXTURE_DATA(programs) * self,
			unsigned long cmd, const char *what)
{
	int prog = bpf_test_prog(self->answer, "answer"), none = -1;
	struct fault f = FAULT(ENOMEM, EFAULT);

	ASSERT_EQ(0, bpf_test_config(self->answer, ANSWER_VALUE, 100000));
	while (fault_next(&f)) {
		ASSERT_EQ(0, tun_ioctl(self->dev.fd, cmd, (unsigned long)&none));
		if (fault_call(&f, tun_ioctl(self->dev.fd, cmd, (unsigned long)&prog))) {
			ASSERT_EQ(0, world_passes(&self->world, &self->dev))
				TH_LOG("%s, fault %d", what, f.n);
			ASSERT_EQ(0, tun_ioctl(self->dev.fd, cmd, (unsigned long)&prog));
		}
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

TEST_F(programs, steering_can_be_set_again)
{
	set_program(_metadata, self, TUNSETSTEERINGEBPF, "TUNSETSTEERINGEBPF");
}

TEST_F(programs, filter_can_be_set_again)
{
	set_program(_metadata, self, TUNSETFILTEREBPF, "TUNSETFILTEREBPF");
}

TEST_F(programs, failed_filter_keeps_the_one_before)
{
	int all = bpf_test_prog(self->answer, "answer_byte");
	int none = bpf_test_prog(self->answer, "answer");
	struct fault f = FAULT(ENOMEM, EFAULT);
	int ret;

	/* Any byte of the payload that is not 0 is a length; the frame is cut, and it comes. */
	ASSERT_EQ(0, bpf_test_config(self->answer, ANSWER_AT, 90));
	ASSERT_EQ(0, bpf_test_config(self->answer, ANSWER_VALUE, 0));
	while (fault_next(&f)) {
		static unsigned char room[2000];
		static struct packet p;

		ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUNSETFILTEREBPF, (unsigned long)&all));
		ret = fault_call(&f, tun_ioctl(self->dev.fd, TUNSETFILTEREBPF,
					       (unsigned long)&none));
		world_frame(&p, variant->flags, WORLD_LEN);
		if (!ret)
			continue;
		ASSERT_EQ(0, world_send(&self->world, &self->dev, p.data, p.len));
		ASSERT_LT(0, tun_dev_read(self->dev.fd, room, sizeof(room)));
	}
	fault_end(_metadata, &f, "TUNSETFILTEREBPF of another");
}

static void set_xdp(struct __test_metadata *_metadata, FIXTURE_DATA(programs) * self,
		    unsigned int mode, bool attach, const char *what)
{
	int prog = bpf_test_prog(self->verdict, "verdict");
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	struct rtnl_request on, off;

	ASSERT_EQ(0, bpf_test_config(self->verdict, VERDICT_ACTION, XDP_PASS));
	link_request(&on, RTM_SETLINK, self->dev.index);
	link_put_xdp(&on, prog, mode);
	link_request(&off, RTM_SETLINK, self->dev.index);
	link_put_xdp(&off, -1, mode);
	while (fault_next(&f)) {
		struct rtnl_request *to = attach ? &on : &off, *fro = attach ? &off : &on;

		ASSERT_EQ(0, link_do(self->netlink, fro));
		if (link_faulted(&f, self->netlink, to) < 0)
			ASSERT_EQ(0, link_do(self->netlink, to))
				TH_LOG("%s, fault %d", what, f.n);
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

TEST_F(programs, xdp_can_be_attached_again)
{
	set_xdp(_metadata, self, XDP_FLAGS_DRV_MODE, true, "XDP on");
}

TEST_F(programs, xdp_can_be_detached_again)
{
	set_xdp(_metadata, self, XDP_FLAGS_DRV_MODE, false, "XDP off");
}

/* Frames that the program sees, in a page of their own and as skbs */
static void write_under_xdp(struct __test_metadata *_metadata, FIXTURE_DATA(programs) * self,
			    int action, size_t len, const char *what)
{
	struct fault f = FAULT(ENOMEM, ENOBUFS, EFAULT);
	static struct packet p;

	ASSERT_EQ(0, bpf_test_xdp_attach(self->dev.name, bpf_test_prog(self->verdict, "verdict"),
					 XDP_FLAGS_DRV_MODE));
	world_frame(&p, self->dev.flags, len);
	while (fault_next(&f)) {
		ASSERT_EQ(0, bpf_test_config(self->verdict, VERDICT_ACTION, action));
		fault_call(&f, fault_errno(write(self->dev.fd, p.data, p.len)));
		ASSERT_EQ(p.len, write(self->dev.fd, p.data, p.len))
			TH_LOG("%s, fault %d", what, f.n);
		ASSERT_EQ(0, bpf_test_config(self->verdict, VERDICT_ACTION, XDP_PASS));
		ASSERT_EQ(0, world_passes(&self->world, &self->dev))
			TH_LOG("%s, fault %d", what, f.n);
	}
	fault_end(_metadata, &f, what);
}

TEST_F(programs, frame_that_passes_can_be_written_again)
{
	write_under_xdp(_metadata, self, XDP_PASS, 200, "XDP_PASS");
}

TEST_F(programs, large_frame_that_passes_can_be_written_again)
{
	write_under_xdp(_metadata, self, XDP_PASS, 20000, "XDP_PASS of 20000");
}

TEST_F(programs, frame_that_goes_back_can_be_written_again)
{
	write_under_xdp(_metadata, self, XDP_TX, 200, "XDP_TX");
}

TEST_F(programs, large_frame_that_goes_back_can_be_written_again)
{
	write_under_xdp(_metadata, self, XDP_TX, 20000, "XDP_TX of 20000");
}

/* To another device of the kind, which is there for this. */
static void redirect(struct __test_metadata *_metadata, FIXTURE_DATA(programs) * self, size_t len,
		     const char *what)
{
	struct world_dev other;

	ASSERT_EQ(0, world_dev(&other, self->dev.flags));
	ASSERT_EQ(0, bpf_test_config(self->verdict, VERDICT_TARGET, other.index));
	write_under_xdp(_metadata, self, XDP_REDIRECT, len, what);
	EXPECT_EQ(0, world_passes(&self->world, &other));
	close(other.fd);
}

TEST_F(programs, frame_that_goes_elsewhere_can_be_written_again)
{
	redirect(_metadata, self, 200, "XDP_REDIRECT");
}

TEST_F(programs, large_frame_that_goes_elsewhere_can_be_written_again)
{
	redirect(_metadata, self, 3900, "XDP_REDIRECT of 3900");
}

#include "leak.h"

TEST_HARNESS_MAIN
