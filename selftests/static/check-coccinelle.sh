#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: misc or rest, halves of the kernel's scripts/coccinelle. Its semantic patches find
# nothing in the module, in report mode.

. "$(dirname "$0")/lib.sh"

scripts=$(newest_source scripts/coccinelle)
command -v spatch >/dev/null || die "coccinelle is not installed: make analyze brings it"

# Not of this driver: devices on a bus, firmware, their memory and interrupts, other subsystems.
elsewhere='bq27xxx|d_find_alias|devm_|debugfs|platform_|pm_runtime|pool_zalloc|resource_size'
elsewhere+='|vma_pages|clk_|iounmap|of_|device_node|for_each_child|irqf_|simple_open'

# Those with a part in OCaml need its compiler; those without a report mode rewrite.
fitting() {
	local dir

	for dir; do
		find "$scripts/$dir" -name '*.cocci'
	done | sort | grep -vE "/[^/]*($elsewhere)[^/]*$" |
		xargs grep -l '^virtual report' | xargs grep -L '^@.*script:ocaml'
}

# As the kernel's own coccicheck: no headers but those beside the file, options from the script.
search() {
	local script options said rc

	for script in "${patches[@]}"; do
		rc=0
		options=$(sed -n 's|^// *Options: *||p' "$script" | head -n 1)
		# shellcheck disable=SC2086 # a list of words
		said=$(timeout 240 spatch -D report --very-quiet --cocci-file "$script" \
			${options:---no-includes --include-headers} -I src --dir src 2>&1) || rc=$?
		[ "$rc" = 0 ] || said+=$'\n'"spatch ended with status $rc"
		printf '%s' "$said" | grep -vE '^warning: line .* be a metavariable|^$' |
			sed "s|\$| (${script#"$scripts"/})|" || true
	done
}

case $1 in
misc) dirs=(misc null) ;;
rest) dirs=(api free iterators locks tests) ;;
esac
mapfile -t patches < <(fitting "${dirs[@]}")
[ ${#patches[@]} -gt 0 ] || die "no script in: ${dirs[*]}"
report "${#patches[@]} scripts: nothing found" search
