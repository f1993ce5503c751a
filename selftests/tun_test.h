/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which node is under test, and what differs between the two by nature.
 */
#ifndef SELFTESTS_TUN_TEST_H
#define SELFTESTS_TUN_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/if_tun.h>
#include <linux/if_tun_alt.h>

/*
 * When the harness takes a test for hung. Its half minute runs out in an emulated machine whose
 * host is busy: lifetime/order needs 9 s alone and took 39 s beside two other guests.
 */
#ifdef TEST_TIMEOUT_DEFAULT
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120
#endif

/*
 * What a count is divided by on this kernel: 1, or more on one that looks for faults and is so much
 * slower for it (TUN_TEST_DIVISOR, from the runner).
 */
static inline unsigned int tun_divisor(void)
{
	static unsigned int known;
	unsigned int n = __atomic_load_n(&known, __ATOMIC_RELAXED);
	const char *divisor;

	if (n)
		return n;
	divisor = getenv("TUN_TEST_DIVISOR");
	n = divisor ? strtoul(divisor, NULL, 0) : 0;
	n = n ? n : 1;
	__atomic_store_n(&known, n, __ATOMIC_RELAXED);
	return n;
}

/* How often something is done on this kernel that a healthy one does @count times; at least four */
static inline int scaled(int count)
{
	int least = count < 4 ? count : 4;
	int n = count / (int)tun_divisor();

	return n > least ? n : least;
}

#ifdef TEST_HARNESS_MAIN
/* The harness's time-outs are those of a stock kernel. */
static inline int tun_harness_run(int argc, char **argv)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;

	for (f = __fixture_list; f; f = f->next)
		for (t = f->tests; t; t = t->next)
			t->timeout *= tun_divisor() > 1 ? 5 : 1;
	return test_harness_run(argc, argv);
}

#define test_harness_run tun_harness_run
#endif

/* Whether the kernel is for @machine, by uname's name of it */
static inline bool machine_is(const char *machine)
{
	struct utsname name;

	return !uname(&name) && !strcmp(name.machine, machine);
}

/* The path of the node under test: the environment's TUN_NODE, else tun-alt's. */
static inline const char *tun_node(void)
{
	const char *node = getenv("TUN_NODE");

	return node && *node ? node : "/dev/" TUN_ALT_NODE_NAME;
}

/*
 * Whether the node under test is tun-alt's; for names that differ by nature, never for behaviour.
 */
static inline bool tun_is_alt(void)
{
	return !strcmp(tun_node(), "/dev/" TUN_ALT_NODE_NAME);
}

/* An open descriptor of the node, not attached; -errno if it cannot be had */
static inline int tun_open(int flags)
{
	int fd = open(tun_node(), O_RDWR | O_CLOEXEC | flags);

	return fd < 0 ? -errno : fd;
}

/* Whether the node under test has all bits of @flags among its features */
static inline bool tun_has(unsigned int flags)
{
	unsigned int features = 0;
	int fd = tun_open(0);

	if (fd < 0)
		return false;
	if (ioctl(fd, TUNGETFEATURES, &features))
		features = 0;
	close(fd);
	return (features & flags) == flags;
}

/* ioctl() that answers with what it returns, or with -errno */
static inline int tun_ioctl(int fd, unsigned long cmd, unsigned long arg)
{
	int ret = ioctl(fd, cmd, arg);

	return ret < 0 ? -errno : ret;
}

/* An address that no process has: what copies from or to it ends in EFAULT */
static inline unsigned long tun_bad_pointer(void)
{
	return 8;
}

#endif /* SELFTESTS_TUN_TEST_H */
