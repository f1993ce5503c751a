#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What holds for every file: a licence, no name of the machine that it was written on, nothing
# that says of itself that it is not done, one version.

. "$(dirname "$0")/lib.sh"

# Formats that have no comments, or that are somebody else's text.
no_licence='^LICENSE$|\.(md|json|golden|out|txt)$|/golden/|^selftests/(config|(.*/)?settings)$'

# In two parts, so that nobody takes it for this file's own.
licence='SPDX-License''-Identifier'

# Of a litmus test the first lines are its language's.
licences() {
	tree_files | grep -vE "$no_licence" | xargs -r -d '\n' awk -v want="$licence: GPL-2.0" '
		FNR == 1 { last = FILENAME ~ /\.litmus$/ ? 4 : 2 }
		index($0, want) { has[FILENAME] = 1 }
		FNR >= last { nextfile }
		END {
			for (i = 1; i < ARGC; i++)
				if (!(ARGV[i] in has))
					print ARGV[i] ":1: no SPDX line"
		}'
}

# The words are written so that this file does not find itself.
places() {
	local hosts pattern='(^|[^A-Za-z0-9_./])/(work|farm|root|home/[a-z])[/a-z]'

	tree_files | xargs -d '\n' grep -nHIE "$pattern" || true
	hosts=$(apt-get indextargets --format '$(SITE)' 2>/dev/null |
		sed -nE 's#^[a-z+]+://([^/]+).*#\1#p' | sort -u)
	if [ -n "$hosts" ]; then
		tree_files | xargs -d '\n' grep -nHIF "$hosts" || true
	fi
}

unfinished() {
	tree_files src include tools selftests Makefile Kbuild dkms.conf |
		xargs -d '\n' grep -nHIE '\b(TO[D]O([^|)]|$)|FIX[M]E|XX[X]\b|HA[C]K\b)' || true
}

versions() {
	local version

	version=$(sed -n 's/^TUN_ALT_VERSION *:= *//p' Kbuild)
	grep -qxF "PACKAGE_VERSION=\"$version\"" dkms.conf ||
		echo "dkms.conf:1: PACKAGE_VERSION is not Kbuild's $version"
}

report "$(tree_files | wc -l) files: licence, places, version" licences places unfinished versions
