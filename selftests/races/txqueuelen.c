// SPDX-License-Identifier: GPL-2.0
/*
 * The size of the ring:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_TXQUEUELEN, OP_READ)
RACE_AGAINST(write, OP_TXQUEUELEN, OP_WRITE)
RACE_AGAINST(poll, OP_TXQUEUELEN, OP_POLL)
RACE_AGAINST(close, OP_TXQUEUELEN, OP_CLOSE)
RACE_AGAINST(setiff, OP_TXQUEUELEN, OP_SETIFF)
RACE_AGAINST(setqueue, OP_TXQUEUELEN, OP_SETQUEUE)
RACE_AGAINST(persist, OP_TXQUEUELEN, OP_PERSIST)
RACE_AGAINST(txqueuelen, OP_TXQUEUELEN, OP_TXQUEUELEN)

TEST_HARNESS_MAIN
