#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: KERNEL for the module, or `tools`. clang's static analyzer and clang-tidy (tidy.sh) have
# nothing to say.

. "$(dirname "$0")/lib.sh"

what=$1
tidy=$top/selftests/static/tidy.sh

command -v clang-tidy-19 >/dev/null || die "clang-tidy-19 is not installed: make analyze brings it"

# kbuild's own place for a checker, with the flags of the build by clang.
module() {
	local dir=$out/$what-clang wrap=$top/selftests/static/clang-as-gcc.sh

	mkdir -p "$dir"
	exec 9>"$dir/lock"
	flock 9
	link_sources "$dir"
	compile "$dir" "$what" CC="$wrap" C=2 CHECKFLAGS= CHECK="env TUN_ALT_CLANG=$tidy $wrap"
}

# What make would compile with cc is given to tidy.sh, which fails for what cannot be compiled.
tool() {
	local log=$out/tidy-tools commands rc=0 found

	commands=$({
		make -s -n -B -C tools/tun-alt all CC=cc BUILD="$out/none"
		make -s -n -B -C tools/libtunalt all CC=cc BUILD="$out/none"
	} | sed -nE "s|^cc (.* -c .*)|'$tidy' \1|p")
	# An empty line would be a command without a fault.
	[ -n "$commands" ] || die "make names no file that it would compile"
	xargs -d '\n' -n 1 -P "$(nproc)" sh -c <<<"$commands" >"$log" 2>&1 || rc=$?
	found=$(sed "s|^$top/||" "$log" |
		grep -E '^[^ :]+:[0-9]+:[0-9]+: (warning|error|fatal error):' | sort -u || true)
	if [ "$rc" -ne 0 ] && [ -z "$found" ]; then
		found=$(tail -n 20 "$log")
	fi
	[ -z "$found" ] || printf '%s\n' "$found"
}

if [ "$what" = tools ]; then
	report "nothing found" tool
else
	report "nothing found" module
fi
