// SPDX-License-Identifier: GPL-2.0
/* Buffers to lend: what TUN_ALT_RING_SETUP takes and refuses, and mmap() */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "abi/child.h"
#include "shared.h"

#define LEAST TUN_ALT_RING_LEAST
#define BUFFER TUN_ALT_BUFFER_BYTES
#define BUFFERS 8

FIXTURE(buffers)
{
	struct tun_dev dev;
	struct rings rings;
};

FIXTURE_SETUP(buffers)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	ASSERT_EQ(0, rings_begin_lending(self->dev.fd, &self->rings, LEAST, BUFFERS * BUFFER, 0));
}

FIXTURE_TEARDOWN(buffers)
{
	rings_unmap(&self->rings);
	close(self->dev.fd);
}

TEST_F(buffers, buffers_are_told_of_whole)
{
	const struct tun_alt_ring_place *place = &self->rings.setup.buffers;
	struct tun_alt_caps caps = { .size = sizeof(caps) };

	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_GET_CAPS, (unsigned long)&caps));
	EXPECT_TRUE(caps.features & TUN_ALT_CAP_LEND);
	EXPECT_EQ(BUFFERS * BUFFER, place->bytes);
	EXPECT_LE(BUFFERS * sizeof(__u32), place->records);
	EXPECT_EQ(place->records + place->bytes, place->length);
	EXPECT_NE(self->rings.setup.write.offset, place->offset);
	for (__u32 i = 0; i < place->length; i++)
		ASSERT_EQ(0, ((unsigned char *)self->rings.busy)[i]);
}

TEST_F(buffers, detached_buffers_stay_memory)
{
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	memset(self->rings.buffer, 0x5a, BUFFERS * BUFFER);
	EXPECT_EQ(0x5a, self->rings.buffer[BUFFERS * BUFFER - 1]);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, self->rings.setup.buffers.length, PROT_READ, MAP_SHARED,
				   self->dev.fd, self->rings.setup.buffers.offset));
}

/* The errno of mmap() */
static int map(FIXTURE_DATA(buffers) * self, size_t length, int prot, int flags, off_t more)
{
	off_t offset = self->rings.setup.buffers.offset + more;
	void *at = mmap(NULL, length, prot, flags, self->dev.fd, offset);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, length);
	return 0;
}

TEST_F(buffers, mapping_is_whole_shared_and_not_executed)
{
	size_t length = self->rings.setup.buffers.length, page = getpagesize();

	EXPECT_EQ(0, map(self, length, PROT_READ | PROT_WRITE, MAP_SHARED, 0));
	EXPECT_EQ(-EINVAL, map(self, length, PROT_READ, MAP_PRIVATE, 0));
	EXPECT_EQ(-EINVAL, map(self, length - page, PROT_READ, MAP_SHARED, 0));
	EXPECT_EQ(-EINVAL, map(self, length + page, PROT_READ, MAP_SHARED, 0));
	EXPECT_EQ(-EINVAL, map(self, length - page, PROT_READ, MAP_SHARED, page));
	EXPECT_EQ(-EPERM, map(self, length, PROT_READ | PROT_EXEC, MAP_SHARED, 0));
	EXPECT_EQ(-1, mprotect(self->rings.busy, length, PROT_READ | PROT_EXEC));
	EXPECT_EQ(MAP_FAILED, mremap(self->rings.busy, length, 2 * length, MREMAP_MAYMOVE));
}

TEST_F(buffers, part_of_a_mapping_that_is_moved_shows_the_same)
{
	unsigned char *from = self->rings.buffer + 3 * BUFFER, *to, *all;
	void *at;

	ASSERT_EQ(0, munmap(self->rings.buffer + 2 * BUFFER, BUFFER));
	to = mremap(from, BUFFER, BUFFER, MREMAP_MAYMOVE | MREMAP_FIXED, from - BUFFER);
	ASSERT_EQ(from - BUFFER, to);
	ASSERT_EQ(0, munmap(self->rings.buffer + 4 * BUFFER, (BUFFERS - 4) * BUFFER));
	memset(to, 0x5a, BUFFER);
	at = mmap(NULL, self->rings.setup.buffers.length, PROT_READ, MAP_SHARED, self->dev.fd,
		  self->rings.setup.buffers.offset);
	ASSERT_NE(MAP_FAILED, at);
	all = (unsigned char *)at + self->rings.setup.buffers.records;
	for (__u32 i = 0; i < BUFFERS * BUFFER; i++)
		ASSERT_EQ(i / BUFFER == 3 ? 0x5a : 0, all[i]);
	ASSERT_EQ(0, munmap(at, self->rings.setup.buffers.length));
	ASSERT_EQ(0, munmap(to, BUFFER));
	ASSERT_EQ(0, munmap(self->rings.busy, self->rings.setup.buffers.records + 2 * BUFFER));
	self->rings.busy = NULL;
}

TEST_F(buffers, child_has_no_part_in_it)
{
	int status;
	pid_t pid;

	ASSERT_EQ(-1, madvise(self->rings.busy, self->rings.setup.buffers.length, MADV_DOFORK));
	pid = fork();
	if (!pid)
		_exit(msync(self->rings.busy, self->rings.setup.buffers.length, MS_ASYNC) &&
		      errno == ENOMEM ? 0 : 1);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

/* As that, without rings */
FIXTURE(none)
{
	struct tun_dev dev;
	struct tun_alt_ring_setup setup;
};

FIXTURE_SETUP(none)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
	self->setup = (struct tun_alt_ring_setup){
		.size = sizeof(self->setup), .write.bytes = LEAST, .buffers.bytes = BUFFER,
	};
}

FIXTURE_TEARDOWN(none)
{
	close(self->dev.fd);
}

static int setup(FIXTURE_DATA(none) * self)
{
	return tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)&self->setup);
}

TEST_F(none, size_that_there_is_not_is_einval)
{
	const __u32 wrong[] = { 1, BUFFER - 1, BUFFER + 1, TUN_ALT_RING_MOST + BUFFER, ~0U };
	struct rings rings = {};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->setup.buffers.bytes = wrong[i];
		EXPECT_EQ(-EINVAL, setup(self))
			TH_LOG("%u bytes", wrong[i]);
	}
	self->setup.buffers.bytes = BUFFER;
	self->setup.buffers.reserved = 1;
	EXPECT_EQ(-EINVAL, setup(self));
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_RING_DETACH, 0));
	EXPECT_EQ(0, rings_begin_lending(self->dev.fd, &rings, LEAST, TUN_ALT_RING_MOST, 0));
	rings_unmap(&rings);
}

TEST_F(none, without_a_write_ring_they_are_einval)
{
	self->setup.write.bytes = 0;
	EXPECT_EQ(-EINVAL, setup(self));
	self->setup.read.bytes = LEAST;
	EXPECT_EQ(-EINVAL, setup(self));
	self->setup.buffers.bytes = 0;
	EXPECT_EQ(0, setup(self));
}

TEST_F(none, without_cap_net_admin_they_are_eperm)
{
	const struct child_rights nobody = { .uid = 1000, .gid = 1000 };
	const struct child_rights admin = { .uid = 1000, .gid = 1000, .cap = true };
	unsigned long arg = (unsigned long)&self->setup;
	int fd = self->dev.fd;

	EXPECT_EQ(-EPERM, child_ioctl(&nobody, fd, TUN_ALT_RING_SETUP, arg));
	EXPECT_EQ(-EINVAL, tun_ioctl(fd, TUN_ALT_RING_DETACH, 0));
	EXPECT_EQ(0, child_ioctl(&admin, fd, TUN_ALT_RING_SETUP, arg));
	EXPECT_EQ(0, tun_ioctl(fd, TUN_ALT_RING_DETACH, 0));
	self->setup.buffers.bytes = 0;
	EXPECT_EQ(0, child_ioctl(&nobody, fd, TUN_ALT_RING_SETUP, arg));
}

static int setup_in_userns(void *self)
{
	return child_userns(0, 0) ? CHILD_NOT_SET_UP : setup(self);
}

/* All capabilities of a user namespace are not that one. */
TEST_F(none, in_another_user_namespace_they_are_eperm)
{
	EXPECT_EQ(-EPERM, child_run(setup_in_userns, self));
	self->setup.buffers.bytes = 0;
	EXPECT_EQ(0, child_run(setup_in_userns, self));
}

TEST_F(none, ring_without_them_refuses_what_is_lent)
{
	struct rings rings = {};

	ASSERT_EQ(0, rings_begin(self->dev.fd, &rings, 0, LEAST, 0));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, BUFFER, PROT_READ, MAP_SHARED, self->dev.fd, 1 << 29));
	rings_lend(&rings, 0, 5000, 0);
	EXPECT_EQ(1, rings_submit(self->dev.fd, &rings));
	EXPECT_EQ(1, rings.write.shared->drops);
	rings_unmap(&rings);
}

TEST_HARNESS_MAIN
