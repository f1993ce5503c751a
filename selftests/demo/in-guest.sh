#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo itself, in a guest that has tun_alt loaded and in-tree tun not. Argument:
# the path of the tun-alt program. Exits 0 only if everything held. The logs of a
# failed run are left in $TUN_ALT_OUT.
set -euo pipefail

HERE=$(dirname "$(realpath "$0")")
CLI=$(realpath "${1:?the path of the tun-alt program is missing}")
WIRE_SERVER=192.0.2.1
WIRE_CLIENT=192.0.2.2
WORK=
. "$HERE/lib.sh"
. "$HERE/measure.sh"
. "$HERE/certificates.sh"
. "$HERE/openvpn.sh"
. "$HERE/hardcoded.sh"

clean_up() {
	local rc=$? ns
	trap - EXIT
	stop_jobs
	for ns in server client; do
		ip netns delete "$ns" 2> /dev/null || true
	done
	if [ "$rc" != 0 ] && [ -n "${TUN_ALT_OUT:-}" ]; then
		cp "$WORK"/*.log "$TUN_ALT_OUT" 2> /dev/null || true
	fi
	[ -z "$WORK" ] || rm -rf "$WORK"
	exit "$rc"
}

no_intree_tun() {
	[ ! -e /sys/module/tun ] || die "in-tree tun is loaded: what worked would prove nothing"
	[ ! -e /dev/net/tun ] || die "there is a /dev/net/tun: what worked would prove nothing"
}

check_start() {
	say "kernel $(uname -r): tun_alt must be there, in-tree tun must not"
	no_intree_tun
	[ -e /sys/module/tun_alt ] || die "module tun_alt is not loaded"
	[ -c "$NODE" ] || die "no character device $NODE"
	row "kernel" "$(uname -r)"
	! grep -q 'QEMU TCG' /proc/cpuinfo ||
		row "processor" "emulated: rates and times say nothing about the driver"
	row "module" "tun_alt $(cat /sys/module/tun_alt/version), in-tree tun not loaded"
	row "programs" "$(openvpn --version | awk 'NR == 1 { print $1, $2 }')," \
		"$(socat -V | awk '$2 == "version" { print "socat", $3 }')," \
		"$("$CLI" version | head -n 1)"
}

# Two hosts and a wire.
make_hosts() {
	say "two network namespaces joined by veth: server $WIRE_SERVER, client $WIRE_CLIENT"
	ip netns add server
	ip netns add client
	ip link add wire netns server type veth peer name wire netns client
	in_ns server ip address add "$WIRE_SERVER/24" dev wire
	in_ns client ip address add "$WIRE_CLIENT/24" dev wire
	in_ns server ip link set wire up
	in_ns client ip link set wire up
	in_ns server ip link set lo up
	in_ns client ip link set lo up
}

show_devices() { # NETNS...
	local ns
	for ns in "$@"; do
		note "\$ tun-alt -n $ns show"
		"$CLI" -n "$ns" show | sed 's/^/        /'
	done
}

first_tunnel() {
	say "certificates: an authority, a server, a client (openssl, $CURVE)"
	make_certificates "$WORK"
	say "OpenVPN server and client with dev-node $NODE"
	start_openvpn "$WORK"
	check_driver server "$VPN_DEV"
	check_driver client "$VPN_DEV"
	row "ethtool -i $VPN_DEV" "$DRIVER (both ends)"
	say "ping through the tunnel: $PING_COUNT packets of each size, none may be lost"
	ping_all client "$VPN_NET4.1" 16 56 1000 1400 4000
	ping_all client "${VPN_NET6}1" 16 56 1000 1400 4000
	say "$((FILE_BYTES / 1000000)) MB of random bytes from client to server through the tunnel"
	check_transfer client "$VPN_DEV" server "$VPN_DEV" "$VPN_NET4.1" "$WORK"
}

second_tunnel() {
	say "second tunnel: socat, which knows only /dev/net/tun, under tun-alt run"
	start_socat "$WORK"
	row "ethtool -i $TAP_DEV" "$DRIVER (both ends; socat under tun-alt run)"
	ping_all client "$TAP_NET4.1" 56 1400
	ping_all client "${TAP_NET6}1" 56 1400
	say "tun-alt show, both tunnels running"
	show_devices server client
}

module_unloads() { rmmod tun_alt; }

finish() {
	say "stop both tunnels, unload the module"
	no_intree_tun
	stop_jobs
	[ -z "$("$CLI" -n server show)" ] || die "a device outlived its program"
	wait_for 60 "the module to become free" module_unloads || die "rmmod tun_alt is refused"
	row "after the tunnels" "no device left, module unloaded, in-tree tun never loaded"
}

main() {
	trap clean_up EXIT
	check_start
	WORK=$(mktemp -d /tmp/tun-alt-demo.XXXXXX)
	make_hosts
	first_tunnel
	second_tunnel
	finish
	print_report
	say "demo: everything held"
}

main
