#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parsers under libFuzzer: FOR=SECONDS each (default 60), the corpus in
# build/fuzz/parsers-corpus. RUNS=N instead takes N inputs that one seed decides and those of
# parsers/golden, some of which once were findings, and leaves no corpus: that is for a test.
set -euo pipefail

. "$(dirname "$0")/../qemu/lib.sh"

FOR=60 RUNS='' PARSER=''
OUT=$TOP/build/fuzz/parsers
INPUTS=$TOP/selftests/fuzz/parsers/golden

parse() {
	local arg
	for arg; do
		case $arg in
		FOR=) ;;
		FOR=*) FOR=${arg#FOR=} ;;
		RUNS=*) RUNS=${arg#RUNS=} ;;
		PARSER=*) PARSER=${arg#PARSER=} ;;
		*) die "usage: [FOR=SECONDS | RUNS=N] [PARSER=NAME]" ;;
		esac
	done
}

# Says what came of it, and all that the sanitizers said
run() { # PROGRAM
	local name=${1##*/} limits=("-max_total_time=$FOR") rc=0
	local corpus=$TOP/build/fuzz/parsers-corpus/$name
	[ -z "$RUNS" ] || limits=("-runs=$RUNS" -seed=1)
	[ -z "$RUNS" ] || corpus=$(mktemp -d)
	mkdir -p "$corpus"
	[ ! -d "$INPUTS/$name" ] || cp "$INPUTS/$name"/* "$corpus"
	"$1" "${limits[@]}" -max_len=1024 -len_control=0 -close_fd_mask=3 \
		-artifact_prefix="$OUT/$name-" "$corpus" > "$OUT/$name.log" 2>&1 || rc=$?
	[ -z "$RUNS" ] || rm -rf "$corpus"
	if [ "$rc" = 0 ]; then
		say "$name: $(tail -n 1 "$OUT/$name.log"), $(grep -oE 'cov: [0-9]+' \
			"$OUT/$name.log" | tail -n 1)"
	else
		grep -E -A 20 'ERROR|runtime error|Assertion|Test unit' "$OUT/$name.log" || true
		say "$name: ended with $rc"
	fi
	return "$rc"
}

main() {
	local make=(make -s --no-print-directory -C "$TOP/selftests/fuzz/parsers"
		"OUTPUT=$OUT" "SOURCE=$CACHE/source/newest") rc=0 program ran=''
	parse "$@"
	"${make[@]}" all
	for program in $("${make[@]}" list); do
		[ -z "$PARSER" ] || [ "${program##*/}" = "$PARSER" ] || continue
		ran=1
		run "$program" || rc=1
	done
	[ -n "$ran" ] || die "there is no parser to run${PARSER:+ named $PARSER}"
	return "$rc"
}

main "$@"
