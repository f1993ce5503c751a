// SPDX-License-Identifier: GPL-2.0
/*
 * Linked into the test programs of a suite for one run of the fuzzer's: which edges of the module
 * they reach goes to the file $TUN_TEST_KCOV, a struct cover_edges that all of them share.
 *
 * KCOV is a task's. So that each is asked, what makes a task and what ends a process goes by way of
 * here (the linker's --wrap).
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi_kcov.h"
#include "cover.h"

#define KCOV_WORDS 0x10000
#define THREADS 64

static struct cover_edges *edges;

/* The process's own, and its threads' */
static struct cover *covers[THREADS];
static unsigned int nr_covers;

/* What calls tests look for in their own descriptors must not find ours. */
static void begin_task(void)
{
	unsigned int at = __atomic_fetch_add(&nr_covers, 1, __ATOMIC_RELAXED);
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct cover *cover = at < THREADS ? calloc(1, sizeof(*cover)) : NULL;

	if (!cover)
		return;
	pthread_mutex_lock(&lock);
	if (!cover_open(cover, KCOV_WORDS) && !cover_enable(cover))
		covers[at] = cover;
	pthread_mutex_unlock(&lock);
}

/* The parent's are not ours; its tasks go on writing there. */
static void begin_process(void)
{
	for (unsigned int i = 0; i < THREADS; i++)
		covers[i] = NULL;
	nr_covers = 0;
	begin_task();
}

static void end_process(void)
{
	for (unsigned int i = 0; edges && i < THREADS; i++)
		if (covers[i])
			cover_collect(covers[i], edges, NULL);
}

void __wrap__exit(int status)
{
	end_process();
	__real__exit(status);
}

struct start {
	void *(*routine)(void *arg);
	void *arg;
};

static void *begin_thread(void *arg)
{
	struct start start = *(struct start *)arg;

	free(arg);
	begin_task();
	return start.routine(start.arg);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
			  void *(*routine)(void *arg), void *arg)
{
	struct start *start = malloc(sizeof(*start));

	if (!start || !edges)
		return __real_pthread_create(thread, attr, routine, arg);
	*start = (struct start){ routine, arg };
	return __real_pthread_create(thread, attr, begin_thread, start);
}

static __attribute__((constructor)) void begin(void)
{
	const char *path = getenv("TUN_TEST_KCOV");
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
	void *area;

	if (fd < 0)
		return;
	if (!ftruncate(fd, sizeof(*edges)) && !cover_find_module()) {
		area = mmap(NULL, sizeof(*edges), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (area != MAP_FAILED)
			edges = area;
	}
	close(fd);
	if (!edges)
		return;
	pthread_atfork(NULL, NULL, begin_process);
	begin_process();
	atexit(end_process);
}
