#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Files of up to 450 lines, functions of up to 60. What is longer has a row in .ci/caps with a
# limit of its own and a reason; a row that nothing needs is a finding too.

. "$(dirname "$0")/lib.sh"

caps=$top/.ci/caps

sizes() {
	local files

	mapfile -t files < <(tree_files Makefile Kbuild src include tools selftests .ci)
	wc -l "${files[@]}" | awk '$2 != "total" { print $2 "\t" $1 "\t450\t1" }'
	mapfile -t files < <({
		tree_files '*.[ch]'
		shell_files
	} | sort -u)
	awk -f selftests/static/functions.awk "${files[@]}" |
		awk -F '\t' '{ print $1 ":" $2 "\t" $4 "\t60\t" $3 }'
}

check() {
	sizes | awk -F '\t' -v caps="$caps" '
BEGIN {
	while ((getline row < caps) > 0) {
		line++
		n = split(row, word, /[ \t]+/)
		if (row ~ /^#/ || row == "")
			continue
		if (n < 3 || word[2] !~ /^[0-9]+$/)
			print ".ci/caps:" line ": a row is path[:function], limit and reason"
		limit[word[1]] = word[2]
		at[word[1]] = line
	}
}
$2 > $3 {
	path = $1
	sub(/:.*/, "", path)
	if (!($1 in limit))
		print path ":" $4 ": " $1 " has " $2 " lines, more than " $3
	else if ($2 > limit[$1])
		print path ":" $4 ": " $1 " has " $2 " lines, more than its cap of " limit[$1]
	needed[$1] = 1
}
END {
	for (what in limit)
		if (!(what in needed))
			print ".ci/caps:" at[what] ": " what " needs no cap"
}'
}

capped=$(grep -c '^[^#]' "$caps" || true)
report "no file over 450 lines, no function over 60, $capped capped" check
