#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make install` and `make uninstall` with a root of their own: each file where it belongs,
# none left.
set -u

. "$KTAP_HELPERS"

top=${TUN_ALT_TOP:-$(realpath "$(dirname "$0")/../..")}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tun-alt
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
release=$(cat "$cache/kernels/6.1/release")
tree=$tmp/tree
root=$tmp/root

expected() {
	{ listed; pages; } | sort
}

pages() {
	(cd "$top/Documentation/man" && printf '/usr/share/man/man3/%s 644\n' *.3)
}

listed() {
	cat <<-EOF
		/etc/modules-load.d/tun-alt.conf 644
		/etc/udev/rules.d/60-tun-alt.rules 644
		/lib/modules/$release/updates/tun_alt.ko 644
		/usr/bin/tun-alt 755
		/usr/include/tunalt.h 644
		/usr/lib/libtunalt.a 644
		/usr/lib/libtunalt.so.0 644
		/usr/lib/pkgconfig/libtunalt.pc 644
		/usr/share/bash-completion/completions/tun-alt 644
		/usr/share/man/man4/tun-alt.4 644
		/usr/share/man/man8/tun-alt.8 644
	EOF
}

found() {
	(cd "$root" && find . -type f -printf '/%P %m\n' | sort)
}

# The work tree may be in use, and its module may be for another kernel.
copy_tree() {
	mkdir -p "$tree" "$root"
	(cd "$top" && git ls-files -co --exclude-standard -z |
		xargs -0 sh -c 'for f; do [ ! -f "$f" ] || printf "%s\0" "$f"; done' sh |
		xargs -0 cp --parents -t "$tree")
}

# Debug information is a third of the build and not what is looked at.
make_in_tree() {
	KCFLAGS=-g0 make -s -j"$(nproc)" -C "$tree" KDIR="$cache/kernels/6.1/kdir" \
		DESTDIR="$root" PREFIX=/usr "$@" >"$tmp/log" 2>&1
}

# result NAME: passes if the last command did, else says what it wrote.
result() {
	local status=$?

	[ "$status" -eq 0 ] || sed 's/^/# /' "$tmp/log"
	ktap_test_result "$1" test "$status" -eq 0
}

# refused NAME TEXT ARGUMENT...: make fails, says the text, and installs nothing.
refused() {
	local name=$1 text=$2 status=1

	shift 2
	if ! make -s -C "$tree" DESTDIR="$root" "$@" >"$tmp/log" 2>&1 &&
		grep -qF "$text" "$tmp/log" && [ -z "$(found)" ]; then
		status=0
	fi
	(exit "$status")
	result "$name"
}

files_are() {
	"$1" >"$tmp/want"
	found >"$tmp/got"
	diff -u "$tmp/want" "$tmp/got" >"$tmp/log"
}

ktap_print_header
ktap_set_plan 9

copy_tree
refused install_asks_for_which_kernel 'Say for which kernel' install
refused kdir_without_headers_is_named "KDIR=$tmp holds no kernel headers" KDIR="$tmp" install
make_in_tree install
result install_succeeds
files_are expected
result install_puts_each_file_in_its_place

modinfo -k "$release" -b "$root" tun_alt >"$tmp/log" 2>&1 ||
	modinfo "$root/lib/modules/$release/updates/tun_alt.ko" >"$tmp/log" 2>&1
grep -qE "^vermagic: +$release " "$tmp/log"
result installed_module_is_for_the_kernel_of_kdir

# Somebody else's module beside ours stays.
touch "$root/lib/modules/$release/updates/other.ko"
make_in_tree uninstall
result uninstall_succeeds
others() { echo "/lib/modules/$release/updates/other.ko 644"; }
files_are others
result uninstall_takes_all_of_it_and_nothing_else

# A root that has the kernel's modules gets its index: opening the node then loads ours.
root=$tmp/live
devname="$root/lib/modules/$release/modules.devname"
mkdir -p "$(dirname "$devname")"
touch "$root/lib/modules/$release/modules."{order,builtin}
make_in_tree install && cp "$devname" "$tmp/log" &&
	grep -q '^tun_alt net/tun-alt c10:250$' "$devname"
result depmod_knows_the_node_after_install
make_in_tree uninstall && cp "$devname" "$tmp/log" && ! grep -q tun_alt "$devname"
result depmod_does_not_know_it_after_uninstall

ktap_finished
