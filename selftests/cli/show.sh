#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `show`, in text and JSON.

. "${0%/*}/lib.sh"

three_devices() {
	"$cli" -b - > /dev/null << EOF
add dev vpn0 mode tun
add dev vpn1 mode tap user 0 group 0 pi multi_queue mtu 1400 txqueuelen 77 address 02:00:00:00:00:01
add dev vpn2 mode tun user 4000000 one_queue
EOF
	ip link add other type veth peer name peer
}

test_empty_namespace_shows_nothing() {
	expect 0 "$cli" show
	is "$out$err" ""
	expect 0 "$cli" -j show
	is "$out" "[]"
}

test_driver_that_is_not_loaded_is_said() {
	mount -t tmpfs none /sys/module
	expect 0 "$cli" show
	is "$out" ""
	has "$err" "not loaded" "modprobe $module"
	expect 0 "$cli" -j show
	is "$out" "[]"
	has "$err" "not loaded"
	mkdir "/sys/module/$module"
	expect 0 "$cli" show
	is "$out$err" ""
}

test_text() {
	three_devices
	expect 0 "$cli" show
	golden show.txt
}

test_no_verb_means_show() {
	three_devices
	expect 0 "$cli"
	golden show.txt
	expect 0 "$cli" list
	golden show.txt
	expect 0 "$cli" lst
	golden show.txt
}

test_text_with_details_and_statistics() {
	three_devices
	expect 0 "$cli" -d -s show
	golden show-details.txt
}

test_oneline_is_one_line_for_each() {
	three_devices
	expect 0 "$cli" -o -d -s show
	is "$(wc -l <<< "$out")" 3
	golden show-oneline.txt
}

test_brief() {
	three_devices
	expect 0 "$cli" -br show
	golden show-brief.txt
}

test_json() {
	three_devices
	expect 0 "$cli" -j show
	golden show.json
	is "$(wc -l <<< "$out")" 1
}

test_json_pretty_with_details_and_statistics() {
	three_devices
	expect 0 "$cli" -j -p -d -s show
	golden show-details.json
	is "$(jq length <<< "$out")" 3
}

test_json_has_the_keys_and_values_of_ip() {
	three_devices
	local key
	local -A ours
	local keys="ifindex ifname mtu operstate txqlen link_type address"
	expect 0 "$cli" -j show vpn1
	for key in $keys; do
		ours[$key]=$(value "$key")
	done
	expect 0 ip -j -d link show vpn1
	for key in $keys; do
		is "${ours[$key]}" "$(value "$key")"
	done
}

test_one_device() {
	three_devices
	expect 0 "$cli" show vpn1
	has "$out" "vpn1: tap"
	has_not "$out" vpn0
	expect 0 "$cli" show dev vpn1
	has "$out" "vpn1: tap"
}

test_one_mode() {
	three_devices
	expect 0 "$cli" -br show mode tap
	has "$out" vpn1
	has_not "$out" vpn0
}

test_missing_device_is_an_error() {
	expect 2 "$cli" show nope
	has "$err" 'no device "nope"'
	is "$out" ""
	expect 2 "$cli" -j show nope
	is "$out" ""
}

test_device_of_another_driver_is_an_error() {
	expect 2 "$cli" show lo
	has "$err" "not a device of this driver"
}

test_works_without_sysfs_and_without_proc() {
	three_devices
	mount -t tmpfs none /sys
	mount -t tmpfs none /proc
	trap 'umount /proc' EXIT
	expect 0 "$cli" show
	golden show.txt
}

test_carrier_and_queues_follow_the_programs() {
	"$cli" add dev vpn0 mode tun multi_queue
	has "$("$cli" show)" "carrier off" "numqueues 0"
	hold vpn0 0x1101 3
	has "$("$cli" show)" "carrier on" "numqueues 3"
	expect 0 "$cli" -j show
	is "$(value carrier) $(value numqueues)" "true 3"
	release
	has "$("$cli" show)" "carrier off" "numqueues 0"
}

test_details_name_the_process_that_holds_the_device() {
	"$cli" add dev vpn0 mode tun
	hold vpn0 0x1001
	has "$("$cli" -d show vpn0)" "Attached to processes: hold("
	has "$("$cli" -j -d show vpn0)" "\"processes\":[{\"name\":\"hold\",\"pid\":$HOLD_PID}]"
	release
	has_not "$("$cli" -d show vpn0)" "hold("
}

test_details_tell_of_rings() {
	local ring='"bytes":131072,"used":0,"dropped":0,"disabled":false,"broken":false}'
	"$cli" add dev vpn0 mode tun
	HOLD_RING=131072 hold vpn0 0x1001
	has "$("$cli" -d show vpn0)" "Ring of hold($HOLD_PID): read bytes 131072 used 0 dropped 0" \
		"Ring of hold($HOLD_PID): write bytes 131072 used 0 dropped 0"
	has "$("$cli" -j -d show vpn0)" "\"rings\":[{\"direction\":\"read\",$ring" \
		"{\"direction\":\"write\",$ring"
	release
	has_not "$("$cli" -d show vpn0)" "Ring of"
	HOLD_RING=131072 HOLD_BUFFERS=65536 hold vpn0 0x1001
	has "$("$cli" -d show vpn0)" "write bytes 131072 used 0 dropped 0 buffers 65536 busy 0"
	has "$("$cli" -j -d show vpn0)" '"broken":false,"buffers":65536,"busy":0}'
	release
}

test_statistics_are_those_of_ip() {
	"$cli" add dev vpn0 mode tun
	hold vpn0 0x1001
	"$cli" set vpn0 up
	ip addr add 10.9.9.1/24 dev vpn0
	ping -c 1 -W 1 10.9.9.2 > /dev/null || :
	release
	# A device that is up may still send of its own accord.
	"$cli" set vpn0 down
	local query='.[0].stats64 | del(.rx.frame_errors) | [.[] | to_entries[]]'
	expect 0 "$cli" -j -s show vpn0
	is "$(jq -c "$query" <<< "$out")" "$(ip -j -s link show vpn0 | jq -c "$query")"
	[ "$(jq '.[0].stats64.tx.packets' <<< "$out")" -gt 0 ]
}

test_colour_only_where_asked_or_on_a_terminal() {
	"$cli" add dev vpn0 mode tun
	local escape=$'\033'
	has_not "$("$cli" show)" "$escape"
	has_not "$("$cli" -c=auto show)" "$escape"
	has "$("$cli" -c show)" "$escape"
	has "$("$cli" -c=always show)" "$escape"
	has "$(script -qec "$cli show" /dev/null)" "$escape"
	has_not "$(NO_COLOR=1 script -qec "$cli show" /dev/null)" "$escape"
	has_not "$(script -qec "$cli -c=never show" /dev/null)" "$escape"
	has_not "$("$cli" -c=always -j show)" "$escape"
}

test_many_devices_come_in_order() {
	local i
	for ((i = 0; i < 300; i++)); do
		echo "add mode tun"
	done > "$tmp/batch"
	# Older kernels list by hash bucket, of which there are 256. The namespace takes all away.
	# shellcheck disable=SC2016 # the inner shell expands it
	expect 0 unshare --net sh -ec '"$cli" -b "$1" > /dev/null; "$cli" -j show' sh "$tmp/batch"
	is "$(jq -c '[length, ([.[].ifindex] | . == sort)]' <<< "$out")" "[300,true]"
}

test_full_disk_is_an_error() {
	"$cli" add dev vpn0 mode tun
	local rc=0
	"$cli" show > /dev/full 2> "$tmp/err" || rc=$?
	is "$rc" 2
	has "$(file "$tmp/err")" "No space left"
}

main "$@"
