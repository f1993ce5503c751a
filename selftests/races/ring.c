// SPDX-License-Identifier: GPL-2.0
/*
 * Rings, set up, seen, kicked and ended:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_RING, OP_READ)
RACE_AGAINST(write, OP_RING, OP_WRITE)
RACE_AGAINST(poll, OP_RING, OP_POLL)
RACE_AGAINST(close, OP_RING, OP_CLOSE)
RACE_AGAINST(setiff, OP_RING, OP_SETIFF)
RACE_AGAINST(setqueue, OP_RING, OP_SETQUEUE)
RACE_AGAINST(persist, OP_RING, OP_PERSIST)
RACE_AGAINST(txqueuelen, OP_RING, OP_TXQUEUELEN)
RACE_AGAINST(mtu, OP_RING, OP_MTU)
RACE_AGAINST(xdp, OP_RING, OP_XDP)
RACE_AGAINST(filter, OP_RING, OP_FILTER)
RACE_AGAINST(steering, OP_RING, OP_STEERING)
RACE_AGAINST(burst, OP_RING, OP_BURST)
RACE_AGAINST(ring, OP_RING, OP_RING)

TEST_HARNESS_MAIN
