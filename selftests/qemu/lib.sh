#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sourced by every script of the rig: where things are, how it talks.

# depmod, modprobe and dpkg's helpers live in sbin, which a plain user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL=C

TOP=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/tun-alt
KERNELS="6.1 6.12 newest"
ME=$(basename "$0" .sh)

say() { printf '%s: %s\n' "$ME" "$*"; }
die() { printf '%s: %s\n' "$ME" "$*" >&2; exit 1; }

# A kernel's directory in the cache; refuses names that the matrix does not have.
kernel_dir() {
	case " $KERNELS " in
	*" $1 "*) printf '%s\n' "$CACHE/kernels/$1" ;;
	*) die "no kernel '$1' in the matrix: $KERNELS" ;;
	esac
}
