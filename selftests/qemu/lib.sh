#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by every script of the rig: where things are, how it talks.

# depmod, modprobe and dpkg's helpers live in sbin, which a plain user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C

TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/tun-alt
# The matrix, and what K= may name beside it: kernels that look for faults (debug-kernel.sh).
KERNELS="6.1 6.12 newest"
DEBUG_KERNELS="kasan kasan-newest kcsan"
# Other machines (machine.sh), and the PC's kernel that may be preempted nearly everywhere.
MACHINES="s390x arm64"
OTHER_KERNELS="rt $MACHINES"
ME=$(basename "$0" .sh)

say() { printf '%s: %s\n' "$ME" "$*"; }
die() { printf '%s: %s\n' "$ME" "$*" >&2; exit 1; }

is_debug() { # K
	[[ " $DEBUG_KERNELS " == *" $1 "* ]]
}

is_machine() { # K
	[[ " $MACHINES " == *" $1 "* ]]
}

# A kernel's directory in the cache; refuses names that there are not.
kernel_dir() { # K
	case " $KERNELS $DEBUG_KERNELS $OTHER_KERNELS " in
	*" $1 "*) printf '%s\n' "$CACHE/kernels/$1" ;;
	*) die "no kernel '$1': there are $KERNELS (all), $DEBUG_KERNELS, and $OTHER_KERNELS" ;;
	esac
}

# The kernel of the matrix that a kernel is another build of: what its stack cannot do, the
# other one cannot do either.
matrix_of() { # K
	case $1 in
	kasan | kcsan | rt | arm64) echo 6.12 ;;
	kasan-newest) echo newest ;;
	s390x) echo 6.1 ;;
	*) echo "$1" ;;
	esac
}

# Tests divide their counts by it: a kernel that looks for faults is so much slower.
# Who has the time divides by less, and who has none by more.
divisor_of() { # K
	case $1 in
	kasan*) echo "${TUN_TEST_DIVISOR:-50}" ;;
	kcsan) echo "${TUN_TEST_DIVISOR:-10}" ;;
	*) echo "${TUN_TEST_DIVISOR:-1}" ;;
	esac
}
