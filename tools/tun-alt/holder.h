/* SPDX-License-Identifier: GPL-2.0 */
/* Which process holds a device: read from /proc, so root sees all and others see their own. */
#ifndef TUN_ALT_CLI_HOLDER_H
#define TUN_ALT_CLI_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Rings of a process that are told of; it may have two for each queue */
#define HOLDER_RINGS 64

/* States of a ring, as TUN_ALT_RING_x */
#define HOLDER_RING_BROKEN	0x2
#define HOLDER_RING_DISABLED	0x4

/**
 * struct holder_ring - memory that a process shares with the driver
 * @write: whether it is what the process sends, not what the stack sends
 * @bytes: of it
 * @used: of these, with records that nobody has taken yet
 * @drops: packets that found no room, or records that were refused
 * @state: HOLDER_RING_x
 * @buffers: bytes of memory that the process lends frames from
 * @busy: how many buffers of 64 KiB the stack has, if there are any
 */
struct holder_ring {
	bool write;
	unsigned long bytes;
	unsigned long used;
	unsigned long drops;
	unsigned int state;
	unsigned long buffers;
	unsigned int busy;
};

/**
 * struct holder - one process that has a device open
 * @pid: its number
 * @comm: its name
 * @rings: how many of @ring there are
 * @ring: its rings, queue by queue
 */
struct holder {
	pid_t pid;
	char comm[32];
	size_t rings;
	struct holder_ring ring[HOLDER_RINGS];
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
