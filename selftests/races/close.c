// SPDX-License-Identifier: GPL-2.0
/*
 * The close of a queue, of the last one now and then:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_CLOSE, OP_READ)
RACE_AGAINST(write, OP_CLOSE, OP_WRITE)
RACE_AGAINST(poll, OP_CLOSE, OP_POLL)
RACE_AGAINST(close, OP_CLOSE, OP_CLOSE)

TEST_HARNESS_MAIN
