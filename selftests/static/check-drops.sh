#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The reasons of drops: one list in the UAPI header, and the same, in the same order and with the
# same names, in the driver, in the netlink specification, in the tool and in the documentation.

. "$(dirname "$0")/lib.sh"

uapi=include/uapi/linux/tun_alt_netlink.h
driver=src/drop.c
tool=tools/tun-alt/reasons.c
spec=Documentation/netlink/specs/tun-alt.yaml
page=Documentation/architecture/observability.rst

# NAME of each enumerator TUN_ALT_DROP_NAME, in small letters
enumerated() {
	sed -n '/^enum tun_alt_drop {/,/^};/s/^\tTUN_ALT_DROP_\([A-Z0-9_]*\),$/\1/p' "$uapi" |
		tr '[:upper:]' '[:lower:]'
}

# The enumerator and the text of each row have to be one name.
of_driver() {
	sed -n 's/^\tDROP_KIND(\([A-Z0-9_]*\), "\([a-z0-9_]*\)".*/\1 \2/p' "$driver" |
		while read -r enumerator name; do
			[ "${enumerator,,}" = "$name" ] || echo "$enumerator is"
			echo "$name"
		done
}

of_tool() {
	sed -n 's/^\t\[TUN_ALT_DROP_\([A-Z0-9_]*\)\] = .*/\1/p' "$tool" | tr '[:upper:]' '[:lower:]'
}

of_spec() {
	sed -n '/^    name: drop$/,/^  -$/s/^      - \([a-z0-9-]*\)$/\1/p' "$spec" | tr - _
}

of_page() {
	sed -n 's/^\([0-9][0-9]*\) *\([a-z0-9_]*\) .*/\1 \2/p' "$page" |
		while read -r number name; do
			n=$((${n:-0} + 1))
			[ "$number" = "$n" ] || echo "$number is no number for"
			echo "$name"
		done
}

# Where the page says that `ip -s link` has them
columns() { # FILE
	case $1 in
	"$driver")
		sed -n 's/^\tDROP_KIND(.*, \([A-Z_]*\)),$/\1/p' "$driver" |
			sed 's/NOWHERE/\\-/; s/XMITTED/tx_dropped/; s/RECEIVED/rx_dropped/
				s/FRAME_ERROR/rx_frame_errors/'
		;;
	"$page") sed -n 's/^[0-9][0-9]* *[a-z0-9_]* .* \([^ ]*\)$/\1/p' "$page" ;;
	esac
}

compare() { # FILE FUNCTION
	diff <(enumerated) <("$2") | sed -n "s|^[<>] \(.*\)|$1: \1: not as $uapi has it|p"
}

lists_are_one() {
	[ "$(enumerated | wc -l)" -gt 20 ] || echo "$uapi: no list of reasons"
	compare "$driver" of_driver
	compare "$tool" of_tool
	compare "$spec" of_spec
	compare "$page" of_page
}

columns_are_one() {
	diff <(columns "$driver") <(columns "$page") |
		sed -n "s|^[<>] \(.*\)|$page: a column \1 that is not as in $driver|p"
}

report "$(enumerated | wc -l) reasons of drops: header, driver, netlink, tool, documentation" \
	lists_are_one columns_are_one
