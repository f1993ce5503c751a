#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `drops` and `stats`: what each queue carried, what died there, why, and whose it was.

. "${0%/*}/lib.sh"

# A device whose program sleeps, with room for five packets
sleeping_reader() { # NAME [FLAGS QUEUES]
	"$cli" add dev "$1" mode tun ${2:+multi_queue}
	HOLD_IDLE=1 hold "$1" "${2:-0x1001}" "${3:-1}"
	"$cli" set "$1" up txqueuelen 5
	ip addr add 10.9.9.1/24 dev "$1"
	# Without carrier the stack itself drops.
	until ip link show dev "$1" | grep -q 'state UP'; do
		sleep 0.1
	done
}

flood() { # PACKETS
	local i
	for ((i = 0; i < $1; i++)); do
		echo x > /dev/udp/10.9.9.2/9
	done
}

test_nothing_that_died_is_nothing_to_show() {
	expect 0 "$cli" drops
	is "$out$err" ""
	expect 0 "$cli" -j drops
	is "$out" "[]"
	"$cli" add dev vpn0 mode tun
	expect 0 "$cli" drops
	is "$out$err" ""
	expect 0 "$cli" -d drops
	has "$out" "vpn0: no queue"
}

test_flood_names_queue_reason_count_and_holder() {
	local ours
	sleeping_reader vpn0
	flood 60
	expect 0 "$cli" -j drops dev vpn0
	is "$(jq -c '.[0] | [.ifname, .queue, .state, .holder.comm, .waiting]' <<< "$out")" \
		'["vpn0",0,"enabled","hold",5]'
	is "$(jq '.[0].holder.pid' <<< "$out")" "$HOLD_PID"
	is "$(jq -c '[.[0].drops[] | [.reason, .hop, .link]]' <<< "$out")" \
		'[["ring_full","xmit","tx_dropped"]]'
	[ "$(jq '.[0].drops[0].packets' <<< "$out")" -ge 55 ]
	ours=$(jq '[.[].drops[] | select(.link == "tx_dropped").packets] | add' <<< "$out")
	is "$ours" "$(ip -j -s link show vpn0 | jq '.[0].stats64.tx.dropped')"
	expect 0 "$cli" drops vpn0
	has "$out" "vpn0: queue 0, held by hold (pid $HOLD_PID), 5 of 5 packets waiting" \
		"xmit  ring_full" "the program does not read as fast as the stack sends"
	release
}

test_rate_is_that_of_the_interval() {
	sleeping_reader vpn0
	flood 20
	expect 0 "$cli" -j drops vpn0 interval 1
	[ "$(jq '.[0].drops[0].per_second' <<< "$out")" = 0.0 ] ||
		[ "$(jq '.[0].drops[0].per_second' <<< "$out")" = 0 ]
	(
		sleep 0.5
		flood 20
	) &
	expect 0 "$cli" -j drops vpn0 interval 3
	wait $!
	[ "$(jq '.[0].drops[0].per_second > 1' <<< "$out")" = true ]
	expect 0 "$cli" drops vpn0 interval 1
	has "$out" "/s: the program"
	release
}

test_what_the_stack_dropped_itself_is_told_apart() {
	local dropped
	"$cli" add dev vpn0 mode tun
	"$cli" set vpn0 up
	ip addr add 10.9.9.1/24 dev vpn0
	flood 7
	dropped=$(ip -j -s link show vpn0 | jq '.[0].stats64.tx.dropped')
	expect 0 "$cli" -j drops
	# Linux 6.1 counts nothing there.
	if [ "$dropped" = 0 ]; then
		is "$out" "[]"
		return
	fi
	is "$(jq -c '[.[] | [.state, (.drops[] | .reason, .hop, .packets)]]' <<< "$out")" \
		"[[\"no_queue\",\"stack\",\"xmit\",$dropped]]"
	expect 0 "$cli" drops
	has "$out" "vpn0: no queue, or one that has left" "no carrier, or down"
}

test_drops_of_a_queue_that_left_stay_with_the_device() {
	local before
	sleeping_reader vpn0
	flood 20
	before=$("$cli" -j drops vpn0 | jq '.[0].drops[0].packets')
	release
	expect 0 "$cli" -j drops vpn0
	is "$(jq -c '.[] | [.state, (.drops[] | select(.reason == "ring_full").packets)]' \
		<<< "$out")" "[\"no_queue\",$before]"
}

test_user_without_rights_sees_counts_and_no_process() {
	sleeping_reader vpn0
	flood 20
	expect 0 as_user 12345 "$cli" -j drops
	is "$(jq -c '.[0] | [.drops[0].reason, .holder.pid, .holder.comm, .holder.uid]' \
		<<< "$out")" '["ring_full",null,null,0]'
	expect 0 as_user 12345 "$cli" drops
	has "$out" "held by another process of uid 0"
	release
}

test_stats_have_each_queue() {
	"$cli" add dev vpn0 mode tun multi_queue
	hold vpn0 0x1101 2
	"$cli" set vpn0 up
	expect 0 "$cli" -j stats
	is "$(jq -c '[.[] | [.ifname, .queue, .holder.comm, .stops, .wakes]]' <<< "$out")" \
		'[["vpn0",0,"hold",0,0],["vpn0",1,"hold",0,0]]'
	expect 0 "$cli" stats
	has "$out" "vpn0: queue 0, held by hold (pid $HOLD_PID)" "vpn0: queue 1, held by hold" \
		"stack xmits, program reads:     packets"
	release
}

test_stats_add_up_to_those_of_ip() {
	local query='[([.[].read_packets] | add), ([.[].read_bytes] | add),
		([.[].received_packets] | add), ([.[].received_bytes] | add)]'
	"$cli" add dev vpn0 mode tun multi_queue
	hold vpn0 0x1101 2
	"$cli" set vpn0 up
	ip addr add 10.9.9.1/24 dev vpn0
	flood 10
	release
	"$cli" set vpn0 down
	expect 0 "$cli" -d -j stats vpn0
	is "$(jq -c "$query" <<< "$out")" "$(ip -j -s link show vpn0 | jq -c '.[0].stats64 |
		[.tx.packets, .tx.bytes, .rx.packets, .rx.bytes]')"
}

test_one_line_for_each_queue() {
	"$cli" add dev vpn0 mode tun multi_queue
	hold vpn0 0x1101 3
	expect 0 "$cli" -o stats
	is "$(wc -l <<< "$out")" 3
	release
}

test_device_that_is_not_ours_is_an_error() {
	for verb in drops stats; do
		expect 2 "$cli" "$verb" nope
		has "$err" 'no device "nope"'
		expect 2 "$cli" -j "$verb" lo
		has "$err" "not a device of this driver"
		is "$out" ""
	done
}

test_wrong_words_are_usage_errors() {
	expect 1 "$cli" drops interval 0
	has "$err" "not a time in seconds"
	expect 1 "$cli" drops interval 3601
	expect 1 "$cli" drops interval
	has "$err" "needs a value"
	expect 1 "$cli" stats vpn0 interval 1
	has "$err" "neither a keyword"
}

test_works_in_another_namespace() {
	ip netns add other
	"$cli" -n other add dev vpn0 mode tun
	expect 0 "$cli" -d -j stats netns other
	is "$(jq -c '[.[].ifname]' <<< "$out")" '["vpn0"]'
	expect 0 "$cli" -d -j stats
	is "$out" "[]"
}

main "$@"
