// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program: its ioctls take another way into the kernel */
#include "setup.c"
