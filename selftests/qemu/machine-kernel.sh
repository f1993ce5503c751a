#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a machine that is not a PC needs in the cache: its kernel, a compiler for it, and a small
# root for its guests, in which the tests are linked too. All from the registry, unpacked and
# never installed: the distribution's cross compilers do not install beside gcc-multilib, which
# the tests of 32-bit callers need. Sourced by kernels.sh, after machine.sh.

# Beside programs that tests call, what they are linked with
MACHINE_ROOT="bash busybox-static coreutils dash ethtool grep iproute2 kmod libbpf-dev libc-bin
	libc6-dev libelf-dev nftables sed zlib1g-dev"

# The suites of a machine's private state that stand for one of this machine's: those of
# Debian 12, whose compiler we have. Its security suite has no s390x.
machine_suites() { # SUITE
	case $1 in
	bookworm) echo bookworm ;;
	bookworm-security) [[ $APT_ARCHES == s390x* ]] || echo bookworm-security ;;
	esac
}

# Build programs of kernel headers run here.
pins_of_machine() {
	sed -E 's/^(linux-kbuild-[^=]*)=/\1:amd64=/'
}

cross_compiler() { # K DIR
	local triplet pkg pins=()
	triplet=$(machine_triplet "$1")
	for pkg in {gcc-12,cpp-12,binutils}-"$triplet":amd64 "libgcc-12-dev-$1-cross"; do
		pins+=("$pkg=$(apt-cache madison "$pkg" | awk -F ' *[|] *' 'NR == 1 { print $2 }')")
	done
	say "$1: downloading its compiler"
	apt_download "$WORK/cross-debs" "${pins[@]}"
	unpack "$2" "$WORK"/cross-debs/*.deb
	printf '%s\n' "${pins[@]}" > "$2/packages"
}

guest_root() { # K DIR
	local plan
	# shellcheck disable=SC2086 # a list of words
	plan=$(apt-get -s -o APT::Install-Recommends=false install $MACHINE_ROOT |
		awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2 "=" $3 }')
	say "$1: downloading its guests' root ($(wc -w <<< "$plan") packages)"
	# shellcheck disable=SC2086
	apt_download "$WORK/root-debs" $plan
	merged_usr "$2"
	unpack "$2" "$WORK"/root-debs/*.deb
	mkdir -p "$2"/{run,sys,root}
	ln -sfn dash "$2/usr/bin/sh"
	ln -sfn mawk "$2/usr/bin/awk"
	echo "$plan" > "$2/packages"
}

put_machine() { # K DIR
	cross_compiler "$1" "$2/cross"
	guest_root "$1" "$2/guest-root"
}

# In a subshell: the package lists are the machine's own.
fetch_machine() { # K
	APT_DIR=$CACHE/apt-$1
	APT_ARCHES="$1 amd64"
	trap broke_off EXIT
	apt_update
	fetch_kernel "$1"
}
