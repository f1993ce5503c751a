#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# /init of the guest: the host's root read-only over 9p, a tmpfs over it, and what
# else an init would mount. All of it by busybox: in an emulated machine a dynamically
# linked program needs a tenth of a second to start.
LOWER=/lower	# what the guest's root is made of
HOST=/new	# where the host's files are
/bin/busybox --install -s /bin
export PATH=/bin

fatal() {
	echo "GUEST-FATAL: $*" > /dev/kmsg
	reboot -f
}

mount_pseudo() {
	mkdir -p /dev/pts /dev/shm
	mount -t devpts -o mode=620,ptmxmode=666 none /dev/pts
	mount -t tmpfs -o mode=1777 none /dev/shm
	mount -t debugfs none /sys/kernel/debug
	mount -t tracefs none /sys/kernel/tracing
	mount -t cgroup2 none /sys/fs/cgroup
	mount -t bpf none /sys/fs/bpf
	ln -sfn /proc/self/fd /dev/fd
	ln -sfn fd/0 /dev/stdin
	ln -sfn fd/1 /dev/stdout
	ln -sfn fd/2 /dev/stderr
}

mount_root() {
	local opts=trans=virtio,version=9p2000.L,msize=1048576
	mount -t 9p -o "$opts,ro,cache=loose" hostroot /lower || fatal "no 9p root"
	# The kernel's command line is our environment.
	if [ "${guest_root:-}" = own ]; then
		mount -t 9p -o "$opts,ro,cache=loose" guestroot /own || fatal "no root of its own"
		LOWER=/own HOST=/lower
	fi
	mount -t tmpfs -o size=75%,mode=755 tmpfs /ovl
	mkdir -p /ovl/up /ovl/work
	mount -t overlay -o lowerdir=$LOWER,upperdir=/ovl/up,workdir=/ovl/work root /new ||
		fatal "no overlay root"
	chmod 1777 /new/tmp
	mount -t tmpfs -o mode=755 run /new/run
	mkdir -p /new/run/guest /new/run/netns /new/run/lock
	mount -t 9p -o "$opts" out /new/run/guest || fatal "no share with the host"
}

# Directories that the command finds where the host has them.
bind_mounts() {
	local from to host
	while read -r from to; do
		case $from in
		/run/guest*) host=/new ;;
		*) host=$HOST ;;
		esac
		mkdir -p "/new$to"
		mount --bind "$host$from" "/new$to" || fatal "cannot bind $from"
	done < /new/run/guest/.job/binds
}

mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while read -r module; do
	insmod "/mods/$module" || fatal "insmod $module"
done < /mods/list
hostname guest
ip link set lo up
mount_pseudo
mount_root
bind_mounts
for dir in proc sys dev; do
	mount --move "/$dir" "/new/$dir"
done
exec switch_root /new /bin/bash /run/guest/.job/stage2
