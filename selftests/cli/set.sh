#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `set`.

. "${0%/*}/lib.sh"

look() { # NAME
	expect 0 "$cli" -j show "$1"
}

test_changes_mtu_queue_length_and_address() {
	"$cli" add dev vpn0 mode tap
	expect 0 "$cli" set vpn0 mtu 1300 txqueuelen 33 address 02:00:00:00:00:07
	look vpn0
	is "$(value mtu) $(value txqlen)" "1300 33"
	is "$(value address)" '"02:00:00:00:00:07"'
}

test_takes_it_up_and_down() {
	"$cli" add dev vpn0 mode tun
	"$cli" set vpn0 up
	look vpn0
	is "$(value up)" true
	"$cli" set dev vpn0 down
	look vpn0
	is "$(value up)" false
}

test_changes_user_and_group_and_nothing_else() {
	"$cli" add dev vpn0 mode tap pi multi_queue mtu 1400 user 5
	expect 0 "$cli" set vpn0 user 1000 group 1001
	look vpn0
	is "$(value user) $(value group)" "1000 1001"
	is "$(value flags)" '["tap","pi","multi_queue","persist"]'
	is "$(value mtu) $(value carrier)" "1400 false"
}

test_changes_the_user_of_a_multi_queue_device_that_is_held() {
	"$cli" add dev vpn0 mode tun multi_queue
	hold vpn0 0x1101 2
	expect 0 "$cli" set vpn0 user 1000
	look vpn0
	is "$(value user) $(value carrier)" "1000 true"
	is "$(value numqueues)" 2
	is "$(value numdisabled)" 0
	release
}

test_busy_device_names_its_holder() {
	"$cli" add dev vpn0 mode tun
	hold vpn0 0x1001
	expect 2 "$cli" set vpn0 user 1000
	has "$err" "cannot attach" "hold (process $HOLD_PID) holds it"
	release
	expect 0 "$cli" set vpn0 user 1000
}

test_carrier_changes_while_a_program_holds_the_device() {
	"$cli" add dev vpn0 mode tun
	expect 2 "$cli" set vpn0 carrier on
	has "$err" "needs an attached program"
	hold vpn0 0x1001
	expect 0 "$cli" set vpn0 carrier off
	look vpn0
	is "$(value carrier)" false
	expect 0 "$cli" set vpn0 carrier on
	look vpn0
	is "$(value carrier)" true
	release
}

test_persist_makes_a_device_outlive_its_program() {
	# Only a device with several queues can be attached to while it is held.
	hold vpn0 0x1101
	expect 0 "$cli" set vpn0 persist on
	release
	look vpn0
	is "$(value persist)" true
}

test_persist_off_lets_a_held_device_go_with_its_program() {
	"$cli" add dev vpn0 mode tun multi_queue
	hold vpn0 0x1101
	expect 0 "$cli" set vpn0 persist off
	expect 0 "$cli" show vpn0
	release
	expect 2 "$cli" show vpn0
}

test_persist_off_of_a_device_that_nobody_holds_is_refused() {
	for words in "mode tun" "mode tap multi_queue"; do
		# shellcheck disable=SC2086 # several words
		"$cli" add dev vpn0 $words
		expect 2 "$cli" set vpn0 persist off
		has "$err" "would vanish" "tun-alt del vpn0"
		expect 0 "$cli" del vpn0
	done
}

test_gives_another_name() {
	"$cli" add dev vpn0 mode tun
	expect 0 "$cli" set vpn0 name vpn1
	expect 2 "$cli" show vpn0
	expect 0 "$cli" show vpn1
	"$cli" add dev vpn0 mode tun
	expect 2 "$cli" set vpn0 name vpn1
	has "$err" "has this name"
}

test_moves_to_another_namespace() {
	ip netns add blue
	"$cli" add dev vpn0 mode tun
	expect 0 "$cli" set vpn0 netns blue mtu 1300
	expect 2 "$cli" show vpn0
	expect 0 "$cli" -n blue -j show vpn0
	is "$(value mtu)" 1300
	expect 2 "$cli" -n blue set vpn0 netns nope
	has "$err" 'cannot open network namespace "nope"'
}

test_refusals_say_why() {
	"$cli" add dev vpn0 mode tun
	expect 2 "$cli" set vpn0 mtu 5
	has "$err" "68 to 65535"
	expect 2 "$cli" set vpn0 address 02:00:00:00:00:01
	has "$err" "has no address"
	expect 2 "$cli" set nope mtu 1400
	has "$err" 'no device "nope"'
	expect 2 "$cli" set lo mtu 1400
	has "$err" "not a device of this driver"
	expect 1 "$cli" set vpn0
	has "$err" "nothing to change"
	expect 1 "$cli" set
	has "$err" "name of the device is missing"
}

test_without_capability_the_error_says_which() {
	"$cli" add dev vpn0 mode tun
	expect 2 no_net_admin "$cli" set vpn0 mtu 1300
	has "$err" CAP_NET_ADMIN
	expect 2 no_net_admin "$cli" set vpn0 user 5
	has "$err" CAP_NET_ADMIN
}

test_owner_may_not_change_the_owner_of_another() {
	"$cli" add dev vpn0 mode tun user 1000
	expect 2 as_user 1001 "$cli" set vpn0 user 1001
	has "$err" "only its user and group"
}

main "$@"
