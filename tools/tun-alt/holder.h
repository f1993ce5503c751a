/* SPDX-License-Identifier: GPL-2.0 */
/* Which process holds a device: read from /proc, so root sees all and others see their own. */
#ifndef TUN_ALT_CLI_HOLDER_H
#define TUN_ALT_CLI_HOLDER_H

#include <stddef.h>
#include <sys/types.h>

/**
 * struct holder - one process that has a device open
 * @pid: its number
 * @comm: its name
 */
struct holder {
	pid_t pid;
	char comm[32];
};

/**
 * holder_find() - processes that hold a device
 * @name: the device
 * @holders: result
 * @max: entries in @holders
 *
 * Context: Any.
 * Return: how many were found, at most @max.
 */
size_t holder_find(const char *name, struct holder *holders, size_t max);

#endif
