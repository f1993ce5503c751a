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

# Seconds that a program of a suite may take: the suite's own settings, or those of all.
timeout_of() { # PROGRAM
	local settings=$TUN_ALT_TOP/selftests/${1%/*}/settings line
	[ -e "$settings" ] || settings=$TUN_ALT_TOP/selftests/settings
	while IFS= read -r line; do
		[[ $line != timeout=* ]] || TIMEOUT=${line#timeout=}
	done < "$settings"
	[ "${TUN_TEST_DIVISOR:-1}" = 1 ] || TIMEOUT=$((TIMEOUT * 5))
}

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

# What a program has left behind is a leak of the driver or of the test: what holds the module (an
# open file, a socket, a device) and, for in-tree's as well, devices. Work that the kernel has put
# off gets five seconds.
leaves_nothing() {
	local users tries
	count_devices
	[ "$REPLY" = "$AT_START" ] || { sleep 5; count_devices; }
	[ "$REPLY" = "$AT_START" ] || {
		echo "# $REPLY devices, and $AT_START at the start"
		return 1
	}
	for tries in {1..50}; do
		[ -e /sys/module/tun_alt/refcnt ] || return 0
		users=$(< /sys/module/tun_alt/refcnt)
		[ "$users" != 0 ] || return 0
		sleep 0.1
	done
	echo "# $tries looks at the module, and it always had users, at last $users"
	return 1
}

# How many TUN and TAP devices the guest's own namespace has, of either driver: REPLY
count_devices() {
	local devices
	shopt -s nullglob
	devices=(/sys/class/net/*/tun_flags)
	shopt -u nullglob
	REPLY=${#devices[@]}
}

run_one() { # PROGRAM NODE ARGUMENT...
	local prog=$1 node=$2 rc=0 ktap=$TUN_ALT_OUT/${2##*/}/${1%.sh}.ktap
	local exe=$TUN_ALT_BUILD/selftests/$prog
	shift 2
	timeout_of "$prog"
	case $prog in *.sh) exe=$TUN_ALT_TOP/selftests/$prog ;; esac
	echo "tun-alt-test: $prog on $node" > /dev/kmsg
	cd "$TUN_ALT_TOP/selftests/${prog%/*}" || return
	count_devices
	AT_START=$REPLY
	TUN_NODE=$node timeout -k 5 "$TIMEOUT" "$exe" "$@" < /dev/null > "$ktap" 2>&1 || rc=$?
	# A program may die in the middle of a line.
	printf '\n' >> "$ktap"
	leaves_nothing >> "$ktap" || rc=leak
	printf '# tun-alt-exit: %s\n' "$rc" >> "$ktap"
	tell "$prog" "${node##*/}" "$ktap"
}

# What the kernel's log says is a complaint for who reads it, beside its own (qemu/splat.awk).
complain() { # WORD...
	echo "tun-alt-test: BUG: $*" > /dev/kmsg
}

# How many watchpoints KCSAN has set since the boot: REPLY
watchpoints() {
	local line
	REPLY=0
	[ ! -e /sys/kernel/debug/kcsan ] || while IFS= read -r line; do
		[[ $line != setup_watchpoints:* ]] || REPLY=${line#*: }
	done < /sys/kernel/debug/kcsan
}

# What is reachable by no pointer is a leak; the scan sees objects that are five seconds old.
# They are whole in the file, since a line of the log has its limits.
look_for_leaks() {
	local leaks=/sys/kernel/debug/kmemleak found=$TUN_ALT_OUT/kmemleak n
	[ -w "$leaks" ] || return 0
	sleep 6
	{ echo scan > "$leaks" && echo scan > "$leaks"; } || complain "kmemleak has given up"
	cat "$leaks" > "$found"
	n=$(grep -c '^unreferenced object' "$found")
	[ "$n" = 0 ] || {
		complain "kmemleak: $n unreferenced objects, the first of them:"
		head -n 20 "$found"
	}
}

# Code of the kernel's that is patched as XDP programs come and go: see the helper.
keep_dispatcher() {
	[ "$(nproc)" -gt 1 ] && [ "$(uname -m)" = x86_64 ] || return 0
	"$TUN_ALT_BUILD/selftests/xdp/dispatcher_helper" ||
		complain "the dispatcher of XDP programs still has places"
}

keep_dispatcher
watchpoints
WATCHPOINTS=$REPLY
while IFS=$'\t' read -r prog nodes args; do
	for node in $nodes; do
		SECONDS=0
		# shellcheck disable=SC2086 # a list of words
		run_one "$prog" "$node" $args
	done
done < "$TUN_ALT_OUT/list"

look_for_leaks
# Memory of the driver's own that was too large for a slab, once nothing holds it
if [ -e /sys/module/tun_alt/refcnt ] && [ "$(< /sys/module/tun_alt/refcnt)" = 0 ] &&
	grep '\[tun_alt\]' /proc/vmallocinfo > "$TUN_ALT_OUT/vmalloc"; then
	complain "memory of a ring is left"
fi
# Of a module that counts its lines: the counts of all its lives in this guest
counts=/sys/kernel/debug/gcov${TUN_ALT_KO%/*}/src
if [ -d "$counts" ]; then
	mkdir -p "$TUN_ALT_OUT/gcov"
	for file in "$counts"/*.gcda; do
		cat "$file" > "$TUN_ALT_OUT/gcov/${file##*/}"
	done
fi
watchpoints
echo $((REPLY - WATCHPOINTS)) > "$TUN_ALT_OUT/watchpoints"
