/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One call, failed at its first allocation or copy of user memory, then at its second, and so on
 * until it needs no more of them. The kernel does it: /proc/thread-self/fail-nth fails the n-th
 * allocation of slab or pages, or user copy, that this task asks for, and says afterwards whether
 * there was an n-th. Kernels without fault injection have no such file.
 *
 * Now and then an object needs a new page, more often where KASAN keeps what was freed, and the
 * n-th is another one then than at the last call. A short way is gone several times, so that what
 * one round has missed another one meets.
 */
#ifndef SELFTESTS_FAULTS_FAULT_H
#define SELFTESTS_FAULTS_FAULT_H

#include <stdio.h>
#include <sys/mman.h>

#include "tun_dev.h"

/* No call needs so many: one that does goes round in circles */
#define FAULT_MOST 3000
/* How often a way is gone at most, and how many faults are enough not to go it again */
#define FAULT_ROUNDS 4
#define FAULT_ENOUGH 100

/* Errnos that a call has beside those of its path */
#define FAULT_ERRNOS 8

/**
 * struct fault - a call on its way through all its faults
 * @errnos: what it may answer, up to the first 0
 * @n: which allocation or copy is to fail
 * @done: it asked for fewer than @n
 * @rounds: how often all faults of the way are done
 * @fd: fail-nth of this task
 * @fired: whether the last call met its fault
 * @injected: how many calls did
 * @refused: how many of these told so by an errno
 * @wrong: how many by one that is not in @errnos
 * @seen: how many of each errno
 */
struct fault {
	int errnos[FAULT_ERRNOS];
	int n;
	bool done;
	int rounds;
	int fd;
	bool fired;
	int injected;
	int refused;
	int wrong;
	int seen[256];
};

/* To repeat one: FAULT_FIRST=N begins with the n-th, with FAULT_VERBOSE=1 the kernel tells where */
static inline int fault_setting(const char *name)
{
	const char *value = getenv(name);

	return value ? atoi(value) : 0;
}

#define FAULT(...) { .errnos = { __VA_ARGS__ }, .fd = -1 }

/* Writes a word to a file below debugfs; 0 or -errno */
static inline int fault_debugfs(const char *dir, const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", dir, file);
	return net_write_file(path, value);
}

/* Every allocation may fail, those that could wait among them, silently; 0 or -errno */
static inline int fault_configure(void)
{
	static const char *const settings[][3] = {
		{ "failslab", "ignore-gfp-wait", "N" },
		{ "failslab", "verbose", "0" },
		{ "failslab", "times", "-1" },
		{ "fail_page_alloc", "ignore-gfp-wait", "N" },
		{ "fail_page_alloc", "ignore-gfp-highmem", "N" },
		{ "fail_page_alloc", "min-order", "0" },
		{ "fail_page_alloc", "verbose", "0" },
		{ "fail_page_alloc", "times", "-1" },
		{ "fail_usercopy", "verbose", "0" },
		{ "fail_usercopy", "times", "-1" },
	};
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(settings); i++) {
		bool loud = settings[i][1][0] == 'v' && fault_setting("FAULT_VERBOSE");

		ret = fault_debugfs(settings[i][0], settings[i][1], loud ? "2" : settings[i][2]);
	}
	/* A page that is not there yet would be one of the call's allocations. */
	if (!ret && mlockall(MCL_CURRENT | MCL_FUTURE))
		ret = -errno;
	return ret;
}

static inline void fault_set(struct fault *f, int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	/* A fault that is still to come hits the copy of this text, and is gone then. */
	if (write(f->fd, text, len) < 0 && n)
		abort();
}

/* Before the first fault of a round */
static inline int fault_before_first(void)
{
	int first = fault_setting("FAULT_FIRST");

	return first ? first - 1 : 0;
}

/* The next fault; false when there is none left. The loop's head. */
static inline bool fault_next(struct fault *f)
{
	if (f->fd < 0) {
		f->fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
		if (f->fd < 0)
			abort();
		f->n = fault_before_first();
	}
	if (f->done && ++f->rounds < FAULT_ROUNDS && f->injected && f->injected < FAULT_ENOUGH) {
		f->done = false;
		f->n = fault_before_first();
	}
	return !f->done && ++f->n <= FAULT_MOST;
}

static inline void fault_arm(struct fault *f)
{
	fault_set(f, f->n);
}

/* The call is over: 0 says that it met its fault */
static inline void fault_stop(struct fault *f)
{
	int saved = errno;
	char text[16] = "";

	/* If one is left, this copy may be it, and it is not the call's. */
	f->fired = pread(f->fd, text, sizeof(text) - 1, 0) > 0 && !strtol(text, NULL, 10);
	fault_set(f, 0);
	f->done = !f->fired;
	f->injected += f->fired;
	errno = saved;
}

static inline bool fault_may_say(const struct fault *f, int err)
{
	for (int i = 0; i < FAULT_ERRNOS && f->errnos[i]; i++)
		if (f->errnos[i] == err)
			return true;
	return false;
}

/* What the call answered: 0 or more, or -errno; comes back */
static inline int fault_judge(struct fault *f, int ret)
{
	if (fault_setting("FAULT_VERBOSE"))
		printf("# fault %d: %d\n", f->n, ret);
	if (ret >= 0)
		return ret;
	f->refused += f->fired;
	f->seen[-ret & 255]++;
	if (f->fired && fault_may_say(f, -ret))
		return ret;
	f->wrong++;
	printf("# fault %d: %s\n", f->n, strerrorname_np(-ret));
	return ret;
}

/* An expression that is 0 or more, or -errno, and makes no other system call than the one */
#define fault_call(f, call)				\
({							\
	struct fault *fault_this = (f);			\
	int fault_ret;					\
							\
	fault_arm(fault_this);				\
	fault_ret = (call);				\
	fault_stop(fault_this);				\
	fault_judge(fault_this, fault_ret);		\
})

/* A system call that sets errno, as fault_call() wants it */
#define fault_errno(call)				\
({							\
	long fault_answer = (long)(call);		\
							\
	(int)(fault_answer < 0 ? -errno : fault_answer);\
})

/* The loop is over: how it went, as a diagnostic */
static inline void fault_tell(struct fault *f, const char *what)
{
	printf("# %s: %d faults, %d refused:", what, f->injected, f->refused);
	for (int i = 0; i < 256; i++)
		if (f->seen[i])
			printf(" %s %d", strerrorname_np(i), f->seen[i]);
	printf("\n");
	close(f->fd);
}

/* The same; there was a fault, each had an errno that is documented, and they came to an end */
static inline void fault_end(struct __test_metadata *_metadata, struct fault *f, const char *what)
{
	fault_tell(f, what);
	EXPECT_LT(0, f->injected)
		TH_LOG("%s", what);
	EXPECT_EQ(0, f->wrong)
		TH_LOG("%s", what);
	EXPECT_TRUE(f->done)
		TH_LOG("%s", what);
}

#endif /* SELFTESTS_FAULTS_FAULT_H */
