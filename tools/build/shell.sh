#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: a kernel of the cache (default, and for all: 6.1). A prompt in a guest that runs
# it, with the module loaded.

. "$(dirname "$0")/../../selftests/static/lib.sh"

kernel=${1:-6.1}
if [ "$kernel" = all ]; then
	kernel=6.1
fi
selftests/qemu/kernels.sh "$kernel"
selftests/qemu/build.sh "$kernel"
exec selftests/qemu/guest.sh -k "$kernel" -m "$top/build/$kernel/tun_alt.ko" -i
