#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `add` and `del`.

. "${0%/*}/lib.sh"

sys=/sys/class/net

test_prints_the_name_it_was_given() {
	expect 0 "$cli" add dev vpn0 mode tun
	is "$out" vpn0
	is "$err" ""
}

test_prints_the_name_that_the_driver_chose() {
	expect 0 "$cli" add mode tun
	is "$out" tun0
	expect 0 "$cli" add mode tap
	is "$out" tap0
	expect 0 "$cli" add vpn%d mode tap
	is "$out" vpn0
	expect 0 "$cli" add vpn%d mode tun
	is "$out" vpn1
}

test_prints_json_with_ifindex() {
	expect 0 "$cli" -j add dev vpn0 mode tap
	is "$out" "[{\"ifindex\":$(file $sys/vpn0/ifindex),\"ifname\":\"vpn0\"}]"
}

test_device_stays_when_the_tool_ends() {
	"$cli" add dev vpn0 mode tun
	has "$("$cli" show vpn0)" "vpn0: tun persist"
}

test_takes_all_words_at_once() {
	"$cli" add dev vpn0 mode tap user root group 7 pi multi_queue one_queue queues 4 mtu 1400 \
		address 02:00:00:00:00:01 txqueuelen 77 carrier off
	# TAP, persistent, multi_queue, one_queue, with packet information.
	is "$(file $sys/vpn0/tun_flags)" 0x2902
	is "$(file $sys/vpn0/owner) $(file $sys/vpn0/group)" "0 7"
	is "$(file $sys/vpn0/mtu) $(file $sys/vpn0/tx_queue_len)" "1400 77"
	is "$(file $sys/vpn0/address)" 02:00:00:00:00:01
}

test_several_queues_mean_multi_queue() {
	"$cli" add dev a mode tun queues 1
	"$cli" add dev b mode tun queues 2
	has_not "$("$cli" show a)" multi_queue
	has "$("$cli" show b)" "multi_queue"
}

test_address_is_kept_as_set_by_the_user() {
	"$cli" add dev vpn0 mode tap address 02:00:00:00:00:01
	# 3 is NET_ADDR_SET: nobody, not even udev, has a reason to change it.
	is "$(file $sys/vpn0/addr_assign_type)" 3
}

test_existing_name_is_an_error_and_stays() {
	"$cli" add dev vpn0 mode tun user 1000
	expect 2 "$cli" add dev vpn0 mode tun user 1001
	has "$err" "vpn0" "it exists"
	has "$("$cli" show vpn0)" "user 1000"
}

test_refusal_is_told_in_the_words_of_the_driver() {
	"$cli" add dev vpn0 mode tun
	expect 2 "$cli" add dev vpn0 mode tun
	has "$err" "cannot make device \"vpn0\": IFF_TUN_EXCL was asked for and the name exists"
	expect 2 unshare --user --map-root-user --net "$cli" add dev vpn1 mode tun user 5
	has "$err" "cannot set the user: the id 5 has no meaning in the caller's user namespace"
}

test_name_of_another_driver_is_an_error() {
	expect 2 "$cli" add dev lo mode tun
	has "$err" "it exists"
}

test_nothing_is_left_when_the_mtu_is_refused() {
	expect 2 "$cli" add dev vpn0 mode tun mtu 5
	has "$err" "mtu" "68 to 65535"
	expect 2 "$cli" show vpn0
}

test_nothing_is_left_when_the_address_is_refused() {
	expect 2 "$cli" add dev vpn0 mode tap address 01:00:00:00:00:01
	has "$err" "neither zero nor multicast"
	is "$out" ""
	expect 2 "$cli" show vpn0
}

test_nothing_is_left_when_the_owner_is_not_mapped() {
	# In this user namespace there is one user: root.
	expect 2 unshare --user --map-root-user --net "$cli" add dev vpn0 mode tun user 5
	has "$err" "cannot set the user" "does not know this number"
}

test_vnet_hdr_is_a_flag_of_the_device() {
	"$cli" add dev vpn0 mode tun vnet_hdr
	has "$("$cli" show vpn0)" vnet_hdr
}

test_tun_device_takes_no_address() {
	expect 1 "$cli" add dev vpn0 mode tun address 02:00:00:00:00:01
	has "$err" "mode tap"
}

test_mode_is_required() {
	expect 1 "$cli" add dev vpn0
	has "$err" "mode tun" "mode tap"
}

test_netns_makes_the_device_there() {
	ip netns add blue
	expect 0 "$cli" add dev vpn0 mode tun netns blue
	is "$out" vpn0
	expect 0 "$cli" show vpn0 netns blue
	expect 0 "$cli" -n blue show vpn0
	expect 2 "$cli" show vpn0
	expect 0 "$cli" del vpn0 netns blue
	expect 2 "$cli" -n blue show vpn0
}

test_without_capability_the_error_says_which() {
	expect 2 no_net_admin "$cli" add mode tun
	has "$err" CAP_NET_ADMIN sudo
}

test_missing_node_says_modprobe() {
	mount -t tmpfs none /dev/net
	expect 2 "$cli" add mode tun
	has "$err" "$node" "modprobe $module"
}

test_del_removes_the_device() {
	"$cli" add dev vpn0 mode tun
	expect 0 "$cli" del vpn0
	is "$out$err" ""
	expect 2 "$cli" show vpn0
}

test_del_takes_the_words_of_ip_tuntap() {
	"$cli" add dev vpn0 mode tap multi_queue
	expect 0 "$cli" del dev vpn0 mode tap multi_queue
	"$cli" add dev vpn0 mode tun
	expect 0 "$cli" delete name vpn0 mode tun pi
}

test_del_of_a_missing_device_is_an_error_and_makes_none() {
	ip monitor link > "$tmp/monitor" &
	sleep 0.5
	expect 2 "$cli" del dev vpn0 mode tun
	has "$err" 'no device "vpn0"'
	sleep 0.5
	kill $!
	is "$(file "$tmp/monitor")" ""
}

test_del_leaves_devices_of_other_drivers() {
	ip link add other type veth peer name peer
	expect 2 "$cli" del other
	has "$err" 'kind "veth"'
	ip link show other
}

test_del_with_the_wrong_mode_is_an_error() {
	"$cli" add dev vpn0 mode tun
	expect 2 "$cli" del vpn0 mode tap
	has "$err" "is a tun device"
	"$cli" show vpn0
}

test_del_works_while_a_program_holds_the_device() {
	"$cli" add dev vpn0 mode tun
	hold vpn0 0x1001
	expect 0 "$cli" del vpn0
	expect 2 "$cli" show vpn0
	release
}

main "$@"
