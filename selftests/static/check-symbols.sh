#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The names in the module: what other files can see begins with tun_alt_, and rx and tx stand
# in no name of ours (the stack xmits and receives, the program reads and writes).

. "$(dirname "$0")/lib.sh"

dir=$out/6.1-gcc

mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
link_sources "$dir"
# Nothing to build when that is what the check of the compiler just did.
newer=$(find -L "$dir/Kbuild" "$dir/src" "$dir/include" \
	\( -name '*.[ch]' -o -name '*.mk' -o -name Kbuild \) -newer "$dir/tun_alt.o" 2>&1) || true
if [ -n "$newer" ]; then
	compile "$dir" 6.1 >/dev/null
fi
[ -e "$dir/tun_alt.o" ] || die "the module does not build"

global_names() {
	nm --defined-only -g "$dir/tun_alt.o" | awk '
	$3 !~ /^tun_alt_/ && $3 !~ /^(init_module|cleanup_module|__this_module)$/ &&
	$3 !~ /^(__pfx_|__cfi_)/ { print "tun_alt.o: global symbol " $3 " without tun_alt_" }'
}

directions() {
	nm --defined-only "$dir/tun_alt.o" | awk '
	$2 ~ /^[tTdDbBrR]$/ && $3 ~ /(^|_)[rt]x(_|$)/ { print "tun_alt.o: " $3 ": never rx or tx" }'
}

report "every global symbol begins with tun_alt_" global_names directions
