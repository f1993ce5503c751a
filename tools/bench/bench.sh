#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench.sh [K=6.1|6.12|newest|all] [QUICK=1] [T=CASE]: both drivers side by side in guests whose
# clock counts instructions, three boots of each kernel (one if QUICK), and what comes of it: a
# table, build/bench/report.json and pictures beside it. T is the name of one case.
set -euo pipefail

. "$(dirname "$0")/../../selftests/qemu/lib.sh"

HERE=$TOP/tools/bench
OUT=$TOP/build/bench
K=all QUICK=0 T='' BOOTS=3 ROUNDS=2
OURS=/dev/net/tun-alt

parse() {
	local arg
	for arg; do
		case $arg in
		K=*) K=${arg#K=} ;;
		QUICK=*) QUICK=${arg#QUICK=} ;;
		T=*) T=${arg#T=} ;;
		*) die "usage: bench.sh [K=KERNEL] [QUICK=1] [T=CASE]" ;;
		esac
	done
	K=${K:-all}
	[ "$K" != all ] || K="6.1 6.12 newest"
	K=${K//,/ }
	[ "${QUICK:-0}" != 1 ] || BOOTS=1 ROUNDS=1
}

prepare() {
	local k
	"$TOP/selftests/deps.sh" build guest bench
	# shellcheck disable=SC2086 # a list of kernels
	"$TOP/selftests/qemu/kernels.sh" $K
	for k in $K; do "$TOP/selftests/qemu/build.sh" "$k"; done
	make -s -C "$HERE" "BUILD=$TOP/build"
}

guest() { # K DIR OPTION... -- COMMAND...
	"$TOP/selftests/qemu/guest.sh" -k "$1" -m tun -m dummy -m "$TOP/build/$1/tun_alt.ko" \
		-t 1700 -L "$2/log" -o "$2" "${@:3}" >> "$2/out" 2>&1
}

# The kernel is done with its own start after some seconds: its clock is one that runs by itself
# then, and its threads sleep. What takes time rather than instructions has another guest, with the
# host's clock and a second processor to wait for.
measure() { # K BOOT
	local dir=$OUT/$1/$2 program=$OUT/tun-alt-bench case=()
	[ -z "$T" ] || case=("$T")
	mkdir -p "$dir"
	# shellcheck disable=SC2016 # for the guest's shell
	guest "$1" "$dir" -n -c 1 -- bash -ec '
			sleep 5
			uname -r > "$TUN_ALT_OUT/release"
			cat /proc/cmdline > "$TUN_ALT_OUT/cmdline"
			"$1" -r "$3" "${@:4}" > "$TUN_ALT_OUT/samples"
			[ $# -gt 3 ] || "$1" -a "$2" -b "$2" -r "$3" -k tun -z 64 \
				"write, early drop" read > "$TUN_ALT_OUT/same"
		' bench "$program" "$OURS" "$ROUNDS" ${case[@]+"${case[@]}"} ||
		die "$1, boot $2: exit status $?, see ${dir#"$TOP"/}"
	# shellcheck disable=SC2016 # for the guest's shell
	guest "$1" "$dir" -c 2 -- bash -ec '"$1" -c -r 1 "${@:2}" >> "$TUN_ALT_OUT/samples"' \
		bench "$program" ${case[@]+"${case[@]}"} ||
		die "$1, boot $2, by the clock: exit status $?, see ${dir#"$TOP"/}"
	say "$1, boot $2: $(wc -l < "$dir/samples") samples ($SECONDS s)"
}

# As many guests at a time as there are processors: each has one thread.
measure_all() {
	local boot k job rc=0
	for k in $K; do rm -rf "${OUT:?}/$k"; done
	for boot in $(seq "$BOOTS"); do
		for k in $K; do
			while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || rc=1; done
			measure "$k" "$boot" &
		done
	done
	for job in $(jobs -p); do wait "$job" || rc=1; done
	return "$rc"
}

main() {
	local rc=0
	parse "$@"
	prepare
	measure_all
	git -C "$TOP" describe --always --dirty > "$OUT/commit" 2> /dev/null || true
	# shellcheck disable=SC2086 # a list of kernels
	"$HERE/report.py" "$OUT" $K || rc=1
	"$HERE/plot.py" "$OUT"
	return "$rc"
}

main "$@"
