# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The second tunnel: socat, which opens /dev/net/tun and is told nothing else. Frames
# of a TAP device in UDP datagrams, both ends under `tun-alt run`.

TAP_DEV=tap0
TAP_NET4=10.9.0
TAP_NET6=fd00:9::
TAP_PORT=4712

socat_tunnel() { # ADDRESS OTHER_ADDRESS OWN_TAP_ADDRESS
	printf '%s\n' "TUN:$3/24,tun-type=tap,tun-name=$TAP_DEV,iff-no-pi,iff-up" \
		"UDP4-DATAGRAM:$2:$TAP_PORT,bind=$1:$TAP_PORT"
}

tap_is_up() { # NETNS
	in_ns "$1" ip -4 address show dev "$TAP_DEV" up | grep -q inet
}

socat_end() { # NETNS ADDRESS OTHER_ADDRESS OWN_TAP_ADDRESS LOG
	local ends
	mapfile -t ends < <(socat_tunnel "$2" "$3" "$4")
	become_in_ns "$1" "$CLI" run -- socat "${ends[@]}" 2> "$5"
}

# Sets SOCAT_PIDS.
start_socat() { # DIRECTORY
	local ns
	socat_end server "$WIRE_SERVER" "$WIRE_CLIENT" "$TAP_NET4.1" "$1/socat-server.log" &
	SOCAT_PIDS=("$!")
	socat_end client "$WIRE_CLIENT" "$WIRE_SERVER" "$TAP_NET4.2" "$1/socat-client.log" &
	SOCAT_PIDS+=("$!")
	for ns in server client; do
		wait_for 60 "socat's device in $ns" tap_is_up "$ns" || {
			cat "$1"/socat-*.log >&2
			die "socat made no $TAP_DEV in $ns"
		}
		check_driver "$ns" "$TAP_DEV"
	done
	check_holder "${SOCAT_PIDS[0]}" "socat"
	check_holder "${SOCAT_PIDS[1]}" "socat"
	in_ns server ip -6 address add "${TAP_NET6}1/64" dev "$TAP_DEV" nodad
	in_ns client ip -6 address add "${TAP_NET6}2/64" dev "$TAP_DEV" nodad
}
