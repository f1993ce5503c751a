// SPDX-License-Identifier: GPL-2.0
/*
 * Bursts, begun and ended, and arrays of packets:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_BURST, OP_READ)
RACE_AGAINST(write, OP_BURST, OP_WRITE)
RACE_AGAINST(poll, OP_BURST, OP_POLL)
RACE_AGAINST(close, OP_BURST, OP_CLOSE)
RACE_AGAINST(setiff, OP_BURST, OP_SETIFF)
RACE_AGAINST(setqueue, OP_BURST, OP_SETQUEUE)
RACE_AGAINST(persist, OP_BURST, OP_PERSIST)
RACE_AGAINST(txqueuelen, OP_BURST, OP_TXQUEUELEN)
RACE_AGAINST(mtu, OP_BURST, OP_MTU)
RACE_AGAINST(xdp, OP_BURST, OP_XDP)
RACE_AGAINST(filter, OP_BURST, OP_FILTER)
RACE_AGAINST(steering, OP_BURST, OP_STEERING)
RACE_AGAINST(burst, OP_BURST, OP_BURST)

TEST_HARNESS_MAIN
