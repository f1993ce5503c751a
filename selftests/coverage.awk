# SPDX-License-Identifier: GPL-2.0
#
# Reads the tables of coverage.rst. Files, told apart by the variable "file" set before
# each: file=plan, file=coverage, file=results (lines of ktap.awk, with k the kernel).
# Variable mode:
#   check  what is wrong with the tables themselves: PATH:LINE: TEXT
#   judge  rows whose test did not show them in this run: F - coverage/ROW MESSAGE, by tabs
#
# A row is SECTION.NUMBER[LETTER] | behaviour | test | remark. The test is one of the plan
# and stands in three rows at most, or it is "vhost-net" and the remark says why only that
# reaches it.

function trim(s) { gsub(/^ +| +$/, "", s); return s }

function finding(at, text) {
	if (mode == "check")
		print "Documentation/uapi/coverage.rst:" at ": " text
}

function missed(text) { print "F\t-\tcoverage/" row "\t" text }

# --- plan: ID [skip=KERNELS REASON]

file == "plan" && (/^ *(#|$)/ || /^@/) { next }
file == "plan" {
	planned[$1] = 1
	if ($2 ~ /^skip=/)
		skips[$1] = "," substr($2, 6) ","
	next
}

function may_skip(test, k) { return skips[test] ~ "," k "," || skips[test] ~ /,all,/ }

function skips_everywhere(test) {
	return may_skip(test, "6.1") && may_skip(test, "6.12") && may_skip(test, "newest")
}

# --- coverage: tables between text that is not indented

function read_row(	n, cell) {
	n = split($0, cell, "|")
	row = trim(cell[1])
	if (n != 4)
		return finding(FNR, "row '" row "' has " n " cells, not 4")
	if (row !~ /^((1\.[2-9]|2\.[1-8]|[389])\.|U)[0-9]+[a-z]?$/)
		return finding(FNR, "no row is called '" row "'")
	if (row in test_of)
		return finding(FNR, "two rows are called " row)
	if (trim(cell[2]) == "")
		finding(FNR, "row " row " says no behaviour")
	note_number(row)
	test_of[row] = trim(cell[3])
	rows[++nr_rows] = row
	judge_test(test_of[row], trim(cell[4]))
}

# The last number of 1.2.30b is 30, and its section 1.2
function note_number(row,	n) {
	sub(/[a-z]$/, "", row)
	match(row, /[0-9]+$/)
	n = substr(row, RSTART) + 0
	row = substr(row, 1, RSTART - 1)
	sub(/\.$/, "", row)
	has[row, n] = 1
	if (n > last[row])
		last[row] = n
}

function judge_test(test, remark) {
	if (test == "")
		finding(FNR, "row " row " has no test")
	else if (test == "vhost-net" && remark == "")
		finding(FNR, "row " row " does not say why vhost-net alone reaches it")
	else if (test != "vhost-net" && !(test in planned))
		finding(FNR, "row " row ": " test " is not in selftests/plan")
	else if (test != "vhost-net" && ++uses[test] == 4)
		finding(FNR, "row " row ": " test " stands in three rows already")
	else if (skips_everywhere(test))
		finding(FNR, "row " row ": " test " may be skipped on every kernel")
}

file == "coverage" && /^\.\. csv-table::/ { in_table = 1; next }
file == "coverage" && /^[^ ]/ { in_table = 0 }
file == "coverage" && in_table && /^ / && !/^ +:/ { read_row() }
file == "coverage" { next }

# --- results: NODE ID STATUS REASON

file == "results" {
	split($0, f, "\t")
	if (f[1] != "tun-alt" && f[1] != "host")
		next
	if (f[3] == "pass")
		ok[f[2]] = 1
	else if (f[3] != "skip" || !may_skip(f[2], k))
		bad[f[2]] = bad[f[2]] " " (f[3] == "fail" ? "not ok" : f[3]) " on " k
}

function complete(section, n,	i) {
	for (i = 1; i <= n; i++)
		if (!((section, i) in has))
			finding(1, "section " section " has no row " i)
}

function judge_run(	i, test) {
	for (i = 1; i <= nr_rows; i++) {
		row = rows[i]
		test = test_of[row]
		if (test == "vhost-net")
			continue
		if (test in bad)
			missed(test ":" bad[test])
		else if (!(test in ok))
			missed(test " was ok on no kernel")
	}
}

END {
	for (i = 2; i <= 9; i++)
		complete("1." i, last["1." i] ? last["1." i] : 1)
	for (i = 1; i <= 8; i++)
		complete("2." i, last["2." i] ? last["2." i] : 1)
	complete("3", last["3"] ? last["3"] : 1)
	complete("8", last["8"] > 40 ? last["8"] : 40)
	complete("U", last["U"] > 10 ? last["U"] : 10)
	complete("9", last["9"] > 22 ? last["9"] : 22)
	if (mode == "judge")
		judge_run()
}
