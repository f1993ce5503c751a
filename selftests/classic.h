/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classic BPF programs of a few instructions, and the three ioctls that take them.
 */
#ifndef SELFTESTS_CLASSIC_H
#define SELFTESTS_CLASSIC_H

#include <stddef.h>

#include <linux/filter.h>

#include "tun_test.h"

#define CLASSIC_ALL 0xffffffff

/* A program with one answer for every packet */
#define CLASSIC_SAYS(length) { BPF_STMT(BPF_RET | BPF_K, length) }

/* TUNATTACHFILTER of @length instructions; 0 or -errno */
static inline int classic_attach(int fd, struct sock_filter *code, unsigned short length)
{
	struct sock_fprog prog = { .len = length, .filter = code };

	return tun_ioctl(fd, TUNATTACHFILTER, (unsigned long)&prog);
}

/* A program that answers @says to every packet; the kernel keeps it, and we do not */
static inline int classic_attach_says(int fd, unsigned int says)
{
	struct sock_filter code[] = CLASSIC_SAYS(says);

	return classic_attach(fd, code, 1);
}

static inline int classic_detach(int fd)
{
	return tun_ioctl(fd, TUNDETACHFILTER, 0);
}

/* TUNGETFILTER; 0 or -errno */
static inline int classic_get(int fd, struct sock_fprog *prog)
{
	return tun_ioctl(fd, TUNGETFILTER, (unsigned long)prog);
}

#endif /* SELFTESTS_CLASSIC_H */
