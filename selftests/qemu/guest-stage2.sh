#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# PID 1 of the guest once the root is there: loads the modules, runs the command,
# leaves its exit status. Its job is in /run/guest/.job, written by guest.sh.

JOB=/run/guest/.job
. "$JOB/env"

# One line a module: a name for modprobe or a path for insmod, then parameters.
load_modules() {
	local module
	while read -r -a module; do
		case ${module[0]} in
		*/*) insmod "${module[@]}" ;;
		*) modprobe "${module[@]}" ;;
		esac || { echo "guest: loading ${module[0]} failed" >&2; return 1; }
	done < "$JOB/modules"
	# The in-tree node gets its mode from udev, which does not run here.
	[ ! -c /dev/net/tun ] || chmod 666 /dev/net/tun
}

run() {
	cd "$GUEST_CWD" 2> /dev/null || cd /
	if [ "$GUEST_TTY" = 1 ]; then
		setsid -c bash "$JOB/cmd" < /dev/hvc0 > /dev/hvc0 2>&1
	else
		bash "$JOB/cmd" < /dev/null
	fi
}

[ "$GUEST_TTY" = 1 ] || exec > /dev/vport0p1 2> /dev/vport0p2
echo 6 > /proc/sys/kernel/printk
echo "$GUEST_MARKER" > /dev/kmsg
load_modules && run
echo $? > "$JOB/rc.part"
mv "$JOB/rc.part" "$JOB/rc"
echo "tun-alt-guest: done" > /dev/kmsg
echo b > /proc/sysrq-trigger
sleep 60
