/* SPDX-License-Identifier: GPL-2.0 */
/* Modules in and out by system call: the one under test, and those that tests are helped by */
#ifndef SELFTESTS_MODULE_FILE_H
#define SELFTESTS_MODULE_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The path that @variable of the environment is; of no file if it is not set */
static inline const char *module_file(const char *variable)
{
	const char *path = getenv(variable);

	return path ? path : "";
}

/* 0 or -errno */
static inline int module_file_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(__NR_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

/* 0; -EAGAIN while somebody uses it */
static inline int module_file_unload(const char *name)
{
	return syscall(__NR_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

#endif /* SELFTESTS_MODULE_FILE_H */
