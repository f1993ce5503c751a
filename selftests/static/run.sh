#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Arguments: names of checks, or shell patterns of names (default: all that are quick). Runs them
# side by side and prints KTAP, what a check found in front of its line. Exits 1 if one was not
# clean. With -a first: the slow ones, which follow the paths through the code.

. "$(dirname "$0")/lib.sh"

# The longest first. A name is the script's and its arguments.
checks=(
	"checkpatch"
	"compile 6.12 clang"
	"compile 6.12 gcc"
	"compile 6.1 clang"
	"compile 6.1 gcc"
	"sparse 6.12"
	"headers"
	"symbols"
	"unit"
	"kerneldoc"
	"shell"
	"includes"
	"compat"
	"size"
	"manual"
	"drops"
	"library"
	"coverage"
	"tree"
)

analyses=(
	"analyzer 6.12"
	"coccinelle misc"
	"coccinelle rest"
	"analyzer tools"
	"fanalyzer"
)

selected() {
	local check pattern

	for check in "${from[@]}"; do
		for pattern in "${@:-*}"; do
			# shellcheck disable=SC2053 # it is a pattern
			if [[ ${check%% *} == $pattern || $check == $pattern ]]; then
				printf '%s\n' "$check"
			fi
		done
	done
}

# One check; its output and status go to files, so that checks side by side do not mix.
run_check() {
	local log=$out/log/${1// /-} name args rc=0

	read -r name args <<<"$1"
	# shellcheck disable=SC2086 # a list of words
	"$top/selftests/static/check-$name.sh" $args >"$log" 2>&1 || rc=$?
	echo "$rc" >"$log.status"
}

print_result() {
	local log=$out/log/${2// /-} result=ok

	if [ "$(cat "$log.status")" != 0 ]; then
		result="not ok"
		failed=$((failed + 1))
		sed '$d; s/^/# /' "$log"
	fi
	printf '%s %d %s # %s\n' "$result" "$1" "$2" "$(tail -n 1 "$log")"
}

failed=0
from=("${checks[@]}")
if [ "${1:-}" = -a ]; then
	from=("${analyses[@]}")
	shift
elif [ $# -gt 0 ]; then
	from+=("${analyses[@]}")
fi
mapfile -t run < <(selected "$@")
[ ${#run[@]} -gt 0 ] || die "no check matches: $*"
mkdir -p "$out/log"
printf 'TAP version 13\n1..%d\n' "${#run[@]}"
for check in "${run[@]}"; do
	while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	rm -f "$out/log/${check// /-}.status"
	run_check "$check" &
done
wait
for i in "${!run[@]}"; do
	print_result $((i + 1)) "${run[$i]}"
done
echo "# Totals: pass:$((${#run[@]} - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
echo "# $SECONDS s"
[ "$failed" -eq 0 ]
