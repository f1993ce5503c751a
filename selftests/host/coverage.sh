#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the table of coverage: faults of a made-up one, and results of a made-up run that do
# not show what it says.
set -u

. "$KTAP_HELPERS"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# A row of every number that there must be, each with a test of its own
rows() {
	local i
	for i in 1.{2..9}.1 2.{1..8}.1 3.1 8.{1..40} U{1..10} 9.{1..22}; do
		echo "   $i | it works | abi/x.t$i |"
	done
}

table() {
	printf 'A table\n=======\n\n.. csv-table::\n   :delim: |\n\n'
	cat
	printf '\nThe end | of | it | all.\n'
}

# Leaves in a file what is said of table and results
run() { # MODE ARGUMENT...
	local mode=$1
	shift
	awk -v "mode=$mode" -f "$TUN_ALT_TOP/selftests/coverage.awk" file=plan "$WORK/plan" \
		file=coverage "$WORK/coverage.rst" "$@" > "$WORK/said" 2>&1
}

# As many lines were said, and all of them match
expect() { # TEST LINES PATTERN
	if [ "$(wc -l < "$WORK/said")" = "$2" ] && ! grep -qvE "$3" "$WORK/said"; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$WORK/said"
		ktap_test_fail "$1"
	fi
}

# The table after a sed script has this fault and no other; a row that is none leaves a hole too
fault() { # TEST SCRIPT PATTERN [LINES]
	sed -E "$2" "$WORK/good" | table > "$WORK/coverage.rst"
	run check
	expect "$1" "${4:-1}" "$3"
}

# Lines of ktap.awk: all passed, but for what the sed script does
results() { # SCRIPT
	awk '!/^[#@]/ { print "tun-alt\t" $1 "\tpass\t" }' "$WORK/plan" | sed -E "$1"
}

# A run of two kernels, after a sed script for the results of each, does not show the rows
judge() { # TEST SCRIPT-6.1 SCRIPT-NEWEST LINES PATTERN
	table < "$WORK/good" > "$WORK/coverage.rst"
	results "$2" > "$WORK/6.1"
	results "$3" > "$WORK/newest"
	run judge file=results k=6.1 "$WORK/6.1" k=newest "$WORK/newest"
	expect "$1" "$4" "$5"
}

rows > "$WORK/good"
awk -F '[ |]+' '{ print $5 } END { print "abi/z.t skip=6.1,6.12,newest it is nowhere" }' \
	"$WORK/good" > "$WORK/plan"
sed -i 's/^abi.x.t3.1$/& skip=6.1,6.12 it is not there/' "$WORK/plan"

ktap_print_header
ktap_set_plan 28
table < "$WORK/good" > "$WORK/coverage.rst"
run check
expect a_good_table_has_no_fault 0 ''
fault row_without_a_test '/ 8[.]7 /s/abi[^ ]*//' ':[0-9]+: row 8[.]7 has no test'
fault test_that_the_plan_lacks '/ 8[.]7 /s/abi.x/abi\/y/' \
	'row 8[.]7: abi/y[^ ]* is not in selftests/plan'
fault test_with_a_star '/ 8[.]7 /s/[.]t8[.]7/.*/' 'row 8[.]7: .* is not in'
fault fourth_row_of_a_test 's,abi/x.t8[.][1-4] ,abi/x.t3.1 ,' 'row 8[.]3: .*three rows already'
fault row_of_too_few_cells '/ 8[.]7 /s/ it works [|]//' "row '8[.]7' has 3 cells|no row 7" 2
fault row_of_too_many_cells '/ 8[.]7 /s/$/ a remark | more/' "row '8[.]7' has 5 cells|no row 7" 2
fault row_without_a_behaviour '/ 8[.]7 /s/it works//' 'row 8[.]7 says no behaviour'
fault two_rows_of_one_name '$s/^( *)9.22/\19.21/' 'two rows are called 9[.]21|no row 22' 2
fault name_that_no_row_has '1s/^( *)1.2.1/\11.1.1/' "no row is called '1.1.1'|1.2 has no row 1" 2
fault bug_that_is_missing '/ 8[.]31 /d' 'section 8 has no row 31'
fault last_bug_that_is_missing '/ 8[.]40 /d' 'section 8 has no row 40'
fault bug_of_in_tree_that_is_missing '/ U10 /d' 'section U has no row 10'
fault behaviour_that_is_missing '/ 9[.]22 /d' 'section 9 has no row 22'
fault section_that_is_missing '/ 2[.]6[.]1 /d' 'section 2[.]6 has no row 1'
fault hole_in_a_section '1s/^( *)1.2.1/\11.2.2/' 'section 1[.]2 has no row 1'
fault test_that_runs_nowhere '/ 8[.]7 /s,abi/x[^ ]*,abi/z.t,' 'abi/z.t may be skipped on every'
fault vhost_without_a_reason '/ 8[.]7 /s/abi[^ ]*/vhost-net/' 'row 8[.]7 does not say why'
sed -E '/ 8[.]7 /s/abi[^|]*[|]/vhost-net | the ring/; s/( *8)[.]9 (.*)/&\n\1.9b \2/' "$WORK/good" |
	table > "$WORK/coverage.rst"
run check
expect vhost_with_a_reason_and_a_letter_are_no_fault 0 ''
judge run_that_shows_all '' '' 0 ''
judge test_that_failed_on_one_kernel '' '/t8[.]7\t/s/pass/fail/' 1 \
	'^F	-	coverage/8[.]7	abi/x[.]t8[.]7: not ok on newest$'
judge test_that_was_skipped_everywhere '/t8[.]7\t/s/pass/skip/' '/t8[.]7\t/s/pass/skip/' 1 \
	'8[.]7: skip on 6.1 skip on newest'
judge test_that_was_skipped_without_leave '/t8[.]7\t/s/pass/skip/' '' 1 '8[.]7: skip on 6.1$'
judge test_that_was_skipped_with_leave '/t3[.]1\t/s/pass/skip/' '' 0 ''
judge test_that_was_skipped_with_leave_and_never_ok '/t3[.]1\t/s/pass/skip/' '/t3[.]1\t/d' 1 \
	'coverage/3[.]1	abi/x.t3.1 was ok on no kernel'
judge test_that_did_not_run '/t8[.]7\t/d' '/t8[.]7\t/d' 1 'was ok on no kernel'
judge test_that_was_ok_on_in_tree_alone '/t8[.]7\t/s/tun-alt/tun/' '/t8[.]7\t/s/tun-alt/tun/' 1 \
	'was ok on no kernel'
judge test_that_fails_as_expected '/t8[.]7\t/s/pass/xfail/' '' 1 '8[.]7: xfail on 6.1'
ktap_finished
