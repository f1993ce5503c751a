#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every function of the driver that is not static has a kernel-doc comment in front of it,
# with Context: and, unless it is void, Return:; and the newest kernel's kernel-doc reads them
# all without a complaint.

. "$(dirname "$0")/lib.sh"

mapfile -t sources < <(tree_files 'src/*.c')
mapfile -t headers < <(tree_files 'src/*.h')

# The comment that ends right above the function's first line.
documented() {
	awk -f selftests/static/functions.awk "${sources[@]}" | awk -F '\t' '
	$5 ~ /(^|[ \t])static[ \t]/ { next }
	$2 ~ /^(module_init|module_exit)$/ { next }
	{
		file = $1
		if (file != read) {
			while ((getline text[++n] < file) > 0)
				;
			n = 0
			read = file
		}
		first = $3 - 1
		doc = ""
		if (text[first] ~ /\*\/$/)
			while (first > 0 && text[first] !~ /^\/\*/)
				doc = doc "\n" text[first--]
		if (text[first] !~ /^\/\*\*$/)
			print file ":" $3 ": " $2 "() has no kernel-doc"
		else {
			if (doc !~ /\n \* Context:/)
				print file ":" $3 ": " $2 "() says no Context:"
			if ($5 !~ /^void[ \t]+$/ && doc !~ /\n \* Returns?:/)
				print file ":" $3 ": " $2 "() says no Return:"
		}
	}'
}

well_formed() {
	local kernel_doc

	kernel_doc=$(newest_source tools/docs/kernel-doc)
	python3 "$kernel_doc" -none -Wall "${sources[@]}" "${headers[@]}" 2>&1 |
		grep -E '^(Warning|Error|warning|error|src/)' || true
}

report "every function that is not static says Context: and Return:" documented well_formed
