#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of how the private apt state is derived from a machine's own sources, in both
# forms that apt has.
set -u

. "$KTAP_HELPERS"
. "$TUN_ALT_TOP/selftests/qemu/lib.sh"
. "$TUN_ALT_TOP/selftests/qemu/apt.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
ETC=$WORK/etc OUT=$WORK/out
BOTH="bookworm bookworm-backports trixie trixie-backports"

derive() {
	(apt_derive "$ETC" "$OUT") 2> "$WORK/err"
}

has() { # LINE
	grep -qxF -e "$1" "$OUT"/derived.*
}

deb822_form() {
	has "URIs: http://mirror.example/debian" &&
		has "Suites: $BOTH bookworm-updates trixie-updates" &&
		has "Suites: bookworm-security trixie-security" &&
		has "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg"
}

key_in_file() {
	has " -----BEGIN PGP PUBLIC KEY BLOCK-----" && has " last line of the key"
}

others_left_out() {
	! grep -rqE 'vendor|disabled|deb-src|comment|snapshot' "$OUT"
}

oneline_form() {
	has "deb [arch=amd64] http://mirror.example/debian trixie-backports main" &&
		has "deb [arch=amd64 signed-by=/key.gpg] http://mirror.example/sec trixie-security main"
}

nothing_of_use() {
	! derive && grep -q 'no apt source of this machine has a Debian 12' "$WORK/err"
}

put_deb822() {
	cat > "$ETC/sources.list.d/debian.sources" <<-'X'
	Types: deb deb-src
	# a comment about snapshot
	URIs: http://mirror.example/debian
	Suites: bookworm bookworm-updates
	Components: main contrib
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

	Types: deb
	URIs: http://mirror.example/sec
	Suites: bookworm-security
	Components: main
	Signed-By:
	 -----BEGIN PGP PUBLIC KEY BLOCK-----
	 .
	 last line of the key

	Types: deb
	URIs: http://vendor.example/apt
	Suites: stable

	Enabled: no
	Types: deb
	URIs: http://disabled.example/debian
	Suites: bookworm
	X
	echo 'not apt.s: disabled' > "$ETC/sources.list.d/x.sources.disabled"
}

put_oneline() {
	cat > "$ETC/sources.list" <<-'X'
	# deb http://comment.example/debian bookworm main
	deb http://mirror.example/debian bookworm main contrib
	deb-src http://mirror.example/debian bookworm main
	  deb [ arch=amd64,i386 signed-by=/key.gpg ] http://mirror.example/sec bookworm-security main
	deb http://vendor.example/apt stable main
	X
}

ktap_print_header
ktap_set_plan 5
mkdir -p "$ETC/sources.list.d"
ktap_test_result no_source_of_debian_12_is_an_error nothing_of_use
put_deb822
derive
ktap_test_result deb822_sources_are_derived deb822_form
ktap_test_result a_key_inside_the_source_is_kept key_in_file
ktap_test_result other_sources_are_left_out others_left_out
rm "$ETC/sources.list.d/debian.sources"
put_oneline
derive
ktap_test_result one_line_sources_are_derived oneline_form
ktap_finished
