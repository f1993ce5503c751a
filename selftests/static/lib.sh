# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the checks share. A check prints its findings, one a line and with file and line in
# front, then one line that sums up, and exits 1 if there was a finding.

set -euo pipefail
export LC_ALL=C

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tun-alt
# The planted-fault test checks a scratch copy of the tree and names the directory for it.
out=${TUN_ALT_CHECK_OUT:-$top/build/check}
cd "$top"

# report TEXT FUNCTION...: runs the functions, which print findings. TEXT is what a tree
# without any is called. A function that fails is a finding as well: a check that broke off is
# not a clean one.
report() {
	# What is local here hides a check's variable of the same name: names that no check has.
	local report_clean=$1 report_found report_rc report_check

	shift
	set +e
	report_found=$(
		set -e
		for report_check; do
			"$report_check"
		done 2>&1
	)
	report_rc=$?
	set -e
	if [ "$report_rc" -ne 0 ]; then
		report_found+=${report_found:+$'\n'}"the check itself ended with status $report_rc"
	fi
	if [ -z "$report_found" ]; then
		echo "$report_clean"
		return 0
	fi
	printf '%s\n' "$report_found"
	echo "$(printf '%s\n' "$report_found" | wc -l) finding(s)"
	return 1
}

# die TEXT: this check cannot be made, which is not the same as clean. To stderr, since who
# asked may be reading the answer from stdout.
die() {
	echo "$*" >&2
	exit 1
}

# The files of the tree, new ones that git does not know yet included, ignored and deleted
# ones not.
tree_files() {
	local f

	git ls-files -co --exclude-standard -- "$@" | sort -u | while IFS= read -r f; do
		if [ -f "$f" ]; then
			printf '%s\n' "$f"
		fi
	done
}

# Shell scripts of the tree, by name or by their first line.
shell_files() {
	tree_files '*.sh'
	tree_files .ci selftests tools | grep -v '\.[a-z0-9]*$' | xargs -r -d '\n' awk '
		FNR == 1 && /^#!.*[ \/](ba|da)?sh( |$)/ { print FILENAME }
		{ nextfile }'
}

# The headers to build for kernel $1, from the cache that `make kernels` fills.
kernel_dir() {
	local kdir=$cache/kernels/$1/kdir

	[ -e "$kdir/Makefile" ] || die "kernel $1 is not in the cache: run make kernels"
	readlink -f "$kdir"
}

# A file of the newest kernel's source.
newest_source() {
	local file=$cache/source/newest/$1

	[ -e "$file" ] || die "no $1 of the newest kernel in the cache: run make kernels"
	printf '%s\n' "$file"
}

# Links the module's sources into directory $1, so that each kernel and compiler has objects
# of its own. What made a warning the last time is not there any more (see compile()), so make
# builds it again.
link_sources() {
	local dir=$1 f

	mkdir -p "$dir"
	find "$dir" -type l -delete
	tree_files Kbuild src include selftests/kernel | while IFS= read -r f; do
		mkdir -p "$dir/$(dirname "$f")"
		ln -s "$top/$f" "$dir/$f"
	done
}

# Nobody loads what the checks build, and the kernel's build tools take longer than the
# compiler: without objtool, symbol versions, BTF, debug information, and kernel-doc once a
# compiler and kernel.
only_warnings=(CONFIG_OBJTOOL= CONFIG_MODVERSIONS= CONFIG_DEBUG_INFO_BTF_MODULES= cmd_checkdoc=
	KCFLAGS=-g0)

# compile DIR KERNEL [VARIABLE=VALUE]...: runs kbuild over the linked sources, those of the
# tests' modules included if there are any, and prints what it says of our own files. Returns
# kbuild's status.
compile() {
	local dir=$1 kdir rc=0 findings args=("${only_warnings[@]}")

	[ ! -d "$dir/selftests/kernel" ] || args+=(TUN_ALT_TESTS=m)
	kdir=$(kernel_dir "$2")
	shift 2
	make -C "$kdir" M="$dir" W=1 "${args[@]}" "$@" modules >"$dir/log" 2>&1 || rc=$?
	findings=$(own_findings "$dir" <"$dir/log")
	if [ "$rc" -ne 0 ] && [ -z "$findings" ]; then
		findings=$(tail -n 20 "$dir/log")
	fi
	if [ -n "$findings" ]; then
		find "$dir" -name '*.o' -delete
		printf '%s\n' "$findings"
	fi
}

# Of a build log, the lines about files in DIR: warnings and errors of the compiler and of
# sparse, and what modpost and kernel-doc have to say. The kernel's own headers are not ours
# to mend.
own_findings() {
	sed "s|^$1/||" | grep -E \
		-e '^(src|include|selftests)/[^ :]*:[0-9]+(:[0-9]+)?: (fatal error|error|warning)' \
		-e '^(src|include|selftests)/[^ :]*:[0-9]+:[0-9]+: +(expected|got) ' \
		-e '^(WARNING|ERROR): modpost: .*tun_(alt|test)' | awk '!seen[$0]++' || true
}
