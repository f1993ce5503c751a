#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP and UDP from end to end: iperf3 between two network namespaces over a cable whose ends are
# devices of the node under test with all offloads on (gso_forward_helper.c). Bounded by bytes.
# What counts is that the data came, and that it crossed in frames of about 64 KiB.
set -u

. "$KTAP_HELPERS"
. "${0%/datapath/*}/jobs.sh"

HELPER=$TUN_ALT_BUILD/selftests/datapath/gso_forward_helper
TMP=$(mktemp -d /run/gso-iperf.XXXXXX)
BYTES=16M
DATAGRAMS=4M
# Frames of more than 60000 bytes that must have crossed: a fifth of what would carry all
LARGE_TCP=50
LARGE_UDP=12
CORE=/proc/sys/net/core

finish() {
	end_jobs
	echo "$RMEM" > $CORE/rmem_max
	echo "$WMEM" > $CORE/wmem_max
	ip netns del gso-a 2> /dev/null
	ip netns del gso-b 2> /dev/null
	rm -rf "$TMP"
}

lines_are() { # NUMBER
	[ "$(wc -l < "$TMP/cable")" -ge "$1" ]
}

listens() {
	ip netns exec gso-b ss -Hltn 'sport = :5201' | grep -q .
}

# IPv6 needs no duplicate address detection here. 44 segments are 63 KiB: TCP makes smaller ones on
# a slow machine.
make_end() { # NETNS NUMBER
	ip netns exec "$1" sysctl -q net.ipv4.tcp_min_tso_segs=44
	ip -n "$1" addr add "10.9.0.$2/24" dev gso0
	ip -n "$1" addr add "fd00:9::$2/64" dev gso0 nodad
	ip -n "$1" link set lo up
	ip -n "$1" link set gso0 up
}

make_cable() { # tun|tap
	ip netns add gso-a && ip netns add gso-b || return
	"$HELPER" "$1" gso-a gso-b >> "$TMP/cable" &
	CABLE=$!
	wait_for lines_are 1 || return
	make_end gso-a 1 && make_end gso-b 2 || return
	ip netns exec gso-b iperf3 -s > /dev/null 2>&1 &
	SERVER=$!
	wait_for listens
}

drop_cable() {
	kill "$SERVER" "$CABLE"
	wait "$SERVER" "$CABLE" 2> /dev/null
	ip netns del gso-a
	ip netns del gso-b
	: > "$TMP/cable"
}

# What crossed since the last time: one line a way
ask() {
	: > "$TMP/cable"
	kill -USR1 "$CABLE"
	wait_for lines_are 2
}

set_mtu() { # MTU
	ip -n gso-a link set gso0 mtu "$1" && ip -n gso-b link set gso0 mtu "$1"
}

crossed() { # WAY WORD: its number
	sed -n "s/^$1 .* $2 \([0-9]*\).*/\1/p" "$TMP/cable"
}

run_iperf() { # ARGUMENTS...
	ask || return
	ip netns exec gso-a timeout 100 iperf3 -J "$@" > "$TMP/iperf" 2>&1 || {
		grep -m 1 '"error"' "$TMP/iperf" | sed 's/^/# /'
		return 1
	}
	ask || return
	sed "s/^/# at $SECONDS s: way /" "$TMP/cable"
}

tcp() { # WAY ADDRESS [-R]
	local way=$1 address=$2
	shift 2
	set_mtu 1500 && run_iperf -c "$address" -n "$BYTES" "$@" || return
	[ "$(crossed "$way" large)" -ge "$LARGE_TCP" ] || return
	[ "$(crossed "$way" gso)" -ge "$LARGE_TCP" ]
}

# A datagram is a frame here. The receiver has room for all: iperf3 waits for what is lost
udp() { # WAY ADDRESS [-R]
	local way=$1 address=$2
	shift 2
	set_mtu 65500 || return
	run_iperf -c "$address" -u -b 0 -l 65000 -w 32M -n "$DATAGRAMS" "$@" || return
	[ "$(crossed "$way" large)" -ge "$LARGE_UDP" ]
}

RMEM=$(< $CORE/rmem_max)
WMEM=$(< $CORE/wmem_max)
echo 67108864 > $CORE/rmem_max
echo 67108864 > $CORE/wmem_max
trap finish EXIT
ktap_print_header
ktap_set_plan 12
for type in tun tap; do
	make_cable "$type" || ktap_print_msg "no cable of two $type devices"
	ktap_test_result "${type}_carries_tcp_in_64k_frames" tcp 0 10.9.0.2
	ktap_test_result "${type}_carries_tcp_in_64k_frames_in_reverse" tcp 1 10.9.0.2 -R
	ktap_test_result "${type}_carries_tcp6_in_64k_frames" tcp 0 fd00:9::2
	ktap_test_result "${type}_carries_udp_in_64k_frames" udp 0 10.9.0.2
	ktap_test_result "${type}_carries_udp_in_64k_frames_in_reverse" udp 1 10.9.0.2 -R
	ktap_test_result "${type}_carries_udp6_in_64k_frames" udp 0 fd00:9::2
	drop_cable
done
ktap_finished
