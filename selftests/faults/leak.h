/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kmemleak found while a program ran. It takes memory for leaked that nothing points at, once
 * it is 5 s old and two looks have not found a pointer; a look takes seconds, so that there is one
 * test of it a program, and this file is included after the others.
 */
#ifndef SELFTESTS_FAULTS_LEAK_H
#define SELFTESTS_FAULTS_LEAK_H

#include <stdio.h>
#include <string.h>

#include "net_test.h"

#define LEAK_FILE "/sys/kernel/debug/kmemleak"

/* kmemleak's own limit is 5 s */
#define LEAK_AGE_MS 5500

/* 0 or -errno; -EBUSY if kmemleak has given up */
static inline int leak_write(const char *word)
{
	return net_write_file(LEAK_FILE, word);
}

/*
 * Prints what is lost; how many objects, or -errno. Whoever asked for them: a packet that the
 * driver forgets was made by the stack.
 */
static inline int leak_report(void)
{
	FILE *f = fopen(LEAK_FILE, "r");
	char line[512];
	int objects = 0;

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		objects += !strncmp(line, "unreferenced object", 19);
		printf("# %s", line);
	}
	fclose(f);
	return objects;
}

/* The same after two looks */
static inline int leak_look(void)
{
	int ret;

	net_sleep_ms(LEAK_AGE_MS);
	ret = leak_write("scan");
	if (!ret)
		ret = leak_write("scan");
	return ret ? ret : leak_report();
}

/* Tests without a fixture are run before all others. */
FIXTURE(leak)
{
};

FIXTURE_SETUP(leak)
{
}

FIXTURE_TEARDOWN(leak)
{
}

TEST_F(leak, nothing_is_lost)
{
	if (access(LEAK_FILE, F_OK))
		SKIP(return, "no kmemleak here");
	EXPECT_EQ(0, leak_look());
	EXPECT_EQ(0, leak_write("clear"));
}

#endif /* SELFTESTS_FAULTS_LEAK_H */
