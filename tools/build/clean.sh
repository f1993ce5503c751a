#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Removes build/ and what kbuild left beside the sources. Needs no kernel, so it works where
# the one that the module was built for is gone.

set -eu

cd "$(dirname "$0")/../.."
rm -rf build compile_commands.json .tmp_versions
rm -f tun_alt.ko tun_alt.mod tun_alt.mod.c modules.order Module.symvers
find . -path ./.git -prune -o \( -name '*.o' -o -name '.*.cmd' -o -name '.*.d' \) -type f -print |
	while IFS= read -r file; do
		rm -f "$file"
	done
