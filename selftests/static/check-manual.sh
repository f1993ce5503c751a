#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The device's manual page, tun-alt(4): its example compiles, no line is wider than a terminal, and
# each ioctl, flag and errno of the driver is named, ioctls also in ioctls.rst.

. "$(dirname "$0")/lib.sh"

page=Documentation/man/tun-alt.4
table=Documentation/uapi/ioctls.rst
columns=80

# The block of the examples that is a program
example() {
	sed -n '/^\.EX/,/^\.EE/p' "$page" | sed -n '/^#include/,/^\.EE/p' |
		sed '/^\.EE/d; s/\\-/-/g; s/\\e/\\/g'
}

example_compiles() {
	[ "$(example | grep -c 'int main')" = 1 ] || echo "$page: no example with a main()"
	{ example | gcc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -x c - 2>&1 || true; } |
		sed -n "s|^<stdin>:\([0-9]*\):|$page: line \1 of the example: |p"
}

# What groff could not set stands among the lines.
fits_a_terminal() {
	groff -man -Tascii -ww "-rLL=$((columns - 2))n" -P-c -P-b -P-u "$page" 2>&1 |
		awk -v most="$columns" -v page="$page" '
		/warning:|error:/ { print }
		length > most { print page ": wider than " most " columns: " $0 }'
}

named() { # FILE KIND NAME...
	local file=$1 kind=$2 text name

	shift 2
	text=$(cat "$file")
	[ "$kind" != errno ] || text=$(sed -n '/^\.SH ERRORS/,/^\.SH MODULE/p' "$file")
	for name; do
		grep -qw -- "$name" <<<"$text" || echo "$file: the $kind $name is not in it"
	done
}

ioctls_are_named() {
	local names

	mapfile -t names < <(sed -n 's/^\tROW(\([A-Z]*\),.*/\1/p' src/*.c)
	named "$page" ioctl "${names[@]}"
	named "$table" ioctl "${names[@]}"
}

flags_are_named() {
	local names

	mapfile -t names < <(sed ':a; /\\$/{N; s/\\\n//; ba}' src/*.h |
		grep -E 'define TUN_ALT_(KEPT_FLAGS|FEATURES)' | grep -o 'IFF_[A-Z_]*' | sort -u)
	named "$page" flag "${names[@]}"
}

errnos_are_named() {
	local names

	mapfile -t names < <(grep -oh 'tun_alt_refuse.*, -E[A-Z0-9]*' src/*.c |
		grep -o 'E[A-Z0-9]*$' | sort -u)
	named "$page" errno "${names[@]}"
}

command -v groff >/dev/null || die "groff is not installed"
report "tun-alt(4): example, width, names" example_compiles fits_a_terminal ioctls_are_named \
	flags_are_named errnos_are_named
