#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the guest: every program of $TUN_ALT_OUT/list on its nodes. A line of the
# list is PROGRAM, NODES, ARGUMENTS, separated by tabs. KTAP goes to
# $TUN_ALT_OUT/NODE/PROGRAM.ktap (run.sh made the directories), one line a run to stdout.
#
# In an emulated machine every process that starts costs a tenth of a second: what can
# be done by the shell itself is done by it.
set -uo pipefail

TIMEOUT=$(sed -n 's/^timeout=//p' "$TUN_ALT_TOP/selftests/settings")
[ "${TUN_TEST_DIVISOR:-1}" = 1 ] || TIMEOUT=$((TIMEOUT * 4))

tell() { # PROGRAM NODE KTAP
	local line passed=0 failed=0 skipped=0
	while IFS= read -r line; do
		case $line in
		'not ok '*) failed=$((failed + 1)) ;;
		'ok '*'# SKIP'*) skipped=$((skipped + 1)) ;;
		'ok '*) passed=$((passed + 1)) ;;
		esac
	done < "$3"
	printf '%-34s %-8s %3d ok, %d not ok, %d skipped, %d s\n' \
		"$1" "$2" "$passed" "$failed" "$skipped" "$SECONDS"
}

# What a program has left behind holds the module: a leak of the driver or of the test.
# Work that the kernel has put off gets five seconds.
leaves_nothing() {
	local users tries
	for tries in {1..50}; do
		[ -e /sys/module/tun_alt/refcnt ] || return 0
		users=$(< /sys/module/tun_alt/refcnt)
		[ "$users" != 0 ] || return 0
		sleep 0.1
	done
	echo "# $tries looks at the module, and it always had users, at last $users"
	return 1
}

run_one() { # PROGRAM NODE ARGUMENT...
	local prog=$1 node=$2 rc=0 ktap=$TUN_ALT_OUT/${2##*/}/${1%.sh}.ktap
	local exe=$TUN_ALT_BUILD/selftests/$prog
	shift 2
	case $prog in *.sh) exe=$TUN_ALT_TOP/selftests/$prog ;; esac
	echo "tun-alt-test: $prog on $node" > /dev/kmsg
	cd "$TUN_ALT_TOP/selftests/${prog%/*}" || return
	TUN_NODE=$node timeout -k 5 "$TIMEOUT" "$exe" "$@" < /dev/null > "$ktap" 2>&1 || rc=$?
	# A program may die in the middle of a line.
	printf '\n' >> "$ktap"
	leaves_nothing >> "$ktap" || rc=leak
	printf '# tun-alt-exit: %s\n' "$rc" >> "$ktap"
	tell "$prog" "${node##*/}" "$ktap"
}

while IFS=$'\t' read -r prog nodes args; do
	for node in $nodes; do
		SECONDS=0
		# shellcheck disable=SC2086 # a list of words
		run_one "$prog" "$node" $args
	done
done < "$TUN_ALT_OUT/list"
