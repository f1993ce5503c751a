#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Argument: the directory of kernel headers that the module was built with. Prints a
# compile_commands.json of the module, from the commands that kbuild kept, and of the command
# line tool, from those that make would run.

. "$(dirname "$0")/../../selftests/static/lib.sh"

# Lines of DIRECTORY, FILE and COMMAND, with tabs between
module_commands() {
	local saved object

	for saved in src/.*.o.cmd; do
		object=${saved##*/.}
		sed -nE "1s|^(saved)?cmd_[^ ]* := |$1\t$top/src/${object%.o.cmd}.c\t|p" "$saved"
	done | sed 's/ ; .*//'
}

tool_commands() {
	local tool
	for tool in tun-alt libtunalt; do
		make -s -n -B -C "tools/$tool" all |
			sed -nE "s|.* -c .* ([^ ]+\.c)\$|$top/tools/$tool\t\1\t&|p"
	done
}

{
	module_commands "$(readlink -f "$1")"
	tool_commands
} | awk -F '\t' '
function quote(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}
BEGIN { printf "[" }
{
	printf "%s\n{\"directory\": %s, \"file\": %s, \"command\": %s}", n++ ? "," : "",
		quote($1), quote($2), quote($3)
}
END { print "\n]" }'
