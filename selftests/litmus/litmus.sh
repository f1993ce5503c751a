#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make litmus: what Documentation/ring says can never be, herd7 looks for in the kernel's memory
# model; and without any one of the barriers it must find it. Prints KTAP.
#
# herd7 is of the newest Debian, which is asked of the private apt state; it and its libraries are
# unpacked into the cache, and nothing is installed.
set -euo pipefail

. "$(dirname "$0")/../qemu/lib.sh"
. "$TOP/selftests/qemu/apt.sh"

APT_DIR=$CACHE/apt-unstable
TOOLS=$CACHE/herd
MODEL=$CACHE/source/newest/tools/memory-model
OUT=$TOP/build/litmus

# In place of those that kernels come from: its release has another name each second year.
apt_suites() { # SUITE
	[ "$1" != bookworm ] || echo "bookworm unstable"
}

fetch() {
	local work=$CACHE/work.herd deb
	exec 9> "$CACHE/lock.herd"
	flock 9
	[ ! -e "$TOOLS/usr/bin/herd7" ] || return 0
	rm -rf "$work"
	apt_configure
	say "herd7: reading the package lists of Debian unstable (private state)"
	heartbeat 10 arrived "$APT_DIR/state/lists" apt-get -qq update ||
		die "apt-get update failed, see above; the sources are in $APT_DIR/sources.d"
	say "herd7: downloading"
	apt_download "$work/debs" herdtools7 libc6 libgmp10
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/root"
	done
	rm -rf "$TOOLS"
	mv "$work/root" "$TOOLS"
	rm -rf "$work"
}

# Always, Sometimes or Never
observed() { # FILE
	local libraries=$TOOLS/usr/lib/x86_64-linux-gnu
	(cd "$MODEL" && "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" \
		"$TOOLS/usr/bin/herd7" -I "$TOOLS/usr/share/herdtools7/herd" \
		-conf linux-kernel.cfg "$1") > "$1.out" 2>&1 || true
	sed -n 's/^Observation [^ ]* \([A-Z][a-z]*\) .*/\1/p' "$1.out"
}

# A test without one of its barriers each, as $OUT/NAME.N.litmus; how many there are
mutants() { # NAME
	awk -v base="$OUT/$1" '
		{ line[NR] = $0 }
		/^\t*smp_mb\(\);$/ || /smp_store_release\(|smp_load_acquire\(/ { at[++n] = NR }
		END {
			for (i = 1; i <= n; i++) {
				file = base "." i ".litmus"
				for (k = 1; k <= NR; k++) {
					text = line[k]
					if (k == at[i]) {
						if (text ~ /smp_mb/)
							continue
						sub(/smp_load_acquire\(/, "READ_ONCE(*", text)
						sub(/smp_store_release\(/, "WRITE_ONCE(*", text)
					}
					print text > file
				}
			}
			print n + 0
		}' "$OUT/$1.litmus"
}

# What is wrong with a test, a line each
faults() { # NAME MUTANTS
	local i seen
	seen=$(observed "$OUT/$1.litmus")
	[ "$seen" = Never ] || {
		echo "# $1: ${seen:-no answer}"
		sed 's/^/# /' "$OUT/$1.litmus.out"
	}
	[ "$2" -gt 0 ] || echo "# $1: no barrier"
	for ((i = 1; i <= $2; i++)); do
		seen=$(observed "$OUT/$1.$i.litmus")
		[ "$seen" = Sometimes ] || {
			echo "# $1: without its barrier $i: ${seen:-no answer}"
			diff "$OUT/$1.litmus" "$OUT/$1.$i.litmus" | sed 's/^/# /'
		}
	done
}

# Barriers of rings have letters, in brackets; here each is proven in some test.
letters() {
	local letter files=("$TOP"/src/{ring.h,ring_kick.c,buffers.c})
	for letter in $(grep -ohE '\([A-Z]\)' "${files[@]}" | tr -d '()' | sort -u); do
		grep -q "^ \* ($letter) " "$OUT"/*.litmus || echo "# ($letter) has no test"
	done
}

report() { # NUMBER NAME COMMENT FINDINGS
	if [ -z "$4" ]; then
		echo "ok $1 $2${3:+ # $3}"
	else
		printf '%s\nnot ok %s %s\n' "$4" "$1" "$2"
		failed=$((failed + 1))
	fi
}

main() {
	local file name n at=0 failed=0 files=("$TOP"/Documentation/ring/*.litmus)
	"$TOP/selftests/qemu/kernels.sh" source > /dev/null
	fetch
	rm -rf "$OUT"
	mkdir -p "$OUT"
	echo "TAP version 13"
	echo "1..$((${#files[@]} + 1))"
	for file in "${files[@]}"; do
		at=$((at + 1))
		name=$(basename "$file" .litmus)
		cp "$file" "$OUT"
		n=$(mutants "$name")
		report "$at" "$name" "never; without any one of its $n barriers, sometimes" \
			"$(faults "$name" "$n")"
	done
	report "$((at + 1))" "every_letter_has_its_test" "" "$(letters)"
	[ "$failed" = 0 ]
}

main
