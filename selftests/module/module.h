/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading and unloading the module under test by system call. The file is in the
 * environment's TUN_ALT_KO; every test leaves the module loaded with its defaults.
 */
#ifndef SELFTESTS_MODULE_H
#define SELFTESTS_MODULE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module_file.h"

#define MODULE_NAME "tun_alt"

static inline const char *module_path(void)
{
	return module_file("TUN_ALT_KO");
}

static inline int module_is_loaded(void)
{
	return !access("/sys/module/" MODULE_NAME, F_OK);
}

/* 0 or -errno */
static inline int module_load(const char *parameters)
{
	return module_file_load(module_path(), parameters);
}

/* 0; -EAGAIN while somebody uses it */
static inline int module_unload(void)
{
	return module_file_unload(MODULE_NAME);
}

/* The module as the next test expects it; 0 or -errno */
static inline int module_reset(void)
{
	int ret = module_is_loaded() ? module_unload() : 0;

	return ret ? ret : module_load("");
}

/* Number of those who use it, -1 when it is not there */
static inline int module_users(void)
{
	FILE *f = fopen("/sys/module/" MODULE_NAME "/refcnt", "r");
	int users = -1;

	if (f && fscanf(f, "%d", &users) != 1)
		users = -1;
	if (f)
		fclose(f);
	return users;
}

/* The end of the kernel log: what follows is read from here */
static inline int module_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* True when a line with all of @words (NULL at the end) was logged since */
static inline int module_log_has(int fd, const char *const *words)
{
	char record[8192];
	ssize_t len;
	int i;

	while ((len = read(fd, record, sizeof(record) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		if (len < 0)
			continue;
		record[len] = 0;
		for (i = 0; words[i] && strstr(record, words[i]); i++)
			;
		if (!words[i])
			return 1;
	}
	return 0;
}

#endif
