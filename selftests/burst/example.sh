#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The example of Documentation/uapi/burst.rst, as it stands there: it compiles without a warning,
# and a ping of the host behind its device is answered by ourselves.
set -u

. "$KTAP_HELPERS"

TOP=${0%/selftests/*}
TMP=$(mktemp -d /run/burst-example.XXXXXX)

finish() {
	local job
	for job in $(jobs -p); do kill "$job" 2> /dev/null; done
	wait
	rm -rf "$TMP"
}

compiles() {
	awk '/^An example$/ { on = 1 } on && /^\t/ { print substr($0, 2) } on && /^$/ { print }' \
		"$TOP/Documentation/uapi/burst.rst" > "$TMP/example.c"
	gcc -O2 -Wall -Wextra -Werror -I "$TOP/include/uapi" -o "$TMP/example" "$TMP/example.c"
}

comes_up() {
	local tries
	for tries in {1..100}; do
		ip addr add 10.7.0.1/24 dev echo0 2> /dev/null && break
		sleep 0.1
	done
	ip link set echo0 up
}

sends_back() {
	"$TMP/example" echo0 &
	comes_up && ping -q -n -c 100 -i 0.01 -W 10 10.7.0.2 | tee "$TMP/ping" &&
		grep -q '^100 packets transmitted, 100 received' "$TMP/ping"
}

if [ "${1-}" != inside ]; then
	exec unshare -n "$0" inside
fi
trap finish EXIT
ktap_print_header
ktap_set_plan 2
ktap_test_result example_compiles_without_a_warning compiles
ktap_test_result example_sends_back_what_it_reads sends_back
ktap_finished
