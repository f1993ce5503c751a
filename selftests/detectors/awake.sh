#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A silent debug kernel proves something only if it would have spoken: one fault on purpose
# of each kind, and the report of it in the kernel's log. Runs in a boot of its own. A report
# of KASAN switches lockdep off, so the order matters.
set -u

. "$KTAP_HELPERS"

module=$(dirname "$TUN_TEST_MESSAGE_KO")/tun_test_detect.ko
leaks=/sys/kernel/debug/kmemleak
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# Loads the module with a fault, and succeeds if the kernel then says what it should.
reports() { # FAULT REGEX
	dmesg -C
	insmod "$module" "fault=$1" || return
	rmmod tun_test_detect
	dmesg > "$out"
	grep -qE "$2" "$out" || { ktap_print_msg "$1: no '$2' in the log"; return 1; }
}

# An object is looked at once it is five seconds old, and reported by the second scan.
leak_is_found() {
	echo clear > "$leaks"
	insmod "$module" fault=leak || return
	sleep 6
	echo scan > "$leaks"
	echo scan > "$leaks"
	cp "$leaks" "$out"
	rmmod tun_test_detect
	grep -q 'size 2048\|size 1234' "$out" && grep -q tun_test_detect "$out"
}

# Two processors must meet: some attempts are allowed.
race_is_reported() {
	local n
	for n in 1 2 3 4 5; do
		ktap_print_msg "attempt $n"
		reports race 'KCSAN: data-race in racer' && return
	done
	return 1
}

# A kernel has one of KASAN and KCSAN.
detector() { # CONFIG NAME COMMAND...
	if zcat /proc/config.gz | grep -qx "$1=y"; then
		ktap_test_result "${@:2}"
	else
		ktap_test_skip "$2" "no $1 here"
	fi
}

ktap_print_header
ktap_set_plan 5
detector CONFIG_DEBUG_ATOMIC_SLEEP sleep_in_atomic_is_reported \
	reports sleep 'sleeping function called from'
detector CONFIG_PROVE_LOCKING abba_is_reported reports abba 'possible circular locking'
detector CONFIG_KASAN use_after_free_is_reported reports freed 'KASAN: slab-use-after-free'
detector CONFIG_DEBUG_KMEMLEAK leak_is_reported leak_is_found
detector CONFIG_KCSAN data_race_is_reported race_is_reported
ktap_finished
