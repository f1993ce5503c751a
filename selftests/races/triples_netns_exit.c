// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them netns_exit */
#include "triples.h"

RACE_TRIPLES(netns_exit, OP_NETNS_EXIT)

TEST_HARNESS_MAIN
