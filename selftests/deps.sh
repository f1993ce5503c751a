#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Arguments: GROUP...  Installs what a group of targets needs and is not there, with the
# machine's own apt. Groups: build check analysis guest machines test demo kernel coverage
# fuzz bench. Says nothing if all is there.
set -euo pipefail

packages() { # GROUP
	case $1 in
	build) echo gcc make libc6-dev libelf1 kmod pkg-config libmnl-dev libjson-c-dev ;;
	check) echo gcc binutils clang-19 llvm-19 make perl python3 shellcheck git sparse \
		libc6-dev pkg-config libmnl-dev libjson-c-dev groff-base ;;
	analysis) echo gcc clang-19 clang-tidy-19 coccinelle libmnl-dev libjson-c-dev ;;
	guest) echo qemu-system-x86 busybox-static binutils cpio kmod xz-utils zstd iproute2 \
		util-linux ;;
	machines) echo qemu-system-misc qemu-system-arm qemu-system-data ;;
	test) echo gcc-multilib iproute2 ethtool iperf3 iputils-ping nftables procps dkms \
		linux-headers-amd64 clang-19 libclang-rt-19-dev libbpf-dev libelf-dev zlib1g-dev \
		python3 python3-yaml socat tcpdump ;;
	kernel) echo gcc make flex bison bc libelf-dev libssl-dev zstd xz-utils kmod perl \
		python3 ;;
	coverage) echo gcc lcov ;;
	fuzz) echo clang-19 libclang-rt-19-dev ;;
	bench) echo python3 iproute2 ethtool gnuplot-nox ;;
	demo) echo openvpn openssl iproute2 iputils-ping ethtool socat ;;
	*) echo "deps: no group '$1'" >&2; exit 2 ;;
	esac
}

# One call for all: each costs a hundredth of a second.
missing() { # PACKAGE...
	comm -23 <(printf '%s\n' "$@" | sort -u) \
		<(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2> /dev/null |
			sed -n 's/^installed //p' | sort)
}

# Without a terminal nobody can be asked for a password.
can_sudo() {
	command -v sudo > /dev/null && { sudo -n true 2> /dev/null || [ -t 0 ]; }
}

main() {
	local group need='' sudo='' opts=()
	for group; do
		need+=" $(packages "$group")"
	done
	# shellcheck disable=SC2086 # a list of words
	need=$(missing $need | paste -sd ' ')
	[ -n "$need" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		sudo=sudo
		can_sudo || {
			echo "deps: these packages are missing; as root, run:" >&2
			echo "  apt-get install --no-install-recommends $need" >&2
			exit 1
		}
	fi
	echo "deps: installing $need"
	# In some containers only root may write in /tmp, and apt's own user cannot work.
	[ -k /tmp ] || opts=(-o APT::Sandbox::User=root)
	$sudo apt-get "${opts[@]}" -qq update
	# shellcheck disable=SC2086
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get "${opts[@]}" -y -qq -o Dpkg::Use-Pty=0 \
		--no-install-recommends install $need > /dev/null
}

main "$@"
