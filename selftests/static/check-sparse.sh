#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: KERNEL. Sparse has nothing to say, endianness (its default in kbuild) included.

. "$(dirname "$0")/lib.sh"

kernel=$1
dir=$out/$kernel-gcc

command -v sparse >/dev/null || die "sparse is not installed"
mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9

check() {
	link_sources "$dir"
	compile "$dir" "$kernel" C=2
}

report "C=2: no warning" check
