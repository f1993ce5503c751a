// SPDX-License-Identifier: GPL-2.0
/*
 * TUNSETIFF, on a fresh descriptor or on one that has a device:
 * against each operation before it in enum race_op_number, and itself
 */
#include "pairs.h"

RACE_AGAINST(read, OP_SETIFF, OP_READ)
RACE_AGAINST(write, OP_SETIFF, OP_WRITE)
RACE_AGAINST(poll, OP_SETIFF, OP_POLL)
RACE_AGAINST(close, OP_SETIFF, OP_CLOSE)
RACE_AGAINST(setiff, OP_SETIFF, OP_SETIFF)

TEST_HARNESS_MAIN
