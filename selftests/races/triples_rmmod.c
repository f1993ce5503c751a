// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them rmmod */
#include "triples.h"

RACE_TRIPLES(rmmod, OP_RMMOD)

TEST_HARNESS_MAIN
