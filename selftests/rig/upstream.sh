#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux 6.1's own tools/testing/selftests/net/tun.c, unmodified, with our node in the
# place of in-tree's: each of its five tests is one here.
set -u

. "$KTAP_HELPERS"

said=$(unshare -m sh -c 'mount --bind /dev/net/tun-alt /dev/net/tun && exec "$0"' \
	"$TUN_ALT_BUILD/selftests/upstream/tun" 2>&1)

passed() { # TEST
	grep -qE "^ok [0-9]+ tun\.$1\$" <<< "$said"
}

planned() { # NUMBER
	grep -qx "1\.\.$1" <<< "$said"
}

ktap_print_header
ktap_set_plan 6
sed 's/^/# /' <<< "$said"
for test in delete_detach_close detach_delete_close detach_close_delete \
	reattach_delete_close reattach_close_delete; do
	ktap_test_result "upstream_$test" passed "$test"
done
ktap_test_result upstream_has_five_tests planned 5
ktap_finished
