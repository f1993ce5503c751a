#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libtunalt: it compiles without a warning with both compilers, and its header alone also as C++;
# what it exports, its header, its map and its manual pages name the same functions.

. "$(dirname "$0")/lib.sh"

here=tools/libtunalt
pages=Documentation/man
columns=80

# What gcc and clang say of all of it
compiles() {
	local compiler dir

	for compiler in gcc clang-19; do
		dir=$out/library-$compiler
		mkdir -p "$dir"
		make -s -k -j "$(nproc)" -C "$here" all examples "CC=$compiler" "BUILD=$dir" \
			CFLAGS='-O2 -Wmissing-prototypes -Wstrict-prototypes -Werror' \
			>"$dir/log" 2>&1 || sed "s|$top/||g" "$dir/log"
	done
	clang-19 -x c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only "$here/tunalt.h" 2>&1 || true
}

in_map() {
	sed -n 's/^\t\t\(tunalt_[a-z_]*\);$/\1/p' "$here/libtunalt.map" | sort
}

in_header() {
	sed -nE 's/^[a-z].*[ *](tunalt_[a-z_]+)\(.*/\1/p' "$here/tunalt.h" | sort
}

exported() {
	nm -D --defined-only "$out/library-gcc/libtunalt.so" | sed -n 's/.* T \([a-z_]*\)@.*/\1/p' |
		sort
}

# A page of its own, or a link to one that names it
has_page() { # SYMBOL
	local file=$pages/$1.3

	[ -e "$file" ] || { echo "$file: not there"; return; }
	if grep -q '^\.so ' "$file"; then
		file=$pages/$(sed -n 's|^\.so man3/||p' "$file")
	fi
	grep -q "^\.B.*$1" "$file" || echo "$file: the synopsis has no $1"
}

names_agree() {
	local name

	diff <(in_map) <(in_header) |
		sed -n 's/^< \(.*\)/tunalt.h: no \1/p; s/^> \(.*\)/libtunalt.map: no \1/p' || true
	diff <(in_map) <(exported) |
		sed -n 's/^[<>] \(.*\)/libtunalt.so: \1 is not as in the map/p' || true
	for name in $(in_map); do
		has_page "$name"
	done
}

# What groff could not set stands among the lines, with its name in front.
fits_a_terminal() {
	local page

	for page in "$pages"/*.3; do
		! grep -q '^\.so ' "$page" || continue
		groff -man -Tascii -ww "-rLL=$((columns - 2))n" -P-c -P-b -P-u "$page" 2>&1 |
			awk -v most="$columns" -v page="$page" '
			/^(troff|groff|grotty):/ { print }
			length > most { print page ": wider than " most " columns: " $0 }'
	done
}

report "$(in_map | wc -l) functions, each in header, map and manual" compiles names_agree \
	fits_a_terminal
