#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels that look for faults: built from the distribution's source with the fragments of
# kernel/, or taken ready-made from an archive of such builds. Sourced by kernels.sh, after
# apt.sh.

# Where archives debug-*.tar.zst may lie, each with boot/vmlinuz-RELEASE and
# lib/modules/RELEASE of some kernels; empty: build. They are of other fragments, and what those
# lack some tests miss.
READY_KERNELS=${READY_KERNELS-}

fragments_of_debug() { # K
	local dir=$TOP/selftests/qemu/kernel
	echo "$dir/guest.config" "$dir/debug.config" "$dir/${1%-newest}.config" \
		"$dir/$(matrix_of "$1").config"
}

# Of what they set: their comments make no other kernel.
hash_of_fragments() { # K
	local fragments
	read -r -a fragments <<< "$(fragments_of_debug "$1")"
	grep -h '^CONFIG_' "${fragments[@]}" | sha256sum | cut -c 1-16
}

# Prints the archive that has kernel K, and its release; fails if none has.
ready_made() { # K
	local archive release
	[ -n "$READY_KERNELS" ] && [ "$(matrix_of "$1")" != newest ] || return 1
	for archive in "$READY_KERNELS"/debug-"$(matrix_of "$1")".*.tar.zst; do
		[ -e "$archive" ] || return 1
		release=$(basename "$archive" .tar.zst)
		echo "$archive ${release#debug-}-$1"
		return
	done
}

# What $final/packages says of one
ready_stamp() { # K
	local archive
	read -r archive _ <<< "$(ready_made "$1")"
	echo "ready-made $(sha256sum < "$archive" | cut -c 1-16)"
}

take_ready_made() { # K DIR
	local archive release
	read -r archive release <<< "$(ready_made "$1")"
	say "$1: taking $release from $(basename "$archive")"
	mkdir -p "$2"
	tar --zstd -xf "$archive" -C "$2" "boot/vmlinuz-$release" "lib/modules/$release"
	ready_stamp "$1" > "$2/packages"
	echo "$release" > "$2/release"
}

configure() { # SOURCE FRAGMENT...
	local source=$1 missed
	shift
	cat "$@" > "$source/all.config"
	rm -f "$source/.config"
	make -s -C "$source" KCONFIG_ALLCONFIG=all.config allnoconfig > "$source/config.log" 2>&1 ||
		die "cannot configure, see $source/config.log"
	# A kernel without one of them would be silent where it should speak.
	missed=$(grep -h '^CONFIG_' "$@" | grep -vxFf "$source/.config" | paste -sd ' ') || true
	[ -z "$missed" ] || die "this series does not have $missed"
}

compiled() { # LOG
	echo "$(grep -cE '^  (CC|AS|LD|AR) ' "$1") steps of about 2300"
}

compile_logged() { # SOURCE
	make -C "$1" -j"$(nproc)" KBUILD_BUILD_USER=tun-alt KBUILD_BUILD_HOST=guest \
		bzImage modules > "$1/build.log" 2>&1
}

compile() { # K SOURCE
	heartbeat 15 compiled "$2/build.log" compile_logged "$2" && return
	cp "$2/build.log" "$CACHE/build-$1.log"
	grep -E '(error|Error|\*\*\*)' "$CACHE/build-$1.log" | tail -n 20 >&2 || true
	die "$1 does not build, see $CACHE/build-$1.log"
}

# The smallest tree that builds a module outside it, as a headers package holds it.
headers_tree() { # SOURCE DIR
	mkdir -p "$2"
	(cd "$1" && {
		ls -d Makefile Kbuild Kconfig .config Module.symvers include scripts \
			arch/x86/include
		find arch/x86 -maxdepth 1 -type f
		find tools/objtool -maxdepth 1 -name objtool
	} | tar -cf - --exclude='*.o' --exclude='*.a' --exclude='.*.cmd' -T -) | tar -xf - -C "$2"
}

build_debug() { # K DIR
	local k=$1 dir=$2 pkg version fragments release
	read -r -a fragments <<< "$(fragments_of_debug "$k")"
	pkg=$(apt_source_package "$(matrix_of "$k")")
	version=$(apt_version "$pkg")
	[ -n "$version" ] || die "the registry has no $pkg"
	# With this machine's own apt: what comes of the private one is of the newest Debian.
	env -u APT_CONFIG "$TOP/selftests/deps.sh" kernel
	say "$k: downloading $pkg $version"
	apt_download "$WORK/debs" "$pkg=$version"
	say "$k: unpacking"
	mkdir -p "$WORK/source" "$dir/boot"
	pick_files "$WORK/source" "$WORK"/debs/*.deb
	flock -u 9
	say "$k: building, half an hour on two processors"
	configure "$WORK/source" "${fragments[@]}"
	compile "$k" "$WORK/source"
	release=$(cat "$WORK/source/include/config/kernel.release")
	cp "$WORK/source/arch/x86/boot/bzImage" "$dir/boot/vmlinuz-$release"
	make -s -C "$WORK/source" INSTALL_MOD_PATH="$dir" INSTALL_MOD_STRIP=1 modules_install \
		> "$WORK/source/install.log" 2>&1 || die "cannot install the modules of $k"
	rm -rf "$dir/lib/modules/$release/build"
	headers_tree "$WORK/source" "$dir/lib/modules/$release/build"
	echo "$pkg=$version $(hash_of_fragments "$k")" > "$dir/packages"
	echo "$release" > "$dir/release"
}

# A build takes long: it has a lock of its own, and gives others that of the cache back.
build_lock() { # K
	exec 8> "$CACHE/lock.$1"
	flock -n 8 && return
	say "$1: another run is building it: waiting for that"
	flock -u 9
	flock 8
	flock 9
}

fetch_debug_kernel() { # K
	local k=$1 dir final release
	final=$(kernel_dir "$k")
	build_lock "$k"
	[ "$REFRESH" = 1 ] || ! have_debug "$k" || return 0
	WORK=$CACHE/work.$k
	dir=$WORK/kernel
	rm -rf "$WORK"
	if ready_made "$k" > /dev/null; then
		take_ready_made "$k" "$dir"
	else
		build_debug "$k" "$dir"
	fi
	release=$(cat "$dir/release")
	ln -s "boot/vmlinuz-$release" "$dir/vmlinuz"
	ln -s "lib/modules/$release/build" "$dir/kdir"
	depmod -b "$dir" "$release"
	series_of "$release" > "$dir/series"
	flock 9
	publish "$dir" "$final"
	say "$k: $release is ready"
}

# What is in the cache is kept, but for one of other fragments; and for a ready-made one where a
# build is asked for, or where there is another archive by now.
have_debug() { # K
	local final
	final=$(kernel_dir "$1")
	[ -e "$final/release" ] || return 1
	if grep -q '^ready-made' "$final/packages"; then
		[ -n "$READY_KERNELS" ] || return
		! ready_made "$1" > /dev/null || [ "$(<"$final/packages")" = "$(ready_stamp "$1")" ]
	else
		grep -q " $(hash_of_fragments "$1")\$" "$final/packages"
	fi
}
