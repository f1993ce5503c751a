// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them link_del */
#include "triples.h"

RACE_TRIPLES(link_del, OP_LINK_DEL)

TEST_HARNESS_MAIN
