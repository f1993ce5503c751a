#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by run.sh: which programs run where, and what is said about the results.

prefix() { # WORD
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		printf '%-7s %s\n' "$1" "$line"
	done
}

# A pattern of the command line as a regular expression. A suite's name stands for the suite; a
# program's name ends where the names of its tests go on.
regex_of() { # PATTERN
	[[ ! $1 =~ ^[a-z]+$ || ! -d $TOP/selftests/$1 ]] || { echo "^$1/"; return; }
	sed 's/[.]/[.]/g; s/[*]/.*/g; s/?/./g; s/[$]$/([.]|$)/' <<< "$1"
}

# The kernels among K that look for faults
debug_of() { # K...
	local k
	for k in $1; do
		! is_debug "$k" || echo "$k"
	done
}

# Names of the boots that the plan gives to some programs.
boots() {
	awk '$1 == "@boot" && !seen[$2]++ { print $2 }' "$TOP/selftests/plan"
}

# Two processors at the same memory are what KCSAN looks for.
cpus_of() { # K BOOT
	[ "$1" != kcsan ] || { echo 2; return; }
	awk -v b="$2" '$1 == "@cpus" && $2 == b { n = $3 } END { print n ? n : 2 }' \
		"$TOP/selftests/plan"
}

# Every program that T may select: by its own name, by that of a test of the plan, or, since
# a new test is in no plan yet, by what stands before the point of T, if that is a pattern of its
# own. What the plan wants to be asked for is left out where T does not name its suite.
candidates() {
	local before=''
	[[ $T != *.* || $T == *[\(\)]* ]] || before=$(regex_of "${T%%.*}")
	{
		make -s -C "$TOP/selftests" list "SOURCE=$CACHE/source/newest"
		[ -n "$DEV" ] || (cd "$TOP/selftests" && ls host/*.sh demo/*_test.sh)
	} | awk -v re="$SELECTED" -v before="$before" -v t="$T" '
		FNR == NR && $1 == "@asked" {
			for (i = 2; i <= NF; i++)
				if (!index(t, substr($i, 1, index($i, "/") - 1)))
					asked[$i]
		}
		FNR == NR && /^[^#@]/ && $1 ~ re { sub(/[.].*/, "", $1); named[$1] = 1 }
		FNR == NR { next }
		{
			suite = program = $1
			sub(/[.]sh$/, "", program)
			sub(/[^\/]*$/, "", suite)
		}
		program in asked || suite in asked { next }
		program ~ re || program in named {
			n += suite != "detectors/"
			print
			next
		}
		before != "" && program ~ before { other[$1] }
		END { if (!n) for (i in other) print i }' "$TOP/selftests/plan" -
}

# "BOOT PROGRAM" for all of a kernel's guests that T may select, and "- PROGRAM REASON" for what the
# plan keeps from that kernel. In the plan a name with a slash at its end stands for the suite. One
# process for all: hundreds would take a minute.
places_of_programs() { # K
	grep -vE '^(host|demo)/' <<< "$CANDIDATES" | awk -v k="$1" -v like="$(matrix_of "$1")" '
		function names(word, p) {
			return word == p || (word ~ /\/$/ && index(p, word) == 1)
		}
		function listed(list, kernel) {
			return index("," list ",", "," kernel ",")
		}
		FNR == NR && $1 == "@boot" {
			for (i = 3; i <= NF; i++) {
				boot[++n] = $2
				word[n] = $i
			}
		}
		FNR == NR && $1 == "@kernels" && !listed($2, k) && !listed($2, like) {
			for (i = 3; i <= NF; i++)
				elsewhere[$i] = $2
		}
		FNR == NR && $1 == "@not" && listed($2, k) {
			not_here[++m] = $3
			sub(/^[^ ]+ +[^ ]+ +[^ ]+ +/, "")
			reason[m] = $0
		}
		FNR == NR { next }
		{
			program = $1
			sub(/[.]sh$/, "", program)
			for (i = 1; i <= m; i++)
				if (names(not_here[i], program)) {
					print "-", program, reason[i]
					next
				}
			name = "main"
			for (i = 1; i <= n; i++)
				if (names(word[i], program))
					name = boot[i]
			if (program in elsewhere)
				print "-", program, "only on " elsewhere[program]
			else
				print name, $1
		}' "$TOP/selftests/plan" -
}

boots_of_programs() { # K
	places_of_programs "$1" | grep -v '^- ' || true
}

# What T selects and the plan keeps from kernel K, each with the reason.
not_run_here() { # K
	places_of_programs "$1" | sed -n 's/^- \([^ ]*\) /not run here: \1: /p' | prefix "$1"
}

# A program that T selects, with the names of its tests if T does not take them all, as the
# harness wants them: PROGRAM -r NAME -r NAME...
select_program() { # PROGRAM
	local prog=$1 tests
	if [[ ${prog%.sh} =~ $SELECTED ]]; then
		echo "$prog"
		return
	fi
	case $prog in
	*.sh)
		awk -v p="${prog%.sh}." -v re="$SELECTED" '
			index($1, p) == 1 && $1 ~ re { found = 1 }
			END { exit !found }' "$TOP/selftests/plan" && echo "$prog"
		;;
	*)
		# -l ends with the status of a skip.
		tests=$({ "$BUILD/selftests/$prog" -l 2>&1 || true; } |
			awk -f "$TOP/selftests/list.awk" |
			awk -v p="$prog" -v re="$SELECTED" 'p "." $1 ~ re { printf " -r %s", $2 }')
		[ -z "$tests" ] || echo "$prog$tests"
		;;
	esac || true
}

# The lists that in-guest.sh runs, one for each boot: PROGRAM, NODES, ARGUMENTS.
guest_programs() { # K DIR
	local name prog args nodes both="$TUN $ALT"
	# A known bug of in-tree would end the boot.
	! is_debug "$1" || both=$ALT
	while read -r name prog; do
		args=''
		[[ ${prog%.sh} =~ $SELECTED ]] ||
			read -r prog args <<< "$(select_program "$prog")"
		nodes=$ALT
		case $prog in
		'') continue ;;
		abi/* | datapath/* | lifetime/* | xdp/* | upstream/*) nodes=${DEV:-$both} ;;
		*) [ -z "$DEV" ] || [ "$DEV" = "$ALT" ] || continue ;;
		esac
		printf '%s\t%s\t%s\n' "$prog" "$nodes" "$args" >> "$2/boot-$name/list"
	done < <(boots_of_programs "$1")
}

host_programs() {
	local prog
	while read -r prog; do
		select_program "$prog"
	done < <(grep -E '^(host|demo)/' <<< "$CANDIDATES")
}

# All KTAP of a kernel as lines of ktap.awk, those that T selects.
collect() { # DIR
	local ktap rest prog
	for ktap in "$1"/boot-*/*/*/*.ktap; do
		[ -e "$ktap" ] || continue
		rest=${ktap#"$1"/boot-*/}
		prog=${rest#*/}
		awk -v node="${rest%%/*}" -v prog="${prog%.ktap}" \
			-f "$TOP/selftests/ktap.awk" "$ktap"
	done | awk -F '\t' -v re="$SELECTED" '$2 ~ re || $2 ~ /\.\(program\)$/'
}

tally() { # FILE...
	awk -F '\t' '{ n[$1]++ } END { print n["P"] + 0, n["F"] + 0, n["S"] + 0 }' "$@"
}

# Each failure with what the program said about it, then the kernel's counts. A guest
# that died leaves hundreds of tests that did not run: the first ten say enough.
report() { # K DIR
	local k=$1 dir=$2 v node id message ktap n differ general=0
	while IFS=$'\t' read -r v node id message; do
		[ "$v" = F ] || continue
		[ "$node" != - ] || general=$((general + 1))
		[ "$node" != - ] || [ "$general" -le 10 ] || continue
		printf '%-7s FAILED %s on %s: %s\n' "$k" "$id" "$node" "$message"
		for ktap in "$dir"/boot-*/"$node"/"${id%%.*}".ktap; do
			[ ! -e "$ktap" ] ||
				awk -v name="${id#*.}" -f "$TOP/selftests/diagnose.awk" "$ktap"
		done
	done < "$dir/verdicts"
	[ "$general" -le 10 ] ||
		printf '%-7s ... and %d more of plan and differences (%s)\n' \
			"$k" "$((general - 10))" "$dir/verdicts"
	differ=$(grep -c 'differs, as differences.rst says' "$dir/verdicts" || true)
	[ "$differ" = 0 ] ||
		printf '%-7s %d differ in-tree, as differences.rst says\n' "$k" "$differ"
	read -r -a n <<< "$(tally "$dir/verdicts")"
	printf '%-7s %s%d passed, %d failed, %d skipped\n' "$k" "$(release_of "$k")" "${n[@]}"
}

release_of() { # K
	[ "$1" = host ] || printf '(%s) ' "$(cat "$(kernel_dir "$1")/release")"
}

# The counts of every kernel, if there are several, then of all together; fails if any failed.
summary() { # K...
	local job n files=()
	echo
	for job; do
		[ $# = 1 ] || tail -n 1 "$RESULTS/$job/report"
		files+=("$RESULTS/$job/verdicts")
	done
	read -r -a n <<< "$(tally "${files[@]}")"
	printf '%d passed, %d failed, %d skipped\n' "${n[@]}"
	[ "${n[0]}" -gt 0 ] && [ "${n[1]}" = 0 ]
}

# A whole run shows every row of coverage.rst; one that it does not show is a failure.
judge_coverage() { # K...
	local dir=$RESULTS/coverage k args=()
	rm -rf "$dir"
	mkdir -p "$dir"
	for k; do
		[ ! -e "$RESULTS/$k/results" ] ||
			args+=(file=results "k=$k" "$RESULTS/$k/results")
	done
	awk -v mode=judge -f "$TOP/selftests/coverage.awk" file=plan "$TOP/selftests/plan" \
		file=coverage "$TOP/Documentation/uapi/coverage.rst" "${args[@]}" > "$dir/verdicts"
	awk -F '\t' '
		{ printf "FAILED %s on %s: %s\n", $3, $2, $4 }
		END { print NR " rows of coverage.rst were not shown" }' "$dir/verdicts" |
		prefix coverage | tee "$dir/report"
}

# The names of the tests of every program that ran last, on whatever kernel; programs
# that did not run keep theirs. Comments, directives and permissions to skip stay.
write_plan() {
	local plan=$TOP/selftests/plan new
	[ ! -e "$RESULTS/partial" ] || die "the last run took single tests: run whole programs"
	new=$(mktemp)
	grep -E '^(#|@)' "$plan" > "$new"
	cut -f2 "$RESULTS"/*/results | grep -vF '.(program)' | sort -u |
		awk -v top="$TOP/selftests/" '
			function program(id) { sub(/[.].*/, "", id); return id }
			function exists(p) {
				return system("test -e " top p ".c || test -e " top p ".sh") == 0
			}
			/^[#@]/ { next }
			NR == FNR { ran[program($1)] = 1; id[$1] = $1; next }
			!ran[program($1)] && exists(program($1)) { id[$1] = $0 }
			($1 in id) && $2 ~ /^skip=/ { id[$1] = $0 }
			END { for (i in id) print id[i] }' - "$plan" | sort >> "$new"
	cat "$new" > "$plan"
	rm -f "$new"
	say "$(grep -cvE '^(#|@)' "$plan") tests are in selftests/plan"
}
