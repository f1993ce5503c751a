#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: a directory of kernel headers. Prints what src/features.mk finds there: each
# feature, and whether the kernel has its new or its old shape.

. "$(dirname "$0")/../../selftests/static/lib.sh"

# Where a build directory is not the source, its makefile includes that of the source. The newest
# kernel of the cache names it as seen from its own build root: then it is the directory beside.
source_of() {
	local dir source

	dir=$(readlink -f "$1")
	source=$(sed -n 's|^include \(/.*\)/Makefile$|\1|p' "$dir/Makefile")
	if [ -n "$source" ] && [ ! -d "$source" ]; then
		source=$(dirname "$dir")/$(basename "$source")
	fi
	printf '%s\n' "${source:-$dir}"
}

make -s -f - srctree="$(source_of "$1")" <<-EOF | awk -F= '{ printf "%-24s %s\n", $1, $2 }'
	include $top/src/features.mk
	all:; @printf '%s\n' \$(sort \$(tun-alt-table))
EOF
