// SPDX-License-Identifier: GPL-2.0
/*
 * What security modules are asked, and that a refusal reaches the caller and leaves nothing behind.
 * The module is a BPF program.
 */
#include <sys/mount.h>

#include <bpf/btf.h>

#include "kselftest_harness.h"
#include "abi.h"
#include "bpf/lsm.h"
#include "bpf_test.h"
#include "classic.h"
#include "netlink.h"
#include "probe.h"

static const char *const hooks[LSM_HOOKS] = {
	[LSM_CREATE] = "tun_dev_create",
	[LSM_ALLOC] = "tun_dev_alloc_security",
	[LSM_ATTACH] = "tun_dev_attach",
	[LSM_OPEN] = "tun_dev_open",
	[LSM_ATTACH_QUEUE] = "tun_dev_attach_queue",
	[LSM_FREE] = "tun_dev_free_security",
	[LSM_FILTER] = "socket_sock_rcv_skb",
};

FIXTURE(lsm)
{
	struct bpf_object *object;
	struct bpf_link *link[LSM_HOOKS];
	int fd;
};

/* Whether "bpf" is one of the security modules that were chosen at boot */
static bool bpf_is_a_module(void)
{
	char list[256] = "";
	ssize_t len;
	int fd;

	mount("none", "/sys/kernel/security", "securityfs", 0, NULL);
	fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, list, sizeof(list) - 1);
	close(fd);
	return len > 0 && strstr(list, "bpf");
}

/* Keeps the programs from loading whose hook the kernel has not; 0 or -errno */
static int choose_programs(struct bpf_object *object)
{
	struct btf *types = btf__load_vmlinux_btf();
	struct bpf_program *program;
	char name[64];

	if (!types)
		return -errno;
	for (int i = 0; i < LSM_HOOKS; i++) {
		snprintf(name, sizeof(name), "bpf_lsm_%s", hooks[i]);
		program = bpf_object__find_program_by_name(object, hooks[i]);
		if (btf__find_by_name_kind(types, name, BTF_KIND_FUNC) < 0)
			bpf_program__set_autoload(program, false);
	}
	btf__free(types);
	return 0;
}

/* Loads and attaches a program for each hook that the kernel has; 0 or -errno */
static int attach_programs(struct bpf_object *object, struct bpf_link **link)
{
	struct bpf_program *program[LSM_HOOKS];
	int ret;

	for (int i = 0; i < LSM_HOOKS; i++) {
		program[i] = bpf_object__find_program_by_name(object, hooks[i]);
		if (!program[i])
			return -ENOENT;
	}
	ret = choose_programs(object);
	if (!ret)
		ret = bpf_object__load(object);
	for (int i = 0; !ret && i < LSM_HOOKS; i++) {
		if (!bpf_program__autoload(program[i]))
			continue;
		link[i] = bpf_program__attach_lsm(program[i]);
		if (!link[i])
			ret = -errno;
	}
	return ret;
}

FIXTURE_SETUP(lsm)
{
	memset(self->link, 0, sizeof(self->link));
	self->object = NULL;
	self->fd = -1;
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		SKIP(return, "the kernel does not describe its types (BTF)");
	if (!bpf_is_a_module())
		SKIP(return, "BPF programs are no security module of this kernel");
	self->object = bpf_test_open("lsm");
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(0, attach_programs(self->object, self->link));
	ASSERT_EQ(0, bpf_test_config(self->object, LSM_PROCESS, getpid()));
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(lsm)
{
	if (self->fd >= 0)
		close(self->fd);
	for (int i = 0; i < LSM_HOOKS; i++)
		bpf_link__destroy(self->link[i]);
	bpf_object__close(self->object);
}

/* From now on @hook refuses, and no other; 0 or -errno */
static int deny(const FIXTURE_DATA(lsm) * self, enum lsm_hook hook)
{
	return bpf_test_config(self->object, LSM_DENIED, 1 << hook);
}

static int allow_all(const FIXTURE_DATA(lsm) * self)
{
	return bpf_test_config(self->object, LSM_DENIED, 0);
}

/* How often each of the first five hooks was asked since the test began, a decimal digit each */
static long long asked(const FIXTURE_DATA(lsm) * self)
{
	long long digits = 0;

	for (int i = 0; i < LSM_FREE; i++)
		digits = 10 * digits + bpf_test_count(self->object, i);
	return digits;
}

/* Nothing of the refused creation is left, and the descriptor may try again */
static int as_if_never_tried(const FIXTURE_DATA(lsm) * self)
{
	int ret;

	if (if_nametoindex("t0") || abi_flags(self->fd) != -EBADFD)
		return -EBUSY;
	ret = allow_all(self);
	return ret ? ret : abi_set_iff(self->fd, "t0", ABI_MULTI);
}

TEST_F(lsm, creation_asks_create_alloc_and_attach)
{
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(11100, asked(self));
}

TEST_F(lsm, attaching_asks_open_and_attach)
{
	int second;

	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	second = abi_attach("t0", ABI_MULTI);
	ASSERT_LE(0, second);
	EXPECT_EQ(11210, asked(self));
	close(second);
}

TEST_F(lsm, enabling_asks_attach_queue_and_attach)
{
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(11100, asked(self));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(11201, asked(self));
}

TEST_F(lsm, end_of_a_device_tells_so)
{
	if (!self->link[LSM_FREE])
		SKIP(return, "this kernel frees what the modules know of a device by itself");
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(0, bpf_test_count(self->object, LSM_FREE));
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, rtnl_index("t0"));
	EXPECT_EQ(1, bpf_test_count(self->object, LSM_FREE));
}

TEST_F(lsm, who_may_not_create_anyway_is_not_asked_about)
{
	ASSERT_EQ(0, seteuid(ABI_NOBODY));
	EXPECT_EQ(-EPERM, abi_set_iff(self->fd, "t0", ABI_MULTI));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(0, asked(self));
}

TEST_F(lsm, what_cannot_be_attached_anyway_is_not_asked_about)
{
	int second = tun_open(O_NONBLOCK);

	ASSERT_LE(0, second);
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(-EINVAL, abi_set_iff(second, "t0", ABI_SINGLE));
	EXPECT_EQ(-EBUSY, abi_set_iff(second, "t0", ABI_MULTI | IFF_TUN_EXCL));
	EXPECT_EQ(-EINVAL, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(11100, asked(self));
	close(second);
}

TEST_F(lsm, refused_create_leaves_nothing)
{
	ASSERT_EQ(0, deny(self, LSM_CREATE));
	EXPECT_EQ(-LSM_ERRNO, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(10000, asked(self));
	EXPECT_EQ(0, as_if_never_tried(self));
}

TEST_F(lsm, refused_alloc_leaves_nothing)
{
	ASSERT_EQ(0, deny(self, LSM_ALLOC));
	EXPECT_EQ(-LSM_ERRNO, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(11000, asked(self));
	EXPECT_EQ(0, as_if_never_tried(self));
}

TEST_F(lsm, refused_attach_leaves_no_new_device)
{
	ASSERT_EQ(0, deny(self, LSM_ATTACH));
	EXPECT_EQ(-LSM_ERRNO, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(11100, asked(self));
	EXPECT_EQ(0, as_if_never_tried(self));
}

TEST_F(lsm, wish_for_an_index_outlives_a_refused_creation)
{
	unsigned int wish = 4711;

	ASSERT_EQ(0, ioctl(self->fd, TUNSETIFINDEX, &wish));
	ASSERT_EQ(0, deny(self, LSM_CREATE));
	ASSERT_EQ(-LSM_ERRNO, abi_set_iff(self->fd, "t0", ABI_MULTI));
	ASSERT_EQ(0, allow_all(self));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", ABI_MULTI));
	EXPECT_EQ(wish, if_nametoindex("t0"));
}

/* The second of two descriptors is refused: the first keeps what it has */
static int refuse_second(const FIXTURE_DATA(lsm) * self, enum lsm_hook hook, int second)
{
	int ret = abi_set_iff(self->fd, "t0", ABI_MULTI);

	if (ret)
		return ret;
	ret = deny(self, hook);
	return ret ? ret : abi_set_iff(second, "t0", ABI_MULTI);
}

TEST_F(lsm, refused_open_leaves_the_descriptor_without_a_device)
{
	int second = tun_open(O_NONBLOCK);

	ASSERT_LE(0, second);
	EXPECT_EQ(-LSM_ERRNO, refuse_second(self, LSM_OPEN, second));
	EXPECT_EQ(11110, asked(self));
	EXPECT_EQ(-EBADFD, abi_flags(second));
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
	ASSERT_EQ(0, allow_all(self));
	EXPECT_EQ(0, abi_set_iff(second, "t0", ABI_MULTI));
	close(second);
}

TEST_F(lsm, refused_attach_leaves_the_device_with_its_queues)
{
	int second = tun_open(O_NONBLOCK);

	ASSERT_LE(0, second);
	EXPECT_EQ(-LSM_ERRNO, refuse_second(self, LSM_ATTACH, second));
	EXPECT_EQ(11210, asked(self));
	EXPECT_EQ(-EBADFD, abi_flags(second));
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_QUEUES));
	ASSERT_EQ(0, allow_all(self));
	EXPECT_EQ(0, abi_set_iff(second, "t0", ABI_MULTI));
	close(second);
}

/* Disables the queue, has @hook refuse that it is enabled; what enabling gives */
static int refuse_enabling(const FIXTURE_DATA(lsm) * self, enum lsm_hook hook)
{
	int ret = abi_set_iff(self->fd, "t0", ABI_MULTI);

	if (!ret)
		ret = tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE);
	if (!ret)
		ret = deny(self, hook);
	return ret ? ret : tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE);
}

TEST_F(lsm, refused_attach_queue_leaves_it_disabled)
{
	EXPECT_EQ(-LSM_ERRNO, refuse_enabling(self, LSM_ATTACH_QUEUE));
	EXPECT_EQ(11101, asked(self));
	EXPECT_EQ(IFF_DETACH_QUEUE, abi_flags(self->fd) & IFF_DETACH_QUEUE);
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_DISABLED_QUEUES));
	ASSERT_EQ(0, allow_all(self));
	EXPECT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
}

TEST_F(lsm, refused_attach_leaves_it_disabled)
{
	EXPECT_EQ(-LSM_ERRNO, refuse_enabling(self, LSM_ATTACH));
	EXPECT_EQ(11201, asked(self));
	EXPECT_EQ(IFF_DETACH_QUEUE, abi_flags(self->fd) & IFF_DETACH_QUEUE);
	EXPECT_EQ(1, netlink_link_tun_value("t0", IFLA_TUN_NUM_DISABLED_QUEUES));
	ASSERT_EQ(0, allow_all(self));
	EXPECT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
}

/* Where a socket has a filter, the modules have a say as well, and where it has none they do not */
TEST_F(lsm, frame_for_a_filter_is_asked_about)
{
	static struct probe probe;

	ASSERT_EQ(0, abi_set_iff(self->fd, "t0", IFF_TAP | IFF_NO_PI));
	snprintf(probe.dev.name, sizeof(probe.dev.name), "t0");
	probe.dev.fd = self->fd;
	ASSERT_EQ(0, probe_start(&probe, true));
	ASSERT_EQ(0, deny(self, LSM_FILTER));
	EXPECT_EQ(100, probe_pass(&probe, 100));
	ASSERT_EQ(0, allow_all(self));
	ASSERT_EQ(0, classic_attach_says(self->fd, 50));
	EXPECT_EQ(50, probe_pass(&probe, 100));
	ASSERT_EQ(0, deny(self, LSM_FILTER));
	EXPECT_EQ(-ENOBUFS, probe_pass(&probe, 100));
	ASSERT_EQ(0, allow_all(self));
	EXPECT_EQ(50, probe_pass(&probe, 100));
	close(probe.sock);
}

TEST_HARNESS_MAIN
