// SPDX-License-Identifier: GPL-2.0
/* Three operations at once, the last of them hotplug */
#include "triples.h"

RACE_TRIPLES(hotplug, OP_HOTPLUG)

TEST_HARNESS_MAIN
