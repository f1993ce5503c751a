// SPDX-License-Identifier: GPL-2.0
/*
 * The corpus. A file's name is what is in it, so that the same program is one file.
 */
#include "corpus.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CORPUS_MOST 8192

/* A program is picked if it is rarer than so many others. */
#define RIVALS 3

/**
 * struct corpus - the programs
 * @dir: where their files are
 * @n: how many there are
 * @program: the programs
 * @edge: place of an edge that each was the first to run, 0 for none
 */
static struct corpus {
	const char *dir;
	unsigned int n;
	struct fuzz_program *program[CORPUS_MOST];
	unsigned int edge[CORPUS_MOST];
} corpus;

static bool keep(const struct fuzz_program *program, unsigned int edge)
{
	struct fuzz_program *copy;

	if (corpus.n == CORPUS_MOST)
		return false;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return false;
	*copy = *program;
	corpus.edge[corpus.n] = edge;
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
			keep(&program, 0);
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

/* How often that edge was run since; what is good for nothing new is not rare. */
static __u32 often(unsigned int at, const __u32 *ran)
{
	return corpus.edge[at] ? ran[corpus.edge[at]] : UINT32_MAX;
}

const struct fuzz_program *corpus_pick(struct fuzz_random *random, const __u32 *ran)
{
	unsigned int best = fuzz_below(random, corpus.n), other;

	for (int i = 0; i < RIVALS; i++) {
		other = fuzz_below(random, corpus.n);
		if (often(other, ran) < often(best, ran))
			best = other;
	}
	return corpus.program[best];
}

void corpus_found(unsigned int at, unsigned int edge)
{
	corpus.edge[at] = edge;
}

void corpus_add(const struct fuzz_program *program, unsigned int edge)
{
	static char text[FUZZ_TEXT];
	char path[4096];
	FILE *file;

	if (!keep(program, edge) || !corpus.dir)
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
