#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libtunalt as it is installed: pkg-config finds it, programs are linked with it either way, and its
# symbols have versions.
set -u

. "$KTAP_HELPERS"

TOP=${TUN_ALT_TOP:-$(realpath "$(dirname "$0")/../..")}
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
ROOT=$TMP/usr
VERSION=$(sed -n 's/^TUN_ALT_VERSION *:= *//p' "$TOP/Kbuild")

make_library() { # TARGET
	make -s -C "$TOP/tools/libtunalt" "$1" "BUILD=$TMP/build" "PREFIX=$ROOT" > "$TMP/log" 2>&1
}

config() {
	PKG_CONFIG_PATH=$ROOT/lib/pkgconfig pkg-config "$@" libtunalt
}

program() {
	cat > "$TMP/program.c" <<-X
	#include <stdio.h>
	#include <tunalt.h>

	int main(void)
	{
		struct tunalt_config config = { .size = 1 };
		struct tunalt *t = NULL;

		printf("%s %s\n", tunalt_version(),
		       tunalt_strerror(t, tunalt_open(&t, &config)));
		return t != NULL;
	}
	X
}

says_so() { # COMMAND...
	[ "$("$@" 2> "$TMP/log")" = "$VERSION Invalid argument" ]
}

links_shared() {
	# shellcheck disable=SC2046 # words
	gcc -Wall -Werror -o "$TMP/shared" "$TMP/program.c" \
		$(config --cflags --libs) 2> "$TMP/log" || return
	readelf -d "$TMP/shared" | grep -q 'NEEDED.*\[libtunalt\.so\.0\]' &&
		says_so env "LD_LIBRARY_PATH=$ROOT/lib" "$TMP/shared"
}

links_static() {
	# shellcheck disable=SC2046
	gcc -Wall -Werror -static -o "$TMP/static" "$TMP/program.c" \
		$(config --static --cflags --libs) 2> "$TMP/log" && says_so "$TMP/static"
}

symbols_have_versions() {
	nm -D --defined-only "$ROOT/lib/libtunalt.so" > "$TMP/log"
	grep -q ' T tunalt_open@@LIBTUNALT_0\.1$' "$TMP/log" &&
		! grep -vE ' T tunalt_[a-z_]+@@LIBTUNALT_0\.1$| A LIBTUNALT_0\.1$' "$TMP/log"
}

needs_libc_alone() {
	readelf -d "$ROOT/lib/libtunalt.so" > "$TMP/log"
	[ "$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$TMP/log")" = libc.so.6 ]
}

version_is_that_of_the_tree() {
	config --modversion > "$TMP/log" && [ "$(cat "$TMP/log")" = "$VERSION" ]
}

uninstall_leaves_nothing() {
	make_library uninstall && find "$ROOT" ! -type d > "$TMP/log" && [ ! -s "$TMP/log" ]
}

result() { # NAME
	if "$1"; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$TMP/log"
		ktap_test_fail "$1"
	fi
}

installs() {
	make_library install
}

ktap_print_header
ktap_set_plan 7
program
result installs
result version_is_that_of_the_tree
result links_shared
result links_static
result symbols_have_versions
result needs_libc_alone
result uninstall_leaves_nothing
ktap_finished
