// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program, whose arguments the kernel copies by other code */
#include "ioctls.c"
