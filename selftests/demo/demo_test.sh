#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo proves something only if it can fail: the same command, on a guest where
# tun_alt is not, must not exit 0. Runs on the host; each test boots a guest.
set -eu

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/tun-alt
DEMO=$(dirname "$(realpath "$0")")/demo.sh
# shellcheck source=/dev/null
. "${KTAP_HELPERS:-$CACHE/source/newest/tools/testing/selftests/kselftest/ktap_helpers.sh}"

# Fails for the expected reason, reports nothing, claims nothing.
fails_because() { # REASON OPTION
	local out rc=0
	out=$("$DEMO" "$2" 2>&1) || rc=$?
	printf '%s\n' "$out" | sed 's/^/# /'
	[ "$rc" != 0 ] && grep -qF "demo: FAILED: $1" <<< "$out" &&
		! grep -qE 'demo: report|everything held|make demo: success' <<< "$out"
}

without_the_module_the_demo_fails() {
	fails_because "module tun_alt is not loaded" --without-module
}

intree_tun_under_our_name_is_refused() {
	fails_because "in-tree tun is loaded" --with-intree-tun
}

main() {
	local name
	ktap_print_header
	ktap_set_plan 2
	for name in without_the_module_the_demo_fails intree_tun_under_our_name_is_refused; do
		if "$name"; then
			ktap_test_pass "$name"
		else
			ktap_test_fail "$name"
		fi
	done
	ktap_finished
}

main
