// SPDX-License-Identifier: GPL-2.0
/*
 * write():
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_WRITE, OP_READ)
RACE_AGAINST(write, OP_WRITE, OP_WRITE)

TEST_HARNESS_MAIN
