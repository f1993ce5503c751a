# SPDX-License-Identifier: GPL-2.0
#
# Judges the results of one kernel. Files, told apart by the variable "file" set before
# each: file=differences (differences.rst), file=plan, file=results (lines of ktap.awk).
# Variables: k (6.1, 6.12, newest, host or another), like (the one of these that it is another
# build of), t (T of the command line), selected (regex over IDs), whole (1: what plan
# and differences name must have run), ours and ref (names of the two nodes).
# Output, by tabs: P|F|S NODE ID MESSAGE: one line for each outcome that counts.
#
# What counts: a test once for each node that it ran on. In-tree failing exactly where
# differences.rst says so is a pass, since that is what was to be shown. A test of upstream's
# that is expected to fail (XFAIL) must do so on both nodes, and then passes.

function verdict(v, node, id, message) { print v "\t" node "\t" id "\t" message }

function trim(s) { gsub(/^[ \t`]+|[ \t`]+$/, "", s); return s }

# Is this kernel, or the one that it is another build of, in a list like "6.1, newest", "all" or
# "6.1, not s390x"?
function here(list,	i, n, w, found) {
	n = split(list, w, /[ ,]+/)
	for (i = 1; i <= n; i++) {
		if (w[i] == "not" && w[i + 1] == k)
			return 0
		if (w[i] == k || w[i] == like || w[i] == "all")
			found = 1
	}
	return found + 0
}

# --- differences.rst: rows of one list-table: kind, test, kernels, in-tree, ours, reason

function end_of_row(	id) {
	id = cell[2]
	if (!columns || tolower(cell[1]) == "kind") {
		columns = 0
		return
	}
	if (columns != 6 || cell[6] == "")
		verdict("F", "-", id, "its row in differences.rst has not six filled columns")
	if (cell[1] !~ /^(deliberate|addition|drift)$/)
		verdict("F", "-", id, "differences.rst: no kind '" cell[1] "'")
	if (cell[4] !~ /^(not ok|skip)$/ || cell[5] != "ok")
		verdict("F", "-", id, "differences.rst: '" cell[4] "' against '" cell[5] "'")
	if (here(cell[3])) {
		if (cell[1] == "drift" && k == "newest")
			verdict("F", "-", id, "differences.rst lists drift on the newest kernel")
		want_of(id, cell[4] == "skip" ? "skip" : "fail")
	}
	columns = 0
}

# Whether the program of a test, or its suite, does not run in this run
function is_elsewhere(id) {
	sub(/[.].*/, "", id)
	if (id in elsewhere)
		return 1
	sub(/[^\/]*$/, "", id)
	return id in elsewhere
}

function want_of(id, what) {
	if (id in want)
		verdict("F", "-", id, "two rows in differences.rst")
	want[id] = what
}

# A row for many tests, all of which differ: a star in its name stands for anything
function expand(pattern,	re, id, n) {
	re = pattern
	gsub(/[.]/, "[.]", re)
	gsub(/[*]/, ".*", re)
	for (id in compared)
		if (id ~ ("^" re "$")) {
			want_of(id, want[pattern])
			n++
		}
	if (!n)
		unmatched[pattern] = 1
	delete want[pattern]
}

file == "differences" && /^ *\* - / {
	end_of_row()
	in_table = columns = 1
	sub(/^ *\* - /, "")
	cell[1] = trim($0)
	next
}
file == "differences" && in_table && /^ +- / {
	sub(/^ *- /, "")
	cell[++columns] = trim($0)
	next
}
file == "differences" && in_table && /^ +[^ ]/ { cell[columns] = trim(cell[columns] " " trim($0)) }
file == "differences" && in_table && /^[^ ]/ { end_of_row(); in_table = 0 }
file == "differences" { next }

# --- plan: ID [skip=KERNELS REASON]; @kernels KERNELS PROGRAM...; @asked PROGRAM...; @not K PROGRAM

file == "plan" && $1 == "@kernels" {
	for (i = 3; i <= NF && !here($2); i++)
		elsewhere[$i] = 1
}
file == "plan" && $1 == "@asked" {
	for (i = 2; i <= NF; i++)
		if (!index(t, substr($i, 1, index($i, "/") - 1)))
			elsewhere[$i] = 1
}
file == "plan" && $1 == "@not" && index("," $2 ",", "," k ",") { elsewhere[$3] = 1 }
file == "plan" && (/^ *(#|$)/ || /^@/) { next }
file == "plan" {
	if (is_elsewhere($1))
		next
	planned[$1] = 1
	if ($2 ~ /^skip=/ && NF > 2 && here(substr($2, 6)))
		may_skip[$1] = 1
	next
}

# --- results: NODE ID STATUS REASON

file == "results" {
	split($0, f, "\t")
	if ((f[1], f[2]) in status)
		verdict("F", f[1], f[2], "two tests of this name")
	status[f[1], f[2]] = f[3]
	reason[f[1], f[2]] = f[4]
	if (f[1] == ref)
		compared[f[2]] = 1
	seen[f[2]] = 1
}

function judge_ours(id,	s) {
	if (!((ours, id) in status))
		return verdict("F", ours, id, "ran on " ref " only")
	s = status[ours, id]
	if (s == "pass")
		verdict("P", ours, id, "")
	else if (s == "xfail" && (!((ref, id) in status) || status[ref, id] == s))
		verdict("P", ours, id, "fails as upstream expects")
	else if (s == "xfail")
		verdict("F", ours, id, "XFAIL, but " status[ref, id] " on " ref)
	else if (s == "fail")
		verdict("F", ours, id, "not ok" (reason[ours, id] != "" ? ": " reason[ours, id] : ""))
	else if (id in may_skip)
		verdict("S", ours, id, reason[ours, id])
	else
		verdict("F", ours, id, "unexpected skip: " reason[ours, id])
}

function judge_ref(id,	s) {
	s = status[ref, id]
	if (id in want) {
		if (s == want[id])
			verdict("P", ref, id, "differs, as differences.rst says")
		else
			verdict("F", ref, id, "differences.rst lists a difference that did not show: " s)
	} else if (s == "pass" || (s == "xfail" && status[ours, id] == s)) {
		verdict("P", ref, id, "")
	} else if (s == "xfail") {
		verdict("F", ref, id, "XFAIL there alone")
	} else if (s == "fail") {
		verdict("F", ref, id, "not ok there, and differences.rst does not list it" \
			(reason[ref, id] != "" ? ": " reason[ref, id] : ""))
	} else if (status[ours, id] != "skip") {
		verdict("F", ref, id, "skips on one node only: " reason[ref, id])
	} else if (id in may_skip) {
		verdict("S", ref, id, reason[ref, id])
	} else {
		verdict("F", ref, id, "unexpected skip: " reason[ref, id])
	}
}

END {
	end_of_row()
	for (id in want)
		if (index(id, "*"))
			patterns[id] = 1
	for (id in patterns)
		expand(id)
	for (id in seen) {
		judge_ours(id)
		if (id in compared)
			judge_ref(id)
		if (whole && !(id in planned) && id !~ /\.\(program\)$/)
			verdict("F", "-", id, "not in selftests/plan: make plan")
	}
	for (id in planned)
		if (whole && id ~ selected && !(id in seen) && (id ~ /^(host|demo)\//) == (k == "host"))
			verdict("F", "-", id, "selftests/plan names it, but it did not run")
	for (id in unmatched)
		want[id] = ""
	for (id in want)
		if (whole && k != "host" && ref != "none" && id ~ selected && !(id in compared) &&
		    !is_elsewhere(id))
			verdict("F", "-", id, "differences.rst lists it, but it did not run on " ref)
}
