#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the guest: the fuzzer with its arguments, and what it needs of the machine. After
# a whole run that the kernel did not complain of, memory that nothing points to is one more
# complaint. Exit status: the fuzzer's. With the argument --abi it runs the
# programs of $TUN_ALT_OUT/list instead, and leaves in edges.abi which edges they reached.
set -uo pipefail

# Grace periods are what a program that makes and ends a device waits for.
fast() {
	[ ! -w /sys/kernel/rcu_expedited ] || echo 1 > /sys/kernel/rcu_expedited
	ulimit -n 4096
}

# Whatever complains ends the boot, so that the last program is the one that did it. A call on the
# name of no device would have the kernel look for a module of that name, which takes longer than
# most programs.
strict() {
	echo > /proc/sys/kernel/modprobe
	echo 1 > /proc/sys/kernel/panic_on_warn
}

# What is lost is five seconds old before it is looked for, and looked for twice.
leaks() {
	local file=/sys/kernel/debug/kmemleak
	[ -w "$file" ] || return 0
	sleep 6
	{ echo scan > "$file" && sleep 6 && echo scan > "$file"; } ||
		echo "BUG: kmemleak has given up" > /dev/kmsg
	! grep . "$file" >&2 ||
		echo "unreferenced object, see what the fuzzer says" > /dev/kmsg
}

# Some of the tests are done by nobody.
abi() {
	export TUN_TEST_KCOV=/dev/shm/edges
	chmod 755 /sys/kernel/debug
	chmod 666 /sys/kernel/debug/kcov
	install -m 666 /dev/null "$TUN_TEST_KCOV"
	"$TUN_ALT_TOP/selftests/in-guest.sh"
	cp "$TUN_TEST_KCOV" "$TUN_ALT_OUT/edges.abi"
}

fast
if [ "$1" = --abi ]; then
	abi
	exit
fi
# Code of the kernel's that is patched as XDP programs come and go: see the helper.
[ "$(nproc)" = 1 ] || "${TUN_ALT_FUZZ%/fuzz/fuzz}/xdp/dispatcher_helper" || exit
strict
rc=0
"$TUN_ALT_FUZZ" "$@" || rc=$?
[ "$rc" != 0 ] || [ "$1" != --fuzz ] || leaks
exit "$rc"
