// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that wait for programs. What comes before the first call of another thread than the first
 * is done alone; the rest, each thread's calls in their order, is done together.
 */
#include "execute.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#define KCOV_WORDS 0x10000

/* Calls that wait for what never comes are ended by a signal; one that goes on is a fault. */
#define TICK_MS 20
#define STUCK_TICKS 10
#define STUCK_ALONE_TICKS 2
#define DEAD_TICKS (180 * 1000 / TICK_MS)

#define MOST_OPS 128

struct cover_edges execute_edges;
__u32 execute_ran[COVER_EDGES];
struct execute_count execute_counts[MOST_OPS];
bool execute_verbose;

/**
 * struct crew - the threads and what they work on
 * @lock: guards the rest, but what is said of a field
 * @go: there is a program
 * @done: a thread is through with it
 * @busy: threads that are not through yet
 * @from: the first call to do
 * @to: the one behind the last
 * @program: the program
 * @thread: the threads
 * @task: what each works with
 * @working: which are busy, or are to be
 * @progress: calls that are through; atomic
 * @new: edges that were not known; atomic
 * @last: behind the last call that brought one; atomic
 * @newest: place of one of those; atomic
 */
static struct crew {
	pthread_mutex_t lock;
	pthread_cond_t go;
	pthread_cond_t done;
	unsigned int busy;
	unsigned int from;
	unsigned int to;
	const struct fuzz_program *program;
	pthread_t thread[FUZZ_THREADS];
	struct fuzz_task task[FUZZ_THREADS];
	bool working[FUZZ_THREADS];
	unsigned long progress;
	unsigned int new;
	unsigned int last;
	unsigned int newest;
} crew = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.go = PTHREAD_COND_INITIALIZER,
	.done = PTHREAD_COND_INITIALIZER,
};

static void note_edges(unsigned int new, unsigned int newest, unsigned int at)
{
	unsigned int last = __atomic_load_n(&crew.last, __ATOMIC_RELAXED);

	if (!new)
		return;
	__atomic_add_fetch(&crew.new, new, __ATOMIC_RELAXED);
	__atomic_store_n(&crew.newest, newest, __ATOMIC_RELAXED);
	while (last < at + 1 &&
	       !__atomic_compare_exchange_n(&crew.last, &last, at + 1, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED))
		;
}

static void run_call(struct fuzz_task *task, const struct fuzz_call *call, unsigned int at)
{
	const struct fuzz_op *op = &fuzz_ops[call->op];
	long ret = op->run(task, op, call->arg);
	unsigned int new;

	__atomic_add_fetch(&execute_counts[call->op].calls, 1, __ATOMIC_RELAXED);
	if (ret >= 0)
		__atomic_add_fetch(&execute_counts[call->op].good, 1, __ATOMIC_RELAXED);
	if (execute_verbose)
		fprintf(stderr, "%u: %u %s: %ld\n", at, call->thread, op->name, ret);
	new = cover_collect(&task->cover, &execute_edges, execute_ran);
	note_edges(new, task->cover.newest, at);
	__atomic_add_fetch(&crew.progress, 1, __ATOMIC_RELAXED);
}

/* Root in the first namespace, wherever the program went */
static void go_home(struct fuzz_task *task)
{
	if (!task->away)
		return;
	syscall(SYS_setresuid, -1, 0, -1);
	setns(world.space[0].ns, CLONE_NEWNET);
	task->away = false;
}

static void run_share(unsigned int me)
{
	for (unsigned int i = crew.from; i < crew.to; i++)
		if (crew.program->call[i].thread == me)
			run_call(&crew.task[me], &crew.program->call[i], i);
}

static void *work(void *arg)
{
	unsigned int me = (struct fuzz_task *)arg - crew.task;
	struct cover *cover = &crew.task[me].cover;

	/* One after the other: a descriptor of KCOV is between the two functions. */
	pthread_mutex_lock(&crew.lock);
	if (!cover_open(cover, KCOV_WORDS) && cover_enable(cover))
		cover->area = NULL;
	for (;;) {
		while (!crew.working[me])
			pthread_cond_wait(&crew.go, &crew.lock);
		pthread_mutex_unlock(&crew.lock);
		if (cover->area)
			__atomic_store_n(&cover->area[0], 0, __ATOMIC_RELAXED);
		run_share(me);
		go_home(&crew.task[me]);
		pthread_mutex_lock(&crew.lock);
		crew.working[me] = false;
		crew.busy--;
		pthread_cond_signal(&crew.done);
	}
	return NULL;
}

static void say_stuck(void)
{
	fprintf(stderr, "fuzz: a call does not end\n");
	if (system("grep -H . /proc/[0-9]*/task/*/stack | grep -A 8 tun_alt >&2"))
		fprintf(stderr, "fuzz: no stack has the module in it\n");
	exit(4);
}

static void tick(struct timespec *until)
{
	clock_gettime(CLOCK_REALTIME, until);
	until->tv_nsec += TICK_MS * 1000000L;
	if (until->tv_nsec >= 1000000000L) {
		until->tv_nsec -= 1000000000L;
		until->tv_sec++;
	}
}

/* Until all are through; a signal ends what waits for @most ticks alike. The lock is held. */
static void wait_for_all(unsigned int most)
{
	unsigned long seen = crew.progress;
	unsigned int still = 0, all = 0;
	struct timespec until;

	while (crew.busy) {
		tick(&until);
		if (pthread_cond_timedwait(&crew.done, &crew.lock, &until) != ETIMEDOUT)
			continue;
		still = seen == __atomic_load_n(&crew.progress, __ATOMIC_RELAXED) ? still + 1 : 0;
		seen = __atomic_load_n(&crew.progress, __ATOMIC_RELAXED);
		all = still ? all + 1 : 0;
		if (all > DEAD_TICKS)
			say_stuck();
		if (still < most)
			continue;
		for (int i = 0; i < FUZZ_THREADS; i++)
			if (crew.working[i])
				pthread_kill(crew.thread[i], SIGUSR1);
	}
}

/* The first @threads do what is theirs of the calls from @from to before @to. The lock is held. */
static void run_threads(unsigned int from, unsigned int to, unsigned int threads)
{
	crew.from = from;
	crew.to = to;
	crew.busy = threads;
	for (unsigned int i = 0; i < threads; i++)
		crew.working[i] = true;
	pthread_cond_broadcast(&crew.go);
	/* Nobody else would send what one thread waits for. */
	wait_for_all(threads == 1 ? STUCK_ALONE_TICKS : STUCK_TICKS);
}

struct fuzz_result fuzz_execute(const struct fuzz_program *program)
{
	unsigned int together = 0;

	while (together < program->calls && !program->call[together].thread)
		together++;
	crew.new = 0;
	crew.last = 0;
	pthread_mutex_lock(&crew.lock);
	crew.program = program;
	run_threads(0, together, 1);
	if (together < program->calls)
		run_threads(together, program->calls, FUZZ_THREADS);
	pthread_mutex_unlock(&crew.lock);
	world_tidy();
	return (struct fuzz_result){ crew.new, crew.last, crew.newest };
}

static void ignore(int signal)
{
}

int fuzz_execute_setup(void)
{
	struct sigaction action = { .sa_handler = ignore };
	int ret = cover_find_module();

	if (ret)
		fprintf(stderr, "fuzz: the module is not loaded, or shows no addresses\n");
	/* No restart: a call that was ended is to end. */
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGIO, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (!ret)
		ret = world_setup();
	if (ret) {
		fprintf(stderr, "fuzz: the world: %s\n", strerror(-ret));
		return -1;
	}
	for (int i = 0; i < FUZZ_THREADS; i++) {
		ret = world_setup_task(&crew.task[i]);
		if (ret || pthread_create(&crew.thread[i], NULL, work, &crew.task[i])) {
			fprintf(stderr, "fuzz: thread %d: %s\n", i, strerror(-ret));
			return -1;
		}
	}
	return 0;
}

void fuzz_count_print(FILE *to)
{
	fprintf(to, "%-20s %9s %9s\n", "operation", "calls", "good");
	for (unsigned int i = 0; i < fuzz_nr_ops; i++)
		if (execute_counts[i].calls)
			fprintf(to, "%-20s %9lu %8lu%%\n", fuzz_ops[i].name,
				execute_counts[i].calls,
				execute_counts[i].good * 100 / execute_counts[i].calls);
}
