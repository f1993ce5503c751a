#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Arguments: KERNEL gcc|clang. The module builds with W=1 and without a warning.

. "$(dirname "$0")/lib.sh"

kernel=$1 compiler=$2
dir=$out/$kernel-$compiler

# The headers packages set CC, so the compiler that was asked for need not be the one that ran.
compiler_that_ran() {
	readelf -p .comment "$dir/src/main.o" | sed -n 's/^ *\[ *[0-9a-f]*\] *//p' | head -n 1
}

check() {
	local args=()

	link_sources "$dir"
	if [ "$compiler" = clang ]; then
		args+=(CC="$top/selftests/static/clang-as-gcc.sh")
	fi
	compile "$dir" "$kernel" "${args[@]}"
	[ -e "$dir/src/main.o" ] || return 0
	case $compiler,$(compiler_that_ran) in
	clang,*clang* | gcc,*GCC*) ;;
	*) echo "src/main.o: asked for $compiler, built by $(compiler_that_ran)" ;;
	esac
}

mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
report "W=1: no warning" check
