#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every header of the driver compiles alone, in kbuild; those of the UAPI also in a program, as
# C and as C++.

. "$(dirname "$0")/lib.sh"

dir=$out/headers
uapis=(include/uapi/linux/*.h)
mapfile -t headers < <(tree_files 'src/*.h' 'include/*.h')

# A Kbuild of our own: the module's flags, and nothing to build but one stamp a header.
kbuild_file() {
	echo "alone-y := ${headers[*]/%/.alone}"
	cat <<'EOF'
include $(src)/Kbuild.module
obj-m :=
always-y := $(alone-y)
quiet_cmd_alone = ALONE   $<
      cmd_alone = $(CC) $(c_flags) -fsyntax-only -x c /dev/null -include $< && touch $@
$(obj)/%.alone: $(src)/% FORCE
	$(call if_changed_dep,alone)
EOF
}

in_kernel() {
	rm -f "$dir/Kbuild"
	link_sources "$dir"
	mv "$dir/Kbuild" "$dir/Kbuild.module"
	kbuild_file >"$dir/Kbuild"
	compile "$dir" 6.1
}

in_program() {
	local program='int main(void) { return 0; }' uapi

	for uapi in "${uapis[@]}"; do
		gcc -std=c99 -Wall -Wextra -pedantic -Werror -include "$uapi" -fsyntax-only -x c - \
			<<<"$program" 2>&1 || true
		clang-19 -std=c++11 -Wall -Wextra -Werror -include "$uapi" -fsyntax-only -x c++ - \
			<<<"${program/void/}" 2>&1 || true
	done
}

mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
report "${#headers[@]} headers compile alone" in_kernel in_program
