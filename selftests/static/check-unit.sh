#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The unit tests, in user space, with the address and undefined behaviour sanitizers.

. "$(dirname "$0")/lib.sh"

dir=$out/unit
make=(make -s -C selftests/unit OUTPUT="$dir" SOURCE="$cache/source/newest")

# What a failed test said, or the sanitizer.
complaint() {
	grep -E -A 3 '^not ok|ERROR: .*Sanitizer|runtime error:' "$1" || tail -n 3 "$1"
}

run() {
	local program ktap status

	if ! "${make[@]}" all >"$dir/log" 2>&1; then
		grep -E '(error|warning):' "$dir/log" || cat "$dir/log"
		return
	fi
	rm -f "$dir"/*.ktap
	for program in $("${make[@]}" list); do
		ktap=$program.ktap status=0
		timeout 60 "$program" >"$ktap" 2>&1 || status=$?
		if [ "$status" -ne 0 ] || ! grep -q '^ok ' "$ktap"; then
			echo "$(basename "$program"): status $status"
			complaint "$ktap"
		fi
	done
}

passed() {
	cat "$dir"/*.ktap | grep -c '^ok '
}

mkdir -p "$dir"
if report "clean" run; then
	echo "$(passed) tests passed"
else
	exit 1
fi
