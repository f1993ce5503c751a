#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the guest runner: what happens inside arrives outside. Two boots at a time.
set -u

. "$KTAP_HELPERS"

K=${TUN_ALT_KERNEL:-6.1}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
PLANTED=$TUN_ALT_BUILD/planted-$K

guest() { # NAME SECONDS ARGUMENT...
	local name=$1 seconds=$2 rc=0
	shift 2
	"$TUN_ALT_TOP/selftests/qemu/guest.sh" -k "$K" -t "$seconds" -o "$WORK/out-$name" \
		-L "$TUN_ALT_BUILD/log/rig-$name.log" "$@" \
		> "$WORK/$name.out" 2> "$WORK/$name.err" || rc=$?
	echo "$rc" > "$WORK/$name.rc"
}

build_planted() {
	mkdir -p "$PLANTED"
	cp -u "$TUN_ALT_TOP"/selftests/qemu/planted/* "$PLANTED"
	"$TUN_ALT_TOP/selftests/qemu/build.sh" -d "$PLANTED" "$K"
}

run_guests() {
	# shellcheck disable=SC2016 # expanded in the guest
	guest status 60 -m tun -e 'WORD=two words' -- bash -c 'echo "out $WORD"; echo err >&2
		lsmod | grep -q ^tun && echo loaded; touch /etc/here /usr/there && echo writable
		echo kept > "$TUN_ALT_OUT/file"; exit 7' &
	guest panic 60 -m "$PLANTED/planted.ko,fault=panic" -- true &
	wait
	guest timeout 15 -- sleep 100 &
	guest splat 60 -m "$PLANTED/planted.ko,fault=warn" -- true &
	wait
	guest oops 60 -m "$PLANTED/planted.ko,fault=oops" -- true &
	guest nomodule 60 -m no_such_module -- true &
	wait
}

status_is() { # NAME STATUS
	[ "$(cat "$WORK/$1.rc")" = "$2" ]
}

out_has() { # NAME LINE
	grep -qx "$2" "$WORK/$1.out"
}

err_has() { # NAME WORD
	grep -q "$2" "$WORK/$1.err"
}

out_keeps_words() { out_has status "out two words"; }
host_untouched() { out_has status writable && [ ! -e /etc/here ] && [ ! -e /usr/there ]; }
file_came_back() { [ "$(cat "$WORK/out-status/file")" = kept ]; }
log_is_kept() { grep -q 'tun-alt-guest: start' "$TUN_ALT_BUILD/log/rig-status.log"; }
splat_is_shown() { err_has splat 'the kernel complained' && err_has splat planted; }

ktap_print_header
ktap_set_plan 14
build_planted > "$WORK/build" 2>&1 || ktap_exit_fail_msg "$(cat "$WORK/build")"
run_guests
for name in status panic timeout splat oops nomodule; do
	sed "s/^/# $name: /" "$WORK/$name.out" "$WORK/$name.err"
done
ktap_test_result exit_status_is_relayed status_is status 7
ktap_test_result environment_and_stdout_arrive out_keeps_words
ktap_test_result stderr_arrives_apart err_has status err
ktap_test_result in_tree_tun_loads out_has status loaded
ktap_test_result guest_writes_do_not_reach_the_host host_untouched
ktap_test_result shared_directory_comes_back file_came_back
ktap_test_result serial_log_is_kept log_is_kept
ktap_test_result panic_is_125 status_is panic 125
ktap_test_result timeout_is_124 status_is timeout 124
ktap_test_result splat_is_126_though_the_command_succeeds status_is splat 126
ktap_test_result splat_is_shown splat_is_shown
ktap_test_result oops_is_125 status_is oops 125
ktap_test_result missing_module_fails_the_run status_is nomodule 1
ktap_test_result missing_module_is_named err_has nomodule no_such_module
ktap_finished
