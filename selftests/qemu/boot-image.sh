#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a guest boots from, made once per kernel and kept in the cache: the kernel,
# unpacked, and an initramfs of busybox, the modules that a 9p root needs, and
# guest-init.sh as /init. Sourced by guest.sh, after lib.sh.

BOOT_MODULES="virtio_pci 9pnet_virtio 9p overlay virtio_console"

# Puts one module and what it needs into the image, in load order.
initramfs_module() { # DIR KERNEL_DIR NAME
	local dir=$1 file name
	# Built-in modules and options are other words in the first column.
	modprobe -d "$2" -S "$(cat "$2/release")" --show-depends "$3" 2>/dev/null |
		awk '$1 == "insmod" { print $2 }' | while read -r file; do
		name=$(basename "$file" | sed 's/\.[a-z]*z[a-z]*$//')
		! grep -qxF "$name" "$dir/mods/list" || continue
		case $file in
		*.xz) xz -dc "$file" ;;
		*.zst) zstd -qdc "$file" ;;
		*.gz) gzip -dc "$file" ;;
		*) cat "$file" ;;
		esac > "$dir/mods/$name"
		echo "$name" >> "$dir/mods/list"
	done
}

# A dynamically linked busybox would need its libraries in the image.
initramfs_busybox() { # KERNEL_DIR
	local bb
	[ ! -d "$1/guest-root" ] || { echo "$1/guest-root/bin/busybox"; return; }
	bb=$(command -v busybox) || die "busybox-static is missing: selftests/deps.sh guest"
	! ldd "$bb" > /dev/null 2>&1 || die "$bb is not static: selftests/deps.sh guest"
	echo "$bb"
}

# Not compressed: unpacking costs the guest more than reading.
initramfs_make() { # KERNEL_DIR IMAGE
	local kernel=$1 image=$2 work bb name
	bb=$(initramfs_busybox "$kernel")
	work=$(mktemp -d "$CACHE/work.initrd.XXXXXX")
	mkdir -p "$work"/{bin,proc,sys,dev,lower,own,ovl,new,mods}
	cp "$bb" "$work/bin/busybox"
	cp "$TOP/selftests/qemu/guest-init.sh" "$work/init"
	chmod 755 "$work/init"
	: > "$work/mods/list"
	for name in $BOOT_MODULES; do
		initramfs_module "$work" "$kernel" "$name"
	done
	mkdir -p "$(dirname "$image")"
	(cd "$work" && find . | cpio -o --quiet -H newc) > "$image.$$"
	mv "$image.$$" "$image"
	rm -rf "$work"
}

# Prints the initramfs of a kernel; the name says what it was made from.
initramfs() { # KERNEL_DIR
	local key image
	key=$(cat "$1/packages" "$TOP"/selftests/qemu/{guest-init,boot-image}.sh | md5sum)
	image=$CACHE/boot/initramfs-$(cat "$1/release")-${key:0:8}
	[ -s "$image" ] || initramfs_make "$1" "$image"
	echo "$image"
}

# Unpacks the kernel out of a bzImage: the first place that looks like the start of
# its packed data and gives an ELF file. Without PVH's note no emulator would enter it.
unpack_kernel() { # BZIMAGE VMLINUX
	local packer at
	local -A magic=([zstd]='\x28\xb5\x2f\xfd' [xz]='\xfd7zXZ\x00')
	for packer in "${!magic[@]}"; do
		for at in $(grep -aboP "${magic[$packer]}" "$1" | cut -d: -f1 | head -n 20); do
			tail -c "+$((at + 1))" "$1" | "$packer" -dc > "$2" 2> /dev/null || true
			[ "$(head -c 4 "$2" | tail -c 3)" != ELF ] || {
				[[ $(readelf -n "$2" 2> /dev/null) == *Xen* ]]
				return
			}
		done
	done
	return 1
}

# Prints the kernel to boot. An emulated machine spends two seconds on unpacking a
# bzImage, so it gets the ELF file, entered as a PVH guest; if that cannot be made,
# the image as it is.
boot_kernel() { # KERNEL_DIR
	local key image
	key=$(md5sum < "$1/packages")
	image=$CACHE/boot/vmlinux-$(cat "$1/release")-${key:0:8}
	if [ ! -s "$image" ]; then
		mkdir -p "$CACHE/boot"
		unpack_kernel "$1/vmlinuz" "$image.$$" || cp "$1/vmlinuz" "$image.$$"
		mv "$image.$$" "$image"
	fi
	echo "$image"
}
