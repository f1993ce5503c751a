#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Fuzzes the driver in a guest. Arguments:
#
#   FOR=SECONDS  how long (default 300)
#   K=KERNEL     which kernel, one with KCOV (default kasan)
#   CPUS=N       its processors (default 2, and 1 for the planted bug, which takes one thread; a
#                busy host may be too slow for the timers of two)
#   SEED=N       what the random numbers begin with (default: the clock)
#   PROG=FILE    runs this program instead, twenty times
#   planted      from an empty corpus, until a planted bug is found: at most ten minutes
#
# The corpus stays in build/fuzz/corpus and is where the next run begins. A program that the
# kernel complains of is run again, made as small as it gets, and left in build/fuzz/crashes
# with the complaint.
set -euo pipefail

. "$(dirname "$0")/../qemu/lib.sh"

FOR=300 K=kasan CPUS='' SEED='' PROG='' PLANTED=''
BUILD=$TOP/build
DIR=$BUILD/fuzz
LOG=$DIR/log
FUZZ=$BUILD/selftests/fuzz/fuzz
# Boots that one crash is worth
MOST_BOOTS=16
PLANTED_SECONDS=600
# For the boot and, at the end, two looks for lost memory, which take a busy host ten minutes
AROUND_SECONDS=1800
# Of the edges that the ABI tests reach so many percent, in a run that is long enough for it
LEAST_EDGES=80
LONG_SECONDS=1800

parse() {
	local arg
	for arg; do
		case $arg in
		FOR= | K= | K=all | CPUS= | SEED= | PROG=) ;;
		FOR=*) FOR=${arg#FOR=} ;;
		K=*) K=${arg#K=} ;;
		CPUS=*) CPUS=${arg#CPUS=} ;;
		SEED=*) SEED=${arg#SEED=} ;;
		PROG=*) PROG=$(realpath "${arg#PROG=}") ;;
		planted) PLANTED=1 ;;
		*) die "usage: [FOR=SECONDS] [K=KERNEL] [CPUS=N] [SEED=N] [PROG=FILE] [planted]" ;;
		esac
	done
	[ -n "$CPUS" ] || CPUS=$((PLANTED ? 1 : 2))
	MODULE=$BUILD/$K-kcov/tun_alt.ko
}

tests() { # ARGUMENT...
	make --no-print-directory -s -C "$TOP/selftests" -j"$(nproc)" \
		"SOURCE=$CACHE/source/newest" "$@"
}

prepare() {
	"$TOP/selftests/deps.sh" build guest test
	"$TOP/selftests/qemu/kernels.sh" "$K" source
	tests "OUTPUT=$BUILD/selftests" "$FUZZ" "$BUILD/selftests/xdp/dispatcher_helper"
	"$TOP/selftests/qemu/build.sh" "$K" KCOV=1 ${PLANTED:+DEBUG=1}
	mkdir -p "$DIR/crashes"
}

# A guest with the module and the fuzzer in it
guest() { # SECONDS OUT ARGUMENT...
	local seconds=$1 out=$2 module=$MODULE
	shift 2
	[ -z "$PLANTED" ] || module=$BUILD/$K-kcov-debug/tun_alt.ko,planted_knob=1
	"$TOP/selftests/qemu/guest.sh" -k "$K" -c "$CPUS" -m "$module" -t "$seconds" -o "$out" \
		-L "$LOG" -e "TUN_ALT_TOP=$TOP" -e "TUN_ALT_BUILD=$DIR/abi" \
		-e "TUN_ALT_FUZZ=$FUZZ" -e "TUN_ALT_KERNEL=$K" -e "TUN_ALT_KO=$MODULE" \
		-e "TUN_TEST_DIVISOR=$(divisor_of "$K")" \
		-- "$TOP/selftests/fuzz/in-guest.sh" "$@"
}

# The ABI tests with an object that asks KCOV for each of their tasks
abi_programs() {
	local kcov=$DIR/abi/kcov.o dir=$TOP/selftests/fuzz names programs
	mkdir -p "$DIR/abi"
	gcc -std=gnu11 -D_GNU_SOURCE -O1 -r -nostdlib -o "$kcov" "$dir/abi_kcov.c" "$dir/cover.c"
	names=$(tests list | grep -E '^abi/[a-z_0-9]+$' | grep -v '32$')
	mapfile -t programs < <(sed "s,^,$DIR/abi/selftests/," <<< "$names")
	LDFLAGS="$kcov -Wl,--wrap=_exit,--wrap=pthread_create" \
		tests "OUTPUT=$DIR/abi/selftests" "${programs[@]}"
	awk '{ print $1 "\t/dev/net/tun-alt\t" }' <<< "$names" > "$DIR/abi/list"
}

# What the ABI tests reach is found out once for a build of the module.
measure_abi() {
	local made_of
	made_of=$(sha256sum < "$MODULE")
	[ ! -e "$DIR/edges.abi" ] || [ "$(cat "$DIR/abi/made-of" 2> /dev/null)" != "$made_of" ] ||
		return 0
	say "what the ABI tests reach, first"
	abi_programs
	mkdir -p "$DIR/abi/tun-alt/abi"
	# On one processor, as make test runs them
	CPUS=1 guest 5400 "$DIR/abi" --abi > "$DIR/abi/said" 2>&1 ||
		die "the ABI tests did not end well: $DIR/abi/said"
	! grep -v ', 0 not ok, ' "$DIR/abi/said" | grep ' not ok, ' >&2 ||
		die "edges of tests that fail are not what is to be reached"
	[ -e "$DIR/abi/edges.abi" ] || die "no edges of the ABI tests: $DIR/abi/said"
	mv "$DIR/abi/edges.abi" "$DIR/edges.abi"
	echo "$made_of" > "$DIR/abi/made-of"
}

# What the kernel of the last guest complained of; fails if it did
complaints() {
	awk -v marker="tun-alt-guest: start" -f "$TOP/selftests/qemu/splat.awk" "$LOG"
}

# The same as the lines of a comment. It is asked for when there is one: that is no failure here.
complaint() {
	{ complaints || true; } | head -n 5 | sed 's/^/# /'
}

complained() {
	! complaints > /dev/null
}

# Whether a guest that runs the program ends in a complaint
fails() { # FILE
	BOOTS=$((BOOTS + 1))
	guest 600 "$DIR/again" --run "$1" 20 > "$DIR/again.said" 2>&1 || true
	complained
}

# Leaves the smallest program of the same fate in place of the file.
shrink() { # FILE
	while [ "$BOOTS" -lt "$MOST_BOOTS" ]; do
		BOOTS=$((BOOTS + 1))
		rm -f "$DIR/again/candidate"
		! guest 900 "$DIR/again" --shrink "$1" "$DIR/again" > "$DIR/again.said" 2>&1 ||
			return 0
		complained && [ -s "$DIR/again/candidate" ] || return 0
		cp "$DIR/again/candidate" "$1"
		complaint > "$1.splat"
	done
}

# Which of the last programs it was, and how little of it is enough
crash() {
	local name back file
	name=$DIR/crashes/$(date +%m%d-%H%M%S)
	cp "$LOG" "$name.log"
	complaint | tee "$name.splat"
	mkdir -p "$DIR/again"
	BOOTS=0
	for back in 0 1 2; do
		file=$name.$back
		"$FUZZ" --recent "$1/recent" "$back" > "$file" || continue
		fails "$file" || continue
		mv "$file" "$name.prog"
		cp "$name.splat" "$name.prog.splat"
		shrink "$name.prog"
		cat "$name.prog.splat" "$name.prog" > "$file"
		mv "$file" "$name.prog"
		rm -f "$name.prog.splat"
		say "$name.prog, after $BOOTS boots:"
		cat "$name.prog"
		return
	done
	say "none of the last programs does it again: $name.*"
}

# Whether the fuzzer with these arguments meets the planted bug
finds_planted() { # OUT ARGUMENT...
	guest "$((PLANTED_SECONDS + 120))" "$@" || true
	grep -q 'KASAN: .*use-after-free in debug_use_after_free' "$LOG"
}

# Each is a group of processes.
end_guests() {
	local pid
	for pid in $(jobs -p); do
		kill -- "-$pid" 2> /dev/null || true
	done
}

# From nothing to the bug, by the clock. That it is there is seen first. Each processor of the host
# has a guest, which begins with a number of its own; the first to meet the bug ends the others.
planted() {
	local dir=$DIR/planted i pid seed=${SEED:-$(date +%s)} found=''
	local -A guests=()
	rm -rf "$dir"
	mkdir -p "$dir"
	finds_planted "$dir" --run "$TOP/selftests/fuzz/planted.prog" > "$DIR/again.said" 2>&1 ||
		die "the planted bug is not there: $DIR/again.said"
	SECONDS=0
	set -m
	trap end_guests EXIT
	for i in $(seq "$(nproc)"); do
		mkdir -p "$dir/$i"
		LOG=$dir/$i.log finds_planted "$dir/$i" --fuzz "$PLANTED_SECONDS" "$dir/$i" \
			$((seed + i)) > "$dir/$i.said" 2>&1 &
		guests[$!]=$i
	done
	say "$i guests; what each says is in $dir"
	while [ -z "$found" ] && [ ${#guests[@]} -gt 0 ]; do
		if wait -n -p pid "${!guests[@]}"; then found=${guests[$pid]}; fi
		unset "guests[$pid]"
	done
	[ -n "$found" ] || die "the planted bug was not found in $PLANTED_SECONDS s"
	"$FUZZ" --recent "$dir/$found/recent" 0
	say "the planted bug was found after $SECONDS s, the boot included"
}

fuzz() {
	local rc=0
	measure_abi
	guest $((FOR + AROUND_SECONDS)) "$DIR" --fuzz "$FOR" "$DIR" ${SEED:+"$SEED"} || rc=$?
	if complained; then
		crash "$DIR"
		return 1
	fi
	[ "$rc" = 0 ] || die "the fuzzer ended with $rc ($LOG)"
	printf 'of the edges that the ABI tests reach: '
	if ! "$FUZZ" --compare "$DIR/edges.abi" "$DIR/edges.fuzz" "$LEAST_EDGES" &&
		[ "$FOR" -ge "$LONG_SECONDS" ]; then
		die "a run of $LONG_SECONDS s reaches $LEAST_EDGES % of them"
	fi
}

main() {
	parse "$@"
	prepare
	if [ -n "$PLANTED" ]; then
		planted
	elif [ -n "$PROG" ]; then
		guest 900 "$DIR/again" --run "$PROG" 20
	else
		fuzz
	fi
}

main "$@"
