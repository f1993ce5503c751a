#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shell scripts parse, in the shell that they name, and shellcheck finds nothing that it calls a
# warning. It reads one file at a time, so what it says of files that are sourced, and of
# variables that come from there or go there, is left out.

. "$(dirname "$0")/lib.sh"

command -v shellcheck >/dev/null || die "shellcheck is not installed"
mapfile -t scripts < <(shell_files | sort -u)

parse() {
	local script shell

	for script in "${scripts[@]}"; do
		shell='bash'
		if head -n 1 "$script" | grep -Eq '^#!.*[ /]sh( |$)'; then
			shell='sh'
		fi
		"$shell" -n "$script" 2>&1 || true
	done
}

lint() {
	local rc=0

	shellcheck --severity=warning --format=gcc \
		--exclude=SC1090,SC1091,SC2034,SC2154 "${scripts[@]}" || rc=$?
	[ "$rc" -le 1 ]
}

report "${#scripts[@]} scripts" parse lint
