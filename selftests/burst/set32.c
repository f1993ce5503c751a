// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program: its ioctl takes another way into the kernel */
#include "set.c"
