// SPDX-License-Identifier: GPL-2.0
/*
 * Every ioctl that needs a device, in every state a descriptor can be in, with good
 * and with bad memory: what is judged first.
 */
#include "kselftest_harness.h"
#include "abi.h"

/* What the argument is: a number, an int, an ifreq that is read first, one that is only written */
enum argument {
	VALUE,
	INT_IN,
	INT_OUT,
	IFREQ_IN,
	IFREQ_OUT,
};

static const struct row {
	const char *name;
	unsigned long cmd;
	enum argument argument;
	unsigned long value;
} rows[] = {
	{ "TUNSETNOCSUM", TUNSETNOCSUM, VALUE, 1 },
	{ "TUNSETDEBUG", TUNSETDEBUG, VALUE, 0 },
	{ "TUNSETPERSIST", TUNSETPERSIST, VALUE, 0 },
	{ "TUNSETOWNER", TUNSETOWNER, VALUE, 1000 },
	{ "TUNSETGROUP", TUNSETGROUP, VALUE, 1000 },
	{ "TUNSETLINK", TUNSETLINK, VALUE, 512 },
	{ "TUNGETIFF", TUNGETIFF, IFREQ_OUT, 0 },
	{ "TUNGETSNDBUF", TUNGETSNDBUF, INT_OUT, 0 },
	{ "TUNSETSNDBUF", TUNSETSNDBUF, INT_IN, 1000000 },
	{ "TUNSETCARRIER", TUNSETCARRIER, INT_IN, 0 },
	{ "TUNSETSTEERINGEBPF", TUNSETSTEERINGEBPF, INT_IN, -1 },
	{ "TUNSETFILTEREBPF", TUNSETFILTEREBPF, INT_IN, -1 },
	{ "SIOCGIFHWADDR", SIOCGIFHWADDR, IFREQ_IN, 0 },
};

FIXTURE(states)
{
	int fresh;
	int attached;
};

FIXTURE_SETUP(states)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
	self->attached = abi_attach("t0", ABI_SINGLE);
	ASSERT_LE(0, self->attached);
}

FIXTURE_TEARDOWN(states)
{
	close(self->fresh);
	close(self->attached);
}

/* The call of @row with an argument that is right */
static int good(int fd, const struct row *row)
{
	union {
		int number;
		struct ifreq ifr;
	} room = {};

	if (row->argument == VALUE)
		return tun_ioctl(fd, row->cmd, row->value);
	if (row->argument == INT_IN)
		room.number = row->value;
	return tun_ioctl(fd, row->cmd, (unsigned long)&room);
}

TEST_F(states, attached_descriptor_does_them_all)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(0, good(self->attached, &rows[i]))
			TH_LOG("%s", rows[i].name);
	}
}

TEST_F(states, unattached_descriptor_is_ebadfd)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(-EBADFD, good(self->fresh, &rows[i]))
			TH_LOG("%s", rows[i].name);
	}
	EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, TUNGETDEVNETNS, 0));
}

TEST_F(states, deleted_device_is_ebadfd)
{
	int fd = abi_deleted(ABI_SINGLE);

	ASSERT_LE(0, fd);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(-EBADFD, good(fd, &rows[i]))
			TH_LOG("%s", rows[i].name);
	}
	EXPECT_EQ(-EBADFD, tun_ioctl(fd, TUNGETDEVNETNS, 0));
	close(fd);
}

TEST_F(states, disabled_queue_counts_as_attached)
{
	int fd = abi_disabled();

	ASSERT_LE(0, fd);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(0, good(fd, &rows[i]))
			TH_LOG("%s", rows[i].name);
	}
	close(fd);
}

TEST_F(states, holder_of_the_descriptor_needs_no_right)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		union {
			int number;
			struct ifreq ifr;
		} room = { .number = rows[i].value };
		struct abi_call call = { self->attached, rows[i].cmd, (unsigned long)&room };

		if (rows[i].argument == VALUE)
			call.arg = rows[i].value;
		EXPECT_EQ(0, abi_as_nobody(abi_call, &call))
			TH_LOG("%s", rows[i].name);
	}
}

TEST_F(states, bad_pointer_is_efault)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].argument == VALUE)
			continue;
		EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, rows[i].cmd, tun_bad_pointer()))
			TH_LOG("%s", rows[i].name);
		EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, rows[i].cmd, 0))
			TH_LOG("%s with NULL", rows[i].name);
	}
}

TEST_F(states, unattached_is_judged_before_a_bad_pointer)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].argument == VALUE || rows[i].argument == IFREQ_IN)
			continue;
		EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, rows[i].cmd, tun_bad_pointer()))
			TH_LOG("%s", rows[i].name);
	}
}

TEST_F(states, bad_ifreq_of_socket_ioctls_is_judged_first)
{
	int fd = abi_deleted(ABI_SINGLE);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, SIOCGIFHWADDR, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, SIOCSIFHWADDR, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(fd, SIOCGIFHWADDR, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, tun_ioctl(fd, SIOCSIFHWADDR, tun_bad_pointer()));
	close(fd);
}

TEST_F(states, skns_alone_of_them_reads_no_ifreq)
{
	int ns = tun_ioctl(self->fresh, SIOCGSKNS, tun_bad_pointer());

	EXPECT_LE(0, ns);
	close(ns);
}

TEST_F(states, answer_to_read_only_memory_is_efault)
{
	struct ifreq ifr = {};
	void *page = abi_read_only(&ifr, sizeof(ifr));

	ASSERT_NE(NULL, page);
	EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, TUNGETIFF, (unsigned long)page));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, TUNGETSNDBUF, (unsigned long)page));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->attached, SIOCGIFHWADDR, (unsigned long)page));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fresh, TUNGETFEATURES, (unsigned long)page));
}

TEST_HARNESS_MAIN
