// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, those that are done place by place */
#include "triples.h"

RACE_TRIPLES(poll, OP_POLL)
RACE_TRIPLES(close, OP_CLOSE)
RACE_TRIPLES(setiff, OP_SETIFF)
RACE_TRIPLES(setqueue, OP_SETQUEUE)
RACE_TRIPLES(persist, OP_PERSIST)
RACE_TRIPLES(txqueuelen, OP_TXQUEUELEN)
RACE_TRIPLES(mtu, OP_MTU)
RACE_TRIPLES(xdp, OP_XDP)
RACE_TRIPLES(filter, OP_FILTER)
RACE_TRIPLES(steering, OP_STEERING)
RACE_TRIPLES(burst, OP_BURST)
RACE_TRIPLES(ring, OP_RING)

TEST_HARNESS_MAIN
