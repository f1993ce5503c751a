// SPDX-License-Identifier: GPL-2.0
/*
 * poll():
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_POLL, OP_READ)
RACE_AGAINST(write, OP_POLL, OP_WRITE)
RACE_AGAINST(poll, OP_POLL, OP_POLL)

TEST_HARNESS_MAIN
