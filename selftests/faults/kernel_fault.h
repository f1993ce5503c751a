/* SPDX-License-Identifier: GPL-2.0 */
/* What fail-nth does not reach, through tun_test_fault.ko, whose file is in TUN_TEST_FAULT_KO */
#ifndef SELFTESTS_FAULTS_KERNEL_FAULT_H
#define SELFTESTS_FAULTS_KERNEL_FAULT_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel/tun_test_fault.h"
#include "module_file.h"

/* Loads the module, if a test that failed has not left it; a descriptor of its node, or -errno */
static inline int kernel_fault_open(void)
{
	int fd, ret = module_file_load(module_file("TUN_TEST_FAULT_KO"), "");

	if (ret && ret != -EEXIST)
		return ret;
	fd = open(TUN_TEST_FAULT_NODE, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static inline int kernel_fault_close(int test)
{
	close(test);
	return module_file_unload(TUN_TEST_FAULT_MODULE);
}

/* From its @nth call by this thread on, @times calls of @symbol return @value; 0 or -errno */
static inline int kernel_fault_function(int test, const char *symbol, unsigned int nth,
					unsigned int times, long long value)
{
	struct tun_test_fault_function function = {
		.nth = nth, .within = times, .value = value,
	};

	snprintf(function.symbol, sizeof(function.symbol), "%s", symbol);
	return ioctl(test, TUN_TEST_FAULT_FUNCTION, &function) ? -errno : 0;
}

/* A listener says @err to @event of the device @name; 0 or -errno */
static inline int kernel_fault_veto(int test, const char *name, unsigned int event, int err)
{
	struct tun_test_fault_veto veto = { .event = event, .err = err };

	snprintf(veto.name, sizeof(veto.name), "%s", name);
	return ioctl(test, TUN_TEST_FAULT_VETO, &veto) ? -errno : 0;
}

/* How often either happened */
static inline int kernel_fault_fired(int test)
{
	return ioctl(test, TUN_TEST_FAULT_FIRED);
}

#endif /* SELFTESTS_FAULTS_KERNEL_FAULT_H */
