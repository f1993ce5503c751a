/* SPDX-License-Identifier: GPL-2.0 */
/* The few words of kernel C that user space lacks. */
#ifndef TUN_ALT_CLI_KERNEL_H
#define TUN_ALT_CLI_KERNEL_H

#include <linux/types.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#define BIT(nr)		(1u << (nr))
#define BIT_ULL(nr)	(1ull << (nr))

#define KERNEL_ATTRIBUTE(what)	__attribute__((what))
#define __printf(fmt, args)	KERNEL_ATTRIBUTE(__format__(printf, fmt, args))

#endif
