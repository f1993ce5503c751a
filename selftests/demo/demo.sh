#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What `make demo` runs: from a machine with git and make to a guest where an
# unmodified OpenVPN talks through /dev/net/tun-alt. Exits 0 only if everything held.
# One option, for the test that the demo can fail:
#
#   --without-module   the same, but nobody loads tun_alt: it must fail
#   --with-intree-tun  in-tree tun, behind a node of our name, instead: it must fail
set -euo pipefail

TOP=$(realpath "$(dirname "$0")/../..")
# shellcheck source=selftests/demo/lib.sh
. "$TOP/selftests/demo/lib.sh"

KERNEL=6.1
MODULE=$TOP/build/$KERNEL/tun_alt.ko
CLI=$TOP/build/tun-alt
NAME=demo${1:-}
OUT=$TOP/build/out/$NAME
LOG=$TOP/build/log/$NAME.log
# A generous end for a machine that is busy; a quiet one needs a fifth of it.
GUEST_SECONDS=600
MODULES=(-m veth -m "$MODULE")
INSIDE=("$TOP/selftests/demo/in-guest.sh" "$CLI")
TICKER=

usage() {
	sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

parse() {
	case ${1:-} in
	'') ;;
	--without-module) MODULES=(-m veth) ;;
	--with-intree-tun)
		MODULES=(-m veth -m tun)
		INSIDE=(sh -c 'mknod -m 666 /dev/net/tun-alt c 10 200 && exec "$@"' sh
			"${INSIDE[@]}")
		;;
	*) usage ;;
	esac
	[ $# -le 1 ] || usage
}

# A line every ten seconds until stop_ticker: silence looks like a hang. Its sleep
# outlives it for a moment and must not keep our stdout open.
start_ticker() { # WHAT
	(
		while sleep 10 > /dev/null 2>&1; do
			note "... $1"
		done
	) &
	TICKER=$!
}

stop_ticker() {
	[ -z "$TICKER" ] || kill "$TICKER" 2> /dev/null || true
	TICKER=
}

step() { # TEXT COMMAND...
	local text=$1 rc=0
	shift
	say "$text"
	start_ticker "still busy with: $text"
	"$@" || rc=$?
	stop_ticker
	[ "$rc" = 0 ] || die "$text (exit status $rc)"
}

# Passes the guest's lines on; the first one says that it is up.
relay() { # TICKER_PID
	local line
	IFS= read -r line || return 0
	kill "$1" 2> /dev/null || true
	printf '%s\n' "$line"
	exec cat
}

run_guest() {
	local rc=0
	say "boot the guest: kernel $KERNEL under QEMU"
	rm -rf "$OUT"
	start_ticker "the guest is booting"
	"$TOP/selftests/qemu/guest.sh" -k "$KERNEL" "${MODULES[@]}" -t "$GUEST_SECONDS" \
		-L "$LOG" -o "$OUT" -e "TUN_ALT_DEMO_START=$START" -- "${INSIDE[@]}" |
		relay "$TICKER" || rc=$?
	stop_ticker
	return "$rc"
}

main() {
	local rc=0
	parse "$@"
	trap stop_ticker EXIT
	step "packages that the demo needs" "$TOP/selftests/deps.sh" build guest demo
	step "kernel $KERNEL (fetched once, then kept)" "$TOP/selftests/qemu/kernels.sh" "$KERNEL"
	step "build the module" "$TOP/selftests/qemu/build.sh" "$KERNEL"
	step "build the command-line tool" make -s -C "$TOP" cli
	run_guest || rc=$?
	[ "$rc" = 0 ] || die "the guest's exit status is $rc; logs: $(
		find "$LOG" "$OUT" -type f 2> /dev/null | paste -sd ' ')"
	say "make demo: success"
}

main "$@"
