// SPDX-License-Identifier: GPL-2.0
/* TUNATTACHFILTER, TUNDETACHFILTER and TUNGETFILTER: states, memory, programs that are none */
#include "kselftest_harness.h"
#include "abi.h"
#include "classic.h"

#define TAP (IFF_TAP | IFF_MULTI_QUEUE)
/* The longest program that the kernel takes */
#define MOST 4096

static struct sock_filter pass[] = CLASSIC_SAYS(CLASSIC_ALL);

FIXTURE(classic_filter)
{
	int fd;
	int fresh;
	int tun;
};

FIXTURE_SETUP(classic_filter)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
	self->tun = abi_attach("t1", ABI_SINGLE);
	ASSERT_LE(0, self->tun);
	self->fresh = tun_open(O_NONBLOCK);
	ASSERT_LE(0, self->fresh);
}

FIXTURE_TEARDOWN(classic_filter)
{
	close(self->fresh);
	close(self->tun);
	close(self->fd);
}

/* Whether TUNGETIFF says that there is no filter; the device has packet information */
static int no_filter(int fd)
{
	int flags = abi_flags(fd);

	return flags < 0 ? flags : !!(flags & IFF_NOFILTER);
}

TEST_F(classic_filter, shows_in_tungetiff)
{
	EXPECT_EQ(1, no_filter(self->fd));
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, no_filter(self->fd));
	ASSERT_EQ(0, classic_detach(self->fd));
	EXPECT_EQ(1, no_filter(self->fd));
}

TEST_F(classic_filter, hides_behind_the_bit_of_iff_no_pi)
{
	int fd = abi_attach("t2", TAP | IFF_NO_PI);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, classic_attach(fd, pass, 1));
	EXPECT_EQ(1, no_filter(fd));
	close(fd);
}

TEST_F(classic_filter, takes_the_place_of_another)
{
	for (int i = 0; i < 20; i++)
		EXPECT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, no_filter(self->fd));
}

TEST_F(classic_filter, detaching_none_is_fine)
{
	EXPECT_EQ(0, classic_detach(self->fd));
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, classic_detach(self->fd));
	EXPECT_EQ(0, classic_detach(self->fd));
}

TEST_F(classic_filter, detaching_does_not_look_at_its_argument)
{
	EXPECT_EQ(0, tun_ioctl(self->fd, TUNDETACHFILTER, tun_bad_pointer()));
}

TEST_F(classic_filter, gives_back_zeros_before_any)
{
	struct sock_fprog prog = { .len = 7, .filter = pass };

	ASSERT_EQ(0, classic_get(self->fd, &prog));
	EXPECT_EQ(0, prog.len);
	EXPECT_EQ(NULL, prog.filter);
}

TEST_F(classic_filter, gives_back_the_numbers_that_it_was_given)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct sock_fprog prog = {};

	ASSERT_EQ(0, classic_attach(self->fd, code, 2));
	ASSERT_EQ(0, classic_get(self->fd, &prog));
	EXPECT_EQ(2, prog.len);
	EXPECT_EQ(&code[0], prog.filter);
}

TEST_F(classic_filter, gives_them_back_after_it_was_detached)
{
	struct sock_fprog prog = {};

	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	ASSERT_EQ(0, classic_detach(self->fd));
	ASSERT_EQ(0, classic_get(self->fd, &prog));
	EXPECT_EQ(1, prog.len);
	EXPECT_EQ(&pass[0], prog.filter);
}

/* The structure has a hole between its two members */
TEST_F(classic_filter, gives_back_nothing_between_them)
{
	unsigned char room[sizeof(struct sock_fprog)];
	struct sock_fprog prog;

	memset(&prog, 0, sizeof(prog));
	prog.len = 1;
	prog.filter = pass;
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNATTACHFILTER, (unsigned long)&prog));
	memset(room, 0xa5, sizeof(room));
	ASSERT_EQ(0, tun_ioctl(self->fd, TUNGETFILTER, (unsigned long)room));
	EXPECT_EQ(0, memcmp(&prog, room, sizeof(room)));
}

TEST_F(classic_filter, is_the_same_for_every_queue)
{
	int second = abi_attach("t0", TAP);
	struct sock_fprog prog = {};

	ASSERT_LE(0, second);
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, no_filter(second));
	ASSERT_EQ(0, classic_get(second, &prog));
	EXPECT_EQ(&pass[0], prog.filter);
	ASSERT_EQ(0, classic_detach(second));
	EXPECT_EQ(1, no_filter(self->fd));
	close(second);
}

#define END BPF_STMT(BPF_RET | BPF_A, 0)

static const struct bad {
	const char *name;
	struct sock_filter code[2];
} bad[] = {
	{ "no such instruction", { BPF_STMT(0xffff, 0), END } },
	{ "a jump beyond the end", { BPF_STMT(BPF_JMP | BPF_JA, 5), END } },
	{ "no end", { BPF_STMT(BPF_LD | BPF_IMM, 1), BPF_STMT(BPF_LD | BPF_IMM, 1) } },
	{ "a division by 0", { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), END } },
	{ "memory that was not set", { BPF_STMT(BPF_LD | BPF_MEM, 3), END } },
	{ "memory that is not there", { BPF_STMT(BPF_ST, 16), END } },
};

TEST_F(classic_filter, what_is_no_program_is_einval)
{
	struct sock_filter code[2];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(code, bad[i].code, sizeof(code));
		EXPECT_EQ(-EINVAL, classic_attach(self->fd, code, 2))
			TH_LOG("%s", bad[i].name);
	}
	EXPECT_EQ(1, no_filter(self->fd));
}

TEST_F(classic_filter, empty_or_too_long_is_einval)
{
	static struct sock_filter code[MOST + 1];

	for (size_t i = 0; i < ARRAY_SIZE(code); i++)
		code[i] = pass[0];
	EXPECT_EQ(-EINVAL, classic_attach(self->fd, code, 0));
	EXPECT_EQ(-EINVAL, classic_attach(self->fd, code, MOST + 1));
	EXPECT_EQ(-EINVAL, classic_attach(self->fd, NULL, 1));
	EXPECT_EQ(0, classic_attach(self->fd, code, 64));
}

TEST_F(classic_filter, bad_memory_is_efault)
{
	struct sock_filter *nowhere = (void *)tun_bad_pointer();

	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNATTACHFILTER, tun_bad_pointer()));
	EXPECT_EQ(-EFAULT, classic_attach(self->fd, nowhere, 1));
	EXPECT_EQ(-EFAULT, tun_ioctl(self->fd, TUNGETFILTER, tun_bad_pointer()));
}

/* In-tree forgets that it has one, and has its program all the same */
TEST_F(classic_filter, call_that_fails_leaves_the_old_one_in_place)
{
	struct sock_filter code[2];

	memcpy(code, bad[0].code, sizeof(code));
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	ASSERT_EQ(-EINVAL, classic_attach(self->fd, code, 2));
	EXPECT_EQ(0, no_filter(self->fd));
}

TEST_F(classic_filter, call_that_fails_is_not_given_back)
{
	struct sock_fprog prog = {};
	struct sock_filter code[2];

	memcpy(code, bad[0].code, sizeof(code));
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	ASSERT_EQ(-EINVAL, classic_attach(self->fd, code, 2));
	ASSERT_EQ(0, classic_get(self->fd, &prog));
	EXPECT_EQ(&pass[0], prog.filter);
}

/* In-tree has no queue to try it on, and takes anything */
TEST_F(classic_filter, what_is_no_program_is_einval_without_an_enabled_queue)
{
	struct sock_filter code[2];

	memcpy(code, bad[0].code, sizeof(code));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(-EINVAL, classic_attach(self->fd, code, 2));
}

/* It holds for enabled queues, and for this one once it is one */
TEST_F(classic_filter, disabled_queue_may_set_it)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(1, no_filter(self->fd));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, no_filter(self->fd));
}

TEST_F(classic_filter, queue_that_is_disabled_still_shows_it)
{
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, no_filter(self->fd));
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, no_filter(self->fd));
}

TEST_F(classic_filter, disabled_queue_shows_none_once_it_is_detached)
{
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, classic_detach(self->fd));
	EXPECT_EQ(1, no_filter(self->fd));
}

FIXTURE(classic_second)
{
	int first;
	int fd;
};

/* A second queue that wants no filter, of a device that has one and packet information */
FIXTURE_SETUP(classic_second)
{
	ASSERT_EQ(0, tun_dev_netns());
	self->first = abi_attach("t0", TAP);
	ASSERT_LE(0, self->first);
	ASSERT_EQ(0, classic_attach(self->first, pass, 1));
	self->fd = abi_attach("t0", TAP | IFF_NOFILTER);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(classic_second)
{
	close(self->fd);
	close(self->first);
}

TEST_F(classic_second, queue_that_wants_none_shows_none)
{
	EXPECT_EQ(1, no_filter(self->fd));
	EXPECT_EQ(0, no_filter(self->first));
}

TEST_F(classic_second, queue_that_wants_none_shows_the_next_one)
{
	ASSERT_EQ(0, classic_attach(self->fd, pass, 1));
	EXPECT_EQ(0, no_filter(self->fd));
	EXPECT_EQ(0, no_filter(self->first));
	ASSERT_EQ(0, classic_detach(self->first));
	EXPECT_EQ(1, no_filter(self->fd));
	EXPECT_EQ(1, no_filter(self->first));
}

TEST_F(classic_second, queue_that_wants_none_shows_one_once_it_is_enabled_again)
{
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(1, no_filter(self->fd));
	ASSERT_EQ(0, tun_dev_set_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, no_filter(self->fd));
}

TEST_F(classic_second, queue_that_wanted_none_of_another_device_shows_one)
{
	int other = abi_attach("t1", TAP);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, net_dellink("t0"));
	ASSERT_EQ(0, abi_set_iff(self->fd, "t1", TAP));
	ASSERT_EQ(0, classic_attach(other, pass, 1));
	EXPECT_EQ(0, no_filter(self->fd));
	close(other);
}

TEST_F(classic_second, next_device_of_a_descriptor_shows_none)
{
	ASSERT_EQ(0, net_dellink("t0"));
	ASSERT_EQ(0, abi_set_iff(self->first, "t1", TAP));
	EXPECT_EQ(1, no_filter(self->first));
}

/* Of the filter that it had with another device nothing is left when a disabled queue sets one */
TEST_F(classic_second, disabled_queue_of_the_next_device_shows_none)
{
	ASSERT_EQ(0, net_dellink("t0"));
	ASSERT_EQ(0, abi_set_iff(self->first, "t1", TAP));
	ASSERT_EQ(0, tun_dev_set_queue(self->first, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, classic_attach(self->first, pass, 1));
	EXPECT_EQ(1, no_filter(self->first));
}

TEST_F(classic_second, disabled_queue_that_came_before_it_shows_none)
{
	int third;

	ASSERT_EQ(0, classic_detach(self->first));
	third = abi_attach("t0", TAP);
	ASSERT_LE(0, third);
	ASSERT_EQ(0, tun_dev_set_queue(third, IFF_DETACH_QUEUE));
	ASSERT_EQ(0, classic_attach(self->first, pass, 1));
	EXPECT_EQ(1, no_filter(third));
	close(third);
}

TEST_F(classic_filter, tun_is_einval_whatever_the_memory)
{
	static const unsigned int numbers[] = { TUNATTACHFILTER, TUNDETACHFILTER, TUNGETFILTER };
	struct sock_fprog prog = { .len = 1, .filter = pass };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(-EINVAL, tun_ioctl(self->tun, numbers[i], (unsigned long)&prog));
		EXPECT_EQ(-EINVAL, tun_ioctl(self->tun, numbers[i], tun_bad_pointer()));
	}
}

TEST_F(classic_filter, descriptor_without_a_device_is_ebadfd_whatever_the_memory)
{
	static const unsigned int numbers[] = { TUNATTACHFILTER, TUNDETACHFILTER, TUNGETFILTER };
	struct sock_fprog prog = { .len = 1, .filter = pass };
	int gone = abi_deleted(TAP);

	ASSERT_LE(0, gone);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, numbers[i], (unsigned long)&prog));
		EXPECT_EQ(-EBADFD, tun_ioctl(self->fresh, numbers[i], tun_bad_pointer()));
		EXPECT_EQ(-EBADFD, tun_ioctl(gone, numbers[i], (unsigned long)&prog));
		EXPECT_EQ(-EBADFD, tun_ioctl(gone, numbers[i], tun_bad_pointer()));
	}
	close(gone);
}

TEST_F(classic_filter, needs_no_right)
{
	struct sock_fprog prog = { .len = 1, .filter = pass };
	struct abi_call attach = { self->fd, TUNATTACHFILTER, (unsigned long)&prog };
	struct abi_call detach = { self->fd, TUNDETACHFILTER, 0 };

	EXPECT_EQ(0, abi_as_nobody(abi_call, &attach));
	EXPECT_EQ(0, no_filter(self->fd));
	EXPECT_EQ(0, abi_as_nobody(abi_call, &detach));
	EXPECT_EQ(1, no_filter(self->fd));
}

/**
 * struct limit - the limit of the memory that filters of a socket may take
 * @home: the namespace that the test began in
 * @before: what the limit was
 */
struct limit {
	int home;
	char before[32];
};

FIXTURE(classic_limit)
{
	struct limit limit;
	int fd;
};

static int limit_save(struct limit *limit)
{
	int fd = open("/proc/sys/net/core/optmem_max", O_RDONLY);
	ssize_t len;

	limit->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || limit->home < 0)
		return -errno;
	len = read(fd, limit->before, sizeof(limit->before) - 1);
	close(fd);
	return len > 0 ? 0 : -EIO;
}

FIXTURE_SETUP(classic_limit)
{
	ASSERT_EQ(0, limit_save(&self->limit));
	/* It is the machine's before Linux 6.7, and the namespace's from then on. */
	ASSERT_EQ(0, net_sysctl("core/optmem_max", "2000"));
	ASSERT_EQ(0, tun_dev_netns());
	net_sysctl("core/optmem_max", "2000");
	self->fd = abi_attach("t0", TAP);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(classic_limit)
{
	close(self->fd);
	ASSERT_EQ(0, setns(self->limit.home, CLONE_NEWNET));
	ASSERT_EQ(0, net_sysctl("core/optmem_max", self->limit.before));
}

TEST_F(classic_limit, program_beyond_it_is_enomem)
{
	static struct sock_filter code[400];

	for (size_t i = 0; i < ARRAY_SIZE(code); i++)
		code[i] = pass[0];
	EXPECT_EQ(-ENOMEM, classic_attach(self->fd, code, ARRAY_SIZE(code)));
	EXPECT_EQ(1, no_filter(self->fd));
}

TEST_F(classic_limit, program_within_it_is_taken_again_and_again)
{
	static struct sock_filter code[20];

	for (size_t i = 0; i < ARRAY_SIZE(code); i++)
		code[i] = pass[0];
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(0, classic_attach(self->fd, code, ARRAY_SIZE(code)));
}

TEST_HARNESS_MAIN
