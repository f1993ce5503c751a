/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What holds for each ioctl of tun-alt's own: a structure that begins with its size.
 */
#ifndef SELFTESTS_ADDITIONS_STRUCT_H
#define SELFTESTS_ADDITIONS_STRUCT_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "tun_dev.h"

/* The call with a structure of @size bytes that begins as @known, of @len bytes; 0 or -errno */
static inline int struct_call(int fd, unsigned int cmd, const void *known, size_t len,
			      __u32 size, int last)
{
	unsigned char *at = calloc(1, size > len ? size : len);
	int ret;

	memcpy(at, known, len);
	memcpy(at, &size, sizeof(size));
	if (size > len)
		at[size - 1] = last;
	ret = tun_ioctl(fd, cmd, (unsigned long)at);
	free(at);
	return ret;
}

/* What a structure that is wrong is refused with; the first call that is not, or NULL */
static inline const char *struct_refusals(int fd, unsigned int cmd, const void *known, size_t len)
{
	const size_t page = getpagesize();
	unsigned char *at;
	const char *bad = NULL;
	__u32 size = len;

	if (struct_call(fd, cmd, known, len, len - 4, 0) != -EINVAL)
		return "one that is shorter";
	if (struct_call(fd, cmd, known, len, 0, 0) != -EINVAL)
		return "one of no size";
	if (struct_call(fd, cmd, known, len, len + 8, 0))
		return "one that is longer, with zeros";
	if (struct_call(fd, cmd, known, len, len + 8, 1) != -E2BIG)
		return "one that is longer, without zeros";
	if (struct_call(fd, cmd, known, len, page + 4, 0) != -E2BIG)
		return "one larger than a page";
	if (tun_ioctl(fd, cmd, 0) != -EFAULT)
		return "none";
	/* It begins in memory that there is, and does not end there. */
	at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED || munmap(at + page, page))
		return "memory";
	memcpy(at + page - 4, &size, sizeof(size));
	if (tun_ioctl(fd, cmd, (unsigned long)at + page - 4) != -EFAULT)
		bad = "one that ends in no memory";
	munmap(at, page);
	return bad;
}

#endif
