#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh -k K [-ins] [-c CPUS] [-m MODULE]... [-e VAR=VALUE]... [-t SECONDS] [-L LOG] [-o DIR]
#	-- COMMAND...
#
# Boots kernel K of the cache in QEMU with the host's root file system (read-only,
# a tmpfs over it), loads the modules in order and runs the command as root, in the
# directory that guest.sh was called in.
#
#   -c CPUS     how many processors it has (default 2)
#   -m MODULE   a name is modprobe'd, a path insmod'ed; "MODULE,par=1" passes parameters
#   -e V=VALUE  environment of the command
#   -t SECONDS  time-out of the whole run (default 300)
#   -L LOG      where the kernel's log goes (default: build/log)
#   -o DIR      directory shared with the guest, writable there as $TUN_ALT_OUT
#               (default: one below build/out that goes away if it stays empty)
#   -s          a report of the kernel is expected, and nothing is said of it
#   -n          its clock counts instructions, one a nanosecond, and no processor waits: what is
#               measured there does not depend on the host
#   -i          interactive: the command gets a terminal (default command: a shell)
#
# Exit status: the command's; 124 time-out; 125 the guest died; 126 the kernel
# complained after the start. KVM=1 uses KVM; KVM=probe boots once with it and
# remembers whether this kernel really runs there; else the guest is emulated.
set -euo pipefail

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/boot-image.sh"
. "$(dirname "$0")/machine.sh"

K='' TTY=0 EXPECTED=0 COUNTING=0 CPUS=2 MODULES=() ENV=() TIMEOUT=300 LOG='' OUT=''
MARKER="tun-alt-guest: start $$"

usage() {
	sed -n '4,27s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

parse() {
	local opt
	while getopts k:insc:m:e:t:L:o: opt; do
		case $opt in
		k) K=$OPTARG ;;
		i) TTY=1 ;;
		n) COUNTING=1 ;;
		s) EXPECTED=1 ;;
		c) CPUS=$OPTARG ;;
		m) MODULES+=("$OPTARG") ;;
		e) ENV+=("$OPTARG") ;;
		t) TIMEOUT=$OPTARG ;;
		L) LOG=$OPTARG ;;
		o) OUT=$OPTARG ;;
		*) usage ;;
		esac
	done
	shift $((OPTIND - 1))
	[ $# -gt 0 ] || [ "$TTY" = 0 ] || set -- bash
	[ -n "$K" ] || usage
	[ $# -gt 0 ] || usage
	COMMAND=("$@")
	KERNEL=$(kernel_dir "$K")
	[ -e "$KERNEL/release" ] || die "kernel $K is not in the cache: make kernels"
	LOG=${LOG:-$TOP/build/log/guest-$K.$$.log}
	OUT=${OUT:-$TOP/build/out/guest-$K.$$}
}

# What the guest is told: a directory in the share.
write_job() {
	local job module release
	mkdir -p "$OUT/.job" "$(dirname "$LOG")"
	OUT=$(realpath "$OUT")
	job=$OUT/.job
	rm -f "$job/rc"
	release=$(cat "$KERNEL/release")
	cp "$TOP/selftests/qemu/guest-stage2.sh" "$job/stage2"
	printf '%q ' exec "${COMMAND[@]}" > "$job/cmd"
	{
		printf 'export %q\n' HOME=/root TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			TUN_ALT_OUT="$OUT" ${ENV[@]+"${ENV[@]}"}
		printf '%q\n' GUEST_CWD="$PWD" GUEST_TTY="$TTY" GUEST_MARKER="$MARKER"
	} > "$job/env"
	{
		! is_machine "$K" || echo "$TOP $TOP"
		echo "/run/guest $OUT"
		echo "$(realpath "$KERNEL/lib/modules/$release") /lib/modules/$release"
	} > "$job/binds"
	for module in ${MODULES[@]+"${MODULES[@]}"}; do
		case ${module%%,*} in
		*/*) echo "$(realpath "${module%%,*}") $(cut -sd, -f2- <<< "$module" | tr , ' ')" ;;
		*) tr , ' ' <<< "$module" ;;
		esac
	done > "$job/modules"
}

# A /dev/kvm that opens proves nothing: only a boot of this kernel on this host does.
kvm_verdict() {
	local host
	host=$(md5sum < /proc/version)
	echo "$CACHE/kvm/$(cat "$KERNEL/release")-${host:0:8}"
}

probe_kvm() {
	local verdict
	verdict=$(kvm_verdict)
	mkdir -p "$CACHE/kvm"
	if KVM=1 "$0" -k "$K" -t 60 -- true; then
		echo yes > "$verdict"
	else
		echo no > "$verdict"
	fi
	say "KVM runs $K here: $(cat "$verdict")"
}

machine_args() {
	local kvm=${KVM:-}
	[ -n "$kvm" ] || [ "$(cat "$(kvm_verdict)" 2>/dev/null)" != yes ] || kvm=1
	# rep movsb costs one emulated instruction a byte: the kernel must not choose it.
	if [ "$COUNTING" = 1 ]; then
		QEMU+=(-accel 'tcg,thread=single' -icount 'shift=0,sleep=off'
			-cpu 'max,-erms,-fsrm')
	elif [ "$kvm" = 1 ]; then
		QEMU+=(-accel kvm -cpu host)
	else
		QEMU+=(-accel 'tcg,thread=multi' -cpu 'max,-erms,-fsrm')
	fi
}

# Where the host is busy the timer comes too late for the kernel's test of it, which ends in a
# panic.
pc_qemu() { # CMDLINE
	local share=security_model=none,multidevs=remap
	QEMU=(qemu-system-x86_64 -m 2048 -smp "$CPUS" -nodefaults -no-user-config
		-display none -no-reboot)
	# Shadow memory and records of locks and objects take their room, and on the default
	# machine KASAN spends minutes in the ACPI tables.
	! is_debug "$K" || QEMU+=(-M q35 -m 4096)
	machine_args
	QEMU+=(-kernel "$(boot_kernel "$KERNEL")" -initrd "$(initramfs "$KERNEL")"
		-append "console=ttyS0 tsc=reliable no_timer_check $1" -serial "file:$LOG" -nic none
		-device virtio-serial-pci
		-virtfs "local,path=/,mount_tag=hostroot,readonly=on,$share"
		-virtfs "local,path=$OUT,mount_tag=out,$share")
}

qemu_args() {
	local cmdline="quiet loglevel=5 panic=-1 oops=panic net.ifnames=0"
	cmdline+=" mitigations=off nokaslr sysrq_always_enabled=1"
	# The emulator translates code anew when a process has it at another address: with
	# programs at one address each starts three times as fast.
	cmdline+=" norandmaps"
	# An emulated processor stands still when the host is busy, and its clock goes on: a
	# lockup is one of a minute here.
	cmdline+=" watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60"
	# One who looks through the table of connections every few seconds takes a tenth of the
	# processor on a kernel that looks for faults.
	! is_debug "$K" || cmdline+=" nf_conntrack.hashsize=1024"
	if is_machine "$K"; then machine_qemu "$K" "$cmdline"; else pc_qemu "$cmdline"; fi
	if [ "$TTY" = 1 ]; then
		QEMU+=(-chardev 'stdio,id=tty,signal=off' -device 'virtconsole,chardev=tty')
	else
		QEMU+=(-chardev 'file,id=out,path=/proc/self/fd/3,append=on'
			-chardev 'file,id=err,path=/proc/self/fd/4,append=on'
			-device 'virtserialport,chardev=out,nr=1'
			-device 'virtserialport,chardev=err,nr=2')
	fi
}

# The guest's output passes through two pipes, so that what we were given as stdout
# and stderr may be anything.
boot() {
	local out err rc=0
	exec 3> >(exec cat) && out=$!
	exec 4> >(exec cat >&2) && err=$!
	if [ "$TTY" = 1 ]; then
		"${QEMU[@]}" 3>&- 4>&- || rc=$?
	else
		# In the background, so that whoever ends us ends the guest as well.
		timeout --foreground -s KILL "$TIMEOUT" "${QEMU[@]}" < /dev/null &
		trap 'kill '$!' 2> /dev/null; exit 143' INT TERM
		wait $! || rc=$?
		trap - INT TERM
	fi
	exec 3>&- 4>&-
	wait "$out" "$err" || true
	return "$rc"
}

# Turns how it ended into the exit status, and says why if it is not the command's.
verdict() { # QEMU_STATUS
	local rc splats
	if ! splats=$(awk -v marker="$MARKER" -v allow="$TOP/selftests/qemu/kcsan.allow" \
		-f "$TOP/selftests/qemu/splat.awk" "$LOG") && [ "$EXPECTED" = 0 ]; then
		echo "guest: the kernel complained ($LOG):" >&2
		head -n 10 <<< "$splats" >&2
		grep -nF -A 40 -e "$(head -n 1 <<< "$splats")" "$LOG" | head -n 41 >&2
	fi
	if [ -s "$OUT/.job/rc" ]; then
		rc=$(cat "$OUT/.job/rc")
		[ -z "$splats" ] || rc=126
	elif [ "$1" = 137 ]; then
		echo "guest: time-out after $TIMEOUT s (log: $LOG)" >&2
		rc=124
	else
		echo "guest: it died (qemu: $1, log: $LOG)" >&2
		rc=125
	fi
	[ "$rc" -lt 124 ] || [ "$rc" = 126 ] || tail -n 15 "$LOG" >&2
	return "$rc"
}

main() {
	local rc=0
	parse "$@"
	if [ "${KVM:-}" = probe ]; then
		probe_kvm
		unset KVM
	fi
	write_job
	qemu_args
	boot || rc=$?
	verdict "$rc" || rc=$?
	rm -rf "$OUT/.job"
	rmdir --ignore-fail-on-non-empty "$OUT" 2>/dev/null || true
	return "$rc"
}

main "$@"
