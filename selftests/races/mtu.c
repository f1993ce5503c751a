// SPDX-License-Identifier: GPL-2.0
/*
 * The MTU:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_MTU, OP_READ)
RACE_AGAINST(write, OP_MTU, OP_WRITE)
RACE_AGAINST(poll, OP_MTU, OP_POLL)
RACE_AGAINST(close, OP_MTU, OP_CLOSE)
RACE_AGAINST(setiff, OP_MTU, OP_SETIFF)
RACE_AGAINST(setqueue, OP_MTU, OP_SETQUEUE)
RACE_AGAINST(persist, OP_MTU, OP_PERSIST)
RACE_AGAINST(txqueuelen, OP_MTU, OP_TXQUEUELEN)
RACE_AGAINST(mtu, OP_MTU, OP_MTU)

TEST_HARNESS_MAIN
