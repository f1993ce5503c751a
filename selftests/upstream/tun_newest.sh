#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The newest Linux's own tools/testing/selftests/net/tun.c. Those of its tests that are expected
# to fail wait ten seconds each for a packet that does not come, so that the tests are dealt out
# to several processes.
set -u

. ./lib.sh

PROG=$HERE/tun_newest
# 24 tests in a row are of one kind and wait at the same places: no divisor of 24, so that the
# waits do not meet in one process.
PROCESSES=11
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# The arguments of process N, its share of the full names
share() { # N
	awk -v n="$1" -v of="$PROCESSES" 'NR % of == n { printf " -r %s", $2 }' "$WORK/list"
}

# What the processes said as that of one: numbers anew, no name of the harness, whose line would
# take the fixture off the tests' names
merge() { # FILE...
	awk '
		/^(TAP version|1\.\.|# Starting |# (PASSED|FAILED):|# Totals:)/ { next }
		/^(not )?ok [0-9]+/ {
			failed += /^not/
			sub(/ok [0-9]+/, "ok " ++n)
		}
		{ print }
		END { exit failed != 0 }' "$@"
}

# -l ends with the status of a skip.
{ "$PROG" -l 2>&1 || true; } | awk -f ../list.awk > "$WORK/list"
echo "TAP version 13"
echo "1..$(grep -c . "$WORK/list")"
for ((i = 0; i < PROCESSES; i++)); do
	# shellcheck disable=SC2046 # a list of words
	over_node "$PROG" $(share "$i") > "$WORK/$i.ktap" &
done
wait
merge "$WORK"/*.ktap
