#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who includes whom: the table in the file rooms, and what programs may see of the driver.

. "$(dirname "$0")/lib.sh"

rooms=$top/selftests/static/rooms

# Prints FILE:LINE:HEADER of every include with quotes, and of every include of our own UAPI
# header.
includes_of() {
	grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' "$@" /dev/null |
		sed -E 's/^([^:]*:[0-9]+:)[[:space:]]*#[[:space:]]*include[[:space:]]*/\1/' || true
}

driver() {
	local files

	mapfile -t files < <(tree_files 'src/*.[ch]')
	[ ${#files[@]} -gt 0 ] || die "no source in src/"
	includes_of "${files[@]}" | awk -v have="$(printf '%s ' "${files[@]}")" -v table="$rooms" '
	function storey(file) {
		return file in of ? of[file] : of[substr(file, 1, length(file) - 2)]
	}
	function finding(text) { print path ":" line ": " text }
	BEGIN {
		while ((getline row < table) > 0) {
			n = split(row, word, /[ \t]+/)
			if (word[1] == "storey")
				for (level++; n > 2; n--)
					of[word[n]] = level
			else if (word[1] == "allow")
				allow[word[2], word[3]] = 1
			else if (word[1] == "forbid")
				forbid[word[2], word[3]] = 1
		}
		n = split(have, word, " ")
		for (i = 1; i <= n; i++) {
			sub(/^src\//, "", word[i])
			exists[word[i]] = 1
			if (!storey(word[i]))
				print "src/" word[i] ":1: no storey in selftests/static/rooms"
		}
	}
	{
		split($0, part, ":")
		path = part[1]; line = part[2]
		header = substr($0, length(path) + length(line) + 3)
		quoted = sub(/^"/, "", header)
		sub(/^</, "", header); sub(/[">].*/, "", header)
		from = path; sub(/^src\//, "", from)
		own = from; sub(/\.c$/, ".h", own)
		if (!(path in first)) {
			first[path] = header
			if (from ~ /\.c$/ && exists[own] && header != own)
				finding("includes " header " before its own " own)
		}
		if (!quoted)
			next
		if (!exists[header]) {
			finding("includes \"" header "\", which is not in src/")
			next
		}
		if (forbid[from, header])
			finding(from " and " header " stay apart")
		if (storey(header) < storey(from) && !allow[from, header])
			finding("includes upwards: " header)
	}'
}

uapi() {
	includes_of include/uapi/linux/*.h |
		grep -vE ':<linux/(types|if_tun)\.h>' |
		sed 's/$/: the UAPI needs <linux\/types.h> and <linux\/if_tun.h> only/' || true
}

programs() {
	local files

	mapfile -t files < <(tree_files 'tools/*.[ch]' 'selftests/*.[ch]')
	[ ${#files[@]} -gt 0 ] || return 0
	includes_of "${files[@]}" | grep -E ':[<"](.*/)?src/' |
		grep -vE ':"(\.\./)*src/ring\.h"|^selftests/fuzz/parsers/' |
		sed 's/$/: programs include nothing of src\/ (ring.h, parsers)/' || true
}

report "no include goes upwards" driver uapi programs
