// SPDX-License-Identifier: GPL-2.0
/*
 * KCOV of a thread, and edges out of it.
 */
#include "cover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

#define COVER_MODULE "tun_alt"

/**
 * struct cover_module - what this process knows of the module
 * @base: the lowest address of its functions
 * @size: from there to the end
 * @n: how many functions there are
 * @start: where they begin, sorted, and behind the last one where the module ends
 * @of: for each of @size bytes the number of the function
 * @fd: the descriptor of a cover_open() that is to become a cover_enable()
 */
static struct cover_module {
	unsigned long base;
	unsigned long size;
	unsigned int n;
	unsigned long start[COVER_FUNCTIONS + 1];
	unsigned short *of;
	int fd;
} module = { .fd = -1 };

/* Sections of the module's code that stay, besides .text */
static bool is_code(char type)
{
	return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

static int by_address(const void *a, const void *b)
{
	const unsigned long *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static int read_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512], name[256], owner[64], type;
	unsigned long address;

	while (file && fgets(line, sizeof(line), file)) {
		/* Nearly all lines are the kernel's. */
		if (!strstr(line, "[" COVER_MODULE "]"))
			continue;
		if (sscanf(line, "%lx %c %255s %63s", &address, &type, name, owner) != 4 ||
		    !is_code(type) || !address || module.n == COVER_FUNCTIONS)
			continue;
		module.start[module.n++] = address;
	}
	if (file)
		fclose(file);
	return module.n ? 0 : -ENOENT;
}

int cover_find_module(void)
{
	unsigned int i, at = 0;
	int ret = read_symbols();

	if (ret)
		return ret;
	qsort(module.start, module.n, sizeof(*module.start), by_address);
	module.base = module.start[0];
	/* The last function is taken to have a page. */
	module.size = module.start[module.n - 1] + 4096 - module.base;
	module.of = calloc(module.size, sizeof(*module.of));
	if (!module.of)
		return -ENOMEM;
	module.start[module.n] = module.base + module.size;
	for (i = 0; i < module.size; i++) {
		while (at < module.n - 1 && module.start[at + 1] <= module.base + i)
			at++;
		module.of[i] = at;
	}
	return 0;
}

/* Room for the count and the addresses */
int cover_open(struct cover *cover, size_t words)
{
	void *area;

	cover->area = NULL;
	module.fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (module.fd < 0)
		return -errno;
	if (ioctl(module.fd, KCOV_INIT_TRACE, words))
		goto err_close;
	area = mmap(NULL, words * sizeof(unsigned long), PROT_READ | PROT_WRITE, MAP_SHARED,
		    module.fd, 0);
	if (area == MAP_FAILED)
		goto err_close;
	cover->area = area;
	return 0;

err_close:
	close(module.fd);
	module.fd = -1;
	return -errno;
}

/* The mapping keeps it: no test shall find a descriptor that it did not open. */
int cover_enable(struct cover *cover)
{
	int ret = ioctl(module.fd, KCOV_ENABLE, KCOV_TRACE_PC) ? -errno : 0;

	if (!ret)
		__atomic_store_n(&cover->area[0], 0, __ATOMIC_RELAXED);
	close(module.fd);
	module.fd = -1;
	memset(cover->last, 0, sizeof(cover->last));
	return ret;
}

/* The place of an edge, which is put there if it is new; false if it is not new, or has no place */
static bool find(struct cover_edges *edges, __u64 edge, unsigned int *at)
{
	*at = (edge * 11400714819323198485ULL) >> 48;
	for (unsigned int i = 0; i < COVER_EDGES; i++, *at = (*at + 1) % COVER_EDGES) {
		__u64 *place = &edges->edge[*at], empty = 0;

		if (__atomic_load_n(place, __ATOMIC_RELAXED) == edge)
			return false;
		if (!__atomic_load_n(place, __ATOMIC_RELAXED) &&
		    __atomic_compare_exchange_n(place, &empty, edge, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
		if (empty == edge)
			return false;
	}
	return false;
}

bool cover_has(const struct cover_edges *edges, __u64 edge)
{
	unsigned int at = (edge * 11400714819323198485ULL) >> 48;

	for (unsigned int i = 0; i < COVER_EDGES; i++, at++) {
		__u64 there = edges->edge[at % COVER_EDGES];

		if (there == edge || !there)
			return there;
	}
	return false;
}

/* Offsets are counted from 1: 0 is what comes before the first block of a function, the lowest. */
static bool step(struct cover *cover, struct cover_edges *edges, __u32 *ran, unsigned long pc)
{
	static __u32 first[COVER_FUNCTIONS];
	unsigned long offset = pc - module.base;
	unsigned int function, at;
	__u32 from, to;
	bool new;

	if (offset >= module.size)
		return false;
	to = offset + 1;
	function = module.of[offset];
	if (!first[function] || to < first[function])
		first[function] = to;
	from = to == first[function] ? 0 : cover->last[function];
	cover->last[function] = to;
	new = find(edges, (__u64)from << 32 | to, &at);
	if (new) {
		__atomic_add_fetch(&edges->n, 1, __ATOMIC_RELAXED);
		cover->newest = at;
	}
	if (ran)
		__atomic_add_fetch(&ran[at], 1, __ATOMIC_RELAXED);
	return new;
}

unsigned int cover_collect(struct cover *cover, struct cover_edges *edges, __u32 *ran)
{
	unsigned long n, i;
	unsigned int new = 0;

	if (!cover->area)
		return 0;
	n = __atomic_load_n(&cover->area[0], __ATOMIC_RELAXED);
	for (i = 0; i < n; i++)
		new += step(cover, edges, ran, cover->area[i + 1]);
	__atomic_store_n(&cover->area[0], 0, __ATOMIC_RELAXED);
	return new;
}
