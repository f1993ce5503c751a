// SPDX-License-Identifier: GPL-2.0
/*
 * read():
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_READ, OP_READ)

TEST_HARNESS_MAIN
