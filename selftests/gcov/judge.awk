# SPDX-License-Identifier: GPL-2.0
#
# Judges a file of lcov. Files, told apart by the variable "file" set before each: reasons,
# table (src/control.c, whose tables name the handlers of the ioctls), info. Prints a table of
# rooms and what is wrong; exit status 1 if anything is.
#
# A reason is a row FILE | TEXT | REASON: TEXT is a part of the line that nothing ran, so that
# a row survives what is written above it, and may stand for several lines of that file.

function bad(text) {
	print "not covered: " text
	failed = 1
}

function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }

function read_source(name,	n, line) {
	for (n = 1; (getline line < (top name)) > 0; n++)
		text[name, n] = trim(line)
	close(top name)
}

function reason_of(name, n,	i) {
	for (i = 1; i <= reasons; i++)
		if (where[i] == name && index(text[name, n], what[i])) {
			used[i]++
			return 1
		}
	return 0
}

file == "reasons" && (/^#/ || NF == 0) { next }
file == "reasons" {
	split($0, cell, / +\| +/)
	where[++reasons] = trim(cell[1])
	what[reasons] = trim(cell[2])
	if (trim(cell[3]) == "")
		bad("selftests/gcov/reasons:" FNR ": no reason")
	next
}

# ROW(NUMBER, ARGUMENT, FLAGS, handler)
file == "table" && /^\tROW\(/ {
	row = $0
	gsub(/^\tROW\(|\).*/, "", row)
	split(row, cell, /, */)
	handler[cell[1]] = cell[4]
	next
}
file == "table" { next }

/^SF:/ {
	name = substr($0, 4 + length(top))
	if (!(name in found))
		read_source(name)
	found[name] += 0
}
/^FNDA:/ {
	split(substr($0, 6), cell, ",")
	calls[cell[2]] += cell[1]
}
/^DA:/ {
	split(substr($0, 4), cell, ",")
	found[name]++
	total++
	if (cell[2] > 0) {
		hit[name]++
		covered++
	} else {
		missed[++misses] = name SUBSEP cell[1]
	}
}

END {
	for (i = 1; i <= misses; i++) {
		split(missed[i], cell, SUBSEP)
		if (reason_of(cell[1], cell[2]))
			listed++
		else
			bad(cell[1] ":" cell[2] ": " text[cell[1], cell[2]])
	}
	for (i = 1; i <= reasons; i++)
		if (!used[i])
			bad("selftests/gcov/reasons: '" where[i] " | " what[i] "' stands for no line")
	for (i in handler) {
		ioctls++
		if (calls[handler[i]] > 0)
			called++
		else
			bad(i ": " handler[i] "() was never called")
	}
	n = 0
	for (name in found)
		names[++n] = name
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && names[j - 1] > names[j]; j--) {
			name = names[j]
			names[j] = names[j - 1]
			names[j - 1] = name
		}
	printf "%-22s %6s %6s %7s\n", "room", "lines", "run", "percent"
	for (i = 1; i <= n; i++)
		if (found[names[i]])
			printf "%-22s %6d %6d %7.1f\n", names[i], found[names[i]], hit[names[i]],
				100 * hit[names[i]] / found[names[i]]
	if (!total)
		bad("no line at all")
	else if (100 * covered < 95 * total)
		bad("less than 95 % of the lines")
	printf "%-22s %6d %6d %7.2f\n", "all of src/", total, covered, total ? 100 * covered / total : 0
	printf "%d lines have a reason (%.2f %%), %d of %d ioctl rows have a handler that ran\n", listed,
		total ? 100 * listed / total : 0, called, ioctls
	exit failed
}
