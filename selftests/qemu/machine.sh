#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Machines that are not a PC: how one is emulated, and how one compiles for it. The name of a
# machine is that of its architecture in the distribution. Sourced after lib.sh.

machine_triplet() { # K
	case $1 in
	arm64) echo aarch64-linux-gnu ;;
	*) echo "$1-linux-gnu" ;;
	esac
}

# Environment, one variable a line, in which the machine's compiler is found: it is unpacked, not
# installed.
cross_env() { # K
	local cross
	cross=$(kernel_dir "$1")/cross/usr
	echo "PATH=$cross/bin:$PATH"
	echo "LD_LIBRARY_PATH=$cross/lib/x86_64-linux-gnu"
}

# What kbuild is to be told; the rest is in the headers' own .kernelvariables.
machine_kbuild_args() { # K
	local triplet
	triplet=$(machine_triplet "$1")
	echo "DEB_HOST_ARCH=$1 DEB_BUILD_ARCH=amd64 DEB_HOST_GNU_TYPE=$triplet CC=$triplet-gcc-12"
}

# Builds programs of selftests/ for the machine: make's arguments follow.
machine_make() { # K ARGUMENT...
	local k=$1 root bpf=bpf cross
	shift
	mapfile -t cross < <(cross_env "$k")
	root=$(kernel_dir "$k")/guest-root
	# The order of bytes in BPF is that of its machine.
	[ "$k" != s390x ] || bpf=bpfeb
	env "${cross[@]}" make --no-print-directory -s -C "$TOP/selftests" -j"$(nproc)" \
		CC="$(machine_triplet "$k")-gcc-12 --sysroot=$root" SYSROOT="$root" \
		MULTIARCH="$(machine_triplet "$k")" BPF_TARGET="$bpf" "$@"
}

# A directory of the host, for 9p in the guest
machine_share() { # BUS TAG PATH [OPTION]
	QEMU+=(-fsdev "local,id=$2,path=$3,security_model=none,multidevs=remap${4:+,$4}"
		-device "virtio-9p-$1,fsdev=$2,mount_tag=$2")
}

# Sets QEMU for a machine but for what the guest's output goes to: nothing of the host runs in
# it, so that it has a root of its own, and the host's beside that.
machine_qemu() { # K CMDLINE
	local bus=pci console=''
	case $1 in
	s390x)
		bus=ccw
		QEMU=(qemu-system-s390x -M s390-ccw-virtio -cpu max)
		;;
	arm64)
		console=console=ttyAMA0
		QEMU=(qemu-system-aarch64 -M virt -cpu "max,pauth-impdef=on")
		;;
	esac
	QEMU+=(-accel "tcg,thread=multi" -m 2048 -smp "$CPUS" -nodefaults -no-user-config
		-display none -no-reboot -nic none -device "virtio-serial-$bus"
		-kernel "$KERNEL/vmlinuz" -initrd "$(initramfs "$KERNEL")"
		-append "$console $2 guest_root=own" -serial "file:$LOG")
	machine_share "$bus" hostroot / readonly=on
	machine_share "$bus" guestroot "$KERNEL/guest-root" readonly=on
	machine_share "$bus" out "$OUT"
}
