#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The fuzzer's grammar is the driver's: no ioctl is forgotten, and the description for syzkaller
# is what is made of it. Programs that are kept can be read. The parsers take some thousand
# inputs each.
set -u

. "$KTAP_HELPERS"

FUZZ=$TUN_ALT_BUILD/selftests/fuzz/fuzz
DIR=$TUN_ALT_TOP/selftests/fuzz
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

same() { # EXPECTED FOUND
	diff "$1" "$2" > "$WORK/diff" && return
	sed 's/^/# /' "$WORK/diff"
	return 1
}

# Rows of the driver's table; those for 32-bit programs have names of their own there.
table_has_every_ioctl() {
	sed -nE 's/^\tROW\((CONTROL_)?([A-Z0-9]+),.*/\2\1/p' "$TUN_ALT_TOP/src/control.c" |
		sed 's/^\([A-Z]*32\)CONTROL_/TUN\1/; s/CONTROL_$//' | sort > "$WORK/driver"
	sed -nE 's/^FUZZ_IOCTL\(([A-Z0-9]+),.*/\1/p' "$DIR/ioctls.h" | sort > "$WORK/table"
	[ -s "$WORK/driver" ] && same "$WORK/driver" "$WORK/table"
}

# Numbers that <linux/if_tun_alt.h> adds to the old ones
table_has_every_new_ioctl() {
	grep -oE '^#define (TUN_ALT_[A-Z_]+)[[:space:]]+_IO[RW]*\(' \
		"$TUN_ALT_TOP/include/uapi/linux/if_tun_alt.h" | awk '{ print $2 }' |
		grep -vxFf <(sed -nE 's/^FUZZ_IOCTL\(([A-Z0-9_]+),.*/\1/p' "$DIR/ioctls.h") \
			> "$WORK/new"
	sed 's/^/# not in the table: /' "$WORK/new"
	[ ! -s "$WORK/new" ]
}

description_is_that_of_the_table() {
	"$FUZZ" --syzkaller > "$WORK/text" && same "$DIR/dev_net_tun_alt.txt" "$WORK/text"
}

kept_programs_can_be_read() {
	"$FUZZ" --check "$DIR"/regress/*.prog 2>&1 | sed 's/^/# /'
	[ "${PIPESTATUS[0]}" = 0 ]
}

# As many inputs as take some seconds on a busy machine
parser_survives() { # NAME RUNS
	"$DIR/parsers.sh" "PARSER=$1" "RUNS=$2" > "$WORK/said" 2>&1 && return
	sed 's/^/# /' "$WORK/said"
	return 1
}

result() { # TEST COMMAND...
	if "${@:2}"; then ktap_test_pass "$1"; else ktap_test_fail "$1"; fi
}

ktap_print_header
ktap_set_plan 7
result table_has_every_ioctl table_has_every_ioctl
result table_has_every_new_ioctl table_has_every_new_ioctl
result description_is_that_of_the_table description_is_that_of_the_table
result kept_programs_can_be_read kept_programs_can_be_read
result header_of_a_frame_survives_any_input parser_survives header 20000
result command_line_survives_any_input parser_survives command_line 2000
result answers_of_netlink_survive_any_input parser_survives answers 20000
ktap_finished
