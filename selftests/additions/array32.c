// SPDX-License-Identifier: GPL-2.0
/* The same of a 32-bit program: its pointers are narrower than the fields that hold them */
#include "array.c"
