#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build.sh K [KCOV=1] [GCOV=1] [DEBUG=1]: builds the module, and those that tests load beside
# it, for kernel K of the cache into build/K. KCOV and GCOV count what runs, for the fuzzer
# and for make coverage, DEBUG has the debug knobs; each has a tree of its own, build/K-debug
# and so on, as each kernel has, so that objects never mix. build.sh -d DIR K builds the
# module that DIR holds, in place.
set -euo pipefail

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/machine.sh"

# Objects of another build of the kernel, or of other flags, are worth nothing.
fresh_tree() { # TREE STAMP
	[ "$(cat "$1/.built-for" 2>/dev/null)" = "$2" ] && return
	rm -rf "$1"
	mkdir -p "$1"
	echo "$2" > "$1/.built-for"
}

source_files() {
	(cd "$TOP" && find Kbuild src include selftests/kernel -type f \
		! -name '*.o' ! -name '.*') | sort
}

# Copies what changed and forgets what is gone. Links would not do: kbuild writes
# its objects beside the sources, and the newest kernel builds in a root of its own.
# Contents are compared, since a clock tells nothing of an edit during a build.
sync_sources() { # TREE
	local tree=$1 file
	source_files > "$tree/.files.new"
	if [ -e "$tree/.files" ]; then
		comm -23 "$tree/.files" "$tree/.files.new" | while read -r file; do
			rm -f "$tree/$file"
		done
	fi
	while read -r file; do
		cmp -s "$TOP/$file" "$tree/$file" && continue
		mkdir -p "$(dirname "$tree/$file")"
		cp "$TOP/$file" "$tree/$file"
	done < "$tree/.files.new"
	mv "$tree/.files.new" "$tree/.files"
}

# Runs a command with the newest kernel's build root as its /, and TREE at /mnt.
in_root() { # ROOT TREE COMMAND...
	local ns=(unshare -m)
	[ "$(id -u)" = 0 ] || ns=(unshare -rm)
	# shellcheck disable=SC2016 # expanded by the inner shell
	"${ns[@]}" sh -euc 'root=$1 tree=$2; shift 2
		mount --bind "$tree" "$root/mnt"
		mount -t tmpfs tmp "$root/tmp"
		mount --rbind /dev "$root/dev"
		mount --rbind /proc "$root/proc"
		exec chroot "$root" "$@"' sh "$@"
}

# Runs a command with TREE where PLACE is: kbuild compares whole paths.
in_place() { # TREE PLACE COMMAND...
	local ns=(unshare -m)
	[ "$1" != "$2" ] || { "${@:3}"; return; }
	mkdir -p "$2"
	[ "$(id -u)" = 0 ] || ns=(unshare -rm)
	# shellcheck disable=SC2016 # expanded by the inner shell
	"${ns[@]}" sh -euc 'mount --bind "$1" "$2"; shift 2; exec "$@"' sh "$@"
}

build() { # K TREE [MAKE VARIABLE]...
	local k=$1 tree=$2 place=${2%-debug} dir make cross=()
	shift 2
	# Debug information is a third of the build, and seven megabytes that a guest would read
	# at each load; BTF is made of it.
	make=(make -j"$(nproc)" --no-print-directory KCFLAGS=-g0 CONFIG_DEBUG_INFO_BTF_MODULES=
		"$@")
	# shellcheck disable=SC2207 # words of make
	! is_machine "$k" || {
		mapfile -t cross < <(cross_env "$k")
		make+=($(machine_kbuild_args "$k"))
	}
	dir=$(kernel_dir "$k")
	[ -e "$dir/release" ] || die "kernel $k is not in the cache: make kernels"
	if [ -d "$dir/root" ]; then
		in_root "$dir/root" "$tree" env -i PATH=/usr/bin:/usr/sbin "${make[@]}" \
			-C "/usr/src/linux-headers-$(cat "$dir/release")" M=/mnt modules
	else
		in_place "$tree" "$place" env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
			"${cross[@]}" "${make[@]}" -C "$dir/kdir" "M=$place" modules
	fi
}

# Quiet unless it fails or warns about our own files.
build_tree() { # K TREE [MAKE VARIABLE]...
	local log=$2/build.log
	if ! build "$@" > "$log" 2>&1; then
		sed "s,/mnt/,$2/,g" "$log" >&2
		die "the module does not build for kernel $1"
	fi
	grep -E '(warning|error):' "$log" >&2 || true
}

fingerprint() {
	(cd "$TOP" && source_files | xargs sha256sum) | sha256sum
}

main() {
	local k=$1 tree=$TOP/build/$1 vars=(TUN_ALT_TESTS=m) made_of word flags
	[ -e "$TOP/Kbuild" ] || die "there is no Kbuild in $TOP"
	# In this order, whatever the order of the arguments is
	for word in KCOV GCOV DEBUG; do
		[[ " $* " == *" $word=1 "* ]] || continue
		tree+=-${word,,}
		vars+=("TUN_ALT_$word=y")
	done
	# What the preprocessor left is kept: it says which lines this kernel compiles. One that
	# cannot be asked for the counts still says which of them have a count.
	if [[ " $* " == *" GCOV=1 "* ]]; then
		flags="-g0 -save-temps=obj"
		is_debug "$k" || {
			flags+=" -fprofile-arcs -ftest-coverage"
			vars+=(KBUILD_MODPOST_WARN=1)
		}
		vars+=("KCFLAGS=$flags")
	fi
	# Most objects of the debug build are those of the other one.
	[ "$tree" != "$TOP/build/$k-debug" ] || [ -e "$tree" ] ||
		[ ! -e "$TOP/build/$k/tun_alt.ko" ] || cp -a "$TOP/build/$k" "$tree"
	fresh_tree "$tree" "$(cat "$(kernel_dir "$k")/packages")"
	made_of=$(fingerprint)
	made_of+=" ${vars[*]}"
	[ ! -e "$tree/tun_alt.ko" ] || [ "$(cat "$tree/.made-of" 2> /dev/null)" != "$made_of" ] ||
		return 0
	rm -f "$tree/.made-of"
	sync_sources "$tree"
	build_tree "$k" "$tree" "${vars[@]}"
	[ -e "$tree/tun_alt.ko" ] || die "the build for kernel $k left no tun_alt.ko"
	echo "$made_of" > "$tree/.made-of"
}

case ${1:-} in
-d)
	[ $# -eq 3 ] || die "usage: build.sh -d DIR K"
	build_tree "$3" "$(realpath "$2")"
	;;
'' | -*)
	die "usage: build.sh K [KCOV=1] [GCOV=1] [DEBUG=1]"
	;;
*)
	for word in "${@:2}"; do
		[[ $word =~ ^(KCOV|GCOV|DEBUG)=1$ ]] ||
			die "no '$word': build.sh K [KCOV=1] [GCOV=1] [DEBUG=1]"
	done
	main "$@"
	;;
esac
