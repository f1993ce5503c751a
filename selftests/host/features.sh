#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests of src/features.mk: whatever a kernel is recognised by, its headers without that end the
# build. The headers are those of the kernels in the cache.
set -u

. "$KTAP_HELPERS"
. "$TUN_ALT_TOP/selftests/qemu/lib.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
FEATURES=$TUN_ALT_TOP/tools/build/features.sh

# A variable of features.mk
value() { # NAME
	make -s -f - srctree="$WORK" <<-EOF 2> /dev/null
		include $TUN_ALT_TOP/src/features.mk
		all:; @printf '%s\n' '\$($1)'
	EOF
}

# Where a kernel of the cache has a header: beside the directory that it is built with
header_of() { # K HEADER
	local dir
	dir=$(dirname "$(readlink -f "$CACHE/kernels/$1/kdir")")
	printf '%s\n' "$dir"/linux-headers-*-common/include/"$2"
}

# The headers that the probes look into, and no more
copy_headers() { # K
	local header from
	rm -rf "$WORK/include"
	: > "$WORK/Makefile"
	for header in linux/{netdevice,fs,filter,skbuff,mm,mm_types}.h \
			net/{sock,rps,netdev_rx_queue,netdev_queues,genetlink,net_namespace}.h; do
		from=$(header_of "$1" "$header")
		[ -e "$from" ] || continue
		mkdir -p "$WORK/include/${header%/*}"
		cp "$from" "$WORK/include/$header"
	done
}

# Probe and shape, a line each
found() { # K
	copy_headers "$1"
	"$FEATURES" "$WORK" 2> "$WORK/err"
}

all_are_found() { # K
	[ "$(found "$1" | grep -cE ' (old|new)$')" = "$(value tun-alt-probes | wc -w)" ] ||
		{ sed 's/^/# /' "$WORK/err"; return 1; }
}

stops_without() { # PROBE SHAPE
	local header
	header=$(value "$1-$2-header")
	[ -n "$header" ] || header=$(value "$1-header")
	header=$WORK/include/$header
	cp "$header" "$WORK/whole"
	grep -vE "$(value "$1-$2")" "$WORK/whole" > "$header"
	"$FEATURES" "$WORK" > /dev/null 2> "$WORK/err"
	cp "$WORK/whole" "$header"
	grep -q "<$(value "$1-header")> .*neither known shape of $1;" "$WORK/err"
}

each_is_needed() { # K
	local probe shape rc=0
	found "$1" > "$WORK/table"
	[ -s "$WORK/table" ] || return 1
	while read -r probe shape; do
		stops_without "$probe" "$shape" && continue
		printf '# %s: built without the %s shape of %s\n' "$1" "$shape" "$probe"
		rc=1
	done < "$WORK/table"
	return "$rc"
}

# On each kernel of the cache; the oldest and the middle one are always there
on_each() { # TEST
	local k rc=0
	for k in 6.1 6.12 newest; do
		[ -e "$CACHE/kernels/$k/kdir" ] || [ "$k" = newest ] || return 1
		[ ! -e "$CACHE/kernels/$k/kdir" ] || "$1" "$k" || rc=1
	done
	return "$rc"
}

ktap_print_header
ktap_set_plan 2
ktap_test_result headers_are_recognised on_each all_are_found
ktap_test_result headers_with_neither_form_stop_the_build on_each each_is_needed
ktap_finished
