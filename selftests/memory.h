/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of its own memory, in kB of /proc/meminfo */
#ifndef SELFTESTS_MEMORY_H
#define SELFTESTS_MEMORY_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/**
 * struct memory - kernel memory in kB
 * @slab: Slab
 * @percpu: Percpu
 * @vmalloc: VmallocUsed
 */
struct memory {
	long slab;
	long percpu;
	long vmalloc;
};

static inline struct memory memory_now(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	struct memory memory = {};
	char line[128], name[64];
	long value;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %ld", name, &value) != 2)
			continue;
		if (!strcmp(name, "Slab"))
			memory.slab = value;
		else if (!strcmp(name, "Percpu"))
			memory.percpu = value;
		else if (!strcmp(name, "VmallocUsed"))
			memory.vmalloc = value;
	}
	if (f)
		fclose(f);
	return memory;
}

/* Lets RCU, work items and lazy vmalloc end, and throws caches away that are not ours */
static inline void memory_settle(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	sleep(1);
	if (fd >= 0) {
		if (write(fd, "3", 1) != 1)
			perror("drop_caches");
		close(fd);
	}
	sleep(1);
}

#endif
