#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make coverage: the suite, and the failed allocations of faults/, with a module that counts its
# lines, on the KASAN kernels of both series. Then one table: room by room, and each line that
# nothing ran with the reason that the list gives. -n judges the counts of the last run again.
# Results: build/coverage.
set -euo pipefail

. "$(dirname "$0")/../qemu/lib.sh"

HERE=$TOP/selftests/gcov
OUT=$TOP/build/coverage
RUN_ON="kasan kasan-newest"
# Not a kernel to run on: lines that it alone compiles count as lines that nothing ran.
COMPILED_FOR=6.1

# Every boot of every kernel, as one file of lcov. Sources have their own names.
capture() { # K
	local k=$1 built=$TOP/build/$1-gcov dir boot
	for boot in "$OUT/counts/$k"/*; do
		dir=$OUT/parts/$k-$(basename "$boot")
		mkdir -p "$dir"
		cp "$built"/src/*.gcno "$boot"/*.gcda "$dir"
		lcov_of -c -d "$dir" -b "$built" -o "$dir.info"
	done
}

# What a kernel compiles, with no count
compiled() { # K
	local dir=$OUT/parts/$1
	mkdir -p "$dir"
	cp "$TOP/build/$1-gcov"/src/*.gcno "$dir"
	lcov_of -c -i -d "$dir" -b "$TOP/build/$1-gcov" -o "$dir.info"
}

lcov_of() {
	lcov -q --gcov-tool gcov-12 --rc lcov_branch_coverage=0 "$@" 2> "$OUT/lcov.log" ||
		{ cat "$OUT/lcov.log" >&2; die "lcov failed"; }
}

# Keeps src/, under the name that it has in the tree.
own_lines() { # INFO...
	local info
	for info; do
		awk -v top="$TOP" '
			/^TN:/ { next }
			/^SF:/ {
				keep = match($0, /\/src\/[a-z0-9_]+\.[ch]$/) && /-gcov\/|\/mnt\//
				if (keep)
					$0 = "SF:" top substr($0, RSTART)
			}
			keep' "$info" > "$info.own"
	done
}

keep_counts() {
	local k boot
	rm -rf "$OUT/counts"
	for k in $RUN_ON; do
		for boot in "$TOP/build/results/$k"/boot-*; do
			[ -d "$boot/gcov" ] || continue
			mkdir -p "$OUT/counts/$k"
			cp -r "$boot/gcov" "$OUT/counts/$k/${boot##*/boot-}"
		done
	done
}

# All that runs in a guest, but for races/ and leaks/: they take hours and run no line of their own.
suites() {
	make -s -C "$TOP/selftests" list "SOURCE=$CACHE/source/newest" | cut -d / -f 1 |
		sort -u | grep -vxE 'races|leaks' | paste -sd '|'
}

run_suite() {
	local rc=0
	GCOV=1 "$TOP/selftests/run.sh" "T=^($(suites))/" "K=${RUN_ON// /,}" || rc=1
	keep_counts
	return "$rc"
}

main() {
	local k rc=0 infos=()
	"$TOP/selftests/deps.sh" coverage
	mkdir -p "$OUT"
	[ "${1:-}" = -n ] || run_suite || rc=1
	rm -rf "$OUT/parts" "$OUT/html"
	"$TOP/selftests/qemu/build.sh" "$COMPILED_FOR" GCOV=1
	for k in $RUN_ON; do capture "$k"; done
	compiled "$COMPILED_FOR"
	own_lines "$OUT"/parts/*.info
	for k in "$OUT"/parts/*.info.own; do infos+=(-a "$k"); done
	lcov_of "${infos[@]}" -o "$OUT/src.info"
	genhtml -q -o "$OUT/html" --title tun-alt "$OUT/src.info" > "$OUT/genhtml.log" 2>&1 ||
		die "genhtml failed, see $OUT/genhtml.log"
	awk -v top="$TOP/" -f "$HERE/judge.awk" file=reasons "$HERE/reasons" \
		file=table "$TOP/src/control.c" file=info "$OUT/src.info" |
		tee "$OUT/summary.txt" || rc=1
	echo "the lines themselves: ${OUT#"$TOP"/}/html/index.html"
	return "$rc"
}

main "$@"
