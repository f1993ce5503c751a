#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same words, given to `tun-alt add`, to `ip tuntap add` on this driver (under `tun-alt run`)
# and to `ip tuntap add` on in-tree tun, make the same device. Needs in-tree tun beside ours.

. "${0%/*}/lib.sh"

sys=/sys/class/net

# strip REGEX: takes what it matches out of $json.
strip() {
	[[ $json =~ $1 ]] || return 0
	json=${json/"${BASH_REMATCH[0]}"/}
}

# All that sysfs and `ip` show of a device, without what differs between any two devices. The device
# goes, so that the next one gets its name.
attributes() {
	local name value json all=
	for name in tun_flags owner group mtu tx_queue_len type flags addr_assign_type addr_len \
		operstate; do
		IFS= read -r value < "$sys/vpn0/$name"
		all+="$name $value"$'\n'
	done
	json=$(ip -j -d -batch - <<< $'link show vpn0\nlink del dev vpn0')
	strip '"ifindex":[0-9]+,'
	strip '"address":"[0-9a-f:]+",'
	strip '"linkinfo":\{"info_kind":"[a-z]+"(,"info_data":\{[^}]*\})?\},'
	has "$all" "tun_flags 0x"
	echo "$all${json//,/$'\n'}"
}

# compare WORDS...: one device after the other, under the same name.
compare() {
	local in_tree
	ip tuntap add "$@"
	in_tree=$(attributes)
	"$cli" run -- ip tuntap add "$@"
	is "$(attributes)" "$in_tree"
	"$cli" add "$@"
	is "$(attributes)" "$in_tree"
}

# ip opens /dev/net/tun; the node is there as soon as the module is.
[ -e /dev/net/tun ] || modprobe tun 2> /dev/null || :

test_mode_tun() {
	compare dev vpn0 mode tun
}

test_mode_tap() {
	compare dev vpn0 mode tap
}

test_name_instead_of_dev() {
	compare name vpn0 mode tap
	compare vpn0 mode tap
}

test_template_gives_the_same_name() {
	compare vpn%d mode tun
}

test_user_and_group_by_name_and_number() {
	compare dev vpn0 mode tun user root group root
	compare dev vpn0 mode tap user 1000 group 100
	compare dev vpn0 mode tap user nobody
}

test_packet_information() {
	compare dev vpn0 mode tun pi
	compare dev vpn0 mode tap pi
}

test_one_queue() {
	compare dev vpn0 mode tun one_queue
}

test_multi_queue() {
	compare dev vpn0 mode tun multi_queue
	compare dev vpn0 mode tap multi_queue
}

test_all_words_that_the_driver_can_do() {
	compare dev vpn0 mode tap user 1000 group 100 pi multi_queue one_queue
}

test_words_in_another_order_and_shortened() {
	compare mode tap user 7 dev vpn0
	compare dev vpn0 mod tun use 7 gro 8
}

test_show_starts_with_the_line_of_ip_tuntap() {
	local words line
	for words in "mode tun" "mode tap user 5" "mode tap pi multi_queue group 6"; do
		# shellcheck disable=SC2086 # several words
		ip tuntap add dev vpn0 $words
		line=$(ip tuntap show)
		ip link del dev vpn0
		# shellcheck disable=SC2086 # several words
		"$cli" add dev vpn0 $words
		expect 0 "$cli" show vpn0
		# one_queue and filter are no netlink attributes, so `show` cannot know them.
		is "${out%%$'\n'*}" "${line/ filter/}"
		"$cli" del vpn0
	done
}

test_both_refuse_the_same_words() {
	local words
	for words in "dev vpn0" "dev vpn0 mode xyz" "dev a/b mode tun" "dev lo mode tun" \
		"dev vpn0 mode tun user no-one" "dev abcdefghijklmnop mode tun" \
		"dev vpn0 mode tun mode tap"; do
		# shellcheck disable=SC2086 # several words
		{
			refuses ip tuntap add $words
			refuses "$cli" add $words
		}
	done
}

main "$@"
