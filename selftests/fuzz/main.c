// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer's command line, and its loop.
 *
 *	fuzz --fuzz SECONDS DIR [SEED]	corpus, last programs and edges are in DIR
 *	fuzz --run FILE [TIMES]		runs a program
 *	fuzz --shrink FILE DIR		leaves out calls; DIR/candidate is what is tried
 *	fuzz --recent FILE BACK		prints the BACKth program before the last
 *	fuzz --compare EDGES EDGES N	how many of the first are among the second; fails below N %
 *	fuzz --check FILE...		whether the files are programs
 *	fuzz --syzkaller		the table in syzkaller's language
 *
 * Exit status: 3 if the kernel complained, 4 if a call does not end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "corpus.h"
#include "execute.h"
#include "recent.h"

#define SPLAT 3
#define SAY_SECONDS 30

/* Programs of a corpus that is no good yet, and how often a new one is gone on with */
#define FEW 32
#define FRESH_TIMES 4

static time_t now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec;
}

/* What it takes to run one program; exits if the kernel complains of it */
static struct fuzz_result run(const struct fuzz_program *program)
{
	struct fuzz_result result;

	recent_note(program);
	result = fuzz_execute(program);
	if (recent_splat())
		exit(SPLAT);
	return result;
}

/*
 * What is new is gone on with some times before anything else is tried, once there are some
 * programs: what a device is made to be, and what is then done with it, are calls of one program.
 */
static struct fresh {
	struct fuzz_program program;
	unsigned int left;
} fresh;

static void choose(struct fuzz_random *random, struct fuzz_program *program)
{
	if (fresh.left) {
		fresh.left--;
		*program = fresh.program;
		fuzz_extend(random, program);
		return;
	}
	/* Few programs are not worth much change. */
	if (!corpus_size() || fuzz_once_in(random, corpus_size() < FEW ? 2 : 6)) {
		fuzz_generate(random, program);
		return;
	}
	*program = *corpus_pick(random, execute_ran);
	fuzz_mutate(random, program, corpus_pick(random, execute_ran));
}

/* What came after the last new edge was no part of it, if there was one thread alone. */
static void keep(struct fuzz_program *program, const struct fuzz_result *result)
{
	bool alone = true;

	for (unsigned int i = 0; i < program->calls; i++)
		alone = alone && !program->call[i].thread;
	if (alone)
		program->calls = result->last;
	corpus_add(program, result->newest);
	if (corpus_size() < FEW)
		return;
	fresh.program = *program;
	fresh.left = FRESH_TIMES;
}

static void say(unsigned long programs, time_t seconds)
{
	unsigned long calls = 0, good = 0;

	for (unsigned int i = 0; i < fuzz_nr_ops; i++) {
		calls += execute_counts[i].calls;
		good += execute_counts[i].good;
	}
	printf("%ld s: %lu programs (%.1f/s), %lu calls, %lu%% succeeded, %llu edges, corpus %u\n",
	       (long)seconds, programs, seconds ? (double)programs / seconds : 0.0, calls,
	       calls ? good * 100 / calls : 0, (unsigned long long)execute_edges.n, corpus_size());
	fflush(stdout);
}

static int save_edges(const char *dir)
{
	char path[4096];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "%s/edges.fuzz", dir);
	file = fopen(path, "w");
	ok = file && fwrite(&execute_edges, sizeof(execute_edges), 1, file) == 1;
	if (!ok)
		perror(path);
	return file && !fclose(file) && ok ? 0 : 1;
}

static int fuzz(long seconds, const char *dir, __u64 seed)
{
	struct fuzz_random random = { seed };
	struct fuzz_program program;
	struct fuzz_result result;
	time_t begin, said = 0;
	unsigned long programs = 0;
	unsigned int old;
	char path[4096];

	snprintf(path, sizeof(path), "%s/recent", dir);
	if (recent_open(path) || fuzz_execute_setup())
		return 1;
	snprintf(path, sizeof(path), "%s/corpus", dir);
	old = corpus_open(path);
	printf("seed %llu, %u programs in the corpus\n", (unsigned long long)seed, old);
	recent_watch();
	begin = now();
	while (now() - begin < seconds) {
		if (programs < old)
			program = *corpus_at(programs);
		else
			choose(&random, &program);
		result = run(&program);
		if (result.edges && programs < old)
			corpus_found(programs, result.newest);
		else if (result.edges)
			keep(&program, &result);
		programs++;
		if (now() - said < SAY_SECONDS)
			continue;
		said = now();
		say(programs, said - begin);
	}
	fuzz_count_print(stdout);
	say(programs, now() - begin);
	return save_edges(dir);
}

static int replay(const char *path, int times)
{
	struct fuzz_program program;

	if (fuzz_load(path, &program) || fuzz_execute_setup())
		return 1;
	recent_watch();
	for (int i = 0; i < times; i++) {
		execute_verbose = !i;
		run(&program);
	}
	return 0;
}

static void without(const struct fuzz_program *program, unsigned int from, unsigned int n,
		    struct fuzz_program *rest)
{
	*rest = *program;
	rest->calls -= n;
	memmove(&rest->call[from], &rest->call[from + n],
		(rest->calls - from) * sizeof(*rest->call));
}

/* All calls are one thread's; whether they were not before */
static bool with_one_thread(const struct fuzz_program *program, struct fuzz_program *rest)
{
	bool several = false;

	*rest = *program;
	for (unsigned int i = 0; i < rest->calls; i++) {
		several = several || rest->call[i].thread;
		rest->call[i].thread = 0;
	}
	return several;
}

static void try_candidate(const struct fuzz_program *program, const char *dir)
{
	static char text[FUZZ_TEXT];
	char path[4096];
	FILE *file;

	fuzz_print(program, text, sizeof(text));
	snprintf(path, sizeof(path), "%s/candidate", dir);
	file = fopen(path, "w");
	if (file)
		fputs(text, file);
	if (!file || fclose(file)) {
		perror(path);
		exit(1);
	}
	for (int i = 0; i < 10; i++)
		run(program);
}

/*
 * One thread, then without halves, quarters, and so on down to single calls. The boot ends with the
 * first that the kernel complains of, and that is the program of the next boot.
 */
static int shrink(const char *path, const char *dir)
{
	struct fuzz_program program, rest;

	if (fuzz_load(path, &program) || fuzz_execute_setup())
		return 1;
	recent_watch();
	if (with_one_thread(&program, &rest))
		try_candidate(&rest, dir);
	for (unsigned int n = program.calls / 2; n; n /= 2)
		for (unsigned int at = 0; at + n <= program.calls; at += n) {
			without(&program, at, n, &rest);
			try_candidate(&rest, dir);
		}
	return 0;
}

static int read_edges(const char *path, struct cover_edges *edges)
{
	FILE *file = fopen(path, "r");
	bool ok = file && fread(edges, sizeof(*edges), 1, file) == 1;

	if (!ok)
		fprintf(stderr, "%s: holds no edges\n", path);
	if (file)
		fclose(file);
	return ok ? 0 : 1;
}

static int compare(const char *want, const char *got, unsigned int least)
{
	static struct cover_edges first, second;
	unsigned int n = 0, both = 0;

	if (read_edges(want, &first) || read_edges(got, &second))
		return 1;
	for (unsigned int i = 0; i < COVER_EDGES; i++) {
		if (!first.edge[i])
			continue;
		n++;
		if (cover_has(&second, first.edge[i]))
			both++;
		else if (getenv("FUZZ_SHOW"))
			printf("%llx\n", (unsigned long long)first.edge[i]);
	}
	printf("%u of %u, %u%%\n", both, n, n ? both * 100 / n : 0);
	return n && both * 100 >= least * n ? 0 : 1;
}

static int check(char **paths)
{
	struct fuzz_program program;
	int bad = 0;

	for (; *paths; paths++)
		bad |= fuzz_load(*paths, &program);
	return bad ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "--syzkaller")) {
		fuzz_syzkaller(stdout);
		return 0;
	}
	if (!strcmp(what, "--check"))
		return check(argv + 2);
	if (!strcmp(what, "--fuzz") && argc > 3)
		return fuzz(atol(argv[2]), argv[3], argc > 4 ? strtoull(argv[4], NULL, 0) :
							       (__u64)time(NULL));
	if (!strcmp(what, "--run") && argc > 2)
		return replay(argv[2], argc > 3 ? atoi(argv[3]) : 1);
	if (!strcmp(what, "--shrink") && argc > 3)
		return shrink(argv[2], argv[3]);
	if (!strcmp(what, "--recent") && argc > 3)
		return recent_print(argv[2], atoi(argv[3]));
	if (!strcmp(what, "--compare") && argc > 4)
		return compare(argv[2], argv[3], atoi(argv[4]));
	fprintf(stderr, "usage: %s --fuzz SECONDS DIR [SEED] | --run FILE [TIMES] | ...\n", *argv);
	return 2;
}
