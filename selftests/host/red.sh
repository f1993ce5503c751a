#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test of the comparison: the debug build with one errno of TUNSETIFF changed must
# make it red, and the normal build must not, by the same programs and the same steps.
# It builds both here and runs itself in a guest of one kernel: the comparison is the same
# on all.
set -u

K=${TUN_ALT_KERNEL:-6.1}
KO=$TUN_ALT_BUILD/$K/tun_alt.ko
DEBUG_KO=$TUN_ALT_BUILD/$K-debug/tun_alt.ko
PROG=abi/tunsetiff

outside() {
	local build=$TUN_ALT_TOP/selftests/qemu/build.sh var env=()
	"$build" "$K" && "$build" "$K" DEBUG=1 || exit
	make -s -C "$TUN_ALT_TOP/selftests" "OUTPUT=$TUN_ALT_BUILD/selftests" \
		"SOURCE=${KTAP_HELPERS%/tools/*}" "$TUN_ALT_BUILD/selftests/$PROG" || exit
	for var in TUN_ALT_TOP TUN_ALT_BUILD KTAP_HELPERS; do
		env+=(-e "$var=${!var}")
	done
	exec "$TUN_ALT_TOP/selftests/qemu/guest.sh" -k "$K" -t 300 -m tun -m "$KO" "${env[@]}" \
		-L "$TUN_ALT_BUILD/log/red.log" -- "$(realpath "$0")" inside
}

[ "${1:-}" = inside ] || outside

. "$KTAP_HELPERS"

TUNSETIFF=1074025674
WRONG_ERRNO=71
TESTS="-t second_tunsetiff_is_eexist -t neither_type_is_einval"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

run() { # NODE NAME
	local rc=0
	# shellcheck disable=SC2086 # a list of words
	TUN_NODE=$1 "$TUN_ALT_BUILD/selftests/$PROG" $TESTS > "$WORK/ktap" 2>&1 || rc=$?
	printf '\n# tun-alt-exit: %d\n' "$rc" >> "$WORK/ktap"
	awk -v node="$2" -v prog="$PROG" -f "$TUN_ALT_TOP/selftests/ktap.awk" "$WORK/ktap"
}

# The verdicts on the two tests, ours of now against in-tree's of the start
compare() {
	{
		cat "$WORK/ref"
		run /dev/net/tun-alt tun-alt
	} > "$WORK/results"
	awk -v k="$K" -v selected=. -v whole=0 -v ours=tun-alt -v ref=tun \
		-f "$TUN_ALT_TOP/selftests/compare.awk" file=plan "$TUN_ALT_TOP/selftests/plan" \
		file=results "$WORK/results" > "$WORK/verdicts"
	sed 's/^/# /' "$WORK/verdicts"
}

count() { # VERDICT
	awk -v v="$1" '$1 == v { n++ } END { print n + 0 }' "$WORK/verdicts"
}

green() { [ "$(count P)" = 4 ] && [ "$(count F)" = 0 ]; }
red() { [ "$(count F)" = 2 ] && grep -q 'second_tunsetiff_is_eexist.not ok' "$WORK/verdicts"; }

load() { # KO [PARAMETER]
	rmmod tun_alt && insmod "$@"
}

ktap_print_header
ktap_set_plan 3
run /dev/net/tun tun > "$WORK/ref"
compare
ktap_test_result comparison_is_green_without_the_knob green
ktap_test_result debug_module_takes_the_errno_knob \
	load "$DEBUG_KO" "errno_knob=$TUNSETIFF:$WRONG_ERRNO"
compare
ktap_test_result comparison_goes_red_on_a_changed_errno red
load "$KO"
ktap_finished
