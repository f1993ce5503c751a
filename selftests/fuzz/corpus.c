// SPDX-License-Identifier: GPL-2.0
/*
 * The corpus. A file's name is what is in it, so that the same program is one file.
 */
#include "corpus.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CORPUS_MOST 8192

static struct corpus {
	const char *dir;
	unsigned int n;
	struct fuzz_program *program[CORPUS_MOST];
} corpus;

static bool keep(const struct fuzz_program *program)
{
	struct fuzz_program *copy;

	if (corpus.n == CORPUS_MOST)
		return false;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return false;
	*copy = *program;
	corpus.program[corpus.n++] = copy;
	return true;
}

/* FNV-1a of the text */
static __u64 hash(const char *text)
{
	__u64 h = 14695981039346656037ULL;

	while (*text)
		h = (h ^ (unsigned char)*text++) * 1099511628211ULL;
	return h;
}

unsigned int corpus_open(const char *dir)
{
	struct fuzz_program program;
	struct dirent **list;
	char path[4096];
	int n;

	corpus.dir = dir;
	mkdir(dir, 0777);
	n = scandir(dir, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		/* A program of an older table may have calls that are none any more. */
		if (strstr(list[i]->d_name, ".prog") && !fuzz_load(path, &program))
			keep(&program);
		free(list[i]);
	}
	return corpus.n;
}

unsigned int corpus_size(void)
{
	return corpus.n;
}

const struct fuzz_program *corpus_at(unsigned int at)
{
	return corpus.program[at];
}

const struct fuzz_program *corpus_pick(struct fuzz_random *random)
{
	unsigned int newest = corpus.n < 32 ? corpus.n : 32;

	if (fuzz_once_in(random, 3))
		return corpus.program[corpus.n - 1 - fuzz_below(random, newest)];
	return corpus.program[fuzz_below(random, corpus.n)];
}

void corpus_add(const struct fuzz_program *program)
{
	static char text[FUZZ_TEXT];
	char path[4096];
	FILE *file;

	if (!keep(program) || !corpus.dir)
		return;
	fuzz_print(program, text, sizeof(text));
	snprintf(path, sizeof(path), "%s/%016llx.prog", corpus.dir,
		 (unsigned long long)hash(text));
	file = fopen(path, "w");
	if (!file)
		return;
	fputs(text, file);
	fclose(file);
}
