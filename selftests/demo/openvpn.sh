# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The first tunnel: Debian's OpenVPN, unmodified, told by its own option which
# character device to open. disable-dco: with the in-kernel data channel OpenVPN
# would ignore dev-node.

NODE=/dev/net/tun-alt
VPN_DEV=vpn0
VPN_NET4=10.8.0
VPN_NET6=fd00:8::
VPN_CIPHER=AES-256-GCM

common_config() { # DIRECTORY ROLE
	cat <<- CONF
		dev $VPN_DEV
		dev-type tun
		dev-node $NODE
		disable-dco
		proto udp4
		data-ciphers $VPN_CIPHER
		ca $1/ca.crt
		cert $1/$2.crt
		key $1/$2.key
		persist-key
		verb 4
		log $1/openvpn-$2.log
	CONF
}

write_configs() { # DIRECTORY
	{
		common_config "$1" server
		printf '%s\n' "local $WIRE_SERVER" "dh none" "topology subnet" \
			"server $VPN_NET4.0 255.255.255.0" "server-ipv6 $VPN_NET6/64" \
			"keepalive 10 60"
	} > "$1/server.conf"
	{
		common_config "$1" client
		printf '%s\n' "client" "remote $WIRE_SERVER" "nobind" "remote-cert-tls server"
	} > "$1/client.conf"
}

is_connected() { # DIRECTORY
	grep -q "Initialization Sequence Completed" "$1/openvpn-client.log"
}

openvpns_run() {
	kill -0 "$VPN_SERVER_PID" && kill -0 "$VPN_CLIENT_PID"
}

is_decided() { # DIRECTORY
	is_connected "$1" || ! openvpns_run
}

openvpn_died() { # DIRECTORY TEXT
	tail -n 8 "$1"/openvpn-*.log >&2
	die "$2"
}

# Sets VPN_SERVER_PID and VPN_CLIENT_PID.
start_openvpn() { # DIRECTORY
	write_configs "$1"
	become_in_ns server openvpn --config "$1/server.conf" &
	VPN_SERVER_PID=$!
	become_in_ns client openvpn --config "$1/client.conf" &
	VPN_CLIENT_PID=$!
	wait_for 120 "OpenVPN's handshake" is_decided "$1" ||
		openvpn_died "$1" "OpenVPN did not connect in 120 s"
	openvpns_run || openvpn_died "$1" "an OpenVPN ended"
	grep -q "TUN/TAP device $VPN_DEV opened" "$1/openvpn-server.log" ||
		openvpn_died "$1" "the server opened no TUN device"
	grep -q "Data Channel: cipher '$VPN_CIPHER'" "$1/openvpn-client.log" ||
		openvpn_died "$1" "the data channel is not $VPN_CIPHER"
	check_holder "$VPN_SERVER_PID" "the OpenVPN server"
	check_holder "$VPN_CLIENT_PID" "the OpenVPN client"
}
