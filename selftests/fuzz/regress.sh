#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs that once broke the driver, or were near it, do no harm any more: each is run some
# times, and the kernel says nothing. What it says later is the boot's failure.
set -u

. "$KTAP_HELPERS"

FUZZ=$TUN_ALT_BUILD/selftests/fuzz/fuzz
PROGRAMS=$TUN_ALT_TOP/selftests/fuzz/regress

ktap_print_header
ktap_set_plan "$(find "$PROGRAMS" -name '*.prog' | wc -l)"
for prog in "$PROGRAMS"/*.prog; do
	name=$(basename "$prog" .prog)
	if said=$("$FUZZ" --run "$prog" 5 2>&1); then
		ktap_test_pass "$name"
	else
		printf '%s\n' "$said" | sed 's/^/# /'
		ktap_test_fail "$name"
	fi
done
ktap_finished
