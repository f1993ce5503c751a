// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program: the frames of a burst lie as they do for others */
#include "write.c"
