#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Batch files.

. "${0%/*}/lib.sh"

test_commands_of_a_file_are_done_in_order() {
	cat > "$tmp/batch" <<-'END'
	# two devices, one command over two lines
	add dev vpn0 mode tun
	add dev "vpn1" mode tap \
	    mtu 1400

	del vpn0    # no longer needed
	show
	END
	expect 0 "$cli" -b "$tmp/batch"
	has "$out" "vpn0
vpn1
vpn1: tap persist" "mtu 1400"
	expect 2 "$cli" show vpn0
}

test_dash_reads_stdin() {
	printf 'add dev vpn0 mode tun\nset vpn0 mtu 1300 up\n' | "$cli" -batch -
	has "$("$cli" show vpn0)" "mtu 1300"
}

test_first_error_stops_and_names_its_line() {
	printf 'add dev vpn0 mode tun\n\ndel nope\nadd dev vpn1 mode tun\n' > "$tmp/batch"
	expect 2 "$cli" -b "$tmp/batch"
	has "$err" 'no device "nope"' "Command failed $tmp/batch:3"
	expect 0 "$cli" show vpn0
	expect 2 "$cli" show vpn1
}

test_force_goes_on_and_tells_in_the_end() {
	printf 'del nope\nfrobnicate\nadd dev vpn1 mode tun\n' > "$tmp/batch"
	expect 2 "$cli" -force -b "$tmp/batch"
	has "$err" "$tmp/batch:1" "$tmp/batch:2"
	expect 0 "$cli" show vpn1
}

test_usage_error_alone_is_status_1() {
	echo 'add dev vpn0 mode' > "$tmp/batch"
	expect 1 "$cli" -force -b "$tmp/batch"
}

test_netns_of_one_line_is_not_that_of_the_next() {
	ip netns add blue
	printf 'add dev vpn0 mode tun netns blue\nadd dev vpn1 mode tun\n' | "$cli" -b -
	expect 0 "$cli" show vpn1
	expect 2 "$cli" show vpn0
	expect 0 "$cli" -n blue show vpn0
}

test_run_is_refused() {
	echo 'run -- true' > "$tmp/batch"
	expect 1 "$cli" -b "$tmp/batch"
	has "$err" '"run" cannot stand in a batch file'
}

test_words_beside_a_batch_are_refused() {
	expect 1 "$cli" -b /dev/null show
	has "$err" "come from the file"
}

test_missing_file_is_an_error() {
	expect 1 "$cli" -b "$tmp/nope"
	has "$err" "cannot open batch file"
}

main "$@"
