// SPDX-License-Identifier: GPL-2.0
/* TUN_ALT_RING_SETUP, DETACH and KICK: what they take, refuse and leave behind; and mmap() */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "additions/struct.h"
#include "shared.h"

#define LEAST TUN_ALT_RING_LEAST

FIXTURE(setup)
{
	struct tun_dev dev;
	struct rings rings;
};

FIXTURE_SETUP(setup)
{
	ASSERT_EQ(0, tun_dev_setup(&self->dev, IFF_TUN | IFF_NO_PI, O_NONBLOCK));
}

FIXTURE_TEARDOWN(setup)
{
	rings_unmap(&self->rings);
	close(self->dev.fd);
}

static int detach(int fd)
{
	return tun_ioctl(fd, TUN_ALT_RING_DETACH, 0);
}

static int setup(FIXTURE_DATA(setup) * self, __u32 read_bytes, __u32 write_bytes, __u32 flags)
{
	return rings_setup(self->dev.fd, &self->rings.setup, read_bytes, write_bytes, flags);
}

/* The errno of mmap() */
static int map(int fd, size_t length, int prot, int flags, off_t offset)
{
	void *at = mmap(NULL, length, prot, flags, fd, offset);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, length);
	return 0;
}

TEST_F(setup, both_rings_are_told_of_whole)
{
	const struct tun_alt_ring_setup *s = &self->rings.setup;

	ASSERT_EQ(0, setup(self, LEAST, 4 * LEAST, 0));
	EXPECT_EQ(sizeof(*s), s->size);
	EXPECT_EQ(LEAST, s->read.bytes);
	EXPECT_EQ(4 * LEAST, s->write.bytes);
	EXPECT_LE(sizeof(struct tun_alt_ring), s->read.records);
	EXPECT_LE(s->read.records + LEAST + TUN_ALT_RING_SLACK, s->read.length);
	EXPECT_LE(s->write.records + 4 * LEAST + TUN_ALT_RING_SLACK, s->write.length);
	EXPECT_NE(s->read.offset, s->write.offset);
	EXPECT_EQ(0, s->header);
}

/* Zeroes, but for the place that has to be passed before anybody is told of room. */
TEST_F(setup, rings_begin_empty)
{
	const struct rings *rings = &self->rings;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, LEAST, 0));
	EXPECT_FALSE(tun_alt_ring_passes(rings->read.shared->wake_head, 0, LEAST));
	EXPECT_FALSE(tun_alt_ring_passes(rings->write.shared->wake_head, 0, LEAST));
	EXPECT_TRUE(tun_alt_ring_passes(rings->read.shared->wake_tail, 0, LEAST));
	EXPECT_TRUE(tun_alt_ring_passes(rings->write.shared->wake_tail, 0, LEAST));
	rings->read.shared->wake_head = 0;
	rings->write.shared->wake_head = 0;
	for (__u32 i = 0; i < self->rings.setup.read.length; i++) {
		ASSERT_EQ(0, ((unsigned char *)self->rings.read.shared)[i]);
		ASSERT_EQ(0, ((unsigned char *)self->rings.write.shared)[i]);
	}
}

TEST_F(setup, structure_that_is_wrong_is_refused)
{
	struct tun_alt_ring_setup s = { .size = sizeof(s), .read.bytes = LEAST };
	int fd = self->dev.fd;

	EXPECT_EQ(-EINVAL, struct_call(fd, TUN_ALT_RING_SETUP, &s, sizeof(s), sizeof(s) - 4, 0));
	EXPECT_EQ(-E2BIG, struct_call(fd, TUN_ALT_RING_SETUP, &s, sizeof(s), sizeof(s) + 8, 1));
	EXPECT_EQ(-EFAULT, tun_ioctl(fd, TUN_ALT_RING_SETUP, 0));
	EXPECT_EQ(0, struct_call(fd, TUN_ALT_RING_SETUP, &s, sizeof(s), sizeof(s) + 8, 0));
}

/* Else the program would have rings and know nothing of them. */
TEST_F(setup, answer_that_cannot_be_written_leaves_no_ring)
{
	const size_t page = getpagesize();
	struct tun_alt_ring_setup *s;

	s = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)s);
	*s = (struct tun_alt_ring_setup){ .size = sizeof(*s), .read.bytes = LEAST };
	ASSERT_EQ(0, mprotect(s, page, PROT_READ));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)s));
	EXPECT_EQ(-EINVAL, detach(self->dev.fd));
	EXPECT_EQ(0, setup(self, LEAST, LEAST, 0));
	munmap(s, page);
}

TEST_F(setup, sizes_are_powers_of_two_from_the_least_to_the_most)
{
	static const __u32 bad[] = {
		1, 4096, LEAST / 2, LEAST - 1, LEAST + 4096, 3 * LEAST, 2U * TUN_ALT_RING_MOST,
		1U << 31, ~0U,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		EXPECT_EQ(-EINVAL, setup(self, bad[i], 0, 0))
			TH_LOG("%u", bad[i]);
		EXPECT_EQ(-EINVAL, setup(self, LEAST, bad[i], 0))
			TH_LOG("%u", bad[i]);
	}
	EXPECT_EQ(-EINVAL, setup(self, 0, 0, 0));
	for (__u32 bytes = LEAST; bytes <= TUN_ALT_RING_MOST; bytes *= 2) {
		ASSERT_EQ(0, setup(self, bytes, bytes, 0))
			TH_LOG("%u", bytes);
		ASSERT_EQ(0, detach(self->dev.fd));
	}
}

TEST_F(setup, flags_are_those_of_the_rings_that_are_asked_for)
{
	const __u32 known = TUN_ALT_RING_TIME | TUN_ALT_RING_HASH | TUN_ALT_RING_GRO;

	for (int bit = 0; bit < 32; bit++) {
		if (known & 1U << bit)
			continue;
		EXPECT_EQ(-EINVAL, setup(self, LEAST, LEAST, 1U << bit))
			TH_LOG("bit %d", bit);
	}
	EXPECT_EQ(-EINVAL, setup(self, 0, LEAST, TUN_ALT_RING_TIME));
	EXPECT_EQ(-EINVAL, setup(self, 0, LEAST, TUN_ALT_RING_HASH));
	EXPECT_EQ(-EINVAL, setup(self, LEAST, 0, TUN_ALT_RING_GRO));
	EXPECT_EQ(0, setup(self, LEAST, LEAST, known));
}

TEST_F(setup, reserved_numbers_are_zero)
{
	struct tun_alt_ring_setup s = { .size = sizeof(s), .read.bytes = LEAST };

	s.reserved = 1;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)&s));
	s.reserved = 0;
	s.read.reserved = 1;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)&s));
	s.read.reserved = 0;
	s.write.reserved = 1;
	EXPECT_EQ(-EINVAL, tun_ioctl(self->dev.fd, TUN_ALT_RING_SETUP, (unsigned long)&s));
}

TEST_F(setup, one_of_each_kind)
{
	ASSERT_EQ(0, setup(self, LEAST, 0, 0));
	EXPECT_EQ(-EBUSY, setup(self, LEAST, 0, 0));
	EXPECT_EQ(-EBUSY, setup(self, LEAST, LEAST, 0));
	EXPECT_EQ(0, setup(self, 0, LEAST, 0));
	EXPECT_EQ(-EBUSY, setup(self, 0, LEAST, 0));
}

TEST_F(setup, without_a_device_it_is_ebadfd)
{
	struct tun_alt_ring_setup s;
	int fd = tun_open(O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADFD, rings_setup(fd, &s, LEAST, LEAST, 0));
	EXPECT_EQ(-EBADFD, detach(fd));
	EXPECT_EQ(-EINVAL, rings_kick(fd));
	close(fd);
}

TEST_F(setup, descriptor_that_may_not_read_and_write_is_ebadf)
{
	static const int modes[] = { O_RDONLY, O_WRONLY };
	struct tun_alt_ring_setup s;

	for (int i = 0; i < 2; i++) {
		char name[IFNAMSIZ] = "";
		int fd = open(tun_node(), modes[i]);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, tun_dev_attach(fd, name, IFF_TUN | IFF_NO_PI));
		EXPECT_EQ(-EBADF, rings_setup(fd, &s, LEAST, LEAST, 0));
		close(fd);
	}
}

TEST_F(setup, disabled_queue_is_einval)
{
	char name[IFNAMSIZ] = "";
	int fd = tun_dev_queue(name, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, rings_setup(fd, &self->rings.setup, LEAST, LEAST, 0));
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, rings_setup(fd, &self->rings.setup, LEAST, LEAST, 0));
	close(fd);
}

TEST_F(setup, disabled_queue_says_so_in_its_rings)
{
	struct rings *rings = &self->rings;
	char name[IFNAMSIZ] = "";
	int fd = tun_dev_queue(name, IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE, O_NONBLOCK);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, rings_begin(fd, rings, LEAST, LEAST, 0));
	EXPECT_EQ(0, rings->read.shared->state);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(TUN_ALT_RING_DISABLED, rings->read.shared->state);
	EXPECT_EQ(TUN_ALT_RING_DISABLED, rings->write.shared->state);
	ASSERT_EQ(0, tun_dev_set_queue(fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, rings->read.shared->state);
	EXPECT_EQ(0, rings->write.shared->state);
	close(fd);
}

TEST_F(setup, longer_headers_than_a_ring_carries_are_einval)
{
	char name[IFNAMSIZ] = "";
	int fd = tun_dev_queue(name, IFF_TUN | IFF_VNET_HDR, O_NONBLOCK);
	int size = TUN_ALT_RING_HEADER - 4 + 1;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, tun_ioctl(fd, TUNSETVNETHDRSZ, (unsigned long)&size));
	EXPECT_EQ(-EINVAL, rings_setup(fd, &self->rings.setup, LEAST, LEAST, 0));
	size--;
	ASSERT_EQ(0, tun_ioctl(fd, TUNSETVNETHDRSZ, (unsigned long)&size));
	EXPECT_EQ(0, rings_setup(fd, &self->rings.setup, LEAST, LEAST, 0));
	EXPECT_EQ(TUN_ALT_RING_HEADER, self->rings.setup.header);
	close(fd);
}

TEST_F(setup, calls_of_its_direction_are_ebusy)
{
	struct tun_alt_slot slot = { .len = 100 };
	struct tun_alt_array array = {
		.size = sizeof(array), .nr = 1, .slots = (unsigned long)&slot,
	};
	unsigned char packet[100];
	int fd = self->dev.fd;

	rings_packet(packet, sizeof(packet), 1);
	slot.addr = (unsigned long)packet;
	ASSERT_EQ(0, setup(self, LEAST, 0, 0));
	EXPECT_EQ(-1, read(fd, packet, sizeof(packet)));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(-EBUSY, tun_ioctl(fd, TUN_ALT_READ_ARRAY, (unsigned long)&array));
	EXPECT_EQ((ssize_t)sizeof(packet), write(fd, packet, sizeof(packet)));
	EXPECT_EQ(1, tun_ioctl(fd, TUN_ALT_WRITE_ARRAY, (unsigned long)&array));
	ASSERT_EQ(0, detach(fd));
	ASSERT_EQ(0, setup(self, 0, LEAST, 0));
	EXPECT_EQ(-1, write(fd, packet, sizeof(packet)));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(-EBUSY, tun_ioctl(fd, TUN_ALT_WRITE_ARRAY, (unsigned long)&array));
	EXPECT_EQ(-1, read(fd, packet, sizeof(packet)));
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_EQ(0, detach(fd));
	EXPECT_EQ((ssize_t)sizeof(packet), write(fd, packet, sizeof(packet)));
	EXPECT_EQ(-1, read(fd, packet, sizeof(packet)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(setup, detach_without_a_ring_is_einval)
{
	EXPECT_EQ(-EINVAL, detach(self->dev.fd));
	EXPECT_EQ(-EINVAL, rings_kick(self->dev.fd));
	ASSERT_EQ(0, setup(self, LEAST, 0, 0));
	EXPECT_EQ(0, rings_kick(self->dev.fd));
	EXPECT_EQ(0, detach(self->dev.fd));
	EXPECT_EQ(-EINVAL, detach(self->dev.fd));
}

TEST_F(setup, detached_ring_is_memory_that_says_so)
{
	struct rings *rings = &self->rings;

	ASSERT_EQ(0, rings_begin(self->dev.fd, rings, LEAST, LEAST, 0));
	ASSERT_EQ(0, detach(self->dev.fd));
	EXPECT_EQ(TUN_ALT_RING_ENDED, rings->read.shared->state);
	EXPECT_EQ(TUN_ALT_RING_ENDED, rings->write.shared->state);
	memset(rings->read.shared, 0x55, rings->setup.read.length);
	memset(rings->write.shared, 0x55, rings->setup.write.length);
	EXPECT_EQ(-ENODEV, map(self->dev.fd, rings->setup.read.length, PROT_READ, MAP_SHARED,
			       rings->setup.read.offset));
}

TEST_F(setup, device_that_goes_ends_the_rings)
{
	struct rings *rings = &self->rings;

	ASSERT_EQ(0, rings_begin(self->dev.fd, rings, LEAST, LEAST, 0));
	ASSERT_EQ(0, net_dellink(self->dev.name));
	EXPECT_TRUE(net_poll(self->dev.fd, POLLIN, NET_SOON_MS) & POLLERR);
	for (int i = 0; i < 400 && !rings->read.shared->state; i++)
		net_sleep_ms(5);
	EXPECT_EQ(TUN_ALT_RING_ENDED, rings->read.shared->state);
	EXPECT_EQ(TUN_ALT_RING_ENDED, rings->write.shared->state);
	EXPECT_EQ(-EINVAL, rings_kick(self->dev.fd));
	/* And a new one can have its own. */
	self->dev.name[0] = 0;
	ASSERT_EQ(0, tun_dev_attach(self->dev.fd, self->dev.name, IFF_TUN | IFF_NO_PI));
	EXPECT_EQ(0, setup(self, LEAST, LEAST, 0));
}

TEST_F(setup, mapping_is_whole_shared_and_not_executed)
{
	const struct tun_alt_ring_place *place = &self->rings.setup.read;
	int fd = self->dev.fd;

	EXPECT_EQ(-ENODEV, map(fd, getpagesize(), PROT_READ, MAP_SHARED, 0));
	ASSERT_EQ(0, setup(self, LEAST, 0, 0));
	EXPECT_EQ(0, map(fd, place->length, PROT_READ | PROT_WRITE, MAP_SHARED, place->offset));
	EXPECT_EQ(0, map(fd, place->length, PROT_READ, MAP_SHARED, place->offset));
	EXPECT_EQ(-EINVAL, map(fd, place->length - getpagesize(), PROT_READ, MAP_SHARED,
			       place->offset));
	EXPECT_EQ(-EINVAL, map(fd, place->length + getpagesize(), PROT_READ, MAP_SHARED,
			       place->offset));
	EXPECT_EQ(-EINVAL, map(fd, place->length, PROT_READ, MAP_SHARED,
			       place->offset + getpagesize()));
	EXPECT_EQ(-EINVAL, map(fd, place->length, PROT_READ, MAP_PRIVATE, place->offset));
	EXPECT_EQ(-EPERM, map(fd, place->length, PROT_READ | PROT_EXEC, MAP_SHARED,
			      place->offset));
	/* There is no write ring. */
	EXPECT_EQ(-EINVAL, map(fd, place->length, PROT_READ, MAP_SHARED, 1 << 30));
}

TEST_F(setup, mapping_is_not_made_executable_or_longer)
{
	const struct tun_alt_ring_place *place = &self->rings.setup.read;
	void *at;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, 0, 0));
	at = self->rings.read.shared;
	EXPECT_EQ(-1, mprotect(at, place->length, PROT_READ | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(MAP_FAILED, mremap(at, place->length, 2 * place->length, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(setup, child_has_no_part_in_a_mapping)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, 0, 0));
	pid = fork();
	if (!pid) {
		/* A line of what is mapped there says nothing of the other. */
		_exit(msync(self->rings.read.shared, self->rings.setup.read.length, MS_ASYNC) &&
		      errno == ENOMEM ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(setup, two_mappings_show_the_same)
{
	const struct tun_alt_ring_place *place = &self->rings.setup.read;
	struct tun_alt_ring_view other = { };

	ASSERT_EQ(0, rings_begin(self->dev.fd, &self->rings, LEAST, 0, 0));
	ASSERT_EQ(0, rings_map(self->dev.fd, place, &other));
	self->rings.read.shared->head = 0x5678;
	EXPECT_EQ(0x5678, other.shared->head);
	munmap(other.shared, place->length);
}

TEST_F(setup, fdinfo_tells_of_rings)
{
	struct rings *rings = &self->rings;
	int fd = self->dev.fd;

	EXPECT_EQ(NULL, rings_info(fd, "read-ring:"));
	ASSERT_EQ(0, rings_begin(fd, rings, LEAST, 2 * LEAST, 0));
	EXPECT_STREQ("\tbytes 131072 used 0 drops 0 state 0x0\n", rings_info(fd, "read-ring:"));
	ASSERT_TRUE(rings_add(rings, "", 1));
	tun_alt_ring_submit(&rings->write, rings->write.tail);
	EXPECT_STREQ("\tbytes 262144 used 32 drops 0 state 0x0\n", rings_info(fd, "write-ring:"));
	rings->write.shared->tail = 5;
	EXPECT_EQ(-EIO, rings_kick(fd));
	EXPECT_STREQ("\tbytes 262144 used 5 drops 0 state 0x2\n", rings_info(fd, "write-ring:"));
	ASSERT_EQ(0, detach(fd));
	EXPECT_EQ(NULL, rings_info(fd, "write-ring:"));
}

TEST_F(setup, burst_mode_comes_back_with_detach)
{
	struct tun_alt_burst burst = { .size = sizeof(burst), .flags = TUN_ALT_BURST_READ };
	struct tun_alt_frame frame;

	ASSERT_EQ(0, setup(self, LEAST, 0, 0));
	ASSERT_EQ(0, tun_ioctl(self->dev.fd, TUN_ALT_SET_BURST, (unsigned long)&burst));
	EXPECT_EQ(-1, read(self->dev.fd, &frame, 4));
	EXPECT_EQ(EBUSY, errno);
	ASSERT_EQ(0, detach(self->dev.fd));
	EXPECT_EQ(-1, read(self->dev.fd, &frame, 4));
	EXPECT_EQ(EINVAL, errno);
}

TEST_HARNESS_MAIN
