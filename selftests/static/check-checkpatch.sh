#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# checkpatch.pl --strict of the newest kernel, nothing ignored, over every text file of the
# tree that it has rules for; what parsers are fed with is bytes.

. "$(dirname "$0")/lib.sh"

checkpatch=$(newest_source scripts/checkpatch.pl)
# A file that was clean has a stamp there, and is read again when it or checkpatch.pl is newer.
stamps=$out/checkpatch

candidates() {
	{
		tree_files Kbuild Makefile dkms.conf .ci src include tools selftests
		tree_files '*/Makefile' '*.mk' '*.[chS]' '*.rst' '*.[1-9]' '*.py'
		shell_files
	} | grep -vE '^selftests/fuzz/.*/golden/' | sort -u
}

not_stamped() {
	local file

	while IFS= read -r file; do
		if [ "$stamps/$file" -nt "$file" ] && [ "$stamps/$file" -nt "$checkpatch" ]; then
			continue
		fi
		printf '%s\0' "$file"
	done
}

# checkpatch.pl exits 1 when it found something; anything above that is a failure of its own.
check_files() {
	local rc=0 file

	perl "$checkpatch" --no-tree --no-summary --strict --terse --show-types --color=never \
		-f "$@" || rc=$?
	if [ "$rc" -gt 1 ]; then
		echo "checkpatch.pl failed with status $rc"
	elif [ "$rc" -eq 0 ]; then
		for file; do
			mkdir -p "$stamps/$(dirname "$file")"
			touch "$stamps/$file"
		done
	fi
}

export -f check_files
export checkpatch stamps
check() {
	candidates | not_stamped | xargs -0 -r -n 30 -P 2 bash -c 'check_files "$@"' check
}

report "--strict over $(candidates | wc -l) files: 0 errors, 0 warnings, 0 checks" check
