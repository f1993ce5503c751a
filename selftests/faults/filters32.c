// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program, whose structures of a program the kernel copies by other code */
#include "filters.c"
