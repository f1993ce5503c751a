// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them netns_move */
#include "triples.h"

RACE_TRIPLES(netns_move, OP_NETNS_MOVE)

TEST_HARNESS_MAIN
