#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make coverage: the suite, and the failed allocations of faults/, with a module that counts its
# lines, on the KASAN kernels of both series. Then one table: room by room, and each line that
# nothing ran with the reason that the list gives. With names of kernels it runs on these alone
# and takes the counts of the others from their last run; -n runs on none. Results: build/coverage.
set -euo pipefail

. "$(dirname "$0")/../qemu/lib.sh"

HERE=$TOP/selftests/gcov
OUT=$TOP/build/coverage
RUN_ON="kasan kasan-newest"
# Not a kernel to run on: a line that its preprocessor alone keeps counts as one that nothing ran.
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

# The lines that are left after the preprocessors of these kernels: src/FILE:NUMBER
kept_lines() { # K...
	local k
	for k; do
		awk '
			/^# [0-9]+ "/ {
				keep = match($3, /src\/[a-z0-9_]+\.[ch]"$/)
				file = substr($3, RSTART, RLENGTH - 1)
				number = $2
				next
			}
			keep && NF { print file ":" number }
			{ number++ }' "$TOP/build/$k-gcov"/src/*.i
	done | sort -u
}

# A compiler has its own idea of which lines have a count: of this kernel only those matter that
# the others do not have at all.
only_new_lines() { # INFO
	# shellcheck disable=SC2086 # a list of kernels
	comm -13 <(kept_lines $RUN_ON) <(kept_lines "$COMPILED_FOR") > "$OUT/only-$COMPILED_FOR"
	awk -v top="$TOP/" '
		FILENAME == ARGV[1] { only[$0] = 1; next }
		/^SF:/ { file = substr($0, 4 + length(top)) }
		/^DA:/ { split(substr($0, 4), cell, ","); if (!(file ":" cell[1] in only)) next }
		{ print }' "$OUT/only-$COMPILED_FOR" "$1" > "$1.new"
	mv "$1.new" "$1"
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

keep_counts() { # K...
	local k boot
	for k; do
		rm -rf "$OUT/counts/$k"
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

run_suite() { # K...
	local rc=0 kernels=$*
	GCOV=1 "$TOP/selftests/run.sh" "T=^($(suites))/" "K=${kernels// /,}" || rc=1
	keep_counts "$@"
	return "$rc"
}

parse() {
	local k
	[ "$*" != -n ] || return 0
	for k; do
		[[ " $RUN_ON " == *" $k "* ]] || die "usage: coverage.sh [-n | K...], K of $RUN_ON"
	done
	read -r -a RUN <<< "${*:-$RUN_ON}"
}

main() {
	local k rc=0 infos=()
	RUN=()
	parse "$@"
	"$TOP/selftests/deps.sh" coverage
	mkdir -p "$OUT"
	[ ${#RUN[@]} -eq 0 ] || run_suite "${RUN[@]}" || rc=1
	rm -rf "$OUT/parts" "$OUT/html"
	"$TOP/selftests/qemu/build.sh" "$COMPILED_FOR" GCOV=1
	for k in $RUN_ON; do capture "$k"; done
	compiled "$COMPILED_FOR"
	own_lines "$OUT"/parts/*.info
	only_new_lines "$OUT/parts/$COMPILED_FOR.info.own"
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
