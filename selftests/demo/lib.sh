# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by every script of the demo: how it talks, waits and gives up.
# START (seconds since 1970) is the host's when it boots us: one clock for both.

START=${TUN_ALT_DEMO_START:-$(date +%s)}

say() { printf '[%3d s] %s\n' "$(($(date +%s) - START))" "$*"; }
note() { printf '        %s\n' "$*"; }

die() {
	printf '[%3d s] demo: FAILED: %s\n' "$(($(date +%s) - START))" "$*" >&2
	exit 1
}

# Runs a condition until it holds; a line every five seconds says what it waits for.
wait_for() { # SECONDS WHAT COMMAND...
	local limit=$1 what=$2 begin=$SECONDS told=0
	shift 2
	until "$@" > /dev/null 2>&1; do
		[ $((SECONDS - begin)) -lt "$limit" ] || return 1
		if [ $((SECONDS - begin)) -ge $((told + 5)) ]; then
			told=$((SECONDS - begin))
			note "... waiting for $what ($told s)"
		fi
		sleep 0.2
	done
}

in_ns() { ip netns exec "$@"; }

# For the background: $! is then the program itself, not a shell around it.
become_in_ns() { exec ip netns exec "$@"; }

no_jobs() { [ -z "$(jobs -pr)" ]; }

# Ends what this script started and waits for it: nothing may outlive the demo.
stop_jobs() {
	local pids
	mapfile -t pids < <(jobs -pr)
	[ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2> /dev/null || true
	wait_for 10 "the programs to end" no_jobs || kill -KILL "${pids[@]}" 2> /dev/null || true
	wait
}

# Microseconds since 1970; bash writes the comma or the point of the locale.
now_us() { printf '%s\n' "${EPOCHREALTIME//[!0-9]/}"; }

# A row of the report; printed at the end, when everything has held.
REPORT=()
row() { # NAME VALUE...
	local name=$1
	shift
	REPORT+=("$(printf '  %-22s %s' "$name" "$*")")
}

print_report() {
	printf '\n== tun-alt demo: report ==\n'
	printf '%s\n' "${REPORT[@]}"
	printf '\n'
}
