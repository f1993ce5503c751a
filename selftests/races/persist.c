// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETPERSIST:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_PERSIST, OP_READ)
RACE_AGAINST(write, OP_PERSIST, OP_WRITE)
RACE_AGAINST(poll, OP_PERSIST, OP_POLL)
RACE_AGAINST(close, OP_PERSIST, OP_CLOSE)
RACE_AGAINST(setiff, OP_PERSIST, OP_SETIFF)
RACE_AGAINST(setqueue, OP_PERSIST, OP_SETQUEUE)
RACE_AGAINST(persist, OP_PERSIST, OP_PERSIST)

TEST_HARNESS_MAIN
