// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them updown */
#include "triples.h"

RACE_TRIPLES(updown, OP_UPDOWN)

TEST_HARNESS_MAIN
