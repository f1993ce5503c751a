#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the comparison: each rule of compare.awk with a result that keeps it and one
# that breaks it, from made-up KTAP.
set -u

. "$KTAP_HELPERS"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# One program's KTAP from words: ok:NAME, no:NAME, skip:NAME, xfail:NAME
ktap() { # EXIT WORD...
	local rc=$1 word n=0
	shift
	echo "1..$#"
	for word; do
		n=$((n + 1))
		case $word in
		ok:*) echo "ok $n ${word#*:}" ;;
		no:*) echo "not ok $n ${word#*:}" ;;
		skip:*) echo "ok $n ${word#*:} # SKIP no such thing here" ;;
		xfail:*) echo "ok $n ${word#*:} # XFAIL unknown" ;;
		esac
	done
	echo "# tun-alt-exit: $rc"
}

results() { # NODE EXIT WORD...
	local node=$1
	shift
	ktap "$@" | awk -v node="$node" -v prog=abi/x -f "$TUN_ALT_TOP/selftests/ktap.awk"
}

row() { # KIND KERNELS IN-TREE
	printf '\n.. list-table::\n\n   * - Kind\n     - Test\n     - Kernels\n'
	printf '     - In-tree\n     - Ours\n     - Reason\n'
	# shellcheck disable=SC2016 # the quotes of a literal
	printf '   * - %s\n     - ``%s``\n' "$1" "${row_of:-abi/x.t}"
	printf '     - %s\n     - %s\n' "$2" "$3"
	printf '     - ok\n     - a reason of\n       two lines\n\nThe end.\n'
}

# Prints the verdicts, counted: "P F S"
judge() { # REF-WORD OURS-WORD PLAN-LINE ROW-ARGUMENT...
	local ref=$1 ours=$2 plan=$3
	shift 3
	: > "$WORK/differences"
	[ $# = 0 ] || row "$@" > "$WORK/differences"
	echo "$plan" > "$WORK/plan"
	results tun 0 "$ref" > "$WORK/results"
	results tun-alt "${rc_ours:-0}" "$ours" >> "$WORK/results"
	awk -v k="${kernel:-6.1}" -v selected= -v whole=1 -v ours=tun-alt -v ref=tun \
		-f "$TUN_ALT_TOP/selftests/compare.awk" file=differences "$WORK/differences" \
		file=plan "$WORK/plan" file=results "$WORK/results" > "$WORK/verdicts"
	sed 's/^/# /' "$WORK/verdicts" >&2
	awk -F '\t' '{ n[$1]++ } END { print n["P"] + 0, n["F"] + 0, n["S"] + 0 }' "$WORK/verdicts"
}

expect() { # TEST "P F S" JUDGE-ARGUMENT...
	local name=$1 want=$2 got
	shift 2
	got=$(judge "$@")
	if [ "$got" = "$want" ]; then
		ktap_test_pass "$name"
	else
		ktap_print_msg "wanted $want, got $got"
		ktap_test_fail "$name"
	fi
}

ktap_print_header
ktap_set_plan 30
expect agreeing_passes_count_for_both_nodes "2 0 0" ok:t ok:t abi/x.t
expect a_failure_of_ours_is_one "1 1 0" ok:t no:t abi/x.t
expect an_unlisted_difference_is_a_failure "1 1 0" no:t ok:t abi/x.t
expect a_listed_difference_is_a_pass "2 0 0" no:t ok:t abi/x.t deliberate 6.1 "not ok"
expect a_difference_may_hold_on_all_kernels "2 0 0" no:t ok:t abi/x.t addition all "not ok"
expect a_row_of_another_kernel_does_not_count "1 1 0" no:t ok:t abi/x.t drift 6.12 "not ok"
expect a_listed_difference_must_show "1 1 0" ok:t ok:t abi/x.t deliberate 6.1 "not ok"
expect a_listed_difference_must_have_run "2 1 0" ok:u ok:u abi/x.u deliberate 6.1 "not ok"
row_of='abi/*.t*' expect a_row_with_a_star_is_for_what_it_matches "2 0 0" no:t ok:t abi/x.t \
	addition 6.1 "not ok"
row_of='abi/x*' expect a_difference_of_a_star_must_show "1 1 0" ok:t ok:t abi/x.t \
	addition 6.1 "not ok"
row_of='abi/y*' expect a_row_with_a_star_must_match "1 2 0" no:t ok:t abi/x.t \
	addition 6.1 "not ok"
expect an_unknown_kind_of_row_is_a_failure "2 1 0" no:t ok:t abi/x.t whim 6.1 "not ok"
expect both_skipping_needs_the_plan "0 2 0" skip:t skip:t abi/x.t
expect both_may_skip_if_the_plan_says_why "0 0 2" skip:t skip:t "abi/x.t skip=6.1 not there"
expect a_skip_without_a_reason_is_not_allowed "0 2 0" skip:t skip:t "abi/x.t skip=6.1"
expect a_skip_allowed_elsewhere_is_not_here "0 2 0" skip:t skip:t "abi/x.t skip=newest because"
expect a_skip_of_ours_alone_is_a_failure "1 1 0" ok:t skip:t abi/x.t
expect a_skip_of_in_tree_alone_is_a_failure "1 1 0" skip:t ok:t abi/x.t
expect a_listed_skip_of_in_tree_is_a_pass "2 0 0" skip:t ok:t abi/x.t deliberate 6.1 skip
expect a_planned_test_that_did_not_run_is_a_failure "2 1 0" ok:t ok:t "$(printf 'abi/x.t\nabi/x.v')"
expect a_test_outside_the_plan_is_a_failure "2 1 0" ok:t ok:t '# nothing'
expect both_failing_as_expected_is_a_pass "2 0 0" xfail:t xfail:t abi/x.t
expect expected_failure_of_in_tree_alone_is_a_failure "1 1 0" xfail:t ok:t abi/x.t
expect expected_failure_of_ours_alone_is_a_failure "1 1 0" ok:t xfail:t abi/x.t
other=$(printf '@kernels newest abi/y\nabi/y.t\nabi/x.t')
expect a_program_of_another_kernel_need_not_run "2 0 0" ok:t ok:t "$other"
kernel=newest expect a_program_of_this_kernel_must_run "2 1 0" ok:t ok:t "$other"
other=$(printf '@kernels newest abi/x\nabi/x.t')
expect a_program_of_another_kernel_must_not_run "2 1 0" ok:t ok:t "$other"
kernel=newest expect drift_is_refused_on_the_newest "2 1 0" no:t ok:t abi/x.t drift newest "not ok"
rc_ours=139 expect a_crash_after_passes_is_a_failure "2 1 0" ok:t ok:t abi/x.t
rc_ours=leak expect users_of_the_module_left_behind_are_a_failure "2 1 0" ok:t ok:t abi/x.t
ktap_finished
