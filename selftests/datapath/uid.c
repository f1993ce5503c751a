// SPDX-License-Identifier: GPL-2.0
/* Whose a frame is that a program writes: tc, which asks for the user of its socket */
#include <sys/fsuid.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include "kselftest_harness.h"
#include "bpf_test.h"
#include "bpf/uid.h"
#include "burst/burst.h"

#define USER 1000
#define OTHER 1001
#define NOBODY 65534	/* what bpf_get_socket_uid() says where there is no socket */

FIXTURE(uid)
{
	struct bpf_object *obj;
	struct tun_dev dev;
};

static int attach(const struct bpf_object *obj, const char *device)
{
	DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = if_nametoindex(device),
			    .attach_point = BPF_TC_INGRESS);
	DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = bpf_test_prog(obj, "whose"));
	int ret = bpf_tc_hook_create(&hook);

	return ret ? ret : bpf_tc_attach(&hook, &opts);
}

FIXTURE_SETUP(uid)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->obj = bpf_test_load("uid");
	ASSERT_NE(NULL, self->obj);
	self->dev.fd = -1;
}

FIXTURE_TEARDOWN(uid)
{
	close(self->dev.fd);
	bpf_object__close(self->obj);
}

/* Some other user for what is opened, with all capabilities: the node's mode is no matter here */
static int become(uid_t user)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	setfsuid(user);
	if (syscall(SYS_capget, &head, data))
		return -errno;
	data[0].effective = data[0].permitted;
	data[1].effective = data[1].permitted;
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

/* Opens as @opener, attaches as @holder */
static int make_with(FIXTURE_DATA(uid) * self, uid_t opener, uid_t holder, int flags)
{
	int ret = become(opener);

	if (ret)
		return ret;
	self->dev.fd = open(tun_node(), O_RDWR | O_CLOEXEC);
	if (self->dev.fd < 0)
		return -errno;
	ret = become(holder);
	if (!ret)
		ret = tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI | flags);
	if (!ret)
		ret = net_up(self->dev.name);
	return ret ? ret : attach(self->obj, self->dev.name);
}

static int make(FIXTURE_DATA(uid) * self, uid_t opener, uid_t holder)
{
	return make_with(self, opener, holder, 0);
}

/* The user that tc saw, -1 for none */
static long long whose(FIXTURE_DATA(uid) * self)
{
	char packet[64] = { 0x45 };

	if (write(self->dev.fd, packet, sizeof(packet)) != sizeof(packet))
		return -1;
	return bpf_test_count(self->obj, UID_FRAMES) ? bpf_test_count(self->obj, UID_LAST) : -1;
}

TEST_F(uid, frame_is_of_the_user_who_opened_the_node)
{
	ASSERT_EQ(0, make(self, USER, USER));
	EXPECT_EQ(USER, whose(self));
}

TEST_F(uid, who_attaches_later_does_not_count)
{
	ASSERT_EQ(0, make(self, USER, OTHER));
	EXPECT_EQ(USER, whose(self));
}

TEST_F(uid, what_root_opened_is_roots)
{
	ASSERT_EQ(0, make(self, 0, USER));
	EXPECT_EQ(0, whose(self));
}

TEST_F(uid, frame_that_napi_delivers_is_of_that_user_as_well)
{
	ASSERT_EQ(0, make_with(self, USER, USER, IFF_NAPI));
	EXPECT_EQ(USER, whose(self));
}

/* The user of a burst's only frame, as whose() says it */
static long long whose_burst(FIXTURE_DATA(uid) * self)
{
	static struct burst b;
	char packet[64] = { 0x45 };

	burst_reset(&b);
	burst_add(&b, packet, sizeof(packet));
	if (burst_write(self->dev.fd, &b) != (ssize_t)b.len)
		return -1;
	return bpf_test_count(self->obj, UID_FRAMES) ? bpf_test_count(self->obj, UID_LAST) : -1;
}

TEST_F(uid, frame_of_a_burst_is_nobodys_unless_sndbuf_is_limited)
{
	int limit = 100000;

	if (!tun_is_alt())
		SKIP(return, "in-tree has no bursts");
	ASSERT_EQ(0, make(self, USER, USER));
	ASSERT_EQ(0, burst_set(self->dev.fd, TUN_ALT_BURST_WRITE, 0, 0));
	EXPECT_EQ(NOBODY, whose_burst(self));
	ASSERT_EQ(0, ioctl(self->dev.fd, TUNSETSNDBUF, &limit));
	EXPECT_EQ(USER, whose_burst(self));
	ASSERT_EQ(0, burst_set(self->dev.fd, 0, 0, 0));
	EXPECT_EQ(USER, whose(self));
}

TEST_HARNESS_MAIN
