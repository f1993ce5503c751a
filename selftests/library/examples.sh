#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The examples of libtunalt do what they say, whatever carries their frames: a file crosses the
# VPN whole, every host behind the echo answers, tcpdump reads what was dumped.
set -u

. "$KTAP_HELPERS"
. "${0%/library/*}/jobs.sh"

EXAMPLES=$TUN_ALT_BUILD/examples
TMP=$(mktemp -d /run/library-examples.XXXXXX)
TREE=/dev/net/tun
BYTES=3000000
# What a debug kernel has time for
BYTES=$((BYTES / ${TUN_TEST_DIVISOR:-1} + 100000))

finish() {
	end_jobs
	ip netns del vpn-a 2> /dev/null
	ip netns del vpn-b 2> /dev/null
	rm -rf "$TMP"
}

# Nothing but what the tests send
quiet() { # NETNS
	ip netns exec "$1" sysctl -q net.ipv6.conf.default.disable_ipv6=1
}

make_cable() {
	ip netns add vpn-a && ip netns add vpn-b && quiet vpn-a && quiet vpn-b &&
		ip -n vpn-a link add wire type veth peer name wire netns vpn-b &&
		ip -n vpn-a addr add 192.0.2.1/24 dev wire &&
		ip -n vpn-b addr add 192.0.2.2/24 dev wire &&
		ip -n vpn-a link set wire up && ip -n vpn-b link set wire up
}

is_up() { # NETNS DEVICE
	ip -n "$1" link show dev "$2" up 2> /dev/null | grep -q .
}

listens() {
	ip netns exec vpn-b ss -Hltn 'sport = :7000' | grep -q .
}

# From one end to the other through the tunnel; both ends are the same program
file_crosses() { # WAY [NODE]
	ip netns exec vpn-a "$EXAMPLES/vpn" vpn0 10.8.0.1/24 192.0.2.1:5000 192.0.2.2:5000 "$@" &
	ip netns exec vpn-b "$EXAMPLES/vpn" vpn0 10.8.0.2/24 192.0.2.2:5000 192.0.2.1:5000 "$@" &
	wait_for is_up vpn-a vpn0 && wait_for is_up vpn-b vpn0 || return
	rm -f "$TMP/got"
	ip netns exec vpn-b socat -u TCP-LISTEN:7000,bind=10.8.0.2 "CREATE:$TMP/got" &
	local receiver=$!
	wait_for listens || return
	ip netns exec vpn-a timeout 120 socat -u "$TMP/file" TCP:10.8.0.2:7000 || return
	wait "$receiver"
	[ "$(sha256sum < "$TMP/file")" = "$(sha256sum < "$TMP/got")" ]
}

hosts_answer() { # WAY [NODE]
	ip netns exec vpn-a "$EXAMPLES/echo" echo0 10.7.0.1/24 "$@" &
	wait_for is_up vpn-a echo0 || return
	ip netns exec vpn-a ping -q -n -c 50 -i 0.01 -W 10 10.7.0.77 > "$TMP/ping"
	grep -q '^50 packets transmitted, 50 received' "$TMP/ping" && return
	sed 's/^/# /' "$TMP/ping"
	return 1
}

dump_is_read() {
	ip netns exec vpn-a "$EXAMPLES/dump" dump0 10.6.0.1/24 5 > "$TMP/dump" &
	local dump=$!
	wait_for is_up vpn-a dump0 || return
	ip netns exec vpn-a ping -q -n -c 5 -i 0.01 -W 1 -s 700 10.6.0.2 > /dev/null
	wait "$dump" || return
	tcpdump -n -r "$TMP/dump" 2> /dev/null > "$TMP/text"
	grep -c 'IP 10.6.0.1 > 10.6.0.2: ICMP echo request, .*, length 708$' "$TMP/text" |
		grep -qx 5 && return
	sed 's/^/# /' "$TMP/text"
	return 1
}

result() { # NAME COMMAND...
	if "${@:2}"; then ktap_test_pass "$1"; else ktap_test_fail "$1"; fi
	end_jobs
	wait_for gone
}

gone() {
	[ -z "$(ip -n vpn-a -o link show type tunalt 2> /dev/null)" ]
}

trap finish EXIT
ktap_print_header
ktap_set_plan 9
make_cable || { echo "Bail out! no cable"; exit 1; }
head -c "$BYTES" /dev/urandom > "$TMP/file"
result file_crosses_over_rings file_crosses ring
result file_crosses_over_bursts file_crosses burst
result file_crosses_over_plain_calls file_crosses plain
result file_crosses_over_in_tree_tun file_crosses plain "$TREE"
result hosts_answer_over_rings hosts_answer ring
result hosts_answer_over_bursts hosts_answer burst
result hosts_answer_over_plain_calls hosts_answer plain
result hosts_answer_over_in_tree_tun hosts_answer plain "$TREE"
result dump_is_read_by_tcpdump dump_is_read
ktap_finished
