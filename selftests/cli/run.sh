#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `run`: an unmodified program finds the driver at /dev/net/tun.

. "${0%/*}/lib.sh"

# A /dev/net with the driver's node and no other, for this test alone.
only_our_node() {
	local number
	number=$(numbers_of "$node")
	mount -t tmpfs -o mode=0755 none /dev/net
	# shellcheck disable=SC2086 # two numbers
	mknod -m 0666 "$node" c $number
}

test_exit_status_is_the_programs() {
	expect 0 "$cli" run -- true
	expect 7 "$cli" run -- sh -c 'exit 7'
	expect 143 "$cli" run -- sh -c 'kill $$'
}

test_dashes_before_the_program_may_be_left_out() {
	expect 0 "$cli" run echo -n x
	is "$out" x
}

test_missing_program_is_127_and_unexecutable_126() {
	expect 127 "$cli" run -- no-such-program
	has "$err" "cannot execute no-such-program"
	expect 126 "$cli" run -- /etc/passwd
	has "$err" "Permission denied"
}

test_wrong_options_are_usage_errors() {
	expect 1 "$cli" run
	has "$err" "program to run is missing"
	expect 1 "$cli" run --
	expect 1 "$cli" run --frobnicate -- true
	has "$err" 'no option "--frobnicate"'
	expect 1 "$cli" run --user
	has "$err" "needs a value"
	expect 1 "$cli" run --user no-such-user -- true
	has "$err" 'no user "no-such-user"'
	expect 2 "$cli" run --netns no-such-netns -- true
	has "$err" 'network namespace "no-such-netns"'
}

test_program_sees_our_node_as_tun() {
	is "$("$cli" run -- stat -Lc '%t:%T' /dev/net/tun)" "$(stat -Lc %t:%T "$node")"
}

test_program_sees_our_node_where_there_is_no_tun_node() {
	only_our_node
	rm -f /dev/net/tun
	[ "$node" != /dev/net/tun ] || mknod -m 0666 /dev/net/tun c 10 200
	mknod -m 0600 /dev/net/other c 1 3
	is "$("$cli" run -- stat -Lc '%t:%T' /dev/net/tun)" "$(stat -Lc %t:%T "$node")"
	is "$("$cli" run -- stat -Lc '%t:%T' "$node")" "$(stat -Lc %t:%T "$node")"
	is "$("$cli" run -- stat -Lc '%t:%T' /dev/net/other)" 1:3
	if [ "$node" != /dev/net/tun ]; then
		[ ! -e /dev/net/tun ]
	fi
}

test_only_the_program_sees_the_change() {
	[ -e /dev/net/tun ] || mknod -m 0666 /dev/net/tun c 10 200
	local before
	before=$(stat -Lc %t:%T /dev/net/tun)
	"$cli" run -- true
	is "$(stat -Lc %t:%T /dev/net/tun)" "$before"
	has_not "$(file /proc/self/mounts)" " /dev/net/tun "
}

test_missing_node_is_an_error_with_advice() {
	mount -t tmpfs none /dev/net
	expect 2 "$cli" run -- echo ran
	has "$err" "$node" modprobe
	is "$out" ""
}

test_ip_tuntap_makes_our_device() {
	expect 0 "$cli" run -- ip tuntap add dev vpn0 mode tun user 1000
	has "$("$cli" show vpn0)" "vpn0: tun persist user 1000"
	expect 0 "$cli" run -- ip tuntap del dev vpn0 mode tun
	expect 2 "$cli" show vpn0
}

test_user_keeps_cap_net_admin_and_no_other() {
	expect 0 "$cli" run --user nobody -- cat /proc/self/status
	has "$out" "Uid:	65534	65534	65534	65534"
	has "$out" "Gid:	65534	65534	65534	65534"
	for set in CapInh CapPrm CapEff CapAmb; do
		has "$out" "$set:	0000000000001000"
	done
	expect 0 "$cli" run --user nobody -- ip tuntap add dev vpn0 mode tun
	"$cli" show vpn0
}

test_user_without_caps_has_none() {
	expect 0 "$cli" run --user nobody --no-caps -- cat /proc/self/status
	for set in CapInh CapPrm CapEff CapAmb; do
		has "$out" "$set:	0000000000000000"
	done
	expect 1 "$cli" run --user nobody --no-caps -- ip tuntap add dev vpn0 mode tun
	expect 2 "$cli" show vpn0
}

test_user_gets_his_groups_and_environment() {
	# shellcheck disable=SC2016 # the program's shell expands it
	expect 0 "$cli" run --user nobody -- sh -c 'id -G; echo $HOME $USER $LOGNAME'
	is "$out" "$(id -G nobody)
$(getent passwd nobody | cut -d: -f6) nobody nobody"
}

test_user_without_the_capability_to_give_is_told() {
	expect 0 no_net_admin \
		"$cli" run --user nobody -- cat /proc/self/status
	has "$err" "no CAP_NET_ADMIN"
	has "$out" "CapEff:	0000000000000000"
}

test_ordinary_user_can_use_a_device_of_his_own() {
	"$cli" add dev vpn0 mode tun user 1000
	"$cli" add dev vpn1 mode tun user 1001
	expect 0 as_user 1000 "$cli" run -- "$helpers/hold" /dev/net/tun vpn0 0x1001
	is "$out" "held vpn0"
	expect 1 as_user 1000 "$cli" run -- "$helpers/hold" /dev/net/tun vpn1 0x1001
	has "$err" "not permitted"
	is "$(as_user 1000 "$cli" run -- id -u)" 1000
}

test_netns_is_entered_with_its_sysfs() {
	ip netns add blue
	expect 0 "$cli" run --netns blue -- ip tuntap add dev vpn0 mode tun
	expect 2 "$cli" show vpn0
	has "$("$cli" -n blue show vpn0)" "vpn0: tun persist"
	expect 0 "$cli" run --netns blue -- ls /sys/class/net
	has "$out" vpn0
}

test_netns_files_of_etc_are_there() {
	[ -e /etc/netns ] || mkdir /etc/netns
	mount -t tmpfs none /etc/netns
	mkdir /etc/netns/blue
	echo "nameserver 192.0.2.7" > /etc/netns/blue/resolv.conf
	ip netns add blue
	expect 0 "$cli" run --netns blue -- cat /etc/resolv.conf
	is "$out" "nameserver 192.0.2.7"
}

main "$@"
