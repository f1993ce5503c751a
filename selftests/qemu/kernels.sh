#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kernels.sh [6.1] [6.12] [newest] [kasan] [kasan-newest] [kcsan] [rt] [s390x] [arm64] [source]:
# brings kernels (image, modules, headers) and the picks from the kernel's source into the cache,
# without installing anything. Default: the first three. What is there already is kept, unless
# REFRESH=1 asks for the newest builds.
set -euo pipefail

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"
. "$(dirname "$0")/debug-kernel.sh"
. "$(dirname "$0")/machine.sh"
. "$(dirname "$0")/machine-kernel.sh"

REFRESH=${REFRESH:-0}
WORK=

# The newest build of a series, by rule: exact versions move, the rule does not.
newest_release() { # REGEX over package names, group 1 is the release
	sed -nE "s/^linux-headers-($1) .*/\1/p" "$APT_DIR/table" | sort -uVr
}

# Prints PACKAGE=VERSION of each package, or fails if one does not exist in the
# same version as the first.
pin() { # PACKAGE...
	local version pkg
	version=$(apt_version "$1")
	[ -n "$version" ] || return 1
	for pkg; do
		grep -qxF "$pkg $version" "$APT_DIR/table" || return 1
		echo "$pkg=$version"
	done
}

# From 6.19 on the image is cut in three packages.
pin_image() { # RELEASE
	pin "linux-binary-$1" "linux-modules-$1" "linux-base-$1" || pin "linux-image-$1"
}

pin_headers() { # RELEASE
	local base=${1%-*} common=common kbuild
	[[ $base != *-rt ]] || base=${base%-rt} common=common-rt
	kbuild=linux-kbuild-$base
	grep -q "^$kbuild " "$APT_DIR/table" || kbuild=linux-kbuild-6.1
	pin "linux-headers-$1" "linux-headers-$base-$common" "$kbuild"
}

# Sets RELEASE and PINS for a kernel of the matrix. The plain flavour has 9p, the
# cloud flavour has not.
resolve() { # K
	local re
	case $1 in
	6.1) re='6\.1\.0-[0-9]+-amd64' ;;
	6.12) re='6\.12\.[0-9]+\+deb12-amd64' ;;
	newest) re='[0-9]+\.[0-9]+\.[0-9]+\+deb[0-9]+-amd64' ;;
	rt) re='6\.12\.[0-9]+\+deb12-rt-amd64' ;;
	arm64) re='6\.12\.[0-9]+\+deb12-arm64' ;;
	s390x) re='6\.1\.0-[0-9]+-s390x' ;;
	esac
	for RELEASE in $(newest_release "$re"); do
		PINS=$(pin_headers "$RELEASE" && pin_image "$RELEASE") && return 0
	done
	die "the registry has no kernel '$1' with image, headers and kbuild"
}

series_of() { # RELEASE
	sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<< "$1"
}

unpack() { # DIR DEB...
	local dir=$1 deb
	shift
	mkdir -p "$dir"
	for deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -xf - -C "$dir" --keep-directory-symlink
	done
}

merged_usr() { # DIR
	local name
	mkdir -p "$1"/usr/{bin,sbin,lib,lib64} "$1"/{proc,dev,tmp,mnt}
	for name in bin sbin lib lib64; do
		ln -sfn "usr/$name" "$1/$name"
	done
}

# The newest kernel's own build programs want a newer libc and gcc than Debian 12
# has: they run in a root that is unpacked, never installed. Its packages come from
# one simulated installation on an empty machine, so that they fit each other.
build_root() { # DIR PIN...
	local dir=$1 plan
	shift
	plan=$(apt-get -s -o APT::Default-Release=trixie -o APT::Install-Recommends=false \
		install "$@" gcc-14 make dash bash coreutils sed grep mawk findutils kmod \
		xz-utils libc6-dev diffutils |
		awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2 "=" $3 }')
	say "newest: downloading its build root ($(wc -w <<< "$plan") packages)"
	# shellcheck disable=SC2086 # a list of words
	apt_download "$WORK/root-debs" $plan
	say "newest: unpacking its build root"
	merged_usr "$dir"
	unpack "$dir" "$WORK"/root-debs/*.deb
	ln -sfn dash "$dir/usr/bin/sh"
	ln -sfn mawk "$dir/usr/bin/awk"
	ldconfig -r "$dir" 2>/dev/null || true
}

# Headers: inside the root for the newest, beside the modules for the others, whose
# Makefile includes its common part by an absolute path that is not there.
put_headers() { # K DIR FINAL PIN...
	local k=$1 dir=$2 final=$3 where=usr/src
	shift 3
	if [ "$k" = newest ]; then
		build_root "$dir/root" "$@"
		where=root/usr/src
	else
		sed -i "s,/usr/src/linux-headers-,$final/usr/src/linux-headers-,g" \
			"$dir/usr/src/linux-headers-$RELEASE/Makefile"
	fi
	ln -s "$final/$where/linux-headers-$RELEASE" "$dir/kdir"
}

put_image() { # DIR FINAL
	local image=boot/vmlinuz-$RELEASE
	[ -e "$1/$image" ] || image=usr/lib/modules/$RELEASE/vmlinuz
	[ -e "$1/$image" ] || die "$RELEASE: no image in its packages"
	[ -e "$1/lib" ] || ln -s usr/lib "$1/lib"
	ln -s "$2/$image" "$1/vmlinuz"
	depmod -b "$1" "$RELEASE"
	[ -n "$(find "$1/lib/modules/$RELEASE/" -name '9p.ko*' -print -quit)" ] ||
		die "$RELEASE: the image has no 9p"
}

# What a kernel's directory is made of
made_of() { # K
	echo "$PINS"
	# shellcheck disable=SC2086 # a list of words
	! is_machine "$1" || printf '%s\n' $MACHINE_ROOT
}

fetch_kernel() { # K
	local k=$1 final pins headers
	final=$(kernel_dir "$k")
	resolve "$k"
	if [ "$(cat "$final/packages" 2>/dev/null)" = "$(made_of "$k")" ]; then
		say "$k: $RELEASE is the newest build"
		return
	fi
	WORK=$CACHE/work.$k
	rm -rf "$WORK"
	pins=$PINS
	headers=$(grep -E '^linux-(headers|kbuild)-' <<< "$PINS")
	[ "$k" != newest ] || pins=$(grep -vE '^linux-(headers|kbuild)-' <<< "$PINS")
	! is_machine "$k" || pins=$(pins_of_machine <<< "$PINS")
	say "$k: downloading $RELEASE"
	# shellcheck disable=SC2086 # lists of words
	apt_download "$WORK/debs" $pins
	say "$k: unpacking"
	unpack "$WORK/kernel" "$WORK"/debs/*.deb
	# shellcheck disable=SC2086
	put_headers "$k" "$WORK/kernel" "$final" $headers
	put_image "$WORK/kernel" "$final"
	! is_machine "$k" || put_machine "$k" "$WORK/kernel"
	series_of "$RELEASE" > "$WORK/kernel/series"
	made_of "$k" > "$WORK/kernel/packages"
	echo "$RELEASE" > "$WORK/kernel/release"
	publish "$WORK/kernel" "$final"
	say "$k: $RELEASE is ready"
}

# The last step is a rename: an interrupted run leaves no half kernel.
publish() { # DIR FINAL
	mkdir -p "$(dirname "$2")"
	rm -rf "$2.old"
	[ ! -e "$2" ] || mv "$2" "$2.old"
	mv "$1" "$2"
	rm -rf "$2.old" "$WORK"
	WORK=
}

# Files of the kernel's source under their own paths. The tests' harness and
# checkpatch come from the newest, and so do the scripts of coccinelle and the memory model;
# upstream's own test of tun from both.
picks() { # NAME
	case $1 in
	newest)
		echo scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch
		echo tools/docs/kernel-doc tools/lib/python Documentation/dev-tools/checkpatch.rst
		echo 'tools/testing/selftests/kselftest*'
		echo include/uapi/linux/if_tun.h include/uapi/linux/if_link.h
		echo tools/testing/selftests/net/tun.c tools/testing/selftests/net/tuntap_helpers.h
		echo scripts/coccinelle
		echo tools/memory-model/lock.cat 'tools/memory-model/linux-kernel.*'
		picks_of_ynl
		;;
	6.1)
		echo tools/testing/selftests/net/tun.c 'tools/testing/selftests/kselftest*'
		;;
	esac
}

# The netlink library of upstream's test: its generator, what it generates from, and the headers
# that the machine's own are too old for.
picks_of_ynl() {
	echo 'tools/net/ynl/Makefile*' tools/net/ynl/lib tools/net/ynl/generated
	echo tools/net/ynl/pyynl tools/scripts/Makefile.arch
	echo 'Documentation/netlink/*.yaml' Documentation/netlink/specs/netdev.yaml
	echo 'Documentation/netlink/specs/rt-*.yaml'
	echo include/uapi/linux/rtnetlink.h include/uapi/linux/if_addr.h
	echo include/uapi/linux/neighbour.h include/uapi/linux/netdev.h
	echo include/uapi/linux/dpll.h include/uapi/linux/virtio_net.h
}

# Whether all that is picked now was picked: a cache may be older than this file, or made by a
# newer one.
picked() { # NAME
	[ -e "$CACHE/source/$1/packages" ] &&
		[ -z "$(picks "$1" | grep -vxFf "$CACHE/source/$1/packages")" ]
}

fetch_source() { # NAME
	local name=$1 final=$CACHE/source/$1 pkg version patterns=() p
	pkg=$(apt_source_package "$name")
	version=$(apt_version "$pkg")
	[ -n "$version" ] || die "the registry has no $pkg"
	if picked "$name" && [ "$(head -n 1 "$final/packages")" = "$pkg=$version" ]; then
		say "source of $name: $version is the newest"
		return
	fi
	WORK=$CACHE/work.source-$name
	rm -rf "$WORK"
	say "source of $name: downloading $pkg $version"
	apt_download "$WORK/debs" "$pkg=$version"
	say "source of $name: picking files"
	mkdir -p "$WORK/source"
	while read -r -a p; do
		patterns+=("${p[@]/#/*/}")
	done < <(set -f; picks "$name")
	pick_files "$WORK/source" "$WORK"/debs/*.deb "${patterns[@]}"
	{
		echo "$pkg=$version"
		picks "$name"
	} > "$WORK/source/packages"
	publish "$WORK/source" "$final"
	say "source of $name: ready"
}

pick_files() { # DIR DEB PATTERN...
	local dir=$1 deb=$2 tarball
	shift 2
	tarball=$(dpkg-deb --fsys-tarfile "$deb" | tar -tf - | grep -E 'linux-source.*\.tar\.xz$')
	# A pattern that this version does not have makes tar complain and exit 2. Without a
	# pattern everything is picked.
	dpkg-deb --fsys-tarfile "$deb" | tar -xOf - "$tarball" | xz -dc -T0 |
		tar -xf - -C "$dir" --strip-components=1 --wildcards \
			--no-wildcards-match-slash "$@" 2> "$dir/../tar.log" || true
	[ -n "$(ls "$dir")" ] || die "nothing picked from $deb: $(cat "$dir/../tar.log")"
}

have() { # NAME
	case $1 in
	source) picked newest && picked 6.1 ;;
	kasan* | kcsan) have_debug "$1" ;;
	*) [ -e "$(kernel_dir "$1")/release" ] && have_root "$1" ;;
	esac
}

# Whether a machine's root has all that its guests have now: the cache may be older than this file.
have_root() { # K
	# shellcheck disable=SC2086 # a list of words
	! is_machine "$1" || [ -z "$(printf '%s\n' $MACHINE_ROOT |
		grep -vxFf "$(kernel_dir "$1")/packages")" ]
}

# A machine's packages are in lists of their own.
fetch() { # NAME...
	local name updated=''
	for name; do
		if [ "$REFRESH" != 1 ] && have "$name"; then
			continue
		elif is_machine "$name"; then
			(fetch_machine "$name")
			continue
		fi
		[ -n "$updated" ] || apt_update
		updated=1
		if [ "$name" = source ]; then
			fetch_source newest
			fetch_source 6.1
		elif is_debug "$name"; then
			fetch_debug_kernel "$name"
		else
			fetch_kernel "$name"
		fi
	done
}

# At the end of the script. What is half done goes, and never without a word.
broke_off() {
	[ -n "$WORK" ] || return 0
	say "it broke off in the middle of $(basename "$WORK"), which is removed" >&2
	rm -rf "$WORK"
}

main() {
	local name missing=()
	# shellcheck disable=SC2086 # a list of words
	[ $# -gt 0 ] || set -- $KERNELS
	for name; do
		[ "$name" = source ] || kernel_dir "$name" > /dev/null
		[ "$REFRESH" != 1 ] && have "$name" || missing+=("$name")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	mkdir -p "$CACHE"
	exec 9> "$CACHE/lock"
	flock -n 9 || { say "another run is fetching: waiting for it"; flock 9; }
	trap broke_off EXIT
	fetch "${missing[@]}"
}

main "$@"
