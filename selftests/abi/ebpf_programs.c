// SPDX-License-Identifier: GPL-2.0
/* TUNSETSTEERINGEBPF and TUNSETFILTEREBPF: states, memory, descriptors of all kinds */
#include "kselftest_harness.h"
#include "abi.h"
#include "bpf_test.h"

FIXTURE(ebpf_programs)
{
	struct bpf_object *object;
	int fd;
	int fresh;
};

FIXTURE_VARIANT(ebpf_programs)
{
	unsigned int number;
	int flags;
};

FIXTURE_VARIANT_ADD(ebpf_programs, steering_tun) {
	.number = TUNSETSTEERINGEBPF, .flags = ABI_MULTI,
};

FIXTURE_VARIANT_ADD(ebpf_programs, steering_tap) {
	.number = TUNSETSTEERINGEBPF, .flags = IFF_TAP | IFF_MULTI_QUEUE,
};

FIXTURE_VARIANT_ADD(ebpf_programs, filter_tun) {
	.number = TUNSETFILTEREBPF, .flags = ABI_MULTI,
};

FIXTURE_VARIANT_ADD(ebpf_programs, filter_tap) {
	.number = TUNSETFILTEREBPF, .flags = IFF_TAP | IFF_MULTI_QUEUE,
};

FIXTURE_SETUP(ebpf_programs)
{
	self->object = bpf_test_load("answer");
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", variant->flags);
	ASSERT_LE(0, self->fd);
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
}

FIXTURE_TEARDOWN(ebpf_programs)
{
	close(self->fresh);
	close(self->fd);
	bpf_object__close(self->object);
}

/* The ioctl with the number @prog; 0 or -errno */
static int set(int fd, unsigned int number, int prog)
{
	return tun_ioctl(fd, number, (unsigned long)&prog);
}

TEST_F(ebpf_programs, socket_filter_is_taken)
{
	EXPECT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
}

TEST_F(ebpf_programs, another_takes_its_place)
{
	int prog = bpf_test_prog(self->object, "answer");

	for (int i = 0; i < 20; i++)
		EXPECT_EQ(0, set(self->fd, variant->number, prog));
	EXPECT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer_byte")));
}

TEST_F(ebpf_programs, minus_1_takes_it_away_or_does_nothing)
{
	EXPECT_EQ(0, set(self->fd, variant->number, -1));
	ASSERT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
	EXPECT_EQ(0, set(self->fd, variant->number, -1));
	EXPECT_EQ(0, set(self->fd, variant->number, -1));
}

TEST_F(ebpf_programs, program_of_another_type_is_einval)
{
	EXPECT_EQ(-EINVAL,
		  set(self->fd, variant->number, bpf_test_prog(self->object, "answer_tc")));
	EXPECT_EQ(-EINVAL,
		  set(self->fd, variant->number, bpf_test_prog(self->object, "answer_xdp")));
}

TEST_F(ebpf_programs, descriptor_of_something_else_is_einval)
{
	EXPECT_EQ(-EINVAL, set(self->fd, variant->number, self->fd));
	EXPECT_EQ(-EINVAL, set(self->fd, variant->number, bpf_test_map(self->object, "count")));
}

TEST_F(ebpf_programs, no_descriptor_is_ebadf)
{
	int closed = dup(bpf_test_prog(self->object, "answer"));

	ASSERT_LE(0, closed);
	close(closed);
	EXPECT_EQ(-EBADF, set(self->fd, variant->number, closed));
	EXPECT_EQ(-EBADF, set(self->fd, variant->number, -2));
	EXPECT_EQ(-EBADF, set(self->fd, variant->number, 0x7fffffff));
}

TEST_F(ebpf_programs, bad_memory_is_efault)
{
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, variant->number, tun_bad_pointer()));
}

TEST_F(ebpf_programs, descriptor_without_a_device_is_ebadfd_whatever_the_memory)
{
	int prog = bpf_test_prog(self->object, "answer");
	int gone = abi_deleted(variant->flags);

	ASSERT_LE(0, gone);
	EXPECT_EQ(-EBADFD, set(self->fresh, variant->number, prog));
	EXPECT_EQ(-EBADFD, set(self->fresh, variant->number, -2));
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, variant->number, tun_bad_pointer()));
	EXPECT_EQ(-EBADFD, set(gone, variant->number, prog));
	EXPECT_EQ(-EBADFD, tun_ioctl(gone, variant->number, tun_bad_pointer()));
	close(gone);
}

TEST_F(ebpf_programs, disabled_queue_may_set_it)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
	EXPECT_EQ(0, set(self->fd, variant->number, -1));
}

TEST_F(ebpf_programs, needs_no_right)
{
	int prog = bpf_test_prog(self->object, "answer");
	struct abi_call call = { self->fd, variant->number, (unsigned long)&prog };

	EXPECT_EQ(0, abi_as_nobody(abi_call, &call));
}

/* How many programs of this name the kernel has */
static int programs_named(const char *name)
{
	struct bpf_prog_info info;
	__u32 id = 0, size;
	int fd, found = 0;

	while (!bpf_prog_get_next_id(id, &id)) {
		fd = bpf_prog_get_fd_by_id(id);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && !strcmp(info.name, name))
			found++;
		close(fd);
	}
	return found;
}

/* The kernel lets go of a program after a grace period; whether it has */
static bool forgotten(const char *name)
{
	for (int i = 0; i < NET_SOON_MS / 20; i++) {
		if (!programs_named(name))
			return true;
		net_sleep_ms(20);
	}
	return false;
}

TEST_F(ebpf_programs, device_keeps_the_program_after_its_descriptor)
{
	ASSERT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
	bpf_object__close(self->object);
	self->object = NULL;
	EXPECT_TRUE(forgotten("answer_byte"));
	EXPECT_EQ(1, programs_named("answer"));
}

TEST_F(ebpf_programs, program_that_was_taken_away_is_let_go)
{
	ASSERT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
	ASSERT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer_byte")));
	bpf_object__close(self->object);
	self->object = NULL;
	EXPECT_TRUE(forgotten("answer"));
	EXPECT_EQ(1, programs_named("answer_byte"));
	ASSERT_EQ(0, set(self->fd, variant->number, -1));
	EXPECT_TRUE(forgotten("answer_byte"));
}

TEST_F(ebpf_programs, program_of_a_device_that_went_is_let_go)
{
	ASSERT_EQ(0, set(self->fd, variant->number, bpf_test_prog(self->object, "answer")));
	bpf_object__close(self->object);
	self->object = NULL;
	ASSERT_EQ(0, net_dellink("t0"));
	EXPECT_TRUE(forgotten("answer"));
}

TEST_HARNESS_MAIN
