#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# gcc's own analyzer finds nothing in the command line tool and the library.

. "$(dirname "$0")/lib.sh"

dir=$out/fanalyzer

build() { # DIRECTORY
	mkdir -p "$dir"
	if make -s -k -j "$(nproc)" -C "$1" all CC=gcc BUILD="$dir" \
		CFLAGS='-O2 -fanalyzer -Werror' >"$dir/log" 2>&1; then
		return
	fi
	sed "s|^$top/||" "$dir/log" |
		grep -E "^[^ :]+:[0-9]+:[0-9]+: (warning|error|fatal error):" ||
		tail -n 20 "$dir/log"
}

tool() {
	build tools/tun-alt
}

library() {
	build tools/libtunalt
}

report "nothing found" tool library
