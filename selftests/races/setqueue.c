// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETQUEUE, both ways:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_SETQUEUE, OP_READ)
RACE_AGAINST(write, OP_SETQUEUE, OP_WRITE)
RACE_AGAINST(poll, OP_SETQUEUE, OP_POLL)
RACE_AGAINST(close, OP_SETQUEUE, OP_CLOSE)
RACE_AGAINST(setiff, OP_SETQUEUE, OP_SETIFF)
RACE_AGAINST(setqueue, OP_SETQUEUE, OP_SETQUEUE)

TEST_HARNESS_MAIN
