// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs that come, go and replace each other:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_XDP, OP_READ)
RACE_AGAINST(write, OP_XDP, OP_WRITE)
RACE_AGAINST(poll, OP_XDP, OP_POLL)
RACE_AGAINST(close, OP_XDP, OP_CLOSE)
RACE_AGAINST(setiff, OP_XDP, OP_SETIFF)
RACE_AGAINST(setqueue, OP_XDP, OP_SETQUEUE)
RACE_AGAINST(persist, OP_XDP, OP_PERSIST)
RACE_AGAINST(txqueuelen, OP_XDP, OP_TXQUEUELEN)
RACE_AGAINST(mtu, OP_XDP, OP_MTU)
RACE_AGAINST(xdp, OP_XDP, OP_XDP)

TEST_HARNESS_MAIN
